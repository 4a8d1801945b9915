"""Diagrams of ARCHITECTURE.md, drawn from the tables of the code: `python -m ops.diagrams`.

The tables are the truth; a test sees to it that the page shows them.
"""

import re
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from callbacks.callback import CALLBACK_MOVES
from callcenter.acd.contact import CONTACT_MOVES
from callcenter.acd.nurse import NURSE_MOVES

PAGE = Path(__file__).parent.parent / "ARCHITECTURE.md"


def state_diagram(moves: Mapping[Any, StrEnum]) -> str:
    """Mermaid's picture of a table of moves."""
    lines = ["stateDiagram-v2"]
    arrows: dict[tuple[str, str], list[str]] = {}
    for (state, move), target in moves.items():
        arrows.setdefault((state, target), []).append(move)
    lines += [f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in arrows.items()]
    return "\n".join(lines)


DIAGRAMS = {
    "callback": state_diagram(CALLBACK_MOVES),
    "contact": state_diagram(CONTACT_MOVES),
    "nurse": state_diagram(NURSE_MOVES),
}


def drawn(page: str) -> str:
    """`page` with its marked diagrams drawn anew."""
    for name, diagram in DIAGRAMS.items():
        block = f"<!-- drawn: {name} -->\n```mermaid\n{diagram}\n```"
        page = re.sub(rf"<!-- drawn: {name} -->\n```mermaid\n.*?\n```", block, page, flags=re.S)
    return page


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
    sys.exit(0)
