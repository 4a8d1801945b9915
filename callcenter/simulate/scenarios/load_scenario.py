"""Load: a scenario from its YAML, refused with file and line. ops/scenarios/README.md: the keys."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from callcenter.acd.ids import Millis
from callcenter.simulate.local_clock import MOST_DAYS
from callcenter.simulate.model import Redials, Ringing
from callcenter.simulate.scenarios.chance import Length, Patience, Shape
from callcenter.simulate.scenarios.load_demand import MOST_A_DAY, load_demand
from callcenter.simulate.scenarios.load_rules import Rules, load_rules
from callcenter.simulate.scenarios.load_staff import load_staff
from callcenter.simulate.scenarios.scenario import Scenario
from callcenter.simulate.scenarios.yaml_numbers import day_of, decimal, seconds, share
from language_routing.calendars import YEARS
from language_routing.languages import Language
from language_routing.load_skills import site_language
from language_routing.yaml_lines import Located, YamlError

MOST_CALLS: Final = 20_000_000
_LONGEST_TALK: Final = 4 * 3600  # seconds
_LONGEST_PATIENCE: Final = 7 * 86_400  # seconds
_LEAST_BUSYNESS: Final = 4  # below, a day of ten times the calls is not rare enough
_KNOWN: Final = (
    "title", "seed", "starts", "days", "warm_up_days", "parts", "site", "rules", "busyness",
    "demand", "talk", "patience", "redials", "ringing", "staff",
)  # fmt: skip


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario.

    Raises:
        YamlError: Something is wrong; the text is `file:line: sentence`.
    """
    try:
        top = Located.read(path)
    except OSError as error:
        raise YamlError(f"{path}:1: the file cannot be read: {error.strerror}") from None
    parts = top.mapping(
        known=_KNOWN, needed=("title", "starts", "days", "demand", "talk", "patience", "staff")
    )
    rules = load_rules(top, parts, path)
    staff, nurses = load_staff(parts["staff"], rules)
    usual_talk, talk = _talk(parts["talk"], rules)
    pick_up, ringing = _ringing(parts.get("ringing"), rules)
    days = parts["days"].integer(1, MOST_DAYS)
    scenario = Scenario(
        title=_title(parts["title"]),
        policy=replace(rules.policy, nurses=nurses),
        demand=load_demand(parts["demand"], rules, [nurse.skills for nurse in nurses]),
        staff=staff,
        starts=day_of(parts["starts"]),
        never_refused=rules.never_refused,
        usual_talk=usual_talk,
        talk=talk,
        patience=_patience(parts["patience"]),
        redials=_redials(parts.get("redials")),
        ringing=ringing,
        pick_up=pick_up,
        busyness=_busyness(parts.get("busyness")),
        days=days,
        warm_up=_number(parts, "warm_up_days", 0, 0, 30),
        parts=_number(parts, "parts", 1, 1, min(days, 64)),
        seed=_number(parts, "seed", 1177, 0, 10**9),
    )
    _check_size(parts, scenario)
    return scenario


def _title(node: Located) -> str:
    text = node.text()
    if not text.isprintable() or len(text) > 120:
        raise node.error("a title is one line of at most 120 characters")
    return text


def _number(parts: Mapping[str, Located], name: str, default: int, low: int, high: int) -> int:
    return parts[name].integer(low, high) if name in parts else default


def _busyness(node: Located | None) -> float | None:
    if node is None or (not node.is_mapping and node.text() == "none"):
        return None
    return decimal(
        node.mapping(known=("gamma",), needed=("gamma",))["gamma"], _LEAST_BUSYNESS, 1_000_000
    )


def _talk(node: Located, rules: Rules) -> tuple[Length, dict[Language, Length]]:
    """One for all languages, or a `default` and those that differ."""
    parts = node.mapping()
    if "default" not in parts:
        return _length(node), {}
    languages = rules.policy.languages
    return _length(parts["default"]), {
        site_language(value, languages, text): _length(value)
        for text, value in parts.items()
        if text != "default"
    }


def _length(node: Located) -> Length:
    parts = node.mapping(known=("mean_seconds", "shape", "cv"), needed=("mean_seconds",))
    shape = Shape.EXPONENTIAL
    if "shape" in parts:
        text = parts["shape"].text()
        if text not in list(Shape):
            raise parts["shape"].error(f"shape {text} is unknown; known: {', '.join(Shape)}")
        shape = Shape(text)
    if ("cv" in parts) != (shape is Shape.LOGNORMAL):
        raise parts.get("cv", node).error("lognormal needs a cv, and no other shape has one")
    return Length(
        mean=seconds(parts["mean_seconds"], 1, _LONGEST_TALK),
        shape=shape,
        cv=decimal(parts["cv"], 0.01, 10) if "cv" in parts else 1.0,
    )


def _patience(node: Located) -> Patience:
    """`never` (gives up), or a mean."""
    if not node.is_mapping:
        if node.text() != "never":
            raise node.error("here `never` or mean_seconds is expected")
        return Patience()
    parts = node.mapping(known=("mean_seconds", "at_once"), needed=("mean_seconds",))
    return Patience(
        mean=seconds(parts["mean_seconds"], 1, _LONGEST_PATIENCE),
        at_once=share(parts["at_once"]) if "at_once" in parts else 0.0,
    )


def _redials(node: Located | None) -> Redials:
    if node is None:
        return Redials()
    parts = node.mapping(known=("share", "after_minutes", "most"), needed=("share",))
    return Redials(
        share=share(parts["share"]),
        after=_minutes(parts, "after_minutes", Redials().after),
        most=_number(parts, "most", Redials().most, 0, 20),
    )


def _ringing(node: Located | None, rules: Rules) -> tuple[tuple[Millis, Millis], Ringing]:
    if node is None:
        return (0, 0), Ringing()
    parts = node.mapping(known=("seconds", "missed", "back_after_minutes"))
    pick_up = (0, 0)
    if "seconds" in parts:
        pair = parts["seconds"].sequence()
        longest = rules.policy.ring / 1000
        found = [seconds(each, 0, longest) for each in pair]
        if len(found) != 2 or found[0] > found[1]:
            raise parts["seconds"].error("here [soonest, latest] is expected, in seconds")
        if found[1] >= rules.policy.ring:
            raise parts["seconds"].error(f"a phone rings for {longest:g} s; these would be misses")
        pick_up = (found[0], found[1])
    return pick_up, Ringing(
        missed=share(parts["missed"]) if "missed" in parts else 0.0,
        back_after=_minutes(parts, "back_after_minutes", Ringing().back_after),
    )


def _minutes(parts: Mapping[str, Located], name: str, default: Millis) -> Millis:
    return round(decimal(parts[name], 0.1, 1440) * 60_000) if name in parts else default


def _check_size(parts: Mapping[str, Located], scenario: Scenario) -> None:
    """Whether somebody comes, and no more than a machine can bear."""
    last = scenario.starts + timedelta(days=scenario.days)
    if last.year not in YEARS:
        raise parts["days"].error(
            f"the last day is in {last.year}; known are {YEARS[-1]} and before"
        )
    total = 0.0
    hourly = [(stream, sum(stream.by_hour)) for stream in scenario.demand]
    for day in range(-scenario.warm_up, scenario.days):
        today = scenario.date(day)
        calls = sum(stream.factor(today) * in_all for stream, in_all in hourly)
        if calls > MOST_A_DAY:
            raise parts["demand"].error(
                f"{calls:.0f} calls are expected on {today}; at most {MOST_A_DAY} a day"
            )
        total += calls
    if total > MOST_CALLS:
        raise parts["demand"].error(f"{total:.0f} calls are expected; at most {MOST_CALLS}")
    if total == 0:
        raise parts["demand"].error("nobody ever calls on these days")
