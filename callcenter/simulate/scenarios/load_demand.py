"""Demand as a scenario writes it: who calls, and how the day, week and year are shaped."""

from collections.abc import Mapping, Sequence
from typing import Final

from callcenter.simulate.scenarios.demand import Dates, Stream
from callcenter.simulate.scenarios.load_rules import Rules
from callcenter.simulate.scenarios.yaml_numbers import dates_of, decimal, decimals, whole_hour
from language_routing.load_skills import site_language
from language_routing.rings import admits
from language_routing.skills import NOTHING, Skills
from language_routing.words import name_of
from language_routing.yaml_lines import Located

MOST_A_DAY: Final = 100_000  # calls
_MOST_STREAMS: Final = 200
_MOST_TIMES: Final = 1000  # a factor, or a weight, is no larger


def load_demand(node: Located, rules: Rules, staff: Sequence[Skills]) -> tuple[Stream, ...]:
    """All kinds of callers.

    Args:
        staff: What each nurse can do; somebody must be able to serve every caller.

    Raises:
        YamlError: A language, an entry point or a class is unknown, a number is none, or
            nobody could ever serve such callers.
    """
    found: list[Stream] = []
    if len(node.sequence()) > _MOST_STREAMS:
        raise node.error(f"these are more than {_MOST_STREAMS} kinds of callers")
    for item in node.sequence():
        stream = _stream(item, rules)
        _check_served(item, stream, rules, staff)
        found.append(stream)
    return tuple(found)


def _stream(node: Located, rules: Rules) -> Stream:
    parts = node.mapping(
        known=(
            "language", "entry_point", "class", "opens", "per_hour", "per_day", "by_hour",
            "by_weekday", "by_month", "on", "dates",
        ),
        needed=("language",),
    )  # fmt: skip
    entry_point, priority_class = _entry_point(node, parts, rules)
    return Stream(
        language=site_language(parts["language"], rules.policy.languages),
        entry_point=entry_point,
        priority_class=priority_class,
        by_hour=_by_hour(node, parts),
        by_weekday=_weights(parts.get("by_weekday"), 7, "by_weekday"),
        by_month=_weights(parts.get("by_month"), 12, "by_month"),
        on=_factors(parts["on"]) if "on" in parts else (),
        dates=dates_of(parts["dates"]) if "dates" in parts else None,
    )


def _entry_point(node: Located, parts: Mapping[str, Located], rules: Rules) -> tuple[str, str]:
    """The entry point and the class; without an entry point of its own the site's `public`."""
    name = parts["entry_point"].text() if "entry_point" in parts else "public"
    if name not in rules.entry_points:
        known = ", ".join(sorted(rules.entry_points))
        raise parts.get("entry_point", node).error(
            f"entry point {name} is not among those of the rules: {known}"
        )
    priority_class = parts["class"].text() if "class" in parts else rules.entry_points[name]
    if priority_class not in rules.policy.targets:
        known = ", ".join(sorted(rules.policy.targets))
        raise parts["class"].error(
            f"class {priority_class} is not among those of the rules: {known}"
        )
    return name, priority_class


def _by_hour(node: Located, parts: Mapping[str, Located]) -> tuple[float, ...]:
    """Calls in each hour of the ordinary day."""
    if ("per_hour" in parts) == ("per_day" in parts):
        raise node.error("give either per_hour (calls in each hour) or per_day (calls in all)")
    if "per_day" in parts:
        for name in ("opens",):
            if name in parts:
                raise parts[name].error("`opens` goes with per_hour; by_hour has all 24 hours")
        total = decimal(parts["per_day"], 0.001, MOST_A_DAY)
        weights = (
            decimals(parts["by_hour"], 24, "by_hour", MOST_A_DAY)
            if "by_hour" in parts
            else (1.0,) * 24
        )
        return tuple(total * weight / sum(weights) for weight in weights)
    if "by_hour" in parts:
        raise parts["by_hour"].error("by_hour goes with per_day; per_hour says it already")
    opens = whole_hour(parts["opens"]) if "opens" in parts else 0
    return hourly(parts["per_hour"], opens, "per_hour", MOST_A_DAY)


def hourly(node: Located, opens: int, what: str, high: float) -> tuple[float, ...]:
    """One number for each hour from `opens` on; 0 in the others of the 24.

    Raises:
        YamlError: There are more than the day still has, or one is no number.
    """
    count = len(node.sequence())
    if count > 24 - opens:
        raise node.error(f"{what} has {count} hours; from {opens:02}:00 the day has {24 - opens}")
    numbers = decimals(node, count, what, high)
    return (0.0,) * opens + numbers + (0.0,) * (24 - opens - count)


def _weights(node: Located | None, count: int, what: str) -> tuple[float, ...]:
    """As factors, 1 on average."""
    if node is None:
        return (1.0,) * count
    weights = decimals(node, count, what, _MOST_TIMES)
    return tuple(weight * count / sum(weights) for weight in weights)


def _factors(node: Located) -> tuple[tuple[Dates, float], ...]:
    return tuple(
        (dates_of(value, text), decimal(value, 0, _MOST_TIMES))
        for text, value in node.mapping().items()
    )


def _check_served(node: Located, stream: Stream, rules: Rules, staff: Sequence[Skills]) -> None:
    line = rules.policy.routing.line(stream.language)
    asked = rules.policy.requirements.get(stream.entry_point, NOTHING)
    if not any(
        admits(ring, stream.language, asked, skills) for ring in line.rings for skills in staff
    ):
        raise node.error(
            f"nobody of the staff could ever serve {name_of(stream.language)} callers of "
            f"{stream.entry_point}"
        )
