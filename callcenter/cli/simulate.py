"""`callcenter simulate`: days or a year by the production ACD, and what came of them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXTRA = ("matplotlib", "numpy", "pyworkforce")


class Against(StrEnum):
    """What ours is compared with: `app_queue`'s rules, in one of its layouts."""

    NONE = "none"
    CAREFUL = "careful"  # a queue for each language, set up with all that it offers
    QUEUES = "queues"  # a queue for each language, as it comes
    PENALTIES = "penalties"  # one queue, languages as penalties
    BOTH = "both"  # the first two


def register(app: typer.Typer) -> None:
    """Add this command."""

    @app.command("simulate")
    def _simulate(
        course: Annotated[
            str,
            typer.Argument(
                metavar="SCENARIO",
                help="A scenario (.yaml), a journal (.jsonl, or the archive) or `live`.",
            ),
        ],
        *,
        against: Annotated[
            Against | None,
            typer.Option(help="Compare with Asterisk's queue; with a report: `careful`."),
        ] = None,
        add: Annotated[
            list[str] | None,
            typer.Option(help='More nurses: "3 ar:native sv:fluent +child 08:00-16:00".'),
        ] = None,
        without: Annotated[
            list[str] | None, typer.Option(help="A nurse of the journal who does not come.")
        ] = None,
        site: Annotated[
            Path | None, typer.Option(help="A recorded journal under the rules of this site.")
        ] = None,
        day: Annotated[
            str | None, typer.Option(help="Of a journal only this local day, as 2026-11-25.")
        ] = None,
        days: Annotated[int | None, typer.Option(min=1, help="Only so many days.")] = None,
        report: Annotated[Path | None, typer.Option(help="A folder for page and plots.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
        at_once: Annotated[
            int | None, typer.Option(min=1, help="Processes; else as many as there are cores.")
        ] = None,
    ) -> None:
        """Simulate days or a year: waits, service level, occupancy, fairness."""
        try:
            # Heavy libraries that no other command needs, and that are an extra.
            from callcenter.cli import simulate_run  # noqa: PLC0415  see above
        except ModuleNotFoundError as error:
            if error.name not in EXTRA:
                raise
            raise ValueError(
                f"the simulator needs {error.name}: pip install -e .[simulate]"
            ) from None
        wish = simulate_run.Wish(
            course=course, against=against, add=tuple(add or ()),
            without=tuple(without or ()), site=site, day=day, days=days,
            report=report, as_json=as_json, at_once=at_once,
        )  # fmt: skip
        simulate_run.carry_out(wish)
