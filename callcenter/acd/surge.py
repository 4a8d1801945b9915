"""Surge: the level of demand, by rule or by a supervisor, and what it changes. Pure.

    normal -> high -> crisis    a rule that has held for `rises_after`; straight to the highest
    normal <- high <- crisis    no rule of the level has held for `falls_after`; a step at a time

The rules are always followed (`ruled`), also while a supervisor's level is in force, so that
giving it back means what the rules say by then. What is in force (`level`, `refusing`) changes
by a recorded decision alone: `assess`, then `due`, then `decided`.
"""

from typing import Final

import msgspec
from msgspec.structs import replace

from callcenter.acd.decisions import Surge
from callcenter.acd.events import SurgeSet
from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy, SurgeLevel, SurgeRules, SurgeStep

NORMAL, HIGH, CRISIS = SurgeLevel.NORMAL, SurgeLevel.HIGH, SurgeLevel.CRISIS
RANK: Final = {NORMAL: 0, HIGH: 1, CRISIS: 2}
_REFUSING_ENDS_PERCENT: Final = 90


class SurgeState(msgspec.Struct, frozen=True, kw_only=True):
    """How surge stands.

    Attributes:
        level: In force.
        by_hand: A supervisor's level, until it is given back.
        ruled: What the rules alone say.
        high_since, crisis_since: Since when a rule of that level or a higher one holds.
        below_since: Since when no rule of the level `ruled` holds, or since its last step down.
        refusing: Newcomers are turned away before they are answered.
        ever: Something was decided: some dialplan may have to be told of the end.
    """

    level: SurgeLevel = NORMAL
    by_hand: SurgeLevel | None = None
    ruled: SurgeLevel = NORMAL
    high_since: Millis | None = None
    crisis_since: Millis | None = None
    below_since: Millis | None = None
    refusing: bool = False
    ever: bool = False

    @property
    def told(self) -> str:
        """What a dialplan that was told knows: the level, and `!` while newcomers are refused."""
        return f"{self.level}!" if self.refusing else str(self.level)


def set_by_hand(state: SurgeState, event: SurgeSet) -> SurgeState:
    """A supervisor takes the level over, or gives it back to the rules."""
    return state if state.by_hand is event.level else replace(state, by_hand=event.level)


def assess(
    state: SurgeState, rules: SurgeRules, waiting: int, longest: Millis, now: Millis
) -> SurgeState:
    """Follow the rules; the same object if nothing has changed.

    Args:
        waiting: How many stand in line.
        longest: How long the one who arrived first has waited; 0: nobody waits.
    """
    if not rules.steps and state.ruled is NORMAL and state.high_since is None:
        return state
    asked = 0
    for step in rules.steps:
        if _holds(step, waiting, longest):
            asked = max(asked, RANK[step.level])
    high = None if asked < 1 else now if state.high_since is None else state.high_since
    crisis = None if asked < 2 else now if state.crisis_since is None else state.crisis_since
    ruled, below = _followed(state, rules, asked, (high, crisis), now)
    if (
        ruled is state.ruled
        and high == state.high_since
        and crisis == state.crisis_since
        and below == state.below_since
    ):
        return state
    return replace(state, ruled=ruled, high_since=high, crisis_since=crisis, below_since=below)


def _followed(
    state: SurgeState,
    rules: SurgeRules,
    asked: int,
    since: tuple[Millis | None, Millis | None],
    now: Millis,
) -> tuple[SurgeLevel, Millis | None]:
    """The rules' level by now, and since when it is too high."""
    ruled = state.ruled
    for level, began in ((CRISIS, since[1]), (HIGH, since[0])):
        if RANK[level] <= RANK[ruled]:
            break
        # A high level that no step defines changes nothing: it is passed over.
        if began is not None and now - began >= rules.rises_after and _defined(rules, level):
            return level, None
    if asked >= RANK[ruled]:
        return ruled, None
    below = now if state.below_since is None else state.below_since
    if now - below < rules.falls_after:
        return ruled, below
    ruled = HIGH if ruled is CRISIS and _defined(rules, HIGH) else NORMAL
    return ruled, now if asked < RANK[ruled] else None


def due(
    state: SurgeState, rules: SurgeRules, waiting: int, command: str, *, untold: bool = False
) -> Surge | None:
    """What must be decided of the surge, or `None`.

    Args:
        command: The id of the command that tells the dialplans.
        untold: There is a dialplan that must be told though nothing has changed.
    """
    level = state.ruled if state.by_hand is None else state.by_hand
    refusing = level is CRISIS and _refuses(state, rules, waiting)
    if level is state.level and refusing is state.refusing and not untold:
        return None
    return Surge(level=level, refusing=refusing, command=command)


def decided(state: SurgeState, decision: Surge) -> SurgeState:
    """From here on this is in force."""
    return replace(state, level=decision.level, refusing=decision.refusing, ever=True)


def deadline(state: SurgeState, rules: SurgeRules, earliest: Millis | None = None) -> Millis | None:
    """When `assess` finds something new though nothing happens; `None`: never.

    Args:
        earliest: When the one who has waited longest arrived; `None`: nobody waits.
    """
    found: Millis | None = None
    for step in rules.steps:
        since = state.high_since if step.level is HIGH else state.crisis_since
        if since is None:
            if earliest is not None and step.longest:
                found = _sooner(found, earliest + step.longest)
        elif RANK[step.level] > RANK[state.ruled]:
            found = _sooner(found, since + rules.rises_after)
    if state.below_since is not None:
        found = _sooner(found, state.below_since + rules.falls_after)
    return found


# -- what a level changes ---------------------------------------------------------------


def step(rules: SurgeRules, level: SurgeLevel) -> SurgeStep | None:
    """What `level` changes: its own step, else the one below it; `None`: nothing."""
    found = None
    for candidate in rules.steps:
        if RANK[candidate.level] <= RANK[level]:
            found = candidate
    return found


def rings_percent(rules: SurgeRules, level: SurgeLevel) -> int:
    """At which share of their times the language rings open."""
    changed = step(rules, level)
    return 100 if changed is None else changed.rings_percent


def wrap_up(policy: Policy, level: SurgeLevel) -> Millis:
    """How long wrap-up is; a surge only shortens it."""
    changed = step(policy.surge, level)
    if changed is None or changed.wrap_up is None:
        return policy.wrap_up
    return min(policy.wrap_up, changed.wrap_up)


def callback_after(rules: SurgeRules, level: SurgeLevel) -> Millis:
    """From which estimated wait a callback is offered; 0: never."""
    changed = step(rules, level)
    if changed is None or not changed.callback_after:
        return rules.callback_after
    return changed.callback_after


def message(rules: SurgeRules, level: SurgeLevel) -> str:
    """The prompt that callers hear first, by its name; none if empty."""
    changed = step(rules, level)
    return "" if changed is None else changed.message


# -- details ----------------------------------------------------------------------------


def _holds(step: SurgeStep, waiting: int, longest: Millis) -> bool:
    return bool(
        (step.waiting and waiting >= step.waiting) or (step.longest and longest >= step.longest)
    )


def _defined(rules: SurgeRules, level: SurgeLevel) -> bool:
    return any(step.level is level for step in rules.steps)


def _refuses(state: SurgeState, rules: SurgeRules, waiting: int) -> bool:
    """From the limit on; once begun, down to a share of it, or it would flap with each call."""
    for step in rules.steps:
        if step.level is CRISIS and step.refuse_waiting:
            if state.refusing:
                return waiting * 100 >= step.refuse_waiting * _REFUSING_ENDS_PERCENT
            return waiting >= step.refuse_waiting
    return False


def _sooner(one: Millis | None, other: Millis) -> Millis:
    return other if one is None or other < one else one
