"""Site front: what callers meet, as a site writes it: the menu, entry points, numbers, trunk."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.site_rules import WORD
from ivr_flows.languages import Choice
from language_routing.languages import language
from language_routing.load_skills import SKILL_KEYS, load_requirement
from language_routing.skills import NOTHING, Requirement
from language_routing.yaml_lines import Located

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,6}")


@dataclass(frozen=True, kw_only=True)
class EntryPoint:
    """Where a dialled number leads: a flow, a priority class, and what its callers need."""

    name: str
    flow: str
    priority_class: str
    requirement: Requirement = NOTHING


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
    node: Located, targets: dict[str, Millis], competences: tuple[str, ...]
) -> dict[str, EntryPoint]:
    """The entry points by name.

    Raises:
        YamlError: A class or a competence is not the site's, or a name is none.
    """
    found: dict[str, EntryPoint] = {}
    for name, value in node.mapping().items():
        if not WORD.fullmatch(name):
            raise value.error(f"entry point {name}: give a name of small letters")
        parts = value.mapping(known=("flow", "class", *SKILL_KEYS), needed=("flow", "class"))
        priority = parts["class"].text()
        if priority not in targets:
            raise parts["class"].error(f"class {priority} is not among the classes of this site")
        found[name] = EntryPoint(
            name=name,
            flow=parts["flow"].matching(WORD, "the name of a flow"),
            priority_class=priority,
            requirement=load_requirement(parts, competences),
        )
    if not found:
        raise node.error("give at least one entry point")
    return found


def load_numbers(node: Located, entry_points: dict[str, EntryPoint]) -> dict[str, str]:
    """Every dialled number, in each of its spellings, to its entry point.

    Raises:
        YamlError: A number is none or there twice, or an entry point is unknown or has none.
    """
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


def load_trunk(node: Located) -> tuple[str, ...]:
    """From where the carrier's calls come.

    Raises:
        YamlError: An address is none, or a network is too large to be one carrier.
    """
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
