"""A simulated evening on the real fold: rings, classes, shared nurses, callers who give up.

What is counted is what the fold itself counts: answers within, before and after the range that
was stated when the caller came into line.
"""

import heapq
import random
from collections.abc import Callable
from math import exp, log, sqrt
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from callcenter.acd import estimate
from callcenter.acd.contact import ContactState
from callcenter.acd.events import OfferResult, SiteLoaded, Tick
from callcenter.acd.expected import Estimate, GrowthCause
from callcenter.acd.ids import ContactId, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.acd.policy import NurseSpec
from callcenter.shard.shard import Shard
from language_routing.languages import Language
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.acd.world import AR, SO, SV, World

MINUTE = 60_000
TALK = {SV: 5 * MINUTE, AR: 8 * MINUTE, SO: 9 * MINUTE}
ROUTING = Routing(
    lines=tuple(
        Line(
            language=language,
            rings=(
                Ring(level=Level.FLUENT),
                Ring(after=2 * MINUTE),
                Ring(after=4 * MINUTE, level=None),
            ),
        )
        for language in (AR, SO)
    )
)


class Shares(NamedTuple):
    """Answers in one language to callers who were told a range and found no nurse free."""

    answers: int
    early: float
    within: float
    late: float


class Evening:
    """Callers come, nurses answer, talk and wrap up; some callers give up, some nurses miss.

    Args:
        staff: What each nurse speaks; a language with a `-` at working level.
        load: Calls per minute, by language.
        patience: After how long on average a caller gives up, in milliseconds.
    """

    def __init__(
        self, staff: list[str], load: dict[Language, float], patience: float, seed: int
    ) -> None:
        self.chance = random.Random(seed)
        self.load, self.patience = load, patience
        self.told: dict[Language, list[tuple[Estimate, int]]] = {}
        self.calls = self._number = 0
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        specs = []
        for number, spoken in enumerate(staff):
            tags = [Language(tag.rstrip("-")) for tag in spoken.split()]
            working = {
                Language(tag[:-1]): Level.WORKING for tag in spoken.split() if tag[-1] == "-"
            }
            name = NurseId(f"n{number:02d}")
            specs.append(NurseSpec(id=name, languages=tuple(tags), levels=working))
        world = self.world = World(gateway_lost=10**12)
        world.policy = replace(world.policy, nurses=tuple(specs), routing=ROUTING, rona_after=2)
        world.tell(SiteLoaded(policy=world.policy))
        world.see()
        for spec in specs:
            world.signs_in(spec.id)
            world.is_ready(spec.id)
        for language in load:
            self.later(1, lambda language=language: self.comes(language))
        self.later(MINUTE, self.staff_changes)

    def later(self, span: float, what: Callable[[], None]) -> None:
        self._number += 1
        when = self.world.now + max(1, round(span))
        heapq.heappush(self._events, (when, self._number, what))

    def run(self, calls: int, look: Callable[[], None] = lambda: None) -> None:
        """Until so many calls have come; `look` is called after each thing that happens."""
        world = self.world
        while self.calls < calls:
            when, _, what = self._events[0]
            due = world.shard.next_deadline()
            if due is not None and due < when:
                world.now = max(world.now, due)
                world.tell(Tick(deadline=due))
            else:
                heapq.heappop(self._events)
                world.now = when
                what()
            self.rings()
            look()

    def rings(self) -> None:
        """What the last entry decided comes about at the nurses' phones, once."""
        offers, self.world.decisions = self.world.offers(), ()
        for contact, nurse in offers:
            offer = self.world.offer_of(contact)
            self.later(
                self.chance.uniform(2_000, 8_000),
                lambda c=contact, n=nurse, o=offer: self.picks_up(c, n, o),
            )

    def comes(self, language: Language) -> None:
        self.calls += 1
        name = f"c{self.calls}"
        urgent = self.chance.random() < 0.1
        self.world.queues(name, language, "staff" if urgent else "public")
        self.later(self.chance.expovariate(1 / self.patience), lambda: self.gives_up(name))
        gap = self.chance.expovariate(self.load[language]) * MINUTE
        self.later(gap, lambda: self.comes(language))

    def gives_up(self, contact: str) -> None:
        found = self.world.board.contacts.get(ContactId(contact))
        if found is not None and found.state in (ContactState.WAITING, ContactState.OFFERED):
            self.world.hangs_up(contact)

    def picks_up(self, contact: str, nurse: str, offer: str) -> None:
        found = self.world.board.contacts.get(ContactId(contact))
        if found is None or found.offer != offer:
            return
        if self.chance.random() < 0.02:
            self.world.rings_out(contact, OfferResult.NO_ANSWER)
            return
        self.world.connects(contact, nurse)
        assert found.language is not None
        if found.estimate is not None and not found.estimate.at_once:
            told = self.told.setdefault(found.language, [])
            told.append((found.estimate, self.world.now))
        sigma = sqrt(log(1 + 0.8**2))
        talk = TALK[found.language] * exp(self.chance.gauss(0, sigma) - sigma**2 / 2)
        self.later(talk, lambda: self.parts(contact, nurse))

    def parts(self, contact: str, nurse: str) -> None:
        self.world.parts(contact, nurse)
        self.rings()
        self.world.hangs_up(contact)

    def staff_changes(self) -> None:
        """Some take a pause, and whoever has paused or missed calls comes back in a while."""
        for nurse in list(self.world.board.nurses.values()):
            if nurse.state is NurseState.NOT_READY:
                if self.chance.random() < 0.3:
                    self.world.is_ready(nurse.id)
                    self.rings()
            elif nurse.next is None and self.chance.random() < 0.01:
                self.world.pauses(nurse.id)
                self.rings()
        self.later(MINUTE, self.staff_changes)

    def shares(self, language: Language) -> Shares:
        """Without the first tenth, which is learnt from."""
        told = self.told[language][len(self.told[language]) // 10 :]
        early = sum(answered < stated.low_at for stated, answered in told) / len(told)
        late = sum(answered > stated.high_at for stated, answered in told) / len(told)
        return Shares(len(told), early, 1 - early - late, late)


STAFF = ["sv"] * 12 + ["sv ar"] * 4 + ["sv ar-"] * 3 + ["ar"] + ["sv so"] * 2 + ["sv so-"] * 2
BUSY = {SV: 2.1, AR: 0.55, SO: 0.2}
OVERLOADED = {SV: 2.9, AR: 0.75, SO: 0.3}


@pytest.mark.parametrize(
    ("load", "patience"), [(BUSY, 12 * MINUTE), (OVERLOADED, 10 * MINUTE)], ids=["busy", "overload"]
)
def test_of_those_who_must_wait_nine_of_ten_are_answered_within_the_range(
    load: dict[Language, float], patience: float
) -> None:
    evening = Evening(STAFF, load, patience, seed=11)
    evening.run(6_000)
    for language in load:
        found = evening.shares(language)
        assert found.answers > 150
        # So few answers in a rare language scatter by themselves.
        slack = 1.5 / sqrt(found.answers)
        assert 0.90 - slack - 0.02 <= found.within <= 0.95 + slack
        assert found.early <= 0.05 + slack
        assert found.late <= 0.05 + slack


def test_the_fold_counts_every_answer_of_a_caller_who_was_told_a_range() -> None:
    evening = Evening(STAFF, OVERLOADED, 10 * MINUTE, seed=12)
    evening.run(1_500)
    tallies = evening.world.board.tallies
    told = sum(len(answers) for answers in evening.told.values())
    beyond = sum(
        not stated.low_at <= answered <= stated.high_at
        for answers in evening.told.values()
        for stated, answered in answers
    )
    assert beyond > 20
    assert sum(t.estimated_early + t.estimated_late for t in tallies) == beyond
    assert sum(t.estimated_within for t in tallies) == told - beyond


def test_through_an_evening_no_range_grows_without_a_cause_that_is_true() -> None:
    evening = Evening(STAFF, OVERLOADED, 10 * MINUTE, seed=13)
    said: dict[ContactId, Estimate] = {}
    causes: dict[GrowthCause, int] = {}

    def look() -> None:
        world = evening.world
        for contact in list(world.board.contacts.values()):
            found = estimate.remaining(world.board, contact, world.now, said.get(contact.id))
            if found is None:
                continue
            before = said.get(contact.id, contact.estimate)
            said[contact.id] = found.said
            assert 0 <= found.low <= found.high
            if before is None:
                continue
            if found.cause is None:
                assert found.said.high_at <= before.high_at
                continue
            causes[found.cause] = causes.get(found.cause, 0) + 1
            assert found.said.high_at > before.high_at
            match found.cause:
                case GrowthCause.FEWER_NURSES:
                    assert found.said.nurses < before.nurses
                case GrowthCause.OVERTAKEN:
                    assert found.said.ahead > before.ahead
                case GrowthCause.OVERRUN:
                    assert world.now > before.high_at

    evening.run(500, look)
    assert set(causes) == set(GrowthCause)


def test_a_fold_that_was_restored_estimates_the_same_to_the_millisecond() -> None:
    evening = Evening(STAFF, OVERLOADED, 10 * MINUTE, seed=14)
    compared = 0
    for calls in range(200, 1_000, 50):
        evening.run(calls)
        live = evening.world.shard
        again = Shard()
        assert again.restore(live.position, live.save())
        for contact in live.board.contacts.values():
            if contact.state is ContactState.WAITING:
                fresh = estimate.stated(live.board, contact, evening.world.now)
                assert estimate.stated(again.board, contact, evening.world.now) == fresh
                compared += fresh is not None and not fresh.at_once
    assert compared > 50
