"""Rules of a scenario: those of a real site, or in short for a published case."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy
from callcenter.simulate.scenarios.yaml_numbers import seconds
from callcenter.site import load_site
from language_routing.languages import Language, language
from language_routing.load_skills import load_competences
from language_routing.yaml_lines import Located

_BACKSTOP_BEYOND_RING: Final[Millis] = 10_000
_MOST_LANGUAGES: Final = 50


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the staff and the demand of a scenario may refer to.

    Attributes:
        policy: Without nurses.
        entry_points: Each with its class.
        competences: What nurses can be trained in.
        never_refused: Classes that no surge turns away.
    """

    policy: Policy
    entry_points: Mapping[str, str]
    competences: tuple[str, ...] = ()
    never_refused: tuple[str, ...] = ()


def load_rules(top: Located, parts: Mapping[str, Located], path: Path) -> Rules:
    """The rules among the `parts` of a scenario.

    Args:
        top: The whole scenario.
        path: Of its file; a site is looked for from there.

    Raises:
        YamlError: There are none, or two; or something in them, or in the site, is wrong.
    """
    if ("site" in parts) == ("rules" in parts):
        raise top.error("give either `site` (the rules of a site's file) or `rules` (in short)")
    if "site" in parts:
        return _of_site(path.parent / parts["site"].text())
    return _in_short(parts["rules"])


def _of_site(path: Path) -> Rules:
    site = load_site(path)
    competences = Located.read(path).mapping().get("competences")
    return Rules(
        policy=site.policy,
        entry_points={name: each.priority_class for name, each in site.entry_points.items()},
        competences=load_competences(competences),
        never_refused=site.never_refused,
    )


def _in_short(node: Located) -> Rules:
    parts = node.mapping(
        known=(
            "languages", "target_seconds", "ring_seconds", "wrap_up_seconds", "handle_seconds",
            "reserve_scarce",
        ),
        needed=("languages", "target_seconds"),
    )  # fmt: skip
    languages: list[Language] = []
    listed = parts["languages"].sequence()
    if len(listed) > _MOST_LANGUAGES:
        raise parts["languages"].error(f"these are more than {_MOST_LANGUAGES} languages")
    for item in listed:
        try:
            tag = language(item.text())
        except ValueError as error:
            raise item.error(str(error)) from None
        if tag in languages:
            raise item.error(f"language {tag} is given twice")
        languages.append(tag)
    ring = seconds(parts["ring_seconds"], 1, 120) if "ring_seconds" in parts else 20_000
    handle = parts.get("handle_seconds")
    return Rules(
        policy=Policy(
            languages=tuple(languages),
            default_language=languages[0],
            targets={"public": seconds(parts["target_seconds"], 0, 86_400)},
            nurses=(),
            ring=ring,
            backstop=ring + _BACKSTOP_BEYOND_RING,
            wrap_up=seconds(parts["wrap_up_seconds"], 0, 900) if "wrap_up_seconds" in parts else 0,
            handle_time=360_000 if handle is None else seconds(handle, 1, 7200),
            reserve=parts["reserve_scarce"].truth() if "reserve_scarce" in parts else False,
        ),
        entry_points={"public": "public"},
    )
