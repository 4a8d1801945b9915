"""`callcenter flow check`: whether flows can be used, and for how long they talk."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from rich.table import Table

from callcenter.cli.flow_site import paths_of, users_of
from callcenter.cli.flow_speech import SpeechTexts
from callcenter.site import Site
from callcenter.site_flows import setting_for
from callcenter.site_front import EntryPoint
from ivr_flows.flow import Flow
from ivr_flows.load import FLOWS, load_flow
from ivr_flows.prompts import Catalog
from ivr_flows.speech_length import MOST_BEFORE_LINE_S, longest_speech_s
from language_routing.yaml_lines import YamlError


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One flow as one entry point uses it.

    Attributes:
        steps: Without those that this entry point leaves out.
        longest_s: Speech before the line; `None`: the flow is not for callers before it.
        error: `file:line: sentence`; empty: it can be used.
    """

    entry: str
    flow: str
    steps: int = 0
    longest_s: float | None = None
    error: str = ""


def check_site(site: Site, catalog: Catalog, speech: SpeechTexts) -> Iterator[Checked]:
    """Every flow of every entry point, and those of ours that none uses, as the first would."""
    entries = list(site.entry_points.values())
    for entry in entries:
        yield from _check(site, [entry], paths_of(entry), catalog, speech)
    used = {path for entry in entries for path in paths_of(entry)}
    for path in sorted(FLOWS.glob("*.yaml")):
        if path not in used:
            for found in _check(site, entries[:1], [path], catalog, speech):
                yield msgspec.structs.replace(found, entry="(none)")


def check_file(path: Path, site: Site, catalog: Catalog, speech: SpeechTexts) -> Iterator[Checked]:
    """One file, for each entry point that uses it."""
    return _check(site, users_of(site, path), [path], catalog, speech)


def table(found: Iterable[Checked]) -> Table:
    """What was checked, a row each; errors are said beside it, whole."""
    shown = Table("entry point", "flow", "steps", "speech before the line", "")
    for each in found:
        shown.add_row(
            each.entry,
            each.flow,
            str(each.steps) if each.steps else "",
            "" if each.longest_s is None else f"{each.longest_s:.1f} s",
            "[red]refused" if each.error else "[green]ok",
        )
    shown.columns[2].justify = shown.columns[3].justify = "right"
    return shown


def _check(
    site: Site,
    entries: Iterable[EntryPoint],
    paths: Iterable[Path],
    catalog: Catalog,
    speech: SpeechTexts,
) -> Iterator[Checked]:
    files = list(paths)
    for entry in entries:
        for path in files:
            try:
                flow = load_flow(path, setting_for(site, entry), catalog)
            except YamlError as error:
                yield Checked(entry=entry.name, flow=path.stem, error=str(error))
            except OSError as error:
                sentence = f"{path}:1: the file cannot be read: {error.strerror}"
                yield Checked(entry=entry.name, flow=path.stem, error=sentence)
            else:
                yield _measured(entry, path, flow, speech)


def _measured(entry: EntryPoint, path: Path, flow: Flow, speech: SpeechTexts) -> Checked:
    longest, error = None, ""
    if flow.phase == "entry":
        longest = longest_speech_s(flow, speech.seconds)
        if longest > MOST_BEFORE_LINE_S:
            error = (
                f"{path}:1: a caller is talked to for {longest:.1f} s before the line; "
                f"{MOST_BEFORE_LINE_S:.0f} s are the most"
            )
    return Checked(
        entry=entry.name, flow=flow.name, steps=len(flow.steps), longest_s=longest, error=error
    )
