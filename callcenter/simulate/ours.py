"""Ours: the production fold, told what a gateway would journal.

Only what a decision or a figure depends on is journalled: a caller comes, chooses, talks,
hangs up; a nurse comes and goes; deadlines pass. The echoes of commands that worked
(`CommandStarted`, `NurseRang`, `CommandDone`, `Disconnected`, `OfferEnded` after an answer)
change nothing here, and are left out; tests/unit/simulate/test_ours.py compares.
"""

import heapq
from typing import Final

from msgspec.structs import replace

from callcenter.acd import estimate
from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import AnyDecision, Dismiss, LookUp, Offer, Surge, Withdraw
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    CallRefused,
    ChannelsSeen,
    Connected,
    NursePaused,
    NurseReady,
    NurseSignedOut,
    OfferEnded,
    OfferResult,
    OwedClosed,
    SeenPhone,
    SiteLoaded,
    Tick,
)
from callcenter.acd.expected import Estimate
from callcenter.acd.ids import ContactId, EntryId, Millis, NodeId, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.acd.policy import Policy
from callcenter.acd.surge import rings_percent
from callcenter.shard.shard import Shard
from callcenter.simulate.model import Caller, Kind, Move
from callcenter.simulate.outcome import Estimates
from language_routing.languages import Language
from language_routing.rings import INTERPRETER_NOW, Ring, admits
from language_routing.skills import NOTHING, Skills

_NODE: Final = NodeId("simulated")
_ACTOR: Final = "simulation"
_NEVER_LOST: Final[Millis] = 10**14  # the simulated switch is never silent
_LOOK_EVERY: Final[Millis] = 30_000
_AT_WORK: Final = frozenset(
    (NurseState.READY, NurseState.RINGING, NurseState.TALKING, NurseState.WRAP_UP)
)


class Ours:
    """The production ACD under simulation (`model.Distribution`, `model.Foretelling`).

    Args:
        looked_at: Of so many callers one is asked every half a minute how long the wait still
            is, to see whether it grows without a cause; 0: nobody.
    """

    name = "this ACD"

    def __init__(self, looked_at: int = 64) -> None:
        self.shard = Shard()
        self.rung: list[tuple[int, NurseId]] = []
        self.sent_away: list[int] = []
        self.freed: list[NurseId] = []
        self.refusing = False
        self.rings_percent = 100
        self.events = 0
        self._looked_at = looked_at
        self._looks: list[tuple[Millis, int]] = []  # a heap
        self._said: dict[int, Estimate] = {}
        self._asked: dict[Language, Estimates] = {}
        self._wrapping: list[tuple[Millis, NurseId]] = []  # a heap
        self._policy: Policy | None = None
        self._skills: dict[NurseId, Skills] = {}
        self._surges = False

    def opens(self, policy: Policy, now: Millis) -> None:
        """Loads the site on an empty shard; every phone can be reached."""
        self._policy = replace(policy, gateway_lost=_NEVER_LOST, callbacks=None)
        self._skills = {spec.id: spec.skills for spec in policy.nurses}
        self._surges = bool(policy.surge.steps)
        self._tell(SiteLoaded(policy=self._policy), now)
        phones = tuple(SeenPhone(nurse=n.id, reachable=True, busy=False) for n in policy.nurses)
        self._tell(ChannelsSeen(node=_NODE, switch="one", contacts=(), phones=phones), now)

    def changes(self, nurse: NurseId, move: Move, now: Millis) -> None:
        """A nurse comes, goes or has a break."""
        match move:
            case Move.READY:
                self._tell(NurseReady(nurse=nurse, actor=_ACTOR), now)
            case Move.PAUSE:
                self._tell(NursePaused(nurse=nurse, reason="break", actor=_ACTOR), now)
            case Move.OFF:
                self._tell(NurseSignedOut(nurse=nurse, actor=_ACTOR), now)

    def comes(self, caller: Caller, now: Millis) -> None:
        """A caller arrives and has chosen a language already."""
        contact = _contact(caller.number)
        self._tell(
            CallArrived(
                contact=contact,
                node=_NODE,
                channel="simulated",
                entry_point=caller.entry_point,
                priority_class=caller.priority_class,
                caller=f"p{caller.person}",
                sealed="",  # there is a number to ring back
            ),
            now,
        )
        self._tell(CallQueued(contact=contact, language=caller.language), now)
        if self._looked_at and caller.number % self._looked_at == 0:
            heapq.heappush(self._looks, (now + _LOOK_EVERY, caller.number))

    def refused(self, caller: Caller, now: Millis) -> None:
        """A newcomer was turned away."""
        self._tell(
            CallRefused(
                node=_NODE,
                entry_point=caller.entry_point,
                priority_class=caller.priority_class,
                reason="surge",
            ),
            now,
        )

    def gives_up(self, caller: Caller, now: Millis) -> None:
        """A caller hangs up in line, or while a phone rings; or was told that we ring back.

        That promise is kept, outside the simulation: who rings again meanwhile is a new caller.
        """
        contact = _contact(caller.number)
        promised = self.shard.board.contacts[contact].dismissed is not None
        self._tell(CallHungUp(contact=contact), now)
        if promised:
            self._tell(OwedClosed(contact=contact, reason="rung back", actor=_ACTOR), now)

    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """Caller and nurse are connected."""
        self._tell(Connected(contact=_contact(caller.number), nurse=nurse), now)

    def misses(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """The ring time has run out."""
        self._offer_ends(_contact(caller.number), nurse, OfferResult.NO_ANSWER, now)

    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """The caller hangs up."""
        self._tell(CallHungUp(contact=_contact(caller.number)), now)
        ends = self.shard.board.nurses[nurse].wrap_up_ends
        if ends is not None:
            heapq.heappush(self._wrapping, (ends, nurse))

    def reaches(self, kind: Kind, nurse: NurseId) -> Millis | None:
        """When the first of the line's rings that admits her opens; not stretched by a surge."""
        assert self._policy is not None  # loaded before anybody comes
        asked = self._policy.requirements.get(kind.entry_point, NOTHING)
        if kind.interpreter:
            rings: tuple[Ring, ...] = INTERPRETER_NOW
        else:
            rings = self._policy.routing.line(kind.language).rings
        skills = self._skills[nurse]
        fits = [ring.after for ring in rings if admits(ring, kind.language, asked, skills)]
        return min(fits, default=None)

    def is_free(self, nurse: NurseId) -> bool:
        """Whether a call could be given to her now."""
        return nurse in self.shard.board.idle

    def is_on_duty(self, nurse: NurseId) -> bool:
        """Whether she is signed in and has no break."""
        return self.shard.board.nurses[nurse].state in _AT_WORK

    def next_time(self) -> Millis | None:
        """The fold's next deadline, or the next look at an estimate."""
        due = self.shard.next_deadline()
        if self._looks and (due is None or self._looks[0][0] < due):
            return self._looks[0][0]
        return due

    def wake(self, now: Millis) -> None:
        """A `Tick` for what is due, and the looks."""
        due = self.shard.next_deadline()
        if due is not None and due <= now:
            self._tell(Tick(deadline=due), now)
        while self._wrapping and self._wrapping[0][0] <= now:
            self.freed.append(heapq.heappop(self._wrapping)[1])
        while self._looks and self._looks[0][0] <= now:
            self._look(heapq.heappop(self._looks)[1], now)

    def estimates(self) -> dict[Language, Estimates]:
        """Counted by the fold; the looks by us."""
        found: dict[Language, Estimates] = {}
        for tally in self.shard.board.tallies:
            if tally.language is not None:
                found.setdefault(tally.language, Estimates()).add(
                    Estimates(
                        within=tally.estimated_within,
                        early=tally.estimated_early,
                        late=tally.estimated_late,
                    )
                )
        for tag, asked in self._asked.items():
            found.setdefault(tag, Estimates()).add(asked)
        return found

    def _look(self, number: int, now: Millis) -> None:
        """As a caller's announcement does: the range that was said last counts down from there."""
        board = self.shard.board
        contact = board.contacts.get(_contact(number))
        if contact is None or contact.state is not ContactState.WAITING:
            self._said.pop(number, None)
            return
        heapq.heappush(self._looks, (now + _LOOK_EVERY, number))
        before = self._said.get(number, contact.estimate)
        found = estimate.remaining(board, contact, now, self._said.get(number))
        if found is None or contact.language is None:
            return
        self._said[number] = found.said
        asked = self._asked.setdefault(contact.language, Estimates())
        asked.asked += 1
        if before is not None and found.said.high_at > before.high_at:
            asked.grown += found.cause is not None
            asked.unexplained += found.cause is None

    def _offer_ends(
        self, contact: ContactId, nurse: NurseId, result: OfferResult, now: Millis
    ) -> None:
        offer = self.shard.board.contacts[contact].offer
        assert offer is not None  # her phone rings for it
        self._tell(OfferEnded(offer=offer, contact=contact, nurse=nurse, result=result), now)

    def _tell(self, event: AnyEvent, now: Millis) -> None:
        self.events += 1
        outcome = self.shard.lead(EntryId(f"{now}-{self.events}"), event)
        for decision in outcome.decisions:
            if type(decision) is Offer:
                self.rung.append((int(decision.contact[1:]), decision.nurse))
            else:
                self._carry_out(decision)
        board = self.shard.board
        if board.waiting and board.assess_at is None and self._surges:
            # The echo of an offer would see to it that the surge is looked at each second.
            self._tell(Tick(deadline=now), now)

    def _carry_out(self, decision: AnyDecision) -> None:
        """What the switch and the nurses' fallback queue do is nothing here."""
        match decision:
            case Surge(level=level, refusing=refusing):
                assert self._policy is not None  # loaded before anything is decided
                self.refusing = refusing
                self.rings_percent = rings_percent(self._policy.surge, level)
            case Dismiss(contact=contact):
                self.sent_away.append(int(contact[1:]))
            case LookUp() | Withdraw():
                raise AssertionError(f"nothing is in doubt in a simulation: {decision}")
            case _:
                pass


def _contact(number: int) -> ContactId:
    return ContactId(f"c{number}")
