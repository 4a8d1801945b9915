"""`callcenter survey`: how callers answered the questions after their calls."""

import json
import sys
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from callcenter.acd.survey import Scores
from callcenter.cli.actor import follow
from callcenter.settings import Settings

_USUAL = 5


def register(app: typer.Typer) -> None:
    """Add this command."""

    @app.command("survey")
    def _survey(
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Scores by language, entry point and question, of all callers together."""
        found = follow(Settings.from_environment()).shard.board.survey.rows()
        if as_json:
            print(json.dumps([record(row) for row in found], indent=2))
        elif found:
            Console(width=None if sys.stdout.isatty() else 160).print(table(found))
        else:
            print("Nobody has answered a question.")


def table(found: list[Scores]) -> Table:
    """What a person reads; as many scores as were given, and five at least."""
    most = max([_USUAL, *(score for row in found for score, n in enumerate(row.counts, 1) if n)])
    shown = Table(
        "language", "entry point", "question", "answers", "mean",
        *(f"score {score}" for score in range(1, most + 1)),
        box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    for row in found:
        counts = (str(count) if count else "-" for count in row.counts[:most])
        mean = "-" if row.mean is None else f"{row.mean:.2f}"
        shown.add_row(row.language, row.entry_point, row.question, str(row.answers), mean, *counts)
    return shown


def record(row: Scores) -> dict[str, object]:
    """One row for a program."""
    return {
        "language": row.language,
        "entry_point": row.entry_point,
        "question": row.question,
        "answers": row.answers,
        "mean": row.mean,
        "scores": {str(score): count for score, count in enumerate(row.counts, 1)},
    }
