"""Site flows: the dialogues of a site: which flows, loaded for what, with which texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callcenter.site import Site
from callcenter.site_front import EntryPoint
from ivr_flows.flow import Flow
from ivr_flows.load import FLOWS, load_flow
from ivr_flows.prompts import Catalog, CatalogError, load_catalog
from ivr_flows.setting import Setting
from language_routing.yaml_lines import YamlError

_AFTER: Final = "after"


@dataclass(frozen=True, kw_only=True)
class FlowPaths:
    """The files of one entry point's dialogues.

    Attributes:
        entry: Before the line.
        waiting: In line.
        after: After the call; `None`: its callers are not asked.
    """

    entry: Path
    waiting: Path
    after: Path | None = None


@dataclass(frozen=True, kw_only=True)
class EntryFlows:
    """The dialogues of one entry point, loaded; what each is for: see `FlowPaths`."""

    entry: Flow
    waiting: Flow
    after: Flow | None = None


def load_flows(site: Site, catalog: Catalog | None = None) -> dict[str, EntryFlows]:
    """The dialogues of every entry point.

    Args:
        catalog: That of the site, where it is there already.

    Raises:
        YamlError: A flow cannot be used as an entry point uses it; `file:line: sentence`.
        CatalogError: A text of the catalog cannot be used, or a greeting's language has none.
    """
    loader = _Loader(catalog or site_catalog(site))
    found: dict[str, EntryFlows] = {}
    for name, entry in site.entry_points.items():
        paths, setting = flow_paths(entry), setting_for(site, entry)
        found[name] = EntryFlows(
            entry=loader.flow(paths.entry, setting, "entry", name),
            waiting=loader.flow(paths.waiting, setting, "line", name),
            after=loader.flow(paths.after, setting, "after", name) if paths.after else None,
        )
    return found


class _Loader:
    """Loads each flow once for all entry points that want the same of it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._loaded: list[tuple[Path, Setting, Flow]] = []

    def flow(self, path: Path, setting: Setting, phase: str, entry: str) -> Flow:
        known = [flow for at, wanted, flow in self._loaded if (at, wanted) == (path, setting)]
        flow = known[0] if known else load_flow(path, setting, self._catalog)
        if not known:
            self._loaded.append((path, setting, flow))
        if flow.phase != phase:
            raise YamlError(
                f"{path}:1: this flow is for {flow.phase}; entry point {entry} uses it for {phase}"
            )
        return flow


def check_flows(site: Site, path: Path) -> None:
    """See that every dialogue of the site in `path` can be had.

    Raises:
        YamlError: One cannot; the text is `file:line: sentence`.
    """
    try:
        load_flows(site)
    except (CatalogError, OSError) as error:
        raise YamlError(f"{path}:1: its dialogues cannot be had: {error}") from None


def flow_paths(entry: EntryPoint) -> FlowPaths:
    """Where the flows of an entry point are."""
    return FlowPaths(
        entry=_path(entry.flow),
        waiting=_path(entry.waiting),
        after=_path(_AFTER) if entry.survey else None,
    )


def _path(flow: str) -> Path:
    return FLOWS / f"{flow}.yaml"


def setting_for(site: Site, entry: EntryPoint) -> Setting:
    """What the flows of an entry point are loaded for."""
    return Setting(
        choices=site.choices,
        language=entry.language,
        classes=tuple(site.targets),
        routing=site.routing,
        transfers=tuple(entry.transfers),
        named=_named(site, entry),
        relay=site.relay_number is not None,
    )


def _named(site: Site, entry: EntryPoint) -> Mapping[str, str]:
    """The prompts that a flow knows by what they are for, and the site by name."""
    named = {f"$surge-{step.level}": step.message for step in site.surge.steps if step.message}
    if entry.greeting:
        named["$greeting"] = greeting_prompt(entry)
    return named


def greeting_prompt(entry: EntryPoint) -> str:
    """The id of an entry point's greeting, beside the catalog's prompts."""
    return f"greeting-{entry.name.replace('_', '-')}"


def site_catalog(site: Site) -> Catalog:
    """Our catalog with the greetings of `site`.

    Raises:
        CatalogError: A text of the catalog cannot be used.
    """
    texts: dict[str, dict[str, str]] = {}
    for entry in site.entry_points.values():
        for language, text in entry.greeting.items():
            texts.setdefault(language, {})[greeting_prompt(entry)] = text
    return load_catalog().with_texts(texts)
