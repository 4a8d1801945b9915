"""`callcenter flow`: check what callers hear, draw it, and walk through it."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from callcenter.acd.policy import SurgeLevel
from callcenter.cli.flow_check import check_file, check_site, table
from callcenter.cli.flow_play import Walk
from callcenter.cli.flow_site import EntryFlows, entry_of, load, path_of, users_of, with_flow
from callcenter.cli.flow_speech import SpeechTexts
from callcenter.cli.flow_typist import keyboard, typed_ahead
from callcenter.cli.routing import instant
from callcenter.settings import Settings
from callcenter.site import Site, load_site
from callcenter.site_flows import setting_for, site_catalog
from callcenter.site_front import EntryPoint
from callcenter.speech.manifest import read_manifest
from ivr_flows.drawing import draw
from ivr_flows.facts import Facts
from ivr_flows.load import load_flow
from ivr_flows.prompts import Catalog

_ENTRY = typer.Option(help="The entry point whose callers hear it; else the first that has it.")


def register(app: typer.Typer) -> None:
    """Add `flow check`, `flow draw` and `flow play`."""
    flows = typer.Typer(help="What callers hear and press.", no_args_is_help=True)
    app.add_typer(flows, name="flow")

    @flows.command("check")
    def _check(
        file: Annotated[Path | None, typer.Argument(help="A flow of your own.")] = None,
        whole: Annotated[
            bool, typer.Option("--site", help="All of the site; so it is without a file.")
        ] = False,
    ) -> None:
        """Every flow of every entry point, or one file; exit code 1 if one is refused."""
        if file is not None and whole:
            raise ValueError("give a file, or --site")
        site, catalog = _site()
        speech = SpeechTexts(catalog, read_manifest(Settings.from_environment().prompts))
        found = list(
            check_site(site, catalog, speech)
            if file is None
            else check_file(file, site, catalog, speech)
        )
        Console(width=None if sys.stdout.isatty() else 100).print(table(found))
        if speech.guessed:
            print("Some sounds are not rendered (`callcenter prompts`): their length is a guess.")
        errors = dict.fromkeys(each.error for each in found if each.error)
        print("\n".join(errors) if errors else f"{len(found)} flows: in order.")
        if errors:
            raise typer.Exit(1)

    @flows.command("draw")
    def _draw(
        flow: Annotated[str, typer.Argument(help="A flow of ours by its name, or a file.")],
        entry: Annotated[str, _ENTRY] = "",
        out: Annotated[Path | None, typer.Option(help="Else the flow's name, with .svg.")] = None,
    ) -> None:
        """Draw a flow as an SVG, with Swedish texts."""
        try:
            # A heavy library that no other command needs, and that is an extra.
            from callcenter.cli.flow_svg import svg  # noqa: PLC0415  see above
        except ModuleNotFoundError as error:
            if error.name != "igraph":
                raise
            raise ValueError("drawing needs igraph: pip install -e .[draw]") from None
        site, catalog = _site()
        path = path_of(flow)
        point = _entry(site, path, entry)
        drawing = draw(
            load_flow(path, setting_for(site, point), catalog),
            catalog,
            f"{path.stem}, as callers of {point.name} hear it",
        )
        target = out or Path(f"{path.stem}.svg")
        target.write_text(svg(drawing), encoding="utf-8")
        print(f"{target}: {len(drawing.boxes)} boxes")

    @flows.command("play")
    def _play(
        flow: Annotated[str, typer.Argument(help="A flow of ours by its name.")] = "",
        *,
        number: Annotated[str, typer.Option(help="The number that the caller dials.")] = "",
        entry: Annotated[str, _ENTRY] = "",
        language: Annotated[str, typer.Option(help="Spoken from the start.")] = "",
        at: Annotated[str, typer.Option(help="As 2026-12-24T03:00, local; else now.")] = "",
        surge: Annotated[SurgeLevel, typer.Option()] = SurgeLevel.NORMAL,
        anonymous: Annotated[bool, typer.Option("--anonymous", help="Number withheld.")] = False,
        keys: Annotated[
            str | None, typer.Option(help='Typed ahead, as "4,,*,+30,1"; then hangs up.')
        ] = None,
    ) -> None:
        """Walk through a flow: type a key, nothing for silence, +30 for half a minute, x to end."""
        site, catalog = _site()
        point, flows, phase = _wanted(site, catalog, flow, number, entry)
        facts = Facts(
            caller="anonymous" if anonymous else "known",
            surge=surge.value,
            priority_class=point.priority_class,
        )
        settings = Settings.from_environment()
        walk = Walk(
            flows,
            facts,
            SpeechTexts(catalog, read_manifest(settings.prompts)),
            now_ms=instant(at) if at else time.time_ns() // 1_000_000,
            say=print,
            typist=keyboard if keys is None else typed_ahead(keys.split(","), print),
            language=_spoken(site, language),
        )
        print(f"{point.name}: class {point.priority_class}, caller {facts.caller}, surge {surge}")
        walk.run(phase)


def _site() -> tuple[Site, Catalog]:
    site = load_site(Settings.from_environment().site)
    return site, site_catalog(site)


def _entry(site: Site, path: Path, name: str) -> EntryPoint:
    return entry_of(site, name) if name else users_of(site, path)[0]


def _wanted(
    site: Site, catalog: Catalog, flow: str, number: str, entry: str
) -> tuple[EntryPoint, EntryFlows, str]:
    """Which entry point is called, what its callers hear, and where the walk begins.

    Raises:
        ValueError: Both or neither was given, or there is none.
        YamlError: The flow is refused.
    """
    if bool(flow) == bool(number):
        raise ValueError("give a flow, or --number")
    if number:
        if number not in site.numbers:
            raise ValueError("--number: no entry point of this site has this number")
        point = site.entry_points[site.numbers[number]]
        return point, load(site, point, catalog), "entry"
    path = path_of(flow)
    point = _entry(site, path, entry)
    own = load_flow(path, setting_for(site, point), catalog)
    return point, with_flow(load(site, point, catalog), own), own.phase


def _spoken(site: Site, language: str) -> str | None:
    if language and language not in [choice.language for choice in site.choices]:
        known = ", ".join(choice.language for choice in site.choices)
        raise ValueError(f"--language: one of {known}")
    return language or None
