"""The flows of a site: what is loaded for each of its entry points."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from callcenter.site import Site
from callcenter.site_flows import flow_paths, setting_for
from callcenter.site_front import EntryPoint
from ivr_flows.flow import Flow
from ivr_flows.load import FLOWS, load_flow
from ivr_flows.prompts import Catalog


class EntryFlows(msgspec.Struct, frozen=True, kw_only=True):
    """What callers of one entry point can hear, in the order in which they hear it.

    Attributes:
        after: `None`: nothing is asked after the call.
    """

    entry: Flow
    waiting: Flow
    after: Flow | None


def paths_of(entry: EntryPoint) -> Iterator[Path]:
    """The files of its flows."""
    paths = flow_paths(entry)
    yield paths.entry
    yield paths.waiting
    if paths.after is not None:
        yield paths.after


def load(site: Site, entry: EntryPoint, catalog: Catalog) -> EntryFlows:
    """The flows of one entry point.

    Raises:
        YamlError: One cannot be used.
        OSError: One is not there.
    """
    setting, paths = setting_for(site, entry), flow_paths(entry)
    return EntryFlows(
        entry=load_flow(paths.entry, setting, catalog, phase="entry"),
        waiting=load_flow(paths.waiting, setting, catalog, phase="line"),
        after=None
        if paths.after is None
        else load_flow(paths.after, setting, catalog, phase="after"),
    )


def with_flow(flows: EntryFlows, own: Flow) -> EntryFlows:
    """`flows` with `own` in its place, which its phase says."""
    match own.phase:
        case "line":
            return msgspec.structs.replace(flows, waiting=own)
        case "after":
            return msgspec.structs.replace(flows, after=own)
        case _:
            return msgspec.structs.replace(flows, entry=own)


def path_of(flow: str) -> Path:
    """The file that is meant: one of ours by its name, else a path.

    Raises:
        ValueError: There is no such file.
    """
    ours = {path.stem: path for path in sorted(FLOWS.glob("*.yaml"))}
    path = ours.get(flow, Path(flow))
    if not path.is_file():
        raise ValueError(f"there is no flow {flow}; ours are {', '.join(ours)}")
    return path


def users_of(site: Site, path: Path) -> list[EntryPoint]:
    """The entry points whose callers hear the flow in `path`; the first one if none does."""
    entries = list(site.entry_points.values())
    return [entry for entry in entries if path.resolve() in paths_of(entry)] or entries[:1]


def entry_of(site: Site, name: str) -> EntryPoint:
    """The entry point `name`.

    Raises:
        ValueError: There is none.
    """
    if name not in site.entry_points:
        raise ValueError(f"--entry: one of {', '.join(site.entry_points)}")
    return site.entry_points[name]
