"""Model: what goes into a simulation, and what an ACD under simulation is told and tells.

Instants are the journal's milliseconds (UTC), spans milliseconds.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypeAlias, runtime_checkable

import msgspec

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.outcome import Estimates
from language_routing.languages import Language

NEVER: Final[Millis] = 10**15
"""The patience of a caller who never gives up."""


class Caller(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call, with everything that chance decides about it drawn beforehand.

    So the same call comes to every ACD that is compared, with the same patience, and is
    talked to for as long; only what depends on the ACD differs.

    Attributes:
        number: In no other call of the same part of a run.
        at: When the caller has chosen the language, and stands in line.
        person: Who calls; a redial is by the same person.
        patience: How long the caller stays in line; 0: leaves unless a phone rings at once.
        talk: How long the conversation lasts.
        pick_up: How long the nurse's phone rings before she answers.
        miss: From 0 to 1; below the scenario's share of missed ringings the first one is missed.
        luck: From 0 to 1; decides about redialling.
        tries: Which try of this person's it is, from 0.
    """

    number: int
    at: Millis
    language: Language
    person: int
    patience: Millis
    talk: Millis
    entry_point: str = "public"
    priority_class: str = "public"
    pick_up: Millis = 0
    miss: float = 1.0
    luck: float = 1.0
    tries: int = 0


class Move(StrEnum):
    """What one nurse does about her shift."""

    READY = "ready"  # wants calls; signs in too
    PAUSE = "pause"  # a break; after the call in hand
    OFF = "off"  # signs out; after the call in hand


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A nurse comes, goes, or has a break."""

    at: Millis
    nurse: NurseId
    move: Move


class Headcount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From now on so many of a group are on duty, whoever they are.

    When it falls those who are free go first, then whoever ends her call.
    """

    at: Millis
    group: str
    count: int


AnyChange: TypeAlias = Change | Headcount


class Redials(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives up, or is refused, and rings again.

    Attributes:
        share: Of those who gave up, so many (0 to 1) try again.
        after: After how long on average (exponential).
        most: So many tries again at most.
    """

    share: float = 0.0
    after: Millis = 600_000
    most: int = 3


class Ringing(msgspec.Struct, frozen=True, kw_only=True):
    """What nurses do when their phones ring.

    Attributes:
        missed: The share of first ringings that nobody answers (0 to 1).
        back_after: How long a nurse stays away whom missed calls took out of rotation.
    """

    missed: float = 0.0
    back_after: Millis = 300_000


class Kind(NamedTuple):
    """Callers of one kind can be served by the same nurses after the same wait.

    Attributes:
        language: Of the line they stand in (`language_routing.lines.place`).
        interpreter: Its callers need one from the start, for their own line is closed.
    """

    language: Language
    entry_point: str
    priority_class: str
    interpreter: bool


class Course(Protocol):
    """What comes, day by day: an invented scenario or a recorded journal.

    Attributes:
        title: For people.
        policy: With all nurses of the run in it.
        groups: Nurses who can stand in for one another, by the group's name.
        days: How many are counted, after `warm_up` days that are not.
        parts: In so many parts the days are simulated, each by itself with its own warm-up.
        seed: Of all chance.
        never_refused: Priority classes that no surge turns away.
    """

    title: str
    policy: Policy
    groups: dict[str, tuple[NurseId, ...]]
    redials: Redials
    ringing: Ringing
    days: int
    warm_up: int
    parts: int
    seed: int
    never_refused: tuple[str, ...]

    def midnight(self, day: int) -> Millis:
        """When a day begins (local midnight); day 0 is the first that is counted, -1 before it."""
        ...

    def callers(self, day: int) -> Sequence[Caller]:
        """The calls of one day in the order of their arrival; the same at every asking."""
        ...

    def changes(self, day: int) -> Sequence[AnyChange]:
        """What the nurses of one day do, in the order of time."""
        ...


class Distribution(Protocol):
    """An ACD under simulation.

    It is told each thing that happens at its time; afterwards the engine drains what it
    tells: `rung`, `sent_away` and `freed`. `wake` must be called at `next_time`.

    Attributes:
        name: For people: whose rules these are.
        rung: Phones that ring from now on: the caller's number and the nurse.
        sent_away: Callers who were told that we ring back, because their line is closed.
        freed: Nurses whose wrap-up is over.
        refusing: Newcomers are turned away before they are answered.
        events: How many entries it took so far.
    """

    name: str
    rung: list[tuple[int, NurseId]]
    sent_away: list[int]
    freed: list[NurseId]
    refusing: bool
    events: int

    def opens(self, policy: Policy, now: Millis) -> None:
        """Begins with everybody signed out, and nobody in line."""
        ...

    def changes(self, nurse: NurseId, move: Move, now: Millis) -> None:
        """A nurse comes, goes or has a break; during a call, after it."""
        ...

    def comes(self, caller: Caller, now: Millis) -> None:
        """A caller stands in line."""
        ...

    def refused(self, caller: Caller, now: Millis) -> None:
        """A caller was turned away while `refusing`."""
        ...

    def gives_up(self, caller: Caller, now: Millis) -> None:
        """A caller who was not answered hangs up."""
        ...

    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """The nurse whose phone rang for this caller answers."""
        ...

    def misses(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """Her phone has rung for as long as it may."""
        ...

    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """Their conversation is over; her wrap-up begins."""
        ...

    def reaches(self, kind: Kind, nurse: NurseId) -> Millis | None:
        """After what wait its own rules let it give such a caller to her; `None`: never."""
        ...

    def is_free(self, nurse: NurseId) -> bool:
        """Whether a call could be given to her now."""
        ...

    def is_on_duty(self, nurse: NurseId) -> bool:
        """Whether she is signed in and has no break."""
        ...

    def next_time(self) -> Millis | None:
        """When something is due though nothing happens."""
        ...

    def wake(self, now: Millis) -> None:
        """What is due happens."""
        ...


@runtime_checkable
class Foretelling(Protocol):
    """A distribution that states waits, and whose language rings a surge can stretch.

    Attributes:
        rings_percent: At which share of their times the rings open now.
    """

    rings_percent: int

    def estimates(self) -> dict[Language, Estimates]:
        """What became of the waits that it stated so far."""
        ...
