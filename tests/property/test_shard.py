"""The invariants of the fold, over shifts that Hypothesis invents (style.md, rule 6)."""

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from callcenter.acd.contact import Contact, ContactState, Dismissal
from callcenter.acd.debts import DebtKind, Owed
from callcenter.acd.decisions import Dismiss, Mirror, Offer, Surge, Withdraw
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallReturned,
    CallStays,
    CallTransferred,
    ChannelsSeen,
    CommandFailed,
    CommandUnknown,
    Connected,
    ContactClassed,
    Disconnected,
    GatewayAlive,
    MessageEnded,
    MessageSet,
    NeedSaid,
    NursePaused,
    NurseRang,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    OfferEnded,
    OfferResult,
    OwedClosed,
    Phase,
    PhoneChanged,
    PlaceKept,
    ReturnReason,
    SeenContact,
    SeenPhone,
    SiteLoaded,
    SurveyScored,
    SwitchLost,
    Tick,
    WaitTold,
)
from callcenter.acd.floor import HELD
from callcenter.acd.ids import ContactId, EntryId, NodeId, NurseId, OfferId
from callcenter.acd.nurse import UNTOLD, Nurse, NurseState
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.shard.shard import Shard
from language_routing.languages import Language
from language_routing.rings import INTERPRETER_NOW, admits
from language_routing.skills import NOTHING

SV, AR, SO = Language("sv"), Language("ar"), Language("so")
SWL = Language("swl")
NODE = NodeId("node1")
NURSES = {"n1": (SV,), "n2": (SV, AR), "n3": (AR, SO)}
POLICY = Policy(
    languages=(SV, AR, SO),
    default_language=SV,
    targets={"public": 180_000, "staff": 60_000},
    nurses=tuple(NurseSpec(id=NurseId(n), languages=spoken) for n, spoken in NURSES.items()),
    ring=20_000,
    backstop=30_000,
    wrap_up=10_000,
    rona_after=2,
)

EVERYBODY = [ContactId(f"c{n}") for n in range(1, 7)]
ASK_AGAIN, MOST_WITHDRAWALS, REMEMBERED = 6_000, 5, 600_000

contacts = st.sampled_from(EVERYBODY)
nurses = st.sampled_from([NurseId(n) for n in [*NURSES, "stranger"]])
languages = st.sampled_from([SV, AR, SO, Language("fi")])
# Two numbers for six callers: a switchboard stands behind one; some hide theirs.
callers = st.sampled_from([None, "hash-1", "hash-2"])


class Shifts(RuleBasedStateMachine):
    @initialize(
        wrap_up=st.sampled_from([0, 10_000]),
        rona_after=st.integers(1, 2),
        short_talk=st.sampled_from([0, 3_000]),
    )
    def start(self, wrap_up: int, rona_after: int, short_talk: int) -> None:
        self.leader, self.follower = Shard(), Shard()
        self.now, self.number = 1_000_000, 0
        self.arrived: set[ContactId] = set()
        self.gone: set[ContactId] = set()
        self.after: set[ContactId] = set()  # of whom the truth has shown that they leave
        self.offers: list[Offer] = []
        self.others: list[str] = []  # commands that withdraw or mirror
        policy = msgspec.structs.replace(
            POLICY, wrap_up=wrap_up, rona_after=rona_after, short_talk=short_talk
        )
        self.tell(SiteLoaded(policy=policy))
        self.see()

    def tell(self, event: AnyEvent) -> None:
        """One entry through leader and follower, with every invariant of a decision."""
        self.number += 1
        entry = EntryId(f"{self.now}-{self.number}")
        late = self.leader.late
        counted = self.counts()
        quiet = self.leader.next_deadline() is None or self.leader.next_deadline() > self.now  # type: ignore[operator]
        before = self.leader.save() if quiet else None
        outcome = self.leader.lead(entry, event)
        if before is not None and self.leader.late > late and not outcome.decisions:
            undone = Shard()
            assert undone.restore(entry, before)
            undone.late += 1
            assert undone.save() == self.leader.save(), "a late event changed something"
        self.follower.follow(entry, event, outcome.decisions)
        assert self.follower.save() == self.leader.save(), self.difference()
        offers = [d for d in outcome.decisions if isinstance(d, Offer)]
        self.offers += offers
        others = (Withdraw, Mirror, Dismiss, Surge)
        self.others += [d.command for d in outcome.decisions if isinstance(d, others)]
        board = self.leader.board
        for offer in offers:
            mine, nurse = board.contacts[offer.contact], board.nurses[offer.nurse]
            for other in board.line:  # who stands there now stood there then
                if self.serves(nurse, board.contacts[other]):
                    assert mine.key < board.contacts[other].key, "an earlier deadline waits"
        for command in outcome.commands:
            assert command.valid_until > self.now
        # Two offers of one entry are of two callers to two nurses.
        assert len({o.contact for o in offers}) == len({o.nurse for o in offers}) == len(offers)
        assert all(new >= old for old, new in zip(counted, self.counts(), strict=True))

    def difference(self) -> str:
        """Where leader and follower see another state."""
        mine, theirs = (msgspec.json.decode(s.save()) for s in (self.leader, self.follower))

        def unlike(one: object, other: object) -> object:
            if isinstance(one, dict) and isinstance(other, dict):
                keys = one.keys() | other.keys()
                both = {k: (one.get(k), other.get(k)) for k in sorted(keys)}
                return {k: unlike(*pair) for k, pair in both.items() if pair[0] != pair[1]}
            if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
                pairs = zip(one, other, strict=True)
                return [unlike(*pair) for pair in pairs if pair[0] != pair[1]]
            return one, other

        return f"a follower sees another state: {unlike(mine, theirs)}"

    def serves(self, nurse: Nurse, contact: Contact) -> bool:
        """Whether she may be given this contact now, by the rings and nothing else."""
        policy = self.leader.board.policy
        assert policy is not None
        assert contact.language is not None
        own = policy.routing.line(contact.language).rings
        rings = INTERPRETER_NOW if contact.interpreter else own
        asked = policy.requirements.get(contact.entry_point, NOTHING)
        opened = rings[: contact.ring + 1]
        return any(admits(ring, contact.language, asked, nurse.skills) for ring in opened)

    def counts(self) -> tuple[int, ...]:
        """What is only ever counted up, over all languages and classes."""
        names = (
            "queued", "left_ivr", "answered", "abandoned", "abandoned_short", "withdrawn", "moved",
            "refused", "cut_off", "returned", "missed", "wraps", "hand_overs", "kept",
            "transferred", "told", "told_grew_overtaken", "told_grew_fewer_nurses",
            "told_grew_overrun", "told_grew_unexplained",
        )  # fmt: skip
        return tuple(sum(getattr(t, n) for t in self.leader.board.tallies) for n in names)

    def answered(self) -> int:
        return sum(tally.answered for tally in self.leader.board.tallies)

    def see(self) -> None:
        seen = []
        for contact in self.leader.board.contacts.values():
            phase = {
                ContactState.IVR: Phase.IVR,
                ContactState.WAITING: Phase.LINE,
                ContactState.OFFERED: Phase.OFFER,
                ContactState.TALKING: Phase.TALKING,
                ContactState.FALLBACK: Phase.FALLBACK,
                ContactState.AFTER: Phase.AFTER,
                ContactState.TRANSFERRED: Phase.IVR,
            }[contact.state]
            seen.append(
                SeenContact(
                    contact=contact.id, channel=contact.channel, phase=phase,
                    entry_point="public", priority_class=contact.priority_class,
                    waited=self.now - contact.arrived, language=contact.language,
                    offer=contact.offer, nurse=contact.nurse,
                )
            )  # fmt: skip
        phones = tuple(SeenPhone(nurse=NurseId(n), reachable=True, busy=False) for n in NURSES)
        self.tell(ChannelsSeen(node=NODE, switch="a", contacts=tuple(seen), phones=phones))

    @rule(data=st.data(), switch=st.sampled_from(["a", "b"]))
    def the_node_shows_another_truth(self, data: st.DataObject, switch: str) -> None:
        """Any phase for anybody, some gone, some unheard of; a phone is in one place only."""
        board = self.leader.board
        free = data.draw(st.permutations([NurseId(n) for n in [*NURSES, "stranger"]]))
        seen = []
        for contact in [*EVERYBODY, *(c for c in board.contacts if c not in EVERYBODY)]:
            known, ended = board.contacts.get(contact), board.ended.get(contact)
            if ended is not None and self.now - ended > REMEMBERED:
                continue  # forgotten at any moment
            phase = data.draw(st.sampled_from([None, *Phase]))
            if phase is None:
                if known is not None:
                    self.gone.add(contact)
                continue
            if known is None and ended is None:
                self.arrived.add(contact)
                self.gone.discard(contact)
            if phase is Phase.AFTER:
                self.after.add(contact)
            offer = known.offer if known is not None and known.offer else None
            if offer is None or data.draw(st.booleans()):
                offer = OfferId(f"77-{self.number}-{contact[1:]}")
            with_nurse = phase in (Phase.OFFER, Phase.TALKING) and bool(free)
            seen.append(
                SeenContact(
                    contact=contact, channel=f"PJSIP/carrier-{contact}", phase=phase,
                    entry_point="public", priority_class="public",
                    waited=data.draw(st.sampled_from([0, 30_000, 200_000])),
                    language=data.draw(st.none() | languages),
                    wanted=data.draw(st.sampled_from([None, None, SWL])),
                    offer=offer if phase is Phase.OFFER else None,
                    nurse=free.pop() if with_nurse else None,
                )
            )  # fmt: skip
        phones = tuple(
            SeenPhone(
                nurse=NurseId(nurse), reachable=data.draw(st.booleans()),
                busy=data.draw(st.booleans()),
                fallback=data.draw(st.sampled_from([None, "out", "paused", "ready"])),
            )
            for nurse in [*NURSES, "stranger"]
        )  # fmt: skip
        late = self.leader.late
        self.tell(ChannelsSeen(node=NODE, switch=switch, contacts=tuple(seen), phones=phones))
        assert self.leader.late == late, "the truth is never late"
        for phone in phones[:-1]:
            nurse = self.leader.board.nurses[phone.nurse]
            assert (nurse.reachable, nurse.busy) == (phone.reachable, phone.busy)

    @rule(contact=contacts)
    def an_entry_is_skipped(self, contact: ContactId) -> None:
        """It meets a bug, and nobody folds it."""
        self.number += 1
        entry, event = EntryId(f"{self.now}-{self.number}"), CallHungUp(contact=contact)
        outcome = self.leader.quarantine(entry, "ZeroDivisionError")
        self.follower.follow(entry, event, outcome.decisions)
        assert self.follower.save() == self.leader.save()
        assert all(node.look_up for node in self.leader.board.nodes.values())
        self.tell(GatewayAlive(node=NODE))  # the leader decides again at the next entry alone

    @rule(
        contact=contacts,
        priority=st.sampled_from(["public", "staff"]),
        waited=st.sampled_from([0, 100, 150_000]),
        caller=callers,
    )
    def a_caller_arrives(
        self, contact: ContactId, priority: str, waited: int, caller: str | None
    ) -> None:
        board = self.leader.board
        forgotten = contact not in board.ended
        fresh = forgotten and contact not in board.contacts
        owed = list(board.owed)
        mine = self.owed_now(caller)
        self.tell(
            CallArrived(
                contact=contact, node=NODE, channel=f"PJSIP/carrier-{contact}",
                entry_point="public", priority_class=priority, waited=waited, caller=caller,
                sealed=caller and f"sealed-{caller}",
            )
        )  # fmt: skip
        closed = [debt for debt in owed if debt not in list(self.leader.board.owed)]
        if fresh and mine:
            oldest = min(mine, key=lambda debt: (debt.arrived, debt.contact))
            found = self.leader.board.contacts[contact]
            settled = [] if oldest.kind is DebtKind.KEPT_PLACE else [oldest]  # that one in line
            assert closed == settled, "one call, the oldest debt"
            first = min(oldest.arrived, found.arrived)
            assert found.deadline == first + POLICY.targets[priority], "she lost her place"
        else:
            assert not closed
        self.arrived.add(contact)
        if forgotten:
            self.gone.discard(contact)

    def owed_now(self, caller: str | None) -> list[Owed]:
        """What a call of `caller` may settle; a promise for when the line opens may not."""
        return [
            debt
            for debt in self.leader.board.owed
            if caller is not None and debt.caller == caller and (debt.callback_at or 0) <= self.now
        ]

    @rule(contact=contacts, language=languages)
    def a_caller_chooses(self, contact: ContactId, language: Language) -> None:
        self.tell(CallQueued(contact=contact, language=language))

    @rule(contact=contacts)
    def a_caller_hangs_up(self, contact: ContactId) -> None:
        if contact in self.leader.board.contacts:
            self.gone.add(contact)
        self.tell(CallHungUp(contact=contact))

    @rule(contact=contacts)
    def asterisk_goes_down_with_a_call(self, contact: ContactId) -> None:
        found = self.leader.board.contacts.get(contact)
        if found is not None:
            self.gone.add(contact)
        self.tell(CallCutOff(contact=contact))
        owed = {debt.contact: debt for debt in self.leader.board.owed}
        if found is not None and found.state is not ContactState.AFTER:
            assert owed[contact].arrived <= found.arrived

    @rule(language=st.sampled_from([SV, AR]), caller=callers)
    def somebody_new_stands_in_line(self, language: Language, caller: str | None) -> None:
        """Blind draws alone seldom get so far; a number that we cut off may ring again."""
        contact = ContactId(f"c{self.number + 100}")
        mine = self.owed_now(caller)
        self.a_caller_arrives(contact=contact, priority="public", waited=0, caller=caller)
        self.tell(CallQueued(contact=contact, language=language))
        if mine:
            oldest = min(mine, key=lambda debt: (debt.arrived, debt.contact))
            assert oldest not in list(self.leader.board.owed), "she stands in line for it"

    @rule()
    def everybody_is_on_duty(self) -> None:
        for nurse in NURSES:
            self.tell(PhoneChanged(nurse=NurseId(nurse), reachable=True, busy=False))
            self.tell(NurseReady(nurse=NurseId(nurse), actor="test"))

    @rule(data=st.data(), reason=st.sampled_from(ReturnReason), span=st.sampled_from([1, 5_000]))
    def a_nurse_answers_and_her_conversation_is_none(
        self, data: st.DataObject, reason: ReturnReason, span: int
    ) -> None:
        board = self.leader.board
        ringing = [c for c in board.contacts.values() if c.state is ContactState.OFFERED]
        if not ringing:
            return
        given = data.draw(st.sampled_from(ringing))
        assert given.offer is not None
        assert given.nurse is not None
        answered = self.answered()
        self.tell(Connected(contact=given.id, nurse=given.nurse))
        self.now += span
        self.tell(Disconnected(contact=given.id, nurse=given.nurse))
        if data.draw(st.booleans()):
            self.tell(PhoneChanged(nurse=given.nurse, reachable=False, busy=False))
        self.tell(
            CallReturned(
                offer=given.offer, contact=given.id, nurse=given.nurse, reason=reason
            )
        )  # fmt: skip
        after = board.contacts[given.id]
        assert after.key == given.key, "her place is another"
        assert after.state in (ContactState.WAITING, ContactState.OFFERED)
        if after.answered is None:
            assert self.answered() == answered, "an answer that was none is counted"

    @rule(language=st.sampled_from([SV, AR]), both=st.booleans())
    def asterisk_goes_down_with_all_calls_and_somebody_rings_again(
        self, language: Language, both: bool
    ) -> None:
        """Two callers of one switchboard were among them; one or both ring again."""
        for _ in range(2):
            self.somebody_new_stands_in_line(language=language, caller="hash-1")
            self.now += 1_000
        for contact in list(self.leader.board.contacts):
            self.asterisk_goes_down_with_a_call(contact=contact)
        for _ in range(1 + both):
            self.somebody_new_stands_in_line(language=language, caller="hash-1")

    @rule(contact=contacts)
    def a_debt_is_closed(self, contact: ContactId) -> None:
        self.tell(OwedClosed(contact=contact, reason="called_back", actor="test"))
        assert contact not in {debt.contact for debt in self.leader.board.owed}

    @rule(data=st.data(), reason=st.sampled_from(ReturnReason))
    def a_conversation_was_none(self, data: st.DataObject, reason: ReturnReason) -> None:
        """The present one, whether its bridge was seen or not, or one of long ago."""
        if self.offers:
            offer = data.draw(st.sampled_from([*self.offers, *self.offers[-3:] * 3]))
            before = self.leader.board.contacts.get(offer.contact)
            late = self.leader.late
            self.tell(
                CallReturned(
                    offer=offer.offer, contact=offer.contact, nurse=offer.nurse, reason=reason
                )
            )
            after = self.leader.board.contacts.get(offer.contact)
            if before is not None and after is not None and self.leader.late == late:
                assert after.key == before.key, "her place is another"
                assert after.state in (ContactState.WAITING, ContactState.OFFERED)

    # -- what callers do by their keys ------------------------------------------------

    @rule(contact=contacts, language=languages)
    def a_caller_in_the_menu_needs_an_interpreter(
        self, contact: ContactId, language: Language
    ) -> None:
        """And stands in line with one at once, unless she is somewhere else."""
        before = self.leader.board.contacts.get(contact)
        late = self.leader.late
        self.tell(NeedSaid(contact=contact, wanted=SWL))
        if before is not None:
            assert (self.leader.late == late) == (before.state is ContactState.IVR)
        if before is not None and before.state is ContactState.IVR:
            self.tell(CallQueued(contact=contact, language=language))
            assert self.leader.board.contacts[contact].in_need

    @rule(contact=contacts, priority=st.sampled_from(["public", "staff", "royal"]))
    def a_caller_changes_her_class(self, contact: ContactId, priority: str) -> None:
        self.tell(
            ContactClassed(
                contact=contact, priority_class=priority, actor="caller", reason="own_key"
            )
        )

    @rule(contact=contacts, typed=st.booleans())
    def a_caller_keeps_her_place(self, contact: ContactId, typed: bool) -> None:
        self.keep(contact, typed=typed)

    @rule(data=st.data(), typed=st.booleans())
    def somebody_in_line_keeps_her_place(self, data: st.DataObject, typed: bool) -> None:
        board = self.leader.board
        if waiting := [c.id for c in board.contacts.values() if c.state is ContactState.WAITING]:
            self.keep(data.draw(st.sampled_from(waiting)), typed=typed)

    def keep(self, contact: ContactId, *, typed: bool) -> None:
        """Only who waits is out of the line, and owed nothing as long as she is here."""
        before = self.leader.board.contacts.get(contact)
        waited, late = self.leader.board.waiting, self.leader.late
        number = ("hash-typed", "sealed-typed") if typed else (None, None)
        self.tell(PlaceKept(contact=contact, caller=number[0], sealed=number[1]))
        board = self.leader.board
        fits = (
            before is not None
            and before.state is ContactState.WAITING
            and before.dismissed is None
            and (typed or before.sealed is not None)
        )
        if before is None:
            return
        assert (self.leader.late == late) == fits
        if fits:
            self.after.discard(contact)
            after = board.contacts[contact]
            assert (after.state, after.dismissed) == (ContactState.WAITING, Dismissal.KEPT)
            assert (after.key, board.waiting) == (before.key, waited - 1)
            assert contact not in {debt.contact for debt in board.owed}

    @rule(contact=contacts)
    def a_caller_stays(self, contact: ContactId) -> None:
        self.undo(contact)

    @rule(data=st.data())
    def somebody_who_kept_her_place_stays(self, data: st.DataObject) -> None:
        if gone := self.keepers():
            self.undo(data.draw(st.sampled_from(gone)))

    def keepers(self) -> list[ContactId]:
        board = self.leader.board
        return [c.id for c in board.contacts.values() if c.dismissed is Dismissal.KEPT]

    def undo(self, contact: ContactId) -> None:
        """She has the old place, or never gave it up."""
        before, late = self.leader.board.contacts.get(contact), self.leader.late
        self.tell(CallStays(contact=contact))
        if before is None:
            return
        after = self.leader.board.contacts[contact]
        assert after.key == before.key, "her place is another"
        assert after.dismissed is not Dismissal.KEPT
        assert (self.leader.late == late) == (before.dismissed is Dismissal.KEPT)
        if before.dismissed is Dismissal.KEPT:
            assert (after.caller, after.sealed) == (before.caller, before.sealed)
            assert after.state in (ContactState.WAITING, ContactState.OFFERED)

    @rule(data=st.data(), how=st.sampled_from([CallHungUp, CallCutOff]))
    def somebody_who_kept_her_place_leaves(
        self, data: st.DataObject, how: type[CallHungUp] | type[CallCutOff]
    ) -> None:
        """Whatever ends her call, she is owed one for the kept place, from her first arrival."""
        if not (gone := self.keepers()):
            return
        contact = data.draw(st.sampled_from(gone))
        before, counted = self.leader.board.contacts[contact], self.kept_in_all()
        self.gone.add(contact)
        self.tell(how(contact=contact))
        assert self.kept_in_all() == counted + 1
        [debt] = [debt for debt in self.leader.board.owed if debt.contact == contact]
        if debt.since != self.now:
            return  # that of an earlier life of this name
        assert (debt.kind, debt.arrived) == (DebtKind.KEPT_PLACE, before.original)
        assert debt.sealed is not None

    def kept_in_all(self) -> int:
        return sum(tally.kept for tally in self.leader.board.tallies)

    @rule(
        contact=contacts,
        low=st.sampled_from([0, 60_000]),
        longer=st.sampled_from([0, 30_000, 600_000]),
        ahead=st.integers(0, 2),
        nurses=st.integers(1, 2),
    )
    def a_caller_hears_of_her_wait(
        self, contact: ContactId, low: int, longer: int, ahead: int, nurses: int
    ) -> None:
        self.tell(
            WaitTold(
                contact=contact, place=ahead + 1, low=low, high=low + longer, ahead=ahead,
                nurses=nurses,
            )
        )  # fmt: skip

    @rule(contact=contacts, fails=st.booleans(), language=languages)
    def a_caller_is_transferred(self, contact: ContactId, fails: bool, language: Language) -> None:
        self.tell(CallTransferred(contact=contact, target="switchboard"))
        if fails:
            self.tell(CallQueued(contact=contact, language=language))

    @rule(score=st.integers(0, 10))
    def somebody_answers_the_survey(self, score: int) -> None:
        self.tell(
            SurveyScored(entry_point="public", language=SV, question="survey-helped", score=score)
        )

    @rule(
        name=st.sampled_from(["m1", "m2", "m3"]),
        lasts=st.sampled_from([-1, 0, 500, 25_000]),
        language=st.sampled_from([None, SV, AR]),
    )
    def a_supervisor_has_a_message_said(
        self, name: str, lasts: int, language: Language | None
    ) -> None:
        self.tell(
            MessageSet(
                id=name, entry_point=None, language=language, until=self.now + lasts,
                sound="m/sv", text="", actor="test",
            )
        )  # fmt: skip

    @rule(name=st.sampled_from(["m1", "m2", "m3"]))
    def a_supervisor_ends_a_message(self, name: str) -> None:
        self.tell(MessageEnded(id=name, actor="test"))

    @rule(contact=contacts)
    def a_caller_falls_back(self, contact: ContactId) -> None:
        self.tell(CallFellBack(contact=contact))

    @rule(nurse=nurses)
    def a_nurse_signs_in(self, nurse: NurseId) -> None:
        self.tell(NurseSignedIn(nurse=nurse, actor="test"))

    @rule(nurse=nurses)
    def a_nurse_is_ready(self, nurse: NurseId) -> None:
        self.tell(NurseReady(nurse=nurse, actor="test"))

    @rule(nurse=nurses)
    def a_nurse_pauses(self, nurse: NurseId) -> None:
        self.tell(NursePaused(nurse=nurse, reason="lunch", actor="test"))

    @rule(nurse=nurses)
    def a_nurse_signs_out(self, nurse: NurseId) -> None:
        self.tell(NurseSignedOut(nurse=nurse, actor="test"))

    @rule(nurse=nurses, reachable=st.booleans(), busy=st.booleans())
    def a_phone_changes(self, nurse: NurseId, reachable: bool, busy: bool) -> None:
        self.tell(PhoneChanged(nurse=nurse, reachable=reachable, busy=busy))

    @rule(data=st.data(), result=st.sampled_from(OfferResult))
    def an_offer_ends(self, data: st.DataObject, result: OfferResult) -> None:
        """The present one, or one that ended long ago."""
        if self.offers:
            offer = data.draw(st.sampled_from(self.offers))
            self.tell(
                OfferEnded(
                    offer=offer.offer, contact=offer.contact, nurse=offer.nurse, result=result
                )
            )

    @rule(data=st.data(), event=st.sampled_from([CommandFailed, CommandUnknown]))
    def a_command_goes_wrong(
        self, data: st.DataObject, event: type[CommandFailed] | type[CommandUnknown]
    ) -> None:
        """Of the last ones or long ago: an offer, a withdrawal, a mirroring, or none of ours."""
        offers = [offer.offer for offer in self.offers]
        given = ["7-7-7", *offers, *offers[-3:] * 3, *self.others, *self.others[-6:] * 3]
        command = data.draw(st.sampled_from(given))
        if event is CommandFailed:
            self.tell(CommandFailed(command=command, reason="gone"))
        else:
            self.tell(CommandUnknown(command=command))

    @rule(contact=contacts, nurse=nurses)
    def a_phone_rings(self, contact: ContactId, nurse: NurseId) -> None:
        found = self.leader.board.contacts.get(contact)
        offer = found.offer if found is not None and found.offer else OfferId("1-0-0")
        self.tell(NurseRang(offer=offer, contact=contact, nurse=nurse))

    @rule(contact=contacts, nurse=nurses)
    def a_bridge_is_seen(self, contact: ContactId, nurse: NurseId) -> None:
        self.tell(Connected(contact=contact, nurse=nurse))

    @rule(data=st.data())
    def the_offered_nurse_answers(self, data: st.DataObject) -> None:
        ringing = [n for n in self.leader.board.nurses.values() if n.state is NurseState.RINGING]
        if ringing:
            nurse = data.draw(st.sampled_from(ringing))
            assert nurse.contact is not None
            self.tell(Connected(contact=nurse.contact, nurse=nurse.id))

    @rule(contact=contacts, nurse=nurses)
    def a_bridge_ends(self, contact: ContactId, nurse: NurseId) -> None:
        self.tell(Disconnected(contact=contact, nurse=nurse))

    @rule(delay=st.sampled_from([0, 1, 500, 9_999, 10_000, 25_000, 31_000]))
    def time_passes(self, delay: int) -> None:
        self.now += delay
        self.tell(Tick(deadline=self.now))

    @rule()
    def the_gateway_reports(self) -> None:
        self.tell(GatewayAlive(node=NODE))

    @rule()
    def the_switch_is_lost_and_seen_again(self) -> None:
        self.tell(SwitchLost(node=NODE))
        assert len(self.leader.board.line) == 0
        self.see()

    @rule()
    def everybody_starts_again_from_a_snapshot(self) -> None:
        again = Shard()
        assert again.restore(self.leader.position, self.leader.save())
        assert again.save() == self.leader.save()
        old, new = self.leader.board, again.board
        assert list(new.line) == list(old.line)
        assert again.next_deadline() == self.leader.next_deadline()
        assert (set(new.offers), set(new.leaving)) == (set(old.offers), set(old.leaving))
        self.leader = again

    @invariant()
    def no_contact_is_lost_or_doubled(self) -> None:
        if hasattr(self, "leader"):
            assert set(self.leader.board.contacts) == self.arrived - self.gone

    @invariant()
    def no_contact_rings_at_two_nurses_and_no_nurse_for_two(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        ringing = [n for n in board.nurses.values() if n.state is NurseState.RINGING]
        assert len({n.offer for n in ringing}) == len({n.contact for n in ringing}) == len(ringing)
        for nurse in ringing:
            assert nurse.contact is not None
            contact = board.contacts[nurse.contact]
            assert (contact.state, contact.offer) == (ContactState.OFFERED, nurse.offer)
        talking = [n for n in board.nurses.values() if n.state is NurseState.TALKING]
        assert len({n.contact for n in talking}) == len(talking)
        for nurse in talking:
            assert nurse.contact is not None
            assert board.contacts[nurse.contact].nurse == nurse.id
        for contact in board.contacts.values():
            if contact.state is ContactState.TALKING:
                assert contact.nurse is not None
                assert board.nurses[contact.nurse].contact == contact.id

    @invariant()
    def everybody_who_was_in_line_ends_once_or_is_still_here(self) -> None:
        """Answered counts once; whoever waits after a conversation that was none, not at all."""
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        for contact in board.contacts.values():
            if contact.unproven:
                assert contact.answered is not None
                assert contact.state in (ContactState.TALKING, ContactState.AFTER)
        assert len({debt.contact for debt in board.owed}) == len(board.owed)
        withdrawals = {c.withdraw: c.id for c in board.contacts.values() if c.withdraw is not None}
        assert board.withdrawing == withdrawals
        mirrorings = {n.mirroring: n.id for n in board.nurses.values() if n.mirroring is not None}
        assert board.mirroring == mirrorings

    @invariant()
    def nobody_who_has_kept_her_place_is_in_line_or_rung_for(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        for contact in board.contacts.values():
            if contact.dismissed is Dismissal.KEPT:
                assert contact.state is ContactState.WAITING
                assert contact.id not in board.line
                assert contact.offer is None
                assert contact.id not in board.dismiss_due
            else:
                assert (contact.kept, contact.typed_sealed) == (None, None)

    @invariant()
    def whoever_keeps_her_place_and_does_not_leave_is_asked_about(self) -> None:
        """Else somebody whose staying was lost would wait unseen for ever."""
        if not hasattr(self, "leader"):
            return
        for contact in self.leader.board.contacts.values():
            if contact.backstop is None and contact.dismissed is Dismissal.KEPT:
                assert contact.id in self.after, "nobody has told her, and nobody asks"

    @invariant()
    def a_message_is_there_until_its_time_is_over(self) -> None:
        if hasattr(self, "leader"):
            messages = self.leader.board.messages.values()
            assert all(message.until > self.leader.now for message in messages)
            assert len({message.place for message in messages}) == len(messages)

    @invariant()
    def nobody_waits_while_a_nurse_who_can_serve_is_free(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        present = any(node.present for node in board.nodes.values())
        for contact in board.contacts.values():
            if contact.state is ContactState.WAITING and not contact.doubt and present:
                if contact.dismissed is not None or contact.id in board.kept[HELD]:
                    continue
                free = [n for n in board.nurses.values() if n.available]
                assert not [n.id for n in free if self.serves(n, contact)]

    @invariant()
    def nobody_is_passed_by(self) -> None:
        if hasattr(self, "leader"):
            assert sum(tally.inversions for tally in self.leader.board.tallies) == 0

    @invariant()
    def the_fallback_queue_is_told_of_everybody_while_somebody_listens(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        present = any(node.present for node in board.nodes.values())
        for nurse in board.nurses.values():
            told = nurse.mirrored in (nurse.to_mirror, UNTOLD)  # that one at the next sign of life
            assert told or not present

    @invariant()
    def a_ringing_that_nobody_wants_is_withdrawn_at_most_five_times(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        for contact in board.contacts.values():
            assert contact.withdrawals <= MOST_WITHDRAWALS
            if contact.state is not ContactState.OFFERED:
                assert (contact.withdraw, contact.withdrawals) == (None, 0)
                assert not contact.withdrawing
                continue
            assert contact.nurse is not None
            nurse = board.nurses[contact.nurse]
            if nurse.state is NurseState.RINGING and nurse.offer == contact.offer:
                unwanted = nurse.next is not None or not nurse.reachable or contact.unwanted
                unwanted = unwanted or contact.dismissed is not None
                assert contact.withdrawing or not unwanted

    @invariant()
    def a_question_is_asked_again_until_it_is_answered_while_somebody_listens(self) -> None:
        if not hasattr(self, "leader"):
            return
        for node in self.leader.board.nodes.values():
            listens = self.leader.now < node.last_alive + POLICY.gateway_lost
            if node.look_up and listens:
                assert self.leader.now < node.asked + ASK_AGAIN

    @invariant()
    def a_caller_in_doubt_is_looked_up_in_time(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        for contact in board.contacts.values():
            if contact.doubt and not board.nodes[NODE].look_up:
                assert contact.backstop is not None
                assert contact.backstop > self.leader.now or not board.nodes[NODE].present

    @invariant()
    def every_decision_fits(self) -> None:
        if hasattr(self, "leader"):
            assert (self.leader.unfit, self.follower.unfit) == (0, 0)


TestShifts = Shifts.TestCase
TestShifts.settings = settings(
    max_examples=150,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
