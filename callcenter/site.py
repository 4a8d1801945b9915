"""Site: one installation's own facts, from its YAML. Refused whole, with file and line.

Numbers, languages, nurses, targets and times; `deploy/site/demo.yaml` explains each.
"""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import LINE_LOST, SHORT_TALK, SIGN_OUT_NEXT
from callcenter.acd.policy import NurseSpec, Policy
from ivr_flows.languages import Choice
from language_routing.languages import Language, language
from language_routing.yaml_lines import Located, YamlError

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_NURSE: Final = re.compile(r"[a-z][a-z0-9]{0,15}")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,6}")
_BACKSTOP_BEYOND_RING: Millis = 10_000


@dataclass(frozen=True, kw_only=True)
class EntryPoint:
    """Where a dialled number leads: a flow and a priority class."""

    name: str
    flow: str
    priority_class: str


@dataclass(frozen=True, kw_only=True)
class SiteNurse:
    id: NurseId
    name: str
    languages: tuple[Language, ...]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site that has passed every check.

    Attributes:
        choices: The languages of the menu, each with its key; the first is the default.
        numbers: Every dialled number, as the carrier may spell it, to its entry point.
        pause_reasons: The digit behind `*52` to the reason.
        trunk_addresses: From where the carrier's calls come; nobody else's are taken.
    """

    name: str
    choices: tuple[Choice, ...]
    entry_points: dict[str, EntryPoint]
    numbers: dict[str, str]
    targets: dict[str, Millis]
    nurses: tuple[SiteNurse, ...]
    pause_reasons: dict[str, str]
    trunk_addresses: tuple[str, ...]
    ring: Millis
    wrap_up: Millis
    rona_after: int
    short_talk: Millis

    @property
    def policy(self) -> Policy:
        """What of the site decides about calls."""
        return Policy(
            languages=tuple(Language(choice.language) for choice in self.choices),
            default_language=Language(self.choices[0].language),
            targets=self.targets,
            nurses=tuple(NurseSpec(id=n.id, languages=n.languages) for n in self.nurses),
            ring=self.ring,
            backstop=self.ring + _BACKSTOP_BEYOND_RING,
            wrap_up=self.wrap_up,
            rona_after=self.rona_after,
            short_talk=self.short_talk,
        )


def spellings(number: str) -> tuple[str, ...]:
    """Every way in which a carrier may send `number`.

    `+46771117700` also comes as `46771117700`, `0046771117700` and, within Sweden,
    `0771117700`; a short code such as `1177` only as it is.
    """
    if not number.startswith("+"):
        return (number,)
    digits = number[1:]
    found = [number, digits, f"00{digits}"]
    if digits.startswith("46"):
        found.append(f"0{digits[2:]}")
    return tuple(found)


def load_site(path: Path) -> Site:
    """Read and check a site.

    Raises:
        YamlError: Something is wrong; the text is `file:line: sentence`.
    """
    try:
        top = Located.read(path)
    except OSError as error:
        raise YamlError(f"{path}:1: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise YamlError(f"{path}:1: the file is not UTF-8 text") from None
    parts = top.mapping(
        known=(
            "name", "languages", "classes", "entry_points", "numbers", "nurses", "pause_reasons",
            "trunk", "ring_seconds", "wrap_up_seconds", "rona_after",
            "short_talk_seconds",
        ),
        needed=("name", "languages", "classes", "entry_points", "numbers", "nurses", "trunk"),
    )  # fmt: skip
    choices = _choices(parts["languages"])
    targets = _targets(parts["classes"])
    entry_points = _entry_points(parts["entry_points"], targets)
    return Site(
        name=_matching(parts["name"], _NAME, "a name of small letters"),
        choices=choices,
        entry_points=entry_points,
        numbers=_numbers(parts["numbers"], entry_points),
        targets=targets,
        nurses=_nurses(parts["nurses"], [choice.language for choice in choices]),
        pause_reasons=_pause_reasons(parts.get("pause_reasons")),
        trunk_addresses=_trunk(parts["trunk"]),
        ring=_seconds(parts, "ring_seconds", 20, low=1, high=120),
        wrap_up=_seconds(parts, "wrap_up_seconds", 30, low=0, high=900),
        rona_after=parts["rona_after"].integer(1, 10) if "rona_after" in parts else 1,
        short_talk=_seconds(parts, "short_talk_seconds", 3, low=0, high=30),
    )


def _seconds(parts: dict[str, Located], name: str, default: int, *, low: int, high: int) -> Millis:
    return (parts[name].integer(low, high) if name in parts else default) * 1000


def _matching(node: Located, pattern: re.Pattern[str], wanted: str) -> str:
    text = node.text()
    if not pattern.fullmatch(text):
        raise node.error(f"here {wanted} is expected")
    return text


def _choices(node: Located) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for item in node.sequence():
        parts = item.mapping(known=("tag", "key"), needed=("tag", "key"))
        tag = parts["tag"].text()
        try:
            language(tag)
        except ValueError as error:
            raise parts["tag"].error(f"{tag}: {error}") from None
        if any(choice.language == tag for choice in found):
            raise parts["tag"].error(f"language {tag} is given twice")
        key = _matching(parts["key"], re.compile("[0-9]"), "one telephone key, 0 to 9,")
        if any(choice.key == key for choice in found):
            raise parts["key"].error(f"key {key} is given twice")
        found.append(Choice(language=tag, key=key))
    return tuple(found)


def _targets(node: Located) -> dict[str, Millis]:
    found: dict[str, Millis] = {}
    for name, value in node.mapping().items():
        if not _NAME.fullmatch(name):
            raise value.error(f"class {name}: give a name of small letters")
        parts = value.mapping(known=("target_seconds",), needed=("target_seconds",))
        found[name] = parts["target_seconds"].integer(0, 86_400) * 1000
    if not found:
        raise node.error("give at least one priority class")
    return found


def _entry_points(node: Located, targets: dict[str, Millis]) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for name, value in node.mapping().items():
        if not _NAME.fullmatch(name):
            raise value.error(f"entry point {name}: give a name of small letters")
        parts = value.mapping(known=("flow", "class"), needed=("flow", "class"))
        priority = parts["class"].text()
        if priority not in targets:
            raise parts["class"].error(f"class {priority} is not among the classes of this site")
        flow = _matching(parts["flow"], _NAME, "the name of a flow")
        found[name] = EntryPoint(name=name, flow=flow, priority_class=priority)
    if not found:
        raise node.error("give at least one entry point")
    return found


def _numbers(node: Located, entry_points: dict[str, EntryPoint]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, value in node.mapping().items():
        if not _NUMBER.fullmatch(number):
            raise value.error("a number is a short code, or + and country code; quote it")
        entry = value.text()
        if entry not in entry_points:
            raise value.error(f"entry point {entry} is not among the entry points of this site")
        for spelling in spellings(number):
            if spelling in found:
                raise value.error("this number is given twice, in another spelling")
            found[spelling] = entry
    for name in entry_points:
        if name not in found.values():
            raise node.error(f"entry point {name} has no number: nobody could reach it")
    return found


def _nurses(node: Located, languages: list[str]) -> tuple[SiteNurse, ...]:
    found: list[SiteNurse] = []
    for item in node.sequence():
        parts = item.mapping(known=("id", "name", "languages"), needed=("id", "name", "languages"))
        nurse = _matching(parts["id"], _NURSE, "an id like n017")
        if any(other.id == nurse for other in found):
            raise parts["id"].error(f"nurse {nurse} is given twice")
        spoken: list[Language] = []
        for tag in parts["languages"].sequence():
            if tag.text() not in languages:
                known = ", ".join(languages)
                raise tag.error(f"language {tag.text()} is not one of this site's: {known}")
            if tag.text() in spoken:
                raise tag.error(f"language {tag.text()} is given twice")
            spoken.append(Language(tag.text()))
        name = parts["name"].text()
        if not name.isprintable() or len(name) > 60:
            raise parts["name"].error("a name is one line of at most 60 characters")
        found.append(SiteNurse(id=NurseId(nurse), name=name, languages=tuple(spoken)))
    return tuple(found)


def _pause_reasons(node: Located | None) -> dict[str, str]:
    if node is None:
        return {"1": "break"}
    found: dict[str, str] = {}
    for digit, value in node.mapping().items():
        if not re.fullmatch("[1-9]", digit):
            raise value.error(f"pause reason {digit}: its key is one digit, 1 to 9")
        reason = _matching(value, _NAME, "a reason of small letters")
        if reason in (SIGN_OUT_NEXT, SHORT_TALK, LINE_LOST, "rona"):
            raise value.error(f"{reason} is a word of the service's own; choose another")
        found[digit] = reason
    return found


def _trunk(node: Located) -> tuple[str, ...]:
    parts = node.mapping(known=("addresses",), needed=("addresses",))
    found: list[str] = []
    for item in parts["addresses"].sequence():
        try:
            network = ipaddress.ip_network(item.text())
        except ValueError:
            raise item.error("here an IP address or network is expected") from None
        if network.num_addresses > 65_536:
            raise item.error("this network is too large to be one carrier")
        found.append(str(network))
    return tuple(found)
