"""`callcenter prompts`: make the sounds, see what is missing, and what the studio should record."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callcenter.settings import Settings
from callcenter.site import load_site
from callcenter.site_flows import site_catalog
from callcenter.speech.render import render
from callcenter.speech.sheet import csv_text, html_text, rows
from callcenter.speech.stock import Stock, take_stock
from ivr_flows.prompts import Catalog

# So many names of sounds are said in one sentence.
_NAMED: Final = 5
_WHAT: Final = (
    ("missing", "no file: `callcenter prompts build` makes it"),
    ("changed", "recorded before the text was changed: record it again"),
    ("unknown", "a recording, and no sound of the catalog has that name"),
    ("uneven", "louder or softer than the rest, or no sound at all"),
)


def register(app: typer.Typer) -> None:
    """Add `prompts` and its commands."""
    prompts = typer.Typer(help="Spoken prompts: build, check, export for the studio.")
    app.add_typer(prompts, name="prompts")

    @prompts.callback(invoke_without_command=True)
    def _prompts(context: typer.Context) -> None:
        """Spoken prompts; without a command, `build`."""
        if context.invoked_subcommand is None:
            _make()

    @prompts.command("build")
    def _build() -> None:
        """Make what is missing or out of date; recordings go before the synthetic voice."""
        _make()

    @prompts.command("check")
    def _check() -> None:
        """What there is in each language; exit code 1 if a sound is missing."""
        settings = Settings.from_environment()
        found = take_stock(settings, _catalog(settings))
        Console(width=None if sys.stdout.isatty() else 160).print(table(found))
        print("\n".join(sentences(found)))
        if any(stock.missing for stock in found):
            raise typer.Exit(1)

    @prompts.command("export")
    def _export(
        language: Annotated[str | None, typer.Option(help="Such as so; without: all.")] = None,
        out: Annotated[
            Path | None,
            typer.Option(help="FILE.csv or FILE.html; without: a table on the screen."),
        ] = None,
    ) -> None:
        """The sheet for the recording studio: file names, texts, notes, lengths."""
        settings = Settings.from_environment()
        catalog = _catalog(settings)
        if language is not None and language not in catalog.languages:
            raise ValueError(f"--language: there are {', '.join(catalog.languages)}")
        if out is not None and out.suffix not in (".csv", ".html"):
            raise ValueError("--out: the name ends in .csv or .html")
        chosen = catalog.languages if language is None else (language,)
        found = [row for tag in chosen for row in rows(settings, catalog, tag)]
        if out is None:
            sys.stdout.write(csv_text(found))
        elif out.suffix == ".csv":
            out.write_text(csv_text(found), "utf-8", newline="")
        else:
            reviews = {tag: catalog.review(tag).value for tag in chosen}
            out.write_text(html_text(found, reviews), "utf-8")
        if out is not None:
            print(f"{len(found)} sounds: {out}")


def table(found: list[Stock]) -> Table:
    """One line for each language."""
    made = Table(
        "language", "review of texts", "sounds", "recorded", "synthetic", "stand-ins", "missing",
        "changed", "unknown", "uneven", "longest",
    )  # fmt: skip
    for stock in found:
        longest = "" if stock.longest is None else f"{stock.longest[0]} {stock.longest[1]} s"
        made.add_row(
            *(Text(stock.language), Text(stock.review)),
            *(str(n) for n in (stock.sounds, stock.recorded, stock.synthetic, stock.stand_ins)),
            Text(str(len(stock.missing)), style="bold red" if stock.missing else ""),
            *(
                Text(str(len(names)), style="yellow" if names else "")
                for names in (stock.changed, stock.unknown, stock.uneven)
            ),
            Text(longest),
        )
    return made


def sentences(found: list[Stock]) -> list[str]:
    """What is to be done, a line for each language and kind."""
    lines = []
    for stock in found:
        for name, means in _WHAT:
            names: tuple[str, ...] = getattr(stock, name)
            if names:
                more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
                lines.append(f"{stock.language}: {', '.join(names[:_NAMED])}{more}: {means}")
    return lines or ["Every sound is there."]


def _make() -> None:
    settings = Settings.from_environment()
    render(settings, print, _catalog(settings))


def _catalog(settings: Settings) -> Catalog:
    """With the greetings of the operator's own file, so that they are there before a reload."""
    return site_catalog(load_site(settings.site))
