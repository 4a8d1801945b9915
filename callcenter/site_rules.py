"""Site rules: classes, pauses, follow-me and surge, as a site writes them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from callcenter.acd.events import OfferResult
from callcenter.acd.ids import Millis
from callcenter.acd.nurse import LINE_LOST, PHONE_LOST, SHORT_TALK, SIGN_OUT_NEXT
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from ivr_flows.prompts import load_catalog
from language_routing.yaml_lines import Located

WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_PROMPT: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
# Reasons that the service gives itself: a nurse who chose one would be taken for it.
_OUR_REASONS: Final = (SIGN_OUT_NEXT, SHORT_TALK, LINE_LOST, PHONE_LOST, "rona", *OfferResult)
_A_DAY: Final = 86_400
_SURVEY_PERCENT: Final = 10
_MANY: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Classes:
    """Priority classes: the wait within which a caller should be answered, by day and by night."""

    targets: dict[str, Millis]
    night_targets: dict[str, Millis]


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """The digit behind `*52` to the reason, and its planned minutes where it has any."""

    reasons: dict[str, str] = field(default_factory=lambda: {"1": "break"})
    minutes: dict[str, int] = field(default_factory=dict)


def seconds(
    parts: Mapping[str, Located], name: str, default: int, *, low: int, high: int
) -> Millis:
    """A length among `parts`, in milliseconds.

    Raises:
        YamlError: It is no whole number of seconds from `low` to `high`.
    """
    return (parts[name].integer(low, high) if name in parts else default) * 1000


def load_classes(node: Located, *, night: bool) -> Classes:
    """The classes with their targets.

    Args:
        night: Whether the site says when night is.

    Raises:
        YamlError: A name or a target is none, or there is a night target and no night.
    """
    targets: dict[str, Millis] = {}
    by_night: dict[str, Millis] = {}
    for name, value in node.mapping().items():
        if not WORD.fullmatch(name):
            raise value.error(f"class {name}: give a name of small letters")
        parts = value.mapping(
            known=("target_seconds", "night_target_seconds"), needed=("target_seconds",)
        )
        targets[name] = parts["target_seconds"].integer(0, _A_DAY) * 1000
        if "night_target_seconds" in parts:
            if not night:
                raise parts["night_target_seconds"].error("the site does not say when `night` is")
            by_night[name] = parts["night_target_seconds"].integer(0, _A_DAY) * 1000
    if not targets:
        raise node.error("give at least one priority class")
    return Classes(targets=targets, night_targets=by_night)


def load_pauses(node: Located | None) -> Pauses:
    """`{1: break, 2: {reason: lunch, minutes: 30}}`.

    Raises:
        YamlError: A key is no digit, a reason no word or one of our own, or there twice.
    """
    if node is None:
        return Pauses()
    reasons: dict[str, str] = {}
    minutes: dict[str, int] = {}
    for digit, value in node.mapping().items():
        if not re.fullmatch("[1-9]", digit):
            raise value.error(f"pause reason {digit}: its key is one digit, 1 to 9")
        named = value
        if value.is_mapping:
            parts = value.mapping(known=("reason", "minutes"), needed=("reason",))
            named = parts["reason"]
            if "minutes" in parts:
                minutes[named.text()] = parts["minutes"].integer(1, 600)
        reason = named.matching(WORD, "a reason of small letters")
        if reason in _OUR_REASONS:
            raise named.error(f"{reason} is a word of the service's own; choose another")
        if reason in reasons.values():
            raise named.error(f"pause reason {reason} is given twice")
        reasons[digit] = reason
    if not reasons:
        raise node.error("give at least one pause reason")
    return Pauses(reasons=reasons, minutes=minutes)


def load_follow_me(node: Located | None) -> tuple[Millis, Millis]:
    """For how long a caller's last nurse is preferred, and how long the caller is kept for her.

    Raises:
        YamlError: They are no small whole numbers.
    """
    if node is None:
        return 0, 0
    parts = node.mapping(known=("within_minutes", "hold_seconds"), needed=("within_minutes",))
    within = parts["within_minutes"].integer(1, 1440) * 60_000
    return within, seconds(parts, "hold_seconds", 30, low=0, high=600)


def load_survey(node: Located | None) -> int:
    """How many of a hundred callers are asked how it was.

    Raises:
        YamlError: It is no whole number of them.
    """
    if node is None:
        return _SURVEY_PERCENT
    parts = node.mapping(known=("percent",), needed=("percent",))
    return parts["percent"].integer(1, 100)


@cache
def _prompts() -> dict[str, tuple[str, ...]]:
    """Our own prompts, each with its parameters."""
    catalog = load_catalog()
    return {prompt: catalog.parameters(prompt) for prompt in catalog.prompts()}


def _message(node: Located) -> str:
    name = node.matching(_PROMPT, "the name of a prompt")
    if name not in _prompts():
        raise node.error(f"there is no prompt {name}")
    if _prompts()[name]:
        raise node.error(f"prompt {name} speaks of numbers that a message does not have")
    return name


def load_surge(
    node: Located | None, classes: Collection[str]
) -> tuple[SurgeRules, tuple[str, ...]]:
    """The levels of surge, and the classes that are never refused.

    Raises:
        YamlError: A step is no harder than the one before, or refuses outside a crisis.
    """
    if node is None:
        return SurgeRules(), ()
    levels = (SurgeLevel.HIGH, SurgeLevel.CRISIS)
    parts = node.mapping(
        known=(
            "rises_after_seconds", "falls_after_seconds", "callback_after_seconds",
            "never_refused", *levels,
        ),
    )  # fmt: skip
    steps: list[SurgeStep] = []
    before = SurgeStep(
        level=SurgeLevel.NORMAL,
        callback_after=seconds(parts, "callback_after_seconds", 0, low=0, high=_A_DAY),
    )
    for level in levels:
        if level in parts:
            steps.append(_step(level, parts[level], steps[-1] if steps else before))
    rules = SurgeRules(
        callback_after=before.callback_after,
        rises_after=seconds(parts, "rises_after_seconds", 30, low=0, high=3600),
        falls_after=seconds(parts, "falls_after_seconds", 300, low=0, high=_A_DAY),
        steps=tuple(steps),
    )
    never: list[str] = []
    for item in parts["never_refused"].sequence() if "never_refused" in parts else ():
        if item.text() not in classes:
            raise item.error(f"class {item.text()} is not among the classes of this site")
        if item.text() in never:
            raise item.error(f"class {item.text()} is given twice")
        never.append(item.text())
    return rules, tuple(never)


def _step(level: SurgeLevel, node: Located, before: SurgeStep) -> SurgeStep:
    """One level; what it does not say of its effects is as at the level before."""
    parts = node.mapping(
        known=(
            "waiting", "longest_seconds", "message", "callback_after_seconds", "rings_percent",
            "wrap_up_seconds", "refuse_waiting",
        )
    )  # fmt: skip
    found = SurgeStep(
        level=level,
        waiting=_number(parts, "waiting", 0, 1, _MANY),
        longest=seconds(parts, "longest_seconds", 0, low=1, high=_A_DAY),
        message=_message(parts["message"]) if "message" in parts else before.message,
        callback_after=seconds(
            parts, "callback_after_seconds", before.callback_after // 1000, low=1, high=_A_DAY
        ),
        rings_percent=_number(parts, "rings_percent", before.rings_percent, 10, 1000),
        wrap_up=seconds(parts, "wrap_up_seconds", 0, low=0, high=900)
        if "wrap_up_seconds" in parts
        else before.wrap_up,
        refuse_waiting=_number(parts, "refuse_waiting", 0, 1, _MANY),
    )
    if found.refuse_waiting and level is not SurgeLevel.CRISIS:
        raise parts["refuse_waiting"].error(
            "callers are refused in a crisis only, as the last step"
        )
    if 0 < found.refuse_waiting < found.waiting:
        raise parts["refuse_waiting"].error(
            f"refuses from {found.refuse_waiting} in line, before this level begins "
            f"({found.waiting})"
        )
    _check_rises(before, found, parts)
    return found


def _number(parts: Mapping[str, Located], name: str, default: int, low: int, high: int) -> int:
    return parts[name].integer(low, high) if name in parts else default


def _check_rises(before: SurgeStep, step: SurgeStep, parts: Mapping[str, Located]) -> None:
    """Whether a step begins later than the one before, and does no less."""
    for name, low, high in (
        ("waiting", before.waiting, step.waiting),
        ("longest_seconds", before.longest, step.longest),
    ):
        if low and high and high <= low:
            raise parts[name].error(
                f"surge does not rise: {step.level} begins no later than {before.level}"
            )
    if before.callback_after and step.callback_after > before.callback_after:
        raise parts["callback_after_seconds"].error(
            f"surge does not rise: {step.level} offers a callback later than {before.level}"
        )
    if before.wrap_up is not None and step.wrap_up is not None and step.wrap_up > before.wrap_up:
        raise parts["wrap_up_seconds"].error(
            f"surge does not rise: {step.level} has a longer wrap-up than {before.level}"
        )
