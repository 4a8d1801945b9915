"""The same shifts with everything that a site can say: rings, hours, holds, surge, supervisors."""

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from callcenter.acd.contact import ContactState, Dismissal
from callcenter.acd.decisions import Offer
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    CallRefused,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    NursePaused,
    NurseSignedIn,
    SiteLoaded,
    SurgeSet,
    Tick,
    WrapUpExtended,
)
from callcenter.acd.floor import HELD
from callcenter.acd.ids import ContactId, NurseId
from callcenter.acd.nurse import PHONE_LOST, NurseState
from callcenter.acd.policy import NurseSpec, Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.acd.surge import rings_percent
from callcenter.shard.shard import Shard
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.rings import INTERPRETER_NOW, Ring, innermost, open_ring
from language_routing.skills import NOTHING, Level, Requirement
from tests.property.test_shard import AR, NODE, NURSES, POLICY, SO, SV, Shifts, contacts, nurses

LEVELS = {
    "n1": {SV: Level.NATIVE},
    "n2": {SV: Level.WORKING, AR: Level.FLUENT},
    "n3": {AR: Level.WORKING, SO: Level.FLUENT},
}
RINGS = (
    Ring(level=Level.FLUENT),
    Ring(after=10_000, level=Level.WORKING),
    Ring(after=25_000, level=None, competences=False),
)
# 1970-01-01, a Thursday; the shifts begin at 00:16:40.
OPEN = Hours(spans=(Span(weekday=3, opens=0, closes=17),))
ROUTINGS = (
    Routing(),
    Routing(lines=tuple(Line(language=tag, rings=RINGS) for tag in (SV, AR, SO))),
    Routing(
        lines=(
            Line(language=SV, rings=RINGS),
            Line(
                language=AR, rings=RINGS[:2], hours=OPEN,
                closed=Closed(instead=Instead.CALLBACK, language=SV),
            ),
            Line(
                language=SO, hours=OPEN,
                closed=Closed(instead=Instead.INTERPRETER, language=SV),
            ),
        )
    ),
)  # fmt: skip
SURGE = SurgeRules(
    steps=(
        SurgeStep(level=SurgeLevel.HIGH, waiting=2, longest=30_000, rings_percent=200),
        SurgeStep(level=SurgeLevel.CRISIS, waiting=3, wrap_up=0, rings_percent=300,
                  refuse_waiting=4),
    ),
    rises_after=5_000,
    falls_after=20_000,
)  # fmt: skip


def rules(routing: Routing, *, reserve: bool, follow: bool, surge: bool) -> Policy:
    specs = tuple(
        NurseSpec(
            id=NurseId(n), languages=tuple(levels), levels=levels, years=int(n[1]) * 2,
            competences=("child",) if n == "n2" else (),
        )
        for n, levels in LEVELS.items()
    )  # fmt: skip
    return msgspec.structs.replace(
        POLICY,
        nurses=specs,
        routing=routing,
        reserve=reserve,
        follow_me=600_000 if follow else 0,
        follow_hold=12_000 if follow else 0,
        wrap_up=10_000,
        wrap_up_most=25_000,
        short_talk=3_000,
        phone_gone=9_999,
        short_abandon=1_000,
        requirements={"emergency": Requirement(competences=("child",), years=4)},
        surge=SURGE if surge else SurgeRules(),
    )


policies = st.builds(
    rules,
    st.sampled_from(ROUTINGS),
    reserve=st.booleans(),
    follow=st.booleans(),
    surge=st.booleans(),
)


class Routed(Shifts):
    @initialize(policy=policies)
    def start(self, policy: Policy) -> None:
        self.leader, self.follower = Shard(), Shard()
        self.now, self.number = 1_000_000, 0
        self.arrived: set[ContactId] = set()
        self.gone: set[ContactId] = set()
        self.offers: list[Offer] = []
        self.others: list[str] = []
        self.after: set[ContactId] = set()
        self.tell(SiteLoaded(policy=policy))
        self.see()

    @rule(policy=policies, without=st.sampled_from([None, *NURSES]))
    def the_site_is_loaded_again(self, policy: Policy, without: str | None) -> None:
        before = set(self.leader.board.contacts)
        staff = tuple(spec for spec in policy.nurses if spec.id != without)
        self.tell(SiteLoaded(policy=msgspec.structs.replace(policy, nurses=staff)))
        assert set(self.leader.board.contacts) == before, "a reload lost somebody"
        if without is not None:  # she comes back, or the other rules would run dry
            self.tell(SiteLoaded(policy=policy))
            self.see()

    @rule(
        entry=st.sampled_from(["public", "emergency"]),
        language=st.sampled_from([SV, AR, SO]),
        sealed=st.sampled_from([None, "sealed"]),
        caller=st.sampled_from([None, "hash-1", "hash-2"]),
    )
    def a_caller_of_an_entry_point_stands_in_line(
        self, entry: str, language: Language, sealed: str | None, caller: str | None
    ) -> None:
        contact = ContactId(f"c{self.number + 100}")
        self.tell(
            CallArrived(
                contact=contact, node=NODE, channel=f"PJSIP/carrier-{contact}", sealed=sealed,
                entry_point=entry, priority_class="public", caller=caller,
            )
        )  # fmt: skip
        self.arrived.add(contact)
        self.tell(CallQueued(contact=contact, language=language))

    @rule(data=st.data(), language=st.sampled_from([SV, AR, SO, Language("fi")]))
    def a_supervisor_moves(self, data: st.DataObject, language: Language) -> None:
        contact = self.anybody(data)
        before = self.leader.board.contacts.get(contact)
        self.tell(ContactMoved(contact=contact, language=language, actor="s", reason="test"))
        after = self.leader.board.contacts.get(contact)
        if before is not None:
            assert after is not None
            assert after.key == before.key, "a move changed the deadline"

    @rule(data=st.data(), to=st.sampled_from(["public", "staff", "unheard_of"]))
    def a_supervisor_changes_the_class(self, data: st.DataObject, to: str) -> None:
        contact = self.anybody(data)
        self.tell(ContactClassed(contact=contact, priority_class=to, actor="s", reason="test"))

    @rule(data=st.data())
    def a_supervisor_withdraws(self, data: st.DataObject) -> None:
        contact = self.anybody(data)
        self.tell(ContactWithdrawn(contact=contact, actor="s", reason="test"))

    @rule(data=st.data())
    def a_dismissed_caller_ends_as_owed(self, data: st.DataObject) -> None:
        out = [c for c in self.leader.board.contacts.values() if c.dismissed is not None]
        if out:
            contact = data.draw(st.sampled_from(out))
            self.gone.add(contact.id)
            self.tell(CallHungUp(contact=contact.id))
            assert contact.id in {debt.contact for debt in self.leader.board.owed}

    @rule(nurse=nurses, languages=st.lists(st.sampled_from([SV, AR, SO]), unique=True))
    def a_nurse_signs_in_with_some_languages(
        self, nurse: NurseId, languages: list[Language]
    ) -> None:
        self.tell(NurseSignedIn(nurse=nurse, actor="test", languages=tuple(languages)))

    @rule(nurse=nurses, planned=st.sampled_from([1, 60_000]))
    def a_nurse_plans_a_pause(self, nurse: NurseId, planned: int) -> None:
        self.tell(NursePaused(nurse=nurse, reason="lunch", actor="test", planned=planned))

    @rule(nurse=nurses, by=st.sampled_from([-1, 0, 5_000, 60_000]))
    def a_wrap_up_is_extended(self, nurse: NurseId, by: int) -> None:
        self.tell(WrapUpExtended(nurse=nurse, by=by, actor="test"))

    @rule(level=st.sampled_from([None, *SurgeLevel]))
    def a_supervisor_sets_the_surge(self, level: SurgeLevel | None) -> None:
        self.tell(SurgeSet(level=level, actor="s", reason="test"))
        if level is not None:
            assert self.leader.board.surge.level is level

    @rule()
    def a_call_is_refused(self) -> None:
        self.tell(
            CallRefused(node=NODE, entry_point="public", priority_class="public", reason="surge")
        )

    @rule(delay=st.sampled_from([500, 10_000]))
    def everybody_rests(self, delay: int) -> None:
        for _ in range(4):
            self.now += delay
            self.tell(Tick(deadline=self.now))

    def anybody(self, data: st.DataObject) -> ContactId:
        here = sorted(self.leader.board.contacts)
        return data.draw(st.sampled_from(here)) if here else data.draw(contacts)

    @invariant()
    def the_rings_are_those_of_the_wait(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        assert board.policy is not None
        for contact in board.contacts.values():
            if contact.state is not ContactState.WAITING or contact.language is None:
                continue
            own = board.policy.routing.line(contact.language).rings
            rings = INTERPRETER_NOW if contact.interpreter else own
            percent = rings_percent(board.policy.surge, board.surge.level)
            waited = self.leader.now - contact.in_line_since
            assert open_ring(rings, waited, percent) <= contact.ring < len(rings)
            assert contact.ring_ends is None or contact.ring_ends > self.leader.now

    @invariant()
    def who_is_dismissed_is_told_while_somebody_listens(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        for contact in board.contacts.values():
            assert contact.dismissals <= 5
            if contact.dismissed is None:
                continue
            assert contact.id not in board.line
            if contact.dismissed is Dismissal.CLOSED:
                assert contact.sealed is not None, "nobody could be rung back"
                assert contact.callback_at is not None
            if contact.state is ContactState.WAITING and board.nodes[NODE].present:
                told_by_the_ivr = contact.dismissed is Dismissal.KEPT
                assert (contact.dismiss is None) == told_by_the_ivr

    @invariant()
    def who_is_held_is_held_for_a_nurse_who_will_be_free_in_time(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        for contact_id in board.kept[HELD]:
            contact = board.contacts[contact_id]
            assert contact.prefers is not None
            nurse = board.nurses[contact.prefers]
            assert nurse.state is NurseState.WRAP_UP
            assert nurse.wrap_up_ends is not None
            assert nurse.wrap_up_ends <= contact.held_until
            assert self.serves(nurse, contact)

    @invariant()
    def everybody_who_waits_stands_in_one_place(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        waiting = {
            c.id for c in board.contacts.values()
            if c.state is ContactState.WAITING and c.dismissed is None and c.language is not None
        }  # fmt: skip
        places = [*board.line, *(c for pool in board.kept.values() for c in pool)]
        assert sorted(places) == sorted(waiting)
        assert board.waiting == len(waiting)
        free = {n.id for n in board.nurses.values() if n.available}
        assert set(board.idle) == free
        assert board.idle_mask == sum(1 << profile for profile in board.idle.groups)

    @invariant()
    def the_rotation_is_counted(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        counted = [0] * len(board.reach.rotation)
        for nurse in board.nurses.values():
            if nurse.in_rotation:
                counted[board.profile(nurse)] += 1
        assert counted == board.reach.rotation

    @invariant()
    def a_nurse_has_the_skills_of_the_site_and_of_today(self) -> None:
        if not hasattr(self, "leader"):
            return
        board = self.leader.board
        assert board.policy is not None
        specs = {spec.id: spec.skills for spec in board.policy.nurses}
        for nurse in board.nurses.values():
            skills = specs[nurse.id]
            if nurse.chosen:
                kept = tuple(pair for pair in skills.languages if pair[0] in nurse.chosen)
                skills = msgspec.structs.replace(skills, languages=kept)
            assert nurse.skills == skills
            if nurse.reason == PHONE_LOST:
                assert not nurse.reachable
            if nurse.wrap_up_ends is not None:
                assert nurse.wrap_up_ends <= nurse.since + 25_000

    def tell(self, event: AnyEvent) -> None:
        made = len(self.offers)
        super().tell(event)
        if len(self.offers) == made + 1:
            self.the_best_ring_was_taken(self.offers[-1])

    def the_best_ring_was_taken(self, offer: Offer) -> None:
        """The only offer of this entry: whoever is still free fits no better."""
        board = self.leader.board
        assert board.policy is not None
        contact, nurse = board.contacts[offer.contact], board.nurses[offer.nurse]
        if contact.nurse != offer.nurse or offer.nurse == contact.prefers:
            return
        assert contact.language is not None
        rings = board.policy.routing.line(contact.language).rings
        if contact.interpreter:
            rings = INTERPRETER_NOW
        asked = board.policy.requirements.get(contact.entry_point, NOTHING)
        mine = innermost(rings, contact.ring, contact.language, asked, nurse.skills)
        assert mine == offer.ring
        assert offer.interpreter == (contact.in_need or rings[offer.ring].interpreter)
        for other in board.nurses.values():
            if other.available:
                fits = innermost(rings, contact.ring, contact.language, asked, other.skills)
                assert fits is None or fits >= offer.ring, "somebody better is free"


TestRouted = Routed.TestCase
TestRouted.settings = settings(
    max_examples=150,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
