"""The invariants of the callbacks, over days that Hypothesis invents (style.md, rule 6).

The world here is true: what is told of a call has happened to it, in its order; only the fold's
memory, a gateway or a switch may be gone for a while.
"""

from collections import Counter

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from callbacks.callback import IN_LINE, CallbackId, CallbackState, DialResult, Done, Kind, TextKind
from callbacks.ledger import SLOT
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackMoved,
    CallbackOverlooked,
    CallbackSettled,
    DialEnded,
    PatientAnswered,
    PatientDialled,
    TaskSettled,
    TextSent,
)
from callcenter.acd.commands import CallNurse, CallPatient, RingNurse
from callcenter.acd.contact import ContactState
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    CallReturned,
    ChannelsSeen,
    CommandFailed,
    CommandUnknown,
    Connected,
    NursePaused,
    NurseReady,
    NurseSignedIn,
    OfferEnded,
    OfferResult,
    OwedClosed,
    Phase,
    PlaceKept,
    ReturnReason,
    SeenContact,
    SeenPhone,
    SiteLoaded,
    SwitchLost,
    Tick,
)
from callcenter.acd.ids import ContactId, EntryId, NodeId, NurseId, OfferId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.shard.shard import Shard
from language_routing.languages import Language

SV, AR = Language("sv"), Language("ar")
NODE = NodeId("node1")
NURSES = {"n1": (SV,), "n2": (SV, AR)}
RULES = CallbackPolicy(texts=True)
POLICY = Policy(
    languages=(SV, AR),
    default_language=SV,
    targets={"public": 180_000},
    nurses=tuple(NurseSpec(id=NurseId(n), languages=spoken) for n, spoken in NURSES.items()),
    wrap_up=5_000,
    handle_time=20_000,
    gateway_lost=1_000_000_000,
    callbacks=RULES,
)
NUMBERS = ("hash-1", "hash-2", "hash-3", "hash-4")
numbers = st.sampled_from(NUMBERS)
nurses = st.sampled_from([NurseId(n) for n in NURSES])
which = st.integers(0, 3)
MINUTE = 60_000


class Call(msgspec.Struct):
    """A call of ours, as it truly stands."""

    contact: ContactId
    command: str
    nurse: NurseId | None  # whose phone rings, or who talks
    first: bool  # the patient is rung first
    connected: bool = False
    dialled: bool = False
    reached: bool = False
    over: bool = False  # the nurse's phone is not rung any more


class Promises(RuleBasedStateMachine):
    @initialize(texts=st.booleans(), first=st.booleans())
    def start(self, texts: bool, first: bool) -> None:
        self.leader, self.follower = Shard(), Shard()
        self.now, self.number, self.switch = 1_000_000, 0, 1
        self.calls: dict[ContactId, Call] = {}
        self.callers: dict[ContactId, str] = {}
        self.ended: dict[CallbackId, CallbackState] = {}
        self.seen: set[CallbackId] = set()
        self.talked: set[CallbackId] = set()
        rules = msgspec.structs.replace(RULES, texts=texts, patient_first=first)
        self.policy = msgspec.structs.replace(POLICY, callbacks=rules)
        self.tell(SiteLoaded(policy=self.policy))
        self.truth()
        for nurse in NURSES:
            self.tell(NurseSignedIn(nurse=NurseId(nurse), actor="t"))
            self.tell(NurseReady(nurse=NurseId(nurse), actor="t"))

    # -- telling ---------------------------------------------------------------------

    def tell(self, event: AnyEvent) -> None:
        self.number += 1
        entry = EntryId(f"{self.now}-{self.number}")
        late, quiet = self.leader.late, (self.leader.next_deadline() or self.now + 1) > self.now
        before = self.leader.save()
        outcome = self.leader.lead(entry, event)
        if quiet and self.leader.late > late and not outcome.decisions:
            undone = Shard()
            assert undone.restore(entry, before)
            undone.late += 1
            assert undone.save() == self.leader.save(), "a late event changed something"
        self.follower.follow(entry, event, outcome.decisions)
        assert self.follower.save() == self.leader.save()
        for command in outcome.commands:
            match command:
                case CallNurse() | CallPatient():
                    self.call(command)
                case RingNurse() if command.contact in self.calls:
                    self.calls[command.contact].nurse = command.nurse
        ledger = self.leader.board.ledger
        for callback in ledger:
            if callback.state is CallbackState.DONE and callback.done is Done.TALKED:
                self.talked.add(callback.id)

    def call(self, command: CallNurse | CallPatient) -> None:
        callback = self.leader.board.ledger.get(command.callback)
        assert callback is not None
        assert callback.open
        assert callback.now == command.contact
        assert callback.id not in self.talked, "talked to, and rung again"
        assert command.contact not in self.calls, "one call twice"
        for other in self.calls.values():
            of = other.contact.rsplit("-", 1)[0]
            assert of != callback.id or not (other.dialled or other.reached), "rung twice at once"
        nurse = command.nurse if isinstance(command, CallNurse) else None
        self.calls[command.contact] = Call(
            contact=command.contact, command=command.id, nurse=nurse, first=nurse is None
        )

    def pick(self, number: int, *, connected: bool | None = None) -> Call | None:
        found = list(self.calls.values())
        return found[number % len(found)] if found else None

    # -- people ----------------------------------------------------------------------

    @rule(
        number=numbers, soon=st.integers(0, 90), length=st.integers(1, 120),
        language=st.sampled_from([SV, AR]), wish=st.none() | nurses, twice=st.booleans(),
    )  # fmt: skip
    def book(self, number: str, soon: int, length: int, language: Language, wish: NurseId | None,
             twice: bool) -> None:  # fmt: skip
        callback = CallbackId(f"b{self.number}")
        earliest = self.now + soon * MINUTE
        self.tell(CallbackBooked(
            callback=callback, language=language, earliest=earliest,
            latest=earliest + length * MINUTE, reason="r", caller=number, sealed="s", actor="t",
            nurse=wish, twice=twice,
        ))  # fmt: skip

    @rule(number=numbers)
    def book_now(self, number: str) -> None:
        self.book(number, 0, 60, SV, None, twice=True)
        self.time_by_timers(1)

    def some(self, number: int) -> CallbackId:
        found = [callback.id for callback in self.leader.board.ledger if callback.open]
        return found[number % len(found)] if found else CallbackId("none")

    def cancel(self, number: int) -> None:
        self.tell(CallbackCancelled(callback=self.some(number), reason="r", actor="patient"))

    @rule(number=which, soon=st.integers(0, 60), reason=st.sampled_from(["r", "rang_in"]))
    def move(self, number: int, soon: int, reason: str) -> None:
        earliest = self.now + soon * MINUTE
        self.tell(CallbackMoved(
            callback=self.some(number), earliest=earliest, latest=earliest + 30 * MINUTE,
            reason=reason, actor="t",
        ))  # fmt: skip

    def settle(self, number: int) -> None:
        self.tell(CallbackSettled(callback=self.some(number), reason="r", actor="t"))

    @rule(number=which, how=st.sampled_from(["cancel", "settle"]))
    def is_ended(self, number: int, how: str) -> None:
        self.cancel(number) if how == "cancel" else self.settle(number)

    @rule(nurse=nurses)
    def settle_hers(self, nurse: NurseId) -> None:
        self.tell(CallbackSettled(callback=None, reason="r", actor="t", nurse=nurse))

    @rule(number=which)
    def tasks(self, number: int) -> None:
        tasks = self.leader.board.ledger.tasks
        if tasks:
            self.tell(TaskSettled(callback=tasks[number % len(tasks)].id, reason="r", actor="t"))

    @rule(number=which, kind=st.sampled_from(TextKind))
    def text(self, number: int, kind: TextKind) -> None:
        every = [callback.id for callback in self.leader.board.ledger]
        if every:
            self.tell(TextSent(callback=every[number % len(every)], kind=kind, outcome="sent"))

    @rule(number=which)
    def check(self, number: int) -> None:
        name = self.some(number)
        callback = self.leader.board.ledger.get(name)
        if callback is not None and callback.held_by is not None:
            call = self.leader.board.contacts.get(ContactId(callback.held_by))
            node = None if call is None else self.leader.board.nodes.get(call.node)
            if node is None or not node.present:
                return  # the caller's node may be gone for good: then it is overlooked indeed
        before = self.leader.late
        self.tell(CallbackOverlooked(callback=name))
        assert self.leader.late == before + 1, "something was overlooked"

    @rule(nurse=nurses)
    def ready(self, nurse: NurseId) -> None:
        self.tell(NurseReady(nurse=nurse, actor="t"))

    @rule(nurse=nurses)
    def pause(self, nurse: NurseId) -> None:
        self.tell(NursePaused(nurse=nurse, reason="r", actor="t"))

    # -- callers ---------------------------------------------------------------------

    @rule(number=numbers)
    def rings_in(self, number: str) -> None:
        contact = ContactId(f"c{self.number}")
        self.callers[contact] = number
        self.tell(CallArrived(
            contact=contact, node=NODE, channel=f"P/{contact}", entry_point="1177",
            priority_class="public", caller=number, sealed="s",
        ))  # fmt: skip
        self.tell(CallQueued(contact=contact, language=SV))

    @rule(number=numbers)
    def keeps_a_place(self, number: str) -> None:
        self.rings_in(number)
        last = list(self.callers)[-1]
        self.tell(PlaceKept(contact=last))
        del self.callers[last]
        self.tell(CallHungUp(contact=last))
        self.time(500)

    def caller(self, number: int) -> ContactId | None:
        found = list(self.callers)
        return found[number % len(found)] if found else None

    @rule(number=which)
    def keeps(self, number: int) -> None:
        contact = self.caller(number)
        if contact is not None:
            self.tell(PlaceKept(contact=contact))

    @rule(number=which)
    def is_answered(self, number: int) -> None:
        contact = self.caller(number)
        if contact is not None:
            found = self.leader.board.contacts[contact]
            if found.state is ContactState.OFFERED and found.nurse is not None:
                self.tell(Connected(contact=contact, nurse=found.nurse))

    @rule(number=which)
    def caller_hangs_up(self, number: int) -> None:
        contact = self.caller(number)
        if contact is not None:
            del self.callers[contact]
            self.tell(CallHungUp(contact=contact))

    @rule(number=which)
    def people_close(self, number: int) -> None:
        owed = list(self.leader.board.owed)
        if owed:
            self.tell(OwedClosed(contact=owed[number % len(owed)].contact, actor="t", reason="r"))

    # -- our calls -------------------------------------------------------------------

    @rule(number=which)
    def nurse_answers(self, number: int) -> None:
        call = self.pick(number)
        if call and call.nurse and not call.connected and not call.over:
            call.connected = True
            self.tell(Connected(contact=call.contact, nurse=call.nurse))

    @rule(number=which)
    def nurse_does_not(self, number: int) -> None:
        call = self.pick(number)
        contact = self.leader.board.contacts.get(call.contact) if call else None
        if call and call.nurse and not call.connected and not call.over and contact is not None:
            call.over = not call.first
            if contact.offer is not None:
                self.tell(OfferEnded(
                    offer=contact.offer, contact=call.contact, nurse=call.nurse,
                    result=OfferResult.NO_ANSWER,
                ))  # fmt: skip

    @rule(number=which, gone=st.booleans())
    def nurse_leaves_at_once(self, number: int, gone: bool) -> None:
        call = self.pick(number)
        contact = self.leader.board.contacts.get(call.contact) if call else None
        if call and call.nurse and call.connected and not call.reached and contact is not None:
            del self.calls[call.contact]
            self.tell(CallReturned(
                contact=call.contact, nurse=call.nurse, offer=OfferId("of-old"),
                reason=ReturnReason.SHORT_TALK,
            ))  # fmt: skip
            if gone:
                self.tell(CallHungUp(contact=call.contact))

    @rule(number=which)
    def dials(self, number: int) -> None:
        call = self.pick(number)
        if call and not call.dialled and not call.over and (call.first or call.connected):
            call.dialled = True
            self.tell(PatientDialled(contact=call.contact))

    @rule(number=which)
    def patient_answers(self, number: int) -> None:
        call = self.pick(number)
        if call and call.dialled and not call.reached:
            call.reached = True
            self.tell(PatientAnswered(contact=call.contact))
            if call.first:
                self.tell(CallQueued(contact=call.contact, language=SV))

    @rule(number=which, result=st.sampled_from(DialResult))
    def ends_so(self, number: int, result: DialResult) -> None:
        call = self.pick(number)
        if call and call.dialled:
            self.tell(DialEnded(contact=call.contact, result=result))
            del self.calls[call.contact]
            self.tell(CallHungUp(contact=call.contact))

    @rule(number=which, steps=st.integers(1, 5), result=st.sampled_from(DialResult))
    def goes_on(self, number: int, steps: int, result: DialResult) -> None:
        self.nurse_answers(number)
        for step in (self.dials, self.patient_answers, self.nurse_answers, self.call_ends)[:steps]:
            step(number)
        if steps == 1:
            self.ends_so(number, result)

    @rule(number=which)
    def call_ends(self, number: int) -> None:
        call = self.pick(number)
        if call:
            del self.calls[call.contact]
            self.tell(CallHungUp(contact=call.contact))

    @rule(number=which, failed=st.sampled_from(["no_channel", "unsealable", ""]))
    def command_ends(self, number: int, failed: str) -> None:
        call = self.pick(number)
        if call and not call.connected and not call.dialled:
            if failed:
                del self.calls[call.contact]
                self.tell(CommandFailed(command=call.command, reason=failed))
            else:
                self.tell(CommandUnknown(command=call.command))

    # -- faults ----------------------------------------------------------------------

    @rule()
    def truth(self) -> None:
        contacts = []
        for call in self.calls.values():
            phase = Phase.CALLING if call.first and not call.reached else Phase.OFFER
            if call.connected:
                phase = Phase.TALKING
            elif call.first and call.reached and call.nurse is None:
                phase = Phase.LINE
            found = self.leader.board.contacts.get(call.contact)
            offer = found.offer if found else OfferId("none")
            there = "reached" if call.reached else "dialled" if call.dialled else ""
            contacts.append(SeenContact(
                contact=call.contact, channel=f"L/{call.contact}", phase=phase,
                entry_point="1177", priority_class="public", waited=0, language=SV, offer=offer,
                nurse=call.nurse, there=there,
            ))  # fmt: skip
        contacts += [
            SeenContact(
                contact=contact, channel=f"P/{contact}", phase=Phase.LINE, entry_point="1177",
                priority_class="public", waited=0, language=SV, caller=number, sealed="s",
            )
            for contact, number in self.callers.items()
            if self.leader.board.contacts[contact].state is ContactState.WAITING
        ]  # fmt: skip
        for contact in list(self.callers):
            if all(seen.contact != contact for seen in contacts):
                del self.callers[contact]
        phones = tuple(SeenPhone(nurse=NurseId(n), reachable=True, busy=False) for n in NURSES)
        self.tell(ChannelsSeen(
            node=NODE, switch=str(self.switch), contacts=tuple(contacts), phones=phones
        ))  # fmt: skip

    @rule()
    def switch_restarts(self) -> None:
        self.switch += 1
        self.calls.clear()
        self.callers.clear()
        self.tell(SwitchLost(node=NODE))
        self.truth()

    @rule(number=which)
    def an_end_is_lost(self, number: int) -> None:
        call = self.pick(number)
        if call:
            del self.calls[call.contact]
            self.tell(SwitchLost(node=NODE))
            self.now += 3_000
            self.truth()

    @rule(off=st.booleans())
    def site(self, off: bool) -> None:
        policy = self.policy
        if off:
            policy = msgspec.structs.replace(policy, callbacks=None)
        self.tell(SiteLoaded(policy=policy))

    @rule()
    def restored(self) -> None:
        saved, late = self.leader.save(), self.leader.late
        again = Shard()
        assert again.restore(self.leader.position, saved)
        assert again.save() == saved
        assert again.next_deadline() == self.leader.next_deadline()
        self.leader = again
        assert again.late == late

    @rule(span=st.sampled_from([500, 3_000, 20_000, 60_000, 600_000, 3 * 3_600_000]))
    def time(self, span: int) -> None:
        self.now += span
        self.tell(Tick(deadline=self.now))

    @rule(most=st.integers(1, 8))
    def time_by_timers(self, most: int) -> None:
        for _ in range(most):
            due = self.leader.next_deadline()
            if due is None:
                return
            self.now = max(self.now, due)
            self.tell(Tick(deadline=due))

    # -- what always holds -------------------------------------------------------------

    @invariant()
    def each_has_exactly_one_thing_to_wait_for(self) -> None:
        board = self.leader.board
        for callback in board.ledger:
            if not callback.open:
                assert callback.due_at is None
                assert callback.now is None
                continue
            timer = callback.due_at is not None
            holds = callback.held_by is not None and ContactId(callback.held_by) in board.contacts
            off = callback.held == "off" and not timer
            call = callback.now is not None and ContactId(callback.now) in board.contacts
            assert timer + holds + off + call == 1, callback
            assert call == (callback.state in IN_LINE)
            assert not off or not timer

    @invariant()
    def a_callback_has_at_most_one_contact(self) -> None:
        board = self.leader.board
        of = Counter(c.callback for c in board.contacts.values() if c.callback is not None)
        assert all(count == 1 for count in of.values())
        for contact in board.contacts.values():
            if contact.callback is not None:
                callback = board.ledger.get(contact.callback)
                assert callback is not None
                assert callback.now == contact.id

    @invariant()
    def who_has_ended_stays_so(self) -> None:
        kept = {callback.id: callback for callback in self.leader.board.ledger}
        for name, state in self.ended.items():
            assert name not in kept or kept[name].state is state
        for callback in kept.values():
            self.seen.add(callback.id)
            if not callback.open:
                self.ended[callback.id] = callback.state
        assert all(name in kept or name in self.ended for name in self.seen), "lost"

    @invariant()
    def the_indexes_agree_with_a_recount(self) -> None:
        board = self.leader.board
        ledger = board.ledger
        for number in NUMBERS:
            mine = {c.id for c in ledger if c.open and c.caller == number}
            assert {c.id for c in ledger.of(number)} == mine
            talks = {i for i, c in board.contacts.items() if c.caller == number and not c.callback}
            assert set(board.on_the_phone.get(number, ())) == talks
        medical = [c for c in ledger if c.open and c.kind is Kind.MEDICAL]
        planned = Counter((c.language, c.earliest // SLOT) for c in medical)
        for (language, slot), count in planned.items():
            assert ledger.planned(language, slot * SLOT) == count
        assert {c.id for c in ledger.held} == {c.id for c in ledger if c.talks_with is not None}
        absent = {
            i
            for i, c in board.contacts.items()
            if c.absent and c.state is ContactState.WAITING
        }  # fmt: skip
        assert set(board.absent) == absent
        waiting = [
            c
            for c in board.contacts.values()
            if c.state is ContactState.WAITING and c.dismissed is None and not c.absent
        ]  # fmt: skip
        assert board.waiting == len(waiting)

    @invariant()
    def every_booked_one_is_counted_once(self) -> None:
        ledger = self.leader.board.ledger
        ends = sum(
            row.kept
            + row.late
            + row.settled
            + row.done_without_promise
            + row.unreached
            + row.cancelled
            for row in ledger.rows
        )
        left = sum(callback.open for callback in ledger)
        assert sum(row.booked for row in ledger.rows) == ends + left
        assert not any(row.overlooked for row in ledger.rows)

    @precondition(lambda self: self.number % 7 == 0)
    @invariant()
    def a_follower_that_begins_with_a_snapshot_agrees(self) -> None:
        again = Shard()
        assert again.restore(self.follower.position, self.follower.save())
        self.follower = again


Promises.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestCallbacks = Promises.TestCase
