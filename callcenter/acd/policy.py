"""Policy: everything configured that influences a decision, as one value.

It enters the fold by the event `SiteLoaded`, whole, so that a reload replays too.
"""

from enum import StrEnum

import msgspec

from callbacks.policy import CallbackPolicy
from callcenter.acd.ids import Millis, NurseId
from language_routing.languages import Language
from language_routing.lines import Routing, is_night
from language_routing.skills import Level, Requirement, Skills


class NurseSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A nurse of this site, whether signed in or not.

    Attributes:
        levels: How well she speaks each language; fluently where nothing is said.
    """

    id: NurseId
    languages: tuple[Language, ...]
    levels: dict[Language, Level] = {}
    competences: tuple[str, ...] = ()
    years: int = 0

    @property
    def skills(self) -> Skills:
        """What she can do."""
        return Skills(
            languages=tuple((tag, self.levels.get(tag, Level.FLUENT)) for tag in self.languages),
            competences=self.competences,
            years=self.years,
        )


class SurgeLevel(StrEnum):
    """How far demand is above what the nurses can serve."""

    NORMAL = "normal"
    HIGH = "high"
    CRISIS = "crisis"


class SurgeStep(msgspec.Struct, frozen=True, kw_only=True):
    """When one level of surge begins, and what it changes.

    Attributes:
        level: `HIGH` or `CRISIS`.
        waiting: So many in line raise it; 0: not by number.
        longest: So long a wait of somebody in line raises it; 0: not by waiting.
        message: A prompt that callers hear first, by its name; none if empty.
        callback_after: An estimated wait from which a callback is offered.
        rings_percent: The language rings open at this share of their times.
        wrap_up: How long wrap-up is; `None`: as usual.
        refuse_waiting: So many in line refuse newcomers before they are answered; 0: never.
    """

    level: SurgeLevel
    waiting: int = 0
    longest: Millis = 0
    message: str = ""
    callback_after: Millis = 0
    rings_percent: int = 100
    wrap_up: Millis | None = None
    refuse_waiting: int = 0


class SurgeRules(msgspec.Struct, frozen=True, kw_only=True):
    """Surge by degrees.

    Attributes:
        steps: In rising order, at most one for each level above normal.
        callback_after: As in a step, for the normal level.
        rises_after: So long must a step's rule hold before its level is taken.
        falls_after: So long must no higher rule hold before the level falls, by one step.
    """

    steps: tuple[SurgeStep, ...] = ()
    callback_after: Millis = 0
    rises_after: Millis = 30_000
    falls_after: Millis = 300_000


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The site's rules.

    Attributes:
        languages: Those a caller can choose, in the order of the menu.
        default_language: For a caller who chose none.
        targets: Priority class to the wait within which it should be answered.
        ring: How long a nurse's phone rings; Asterisk's `Dial` counts it.
        backstop: How long after an offer we ask the gateway what became of it.
            Longer than `ring`: it is a question, never a decision.
        wrap_up: After-call work; 0 means none.
        rona_after: So many offers missed in a row take a nurse out of rotation.
        short_talk: A nurse who hangs up sooner than this has not served the caller, who goes
            back to the place in line; it counts as a miss. 0 turns this off.
        gateway_lost: A gateway silent for this long counts as absent.
        command_valid: A command older than this is stale and must not be carried out.
        routing: Language lines, their rings and hours.
        night_targets: Targets by night (`routing.night`), where they differ.
        requirements: What the callers of an entry point need besides their language.
        reserve: Of equally good free nurses the one whose other languages are least in
            demand is taken, before the longest idle.
        follow_me: For so long a caller's last nurse is preferred when the caller rings again.
        follow_hold: So long such a caller is kept for her while she is in wrap-up.
        wrap_up_most: A wrap-up with all its extensions is no longer than this.
        phone_gone: A ready nurse whose phone is gone for so long is not ready, until it is
            back; 0 turns this off.
        short_abandon: Whoever hangs up in line sooner is no failure of ours.
        handle_time: What is expected of a conversation with its wrap-up before any was seen.
        surge: When the service changes to higher levels, and what that means.
        callbacks: How patients are rung; `None`: this site rings nobody.
    """

    languages: tuple[Language, ...]
    default_language: Language
    targets: dict[str, Millis]
    nurses: tuple[NurseSpec, ...]
    ring: Millis = 20_000
    backstop: Millis = 30_000
    wrap_up: Millis = 30_000
    rona_after: int = 1
    gateway_lost: Millis = 10_000
    command_valid: Millis = 5_000
    # What came later is off by default, as it was for older journals; a site says it always.
    short_talk: Millis = 0
    routing: Routing = Routing()
    night_targets: dict[str, Millis] = {}
    requirements: dict[str, Requirement] = {}
    reserve: bool = False
    follow_me: Millis = 0
    follow_hold: Millis = 0
    wrap_up_most: Millis = 0
    phone_gone: Millis = 0
    short_abandon: Millis = 0
    handle_time: Millis = 360_000
    surge: SurgeRules = SurgeRules()
    callbacks: CallbackPolicy | None = None

    def target(self, priority_class: str, at: Millis) -> Millis:
        """The wait within which a contact that comes at `at` should be answered.

        The longest there is for a class that is unknown.
        """
        found = self.targets.get(priority_class, max(self.targets.values(), default=0))
        if priority_class in self.night_targets and is_night(self.routing, at):
            return self.night_targets[priority_class]
        return found
