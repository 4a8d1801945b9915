"""Finding: what the doctor says about one part of the installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rich.table import Table
from rich.text import Text

from callcenter.settings import ROOT

Level = Literal["ok", "warning", "missing"]

_STYLES: Final = {"ok": "green", "warning": "yellow", "missing": "bold red"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One part, and what to do about it.

    Attributes:
        part: What was looked at.
        version: What it is, as far as it has a version or a size.
        where: The file, folder or socket.
        level: "ok"; "warning", the service runs but not as it should; "missing", it must
            not or cannot run so.
        mend: What a person is to do; empty if nothing.
    """

    part: str
    version: str = ""
    where: str = ""
    level: Level = "ok"
    mend: str = ""

    @property
    def ok(self) -> bool:
        """Whether the service can run with this as it is."""
        return self.level != "missing"


def render(findings: Sequence[Finding]) -> Table:
    """A table for rich's `Console.print`, the parts in the order given."""
    table = Table(title=None, expand=False)
    table.add_column("part", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("version", overflow="fold")
    table.add_column("where", overflow="fold")
    table.add_column("what to do", overflow="fold")
    for finding in findings:
        level = Text(finding.level, style=_STYLES[finding.level])
        # Text, not markup: a path may hold square brackets.
        table.add_row(
            Text(finding.part),
            level,
            Text(finding.version),
            Text(finding.where.replace(f"{ROOT}/", "")),
            Text(finding.mend),
        )
    return table
