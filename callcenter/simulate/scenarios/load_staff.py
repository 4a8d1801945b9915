"""Staff as a scenario writes it: groups of nurses, by shifts or by the hour."""

import re
from collections.abc import Mapping
from typing import Final

from callcenter.acd.ids import NurseId
from callcenter.acd.policy import NurseSpec
from callcenter.simulate.scenarios.load_demand import hourly
from callcenter.simulate.scenarios.load_rules import Rules
from callcenter.simulate.scenarios.roster import (
    WAVES,
    Away,
    Break,
    Group,
    HourlyGroup,
    Shift,
    ShiftGroup,
)
from callcenter.simulate.scenarios.yaml_numbers import dates_of, share, weekdays_of, whole_hour
from language_routing.load_hours import load_minute
from language_routing.load_skills import SKILL_KEYS, load_languages, load_requirement
from language_routing.yaml_lines import Located

MOST_NURSES: Final = 5000
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_BY_SHIFTS: Final = ("nurses", "shifts", "breaks", "away")


def load_staff(node: Located, rules: Rules) -> tuple[tuple[Group, ...], tuple[NurseSpec, ...]]:
    """The groups, and all their nurses.

    Raises:
        YamlError: A language is unknown, a group has no nurses, too few for its shifts or no
            work, or nobody is there at all.
    """
    groups: list[Group] = []
    nurses: list[NurseSpec] = []
    for item in node.sequence():
        parts = item.mapping(
            known=("name", "languages", *SKILL_KEYS, "from", "by_hour", *_BY_SHIFTS),
            needed=("name", "languages"),
        )
        name = parts["name"].matching(_NAME, "a name of small letters")
        if any(group.name == name for group in groups):
            raise parts["name"].error(f"group {name} is given twice")
        first = len(nurses) + 1
        if ("by_hour" in parts) == ("shifts" in parts):
            raise item.error("give either `by_hour` (nurses in each hour) or `shifts`")
        group = (
            _hourly(name, parts, first) if "by_hour" in parts else _shifts(name, item, parts, first)
        )
        groups.append(group)
        nurses += _specs(group, parts, rules)
        if len(nurses) > MOST_NURSES:
            raise item.error(f"these are more than {MOST_NURSES} nurses")
    return tuple(groups), tuple(nurses)


def _specs(group: Group, parts: Mapping[str, Located], rules: Rules) -> list[NurseSpec]:
    spoken, levels = load_languages(parts["languages"], rules.policy.languages)
    trained = load_requirement(parts, rules.competences)
    return [
        NurseSpec(
            id=nurse,
            languages=spoken,
            levels=levels,
            competences=trained.competences,
            years=trained.years,
        )
        for nurse in group.nurses
    ]


def _ids(first: int, count: int) -> tuple[NurseId, ...]:
    return tuple(NurseId(f"n{number:04}") for number in range(first, first + count))


def _hourly(name: str, parts: Mapping[str, Located], first: int) -> HourlyGroup:
    for key in _BY_SHIFTS:
        if key in parts:
            raise parts[key].error(f"`{key}` goes with `shifts`, not with by_hour")
    opens = whole_hour(parts["from"]) if "from" in parts else 0
    for item in parts["by_hour"].sequence():
        item.integer(0, MOST_NURSES)
    by_hour = tuple(int(each) for each in hourly(parts["by_hour"], opens, "by_hour", MOST_NURSES))
    return HourlyGroup(name=name, nurses=_ids(first, max(by_hour)), by_hour=by_hour)


def _shifts(name: str, node: Located, parts: Mapping[str, Located], first: int) -> ShiftGroup:
    if "from" in parts:
        raise parts["from"].error("`from` goes with by_hour; each shift has its own")
    if "nurses" not in parts:
        raise node.error("nurses is missing")
    count = parts["nurses"].integer(1, MOST_NURSES)
    shifts = tuple(_shift(item) for item in parts["shifts"].sequence())
    found = ShiftGroup(
        name=name,
        nurses=_ids(first, count),
        shifts=shifts,
        breaks=_breaks(parts["breaks"], shifts) if "breaks" in parts else (),
        away=_away(parts["away"]) if "away" in parts else (),
    )
    if found.most() > count:
        raise parts["nurses"].error(
            f"the shifts of one day need {found.most()} nurses, and the group has {count}"
        )
    return found


def _shift(node: Located) -> Shift:
    names = ("days", "from", "to", "on")
    parts = node.mapping(known=names, needed=names)
    begins, ends = load_minute(parts["from"], latest=1439), load_minute(parts["to"])
    if begins == ends:
        raise parts["to"].error("the shift ends when it begins")
    return Shift(
        weekdays=weekdays_of(parts["days"]),
        begins=begins,
        ends=ends,
        on=parts["on"].integer(1, MOST_NURSES),
    )


def _breaks(node: Located, shifts: tuple[Shift, ...]) -> tuple[Break, ...]:
    longest = max(shift.minutes for shift in shifts)
    found: list[Break] = []
    for item in node.sequence():
        names = ("after_minutes", "minutes")
        parts = item.mapping(known=names, needed=names)
        each = Break(
            after=parts["after_minutes"].integer(1, 1439), minutes=parts["minutes"].integer(1, 240)
        )
        if each.after + each.minutes >= longest:
            raise item.error("this break fits in no shift of the group")
        if found and each.after < found[-1].over:
            raise item.error(
                "this break begins before everybody is back from the one before: they go in "
                f"{WAVES} waves, the last is back after {found[-1].over} minutes"
            )
        found.append(each)
    return tuple(found)


def _away(node: Located) -> tuple[Away, ...]:
    return tuple(
        Away(dates=dates_of(value, text), share=share(value))
        for text, value in node.mapping().items()
    )
