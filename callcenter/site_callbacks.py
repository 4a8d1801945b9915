"""Site callbacks: how a site rings its callers back, and what it can promise them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from callbacks.capacity import SLOTS, Staffing, slots
from callbacks.policy import CallbackPolicy, Room
from callbacks.room import HOLIDAY
from callcenter.site_rules import seconds
from language_routing.languages import Language
from language_routing.load_skills import site_language
from language_routing.words import WEEKDAYS, name_of
from language_routing.yaml_lines import Located

_A_DAY: Final = 86_400
_HOUR: Final = 3_600_000
_A_MONTH: Final = 744  # hours
_HOURS: Final = 24
_HALF_HOUR: Final = re.compile("([01][0-9]|2[0-3]):(00|30)")
_MOST_CALLS: Final = 100_000
_MOST_NURSES: Final = 5_000
_SUNDAY: Final = 6
_KNOWN: Final = (
    "attempts", "again_after_seconds", "promise_seconds", "beyond_hours", "margin_seconds",
    "ring_seconds", "preview_seconds", "lead_seconds", "ready_within_seconds", "patient_first",
    "nurse_first", "most_open", "after_talk_seconds", "keep_ended_hours", "texts", "forecast",
)  # fmt: skip
_RULES: Final = CallbackPolicy()  # what holds where a site says nothing


@dataclass(frozen=True, kw_only=True)
class Callbacks:
    """The section of a site.

    Attributes:
        warnings: What is odd and yet taken, each `file:line: sentence`.
    """

    policy: CallbackPolicy
    warnings: tuple[str, ...] = ()


def load_callbacks(
    node: Located, *, classes: Sequence[str], languages: Sequence[Language], outbound: bool
) -> Callbacks:
    """How patients are rung, as the site writes it.

    Args:
        classes: The site's priority classes.
        languages: Those of its menu.
        outbound: Whether the site can call through its carrier.

    Raises:
        YamlError: It cannot call; something is no rule, or two rules contradict each other.
    """
    if not outbound:
        raise node.error("callbacks go out through the carrier: give `outbound` in `trunk`")
    parts = node.mapping(known=_KNOWN)
    room: tuple[Room, ...] = ()
    warnings: tuple[str, ...] = ()
    if "forecast" in parts:
        room, warnings = _forecast(parts["forecast"], languages)
    policy = CallbackPolicy(
        attempts=_whole(parts, "attempts", _RULES.attempts, 1, 20),
        again_after=_span(parts, "again_after_seconds", _RULES.again_after, 1),
        promise=_span(parts, "promise_seconds", _RULES.promise, 1),
        beyond=_hours(parts, "beyond_hours", _RULES.beyond),
        margin=_span(parts, "margin_seconds", _RULES.margin, 0),
        ring=_span(parts, "ring_seconds", _RULES.ring, 1, 180),
        preview=_span(parts, "preview_seconds", _RULES.preview, 1, 600),
        lead=_span(parts, "lead_seconds", _RULES.lead, 0, 600),
        ready_within=_span(parts, "ready_within_seconds", _RULES.ready_within, 1, 120),
        patient_first=parts["patient_first"].truth()
        if "patient_first" in parts
        else _RULES.patient_first,
        nurse_first=_classes(parts["nurse_first"], classes) if "nurse_first" in parts else (),
        most_open=_whole(parts, "most_open", _RULES.most_open, 1, 20),
        after_talk=_span(parts, "after_talk_seconds", _RULES.after_talk, 0),
        keep_ended=_hours(parts, "keep_ended_hours", _RULES.keep_ended),
        room=room,
        texts=parts["texts"].truth() if "texts" in parts else False,
    )
    _check(policy, parts, node)
    return Callbacks(policy=policy, warnings=warnings)


def _whole(parts: Mapping[str, Located], name: str, default: int, low: int, high: int) -> int:
    return parts[name].integer(low, high) if name in parts else default


def _span(
    parts: Mapping[str, Located], name: str, default: int, low: int, high: int = _A_DAY
) -> int:
    return seconds(parts, name, default // 1000, low=low, high=high)


def _hours(parts: Mapping[str, Located], name: str, default: int) -> int:
    return parts[name].integer(1, _A_MONTH) * _HOUR if name in parts else default


def _classes(node: Located, classes: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for item in node.sequence():
        if item.text() not in classes:
            raise item.error(f"class {item.text()} is not among the classes of this site")
        if item.text() in found:
            raise item.error(f"class {item.text()} is given twice")
        found.append(item.text())
    return tuple(found)


def _check(policy: CallbackPolicy, parts: Mapping[str, Located], node: Located) -> None:
    """Whether the rules fit together; a rule that is not written is the default's."""
    promise = policy.promise // 1000
    if policy.margin >= policy.promise:
        raise parts.get("margin_seconds", node).error(
            f"a nurse should have it {policy.margin // 1000} s before the promise ends, "
            f"which is made only {promise} s before (promise_seconds)"
        )
    if policy.ring > policy.promise:
        raise parts.get("ring_seconds", node).error(
            f"a patient's phone rings longer than the promise ({promise} s) lasts"
        )
    if policy.beyond < policy.promise:
        raise parts.get("beyond_hours", node).error(
            f"with a reason no less can be promised than without one ({promise} s)"
        )


# -- forecast ---------------------------------------------------------------------------


def _forecast(
    node: Located, languages: Sequence[Language]
) -> tuple[tuple[Room, ...], tuple[str, ...]]:
    """What can be promised, and of which languages nothing ever can."""
    parts = node.mapping(
        known=(
            "handle_seconds", "callback_seconds", "answered_percent", "within_seconds",
            "free_percent", "days",
        ),
        needed=("handle_seconds", "callback_seconds", "days"),
    )  # fmt: skip
    staffing = Staffing(
        handle=parts["handle_seconds"].integer(1, 7200) * 1000,
        callback=parts["callback_seconds"].integer(1, 7200) * 1000,
        answered=_whole(parts, "answered_percent", 80, 1, 99),
        within=seconds(parts, "within_seconds", 180, low=0, high=_A_DAY),
        free=_whole(parts, "free_percent", 10, 0, 99),
    )
    rooms: list[Room] = []
    for days, value in _by_days(parts["days"]):
        rooms += _day(value, days, languages, staffing)
    promised = {row.language for row in rooms if any(row.slots)}
    warnings = tuple(
        node.warning(f"by this forecast no callback in {name_of(language)} can ever be promised")
        for language in languages
        if language not in promised
    )
    return tuple(rooms), warnings


def _by_days(node: Located) -> list[tuple[tuple[int, ...], Located]]:
    """Each group of days; a holiday that is not mentioned is as a Sunday."""
    found: list[tuple[tuple[int, ...], Located]] = []
    known: set[int] = set()
    for name, value in node.mapping().items():
        days = _group(name, value)
        if known & set(days):
            raise value.error(f"{name}: one of these days is given twice")
        known |= set(days)
        found.append((days, value))
    if missing := [day for number, day in enumerate(WEEKDAYS) if number not in known]:
        raise node.error(f"nothing is said about {', '.join(missing)}")
    if HOLIDAY not in known:
        found = [((*days, HOLIDAY) if _SUNDAY in days else days, value) for days, value in found]
    return found


def _group(name: str, value: Located) -> tuple[int, ...]:
    """`mon-fri`, `sat`, `daily` or `holiday`."""
    if name == "holiday":
        return (HOLIDAY,)
    first, _, last = ("mon", "-", "sun") if name == "daily" else name.partition("-")
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        raise value.error(
            f"days {name} are unknown; known: {', '.join(WEEKDAYS)}, mon-fri, daily, holiday"
        )
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    if end < begin:
        raise value.error(f"{name} runs over the end of the week; give two entries")
    return tuple(range(begin, end + 1))


def _day(
    node: Located, days: tuple[int, ...], languages: Sequence[Language], staffing: Staffing
) -> list[Room]:
    parts = node.mapping(known=("hours", "calls", "nurses"), needed=("hours", "calls", "nurses"))
    hours = [item.integer(0, _MOST_CALLS) for item in parts["hours"].sequence()]
    if len(hours) != _HOURS or not any(hours):
        raise parts["hours"].error("here 24 numbers are expected, one for each hour from midnight")
    nurses = {
        site_language(value, languages, name): _on_duty(value)
        for name, value in parts["nurses"].mapping().items()
    }
    rooms: list[Room] = []
    for name, value in parts["calls"].mapping().items():
        tag = site_language(value, languages, name)
        calls = value.integer(0, _MOST_CALLS)
        on_duty = nurses.get(tag, (0,) * SLOTS)
        if calls and not any(on_duty):
            raise value.error(f"calls in {name_of(tag)}, and no nurse of theirs on duty all day")
        rooms.append(Room(language=tag, days=days, slots=slots(calls, hours, on_duty, staffing)))
    for tag in nurses:
        if all(row.language != tag for row in rooms):
            raise parts["calls"].error(f"how many calls are expected in {name_of(tag)}?")
    return rooms


def _on_duty(node: Located) -> tuple[int, ...]:
    """`6`, or `{"07:00": 6, "22:00": 2}`: so many from then on; before the first, none."""
    if not node.is_mapping:
        return (node.integer(0, _MOST_NURSES),) * SLOTS
    found = [0] * SLOTS
    before = -1
    for name, value in node.mapping().items():
        begins = _HALF_HOUR.fullmatch(name)
        if begins is None:
            raise value.error(f'{name} is not the beginning of a half-hour, such as "07:30"')
        first = int(begins[1]) * 2 + (begins[2] == "30")
        if first <= before:
            raise value.error(f"{name} is not later than the time before it")
        before = first
        found[first:] = [value.integer(0, _MOST_NURSES)] * (SLOTS - first)
    return tuple(found)
