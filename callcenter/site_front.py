"""Site front: what callers meet, as a site writes it: menu, entry points, numbers, addresses."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.site_rules import WORD
from callcenter.site_trunk import load_callable
from ivr_flows.languages import Choice
from ivr_flows.load import FLOWS
from language_routing.languages import Language, language
from language_routing.load_skills import SKILL_KEYS, load_requirement, site_language
from language_routing.skills import NOTHING, Requirement
from language_routing.yaml_lines import Located

E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_NUMBER: Final = re.compile(rf"{E164.pattern}|[0-9]{{3,6}}")
# Also the name of a prompt, where `_` is `-` (`site_flows.greeting_prompt`).
_ENTRY: Final = re.compile(r"(?=.{2,31}$)[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9._-]{0,31}")
# Extensions that mean something to Asterisk itself (single letters, besides).
_SPECIAL: Final = ("fax", "talk", "failed", "report", "hint", "include", "switch")
_LONGEST_GREETING: Final = 400
# Marks that a speech engine or Fluent reads as orders.
_NOT_SPOKEN: Final = frozenset("{}<>[]\\|")
_ENTRY_KEYS: Final = (
    "flow", "class", "greeting", "language", "waiting", "survey", "transfers", *SKILL_KEYS,
)  # fmt: skip
DEFAULT_WAITING: Final = "waiting"


@dataclass(frozen=True, kw_only=True)
class EntryPoint:
    """Where a dialled number leads: a flow, a priority class, and what its callers need.

    Attributes:
        flow: The dialogue before the line.
        waiting: The dialogue in line.
        language: The line's own language, of a direct line; `None`: the site's default.
        greeting: Language to what its callers hear first; empty: they are not greeted.
        survey: Whether callers may be asked afterwards how it was.
        transfers: Name to the number that callers can be connected to, such as a switchboard.
    """

    name: str
    flow: str
    priority_class: str
    requirement: Requirement = NOTHING
    waiting: str = DEFAULT_WAITING
    language: str | None = None
    greeting: dict[str, str] = field(default_factory=dict)
    survey: bool = False
    transfers: dict[str, str] = field(default_factory=dict)


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


def load_choices(node: Located) -> tuple[Choice, ...]:
    """The languages of the menu, each with its key; the first is the default.

    Raises:
        YamlError: One is no language or no key, or there twice.
    """
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
        key = parts["key"].matching(re.compile("[0-9]"), "one telephone key, 0 to 9,")
        if any(choice.key == key for choice in found):
            raise parts["key"].error(f"key {key} is given twice")
        found.append(Choice(language=tag, key=key))
    return tuple(found)


def load_entry_points(
    node: Located,
    targets: Mapping[str, Millis],
    competences: tuple[str, ...],
    languages: tuple[Language, ...],
    *,
    outbound: bool,
) -> dict[str, EntryPoint]:
    """The entry points by name.

    Args:
        languages: Those of the menu, the default one first.
        outbound: Whether the carrier takes calls of ours, for transfers.

    Raises:
        YamlError: A class, a competence or a language is not the site's, a flow is not there,
            a name is none, or a text or number of an entry point is none.
    """
    found: dict[str, EntryPoint] = {}
    for name, value in node.mapping().items():
        if not _ENTRY.fullmatch(name):
            raise value.error(f"entry point {name}: give a name of small letters")
        parts = value.mapping(known=_ENTRY_KEYS, needed=("flow", "class"))
        priority = parts["class"].text()
        if priority not in targets:
            raise parts["class"].error(f"class {priority} is not among the classes of this site")
        own = site_language(parts["language"], languages) if "language" in parts else None
        found[name] = EntryPoint(
            name=name,
            flow=_flow(parts["flow"]),
            priority_class=priority,
            requirement=load_requirement(parts, competences),
            waiting=_flow(parts["waiting"]) if "waiting" in parts else DEFAULT_WAITING,
            language=own,
            greeting=_greeting(parts["greeting"], languages, own or languages[0])
            if "greeting" in parts
            else {},
            survey=parts["survey"].truth() if "survey" in parts else False,
            transfers=_transfers(parts["transfers"], outbound=outbound)
            if "transfers" in parts
            else {},
        )
    if not found:
        raise node.error("give at least one entry point")
    return found


def _flow(node: Located) -> str:
    name = node.matching(WORD, "the name of a flow")
    if not (FLOWS / f"{name}.yaml").is_file():
        raise node.error(f"there is no flow {name}")
    return name


def _greeting(node: Located, languages: tuple[Language, ...], needed: Language) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, value in node.mapping().items():
        site_language(value, languages, tag)
        text = value.text()
        if not text.isprintable() or len(text) > _LONGEST_GREETING or not text.strip():
            raise value.error(f"a greeting is one line of at most {_LONGEST_GREETING} characters")
        if _NOT_SPOKEN & set(text):
            raise value.error("a greeting is spoken: no brackets, no \\ and no | in it")
        found[tag] = text
    if needed not in found:
        raise node.error(f"give the greeting in {needed} too: its callers hear that first")
    return found


def _transfers(node: Located, *, outbound: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in node.mapping().items():
        if not WORD.fullmatch(name):
            raise value.error(f"transfer {name}: give a name of small letters")
        if not outbound:
            raise value.error("the carrier takes no calls of ours: trunk has no `outbound`")
        found[name] = load_callable(value)
    return found


def load_numbers(
    node: Located, entry_points: Mapping[str, EntryPoint], addressed: Collection[str] = ()
) -> dict[str, str]:
    """Every dialled number, in each of its spellings, to its entry point.

    Args:
        addressed: Entry points that a SIP address leads to; they need no number.

    Raises:
        YamlError: A number is none or there twice, or an entry point is unknown or has none.
    """
    found: dict[str, str] = {}
    for number, value in node.mapping().items():
        if not _NUMBER.fullmatch(number):
            raise value.error("a number is a short code, or + and country code; quote it")
        entry = _entry(value, entry_points)
        for spelling in spellings(number):
            if spelling in found:
                raise value.error("this number is given twice, in another spelling")
            found[spelling] = entry
    for name in entry_points:
        if name not in found.values() and name not in addressed:
            raise node.error(f"entry point {name} has no number: nobody could reach it")
    return found


def load_addresses(node: Located | None, entry_points: Mapping[str, EntryPoint]) -> dict[str, str]:
    """The user part of each SIP address that leads to an entry point, and to which.

    Raises:
        YamlError: A name is none, means something to Asterisk itself, or is there twice; or
            an entry point is unknown.
    """
    found: dict[str, str] = {}
    heard: set[str] = set()
    for name, value in node.mapping().items() if node is not None else ():
        if not _ADDRESS.fullmatch(name):
            raise value.error(
                "an address is the name before the @: small letters, digits and . _ -"
            )
        if len(name) == 1 or name in _SPECIAL:
            raise value.error(f"{name} is a word of Asterisk's own; choose another")
        plain = name.replace("-", "")  # Asterisk does not see a - in an extension
        if plain in heard:
            raise value.error(f"address {name} is given twice, with or without its -")
        heard.add(plain)
        found[name] = _entry(value, entry_points)
    return found


def _entry(node: Located, entry_points: Mapping[str, EntryPoint]) -> str:
    entry = node.text()
    if entry not in entry_points:
        raise node.error(f"entry point {entry} is not among the entry points of this site")
    return entry
