"""Which times are offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.booking import Request, check
from callbacks.callback import Kind
from callbacks.ledger import SLOT, Ledger
from callbacks.offers import Offer, closes, offers, opens, soonest, window
from callbacks.policy import CallbackPolicy, Room
from language_routing.hours import Hours
from language_routing.languages import Language
from language_routing.lines import Line, Routing
from tests.unit.callbacks.test_booking import (
    FI,
    FULL_AT_15,
    HASH,
    MINUTE,
    NOW,
    POLICY,
    ROUTING,
    SV,
    at,
    booked,
    known,
    ledger,
)


def spans(found: tuple[Offer, ...]) -> list[tuple[int, int]]:
    return [(offer.earliest, offer.latest) for offer in found]


def test_the_half_hours_within_the_promise_are_offered_from_now_on() -> None:
    found = offers(Ledger(), POLICY, ROUTING, SV, NOW)
    # In the ten minutes from 16:00 to the promise's end nobody can be sure to ring.
    assert spans(found) == [
        (NOW, at("14:40")),
        (at("14:30"), at("15:00")),
        (at("15:00"), at("15:30")),
        (at("15:30"), at("16:00")),
    ]
    assert all(offer.left is None and not offer.full and not offer.beyond for offer in found)


def test_places_are_counted_as_the_fold_does_and_a_full_time_is_not_offered() -> None:
    taken = ledger(
        booked(1, at("14:35"), "x"),
        booked(2, at("15:10"), "y"),
        booked(3, at("15:40"), "z", language=FI),
        booked(4, at("15:40"), "u", kind=Kind.KEPT_PLACE),
    )
    found = offers(taken, FULL_AT_15, ROUTING, SV, NOW)
    assert [(offer.earliest, offer.left) for offer in found] == [
        (NOW, 1),  # of two in a half-hour, with twenty minutes left
        (at("14:30"), 1),
        (at("15:30"), 2),
    ]
    shown = offers(taken, FULL_AT_15, ROUTING, SV, NOW, full=True)
    assert [(offer.left, offer.full) for offer in shown] == [
        (1, False), (1, False), (0, True), (2, False),
    ]  # fmt: skip


def test_beyond_the_promise_is_marked_as_such() -> None:
    found = offers(Ledger(), POLICY, ROUTING, SV, NOW, beyond=True)
    assert [offer.beyond for offer in found[:5]] == [False, False, False, False, True]
    assert found[4].earliest == at("16:00")
    assert found[-1].latest <= NOW + POLICY.beyond
    assert len(found) == 48


def test_a_closed_line_offers_nothing_until_it_opens() -> None:
    assert offers(Ledger(), POLICY, ROUTING, FI, NOW) == ()
    assert opens(ROUTING, FI, NOW) == at("2026-11-27 08:00")
    found = offers(Ledger(), POLICY, ROUTING, FI, NOW, beyond=True)
    assert found[0].earliest == at("2026-11-27 08:00")
    assert found[-1].latest == at("2026-11-27 12:00")
    assert opens(ROUTING, SV, NOW) == NOW
    never = Routing(lines=(Line(language=FI, hours=Hours(spans=())),))
    assert opens(never, FI, NOW) is None
    assert offers(Ledger(), POLICY, never, FI, NOW, beyond=True) == ()


def test_a_window_ends_when_the_line_closes_or_the_promise_does() -> None:
    now = at("11:20")
    assert window(POLICY, ROUTING, FI, at("11:40"), now) == (at("11:40"), at("12:00"))
    assert window(POLICY, ROUTING, SV, at("11:40"), now) == (at("11:40"), at("12:10"))
    assert window(POLICY, ROUTING, SV, at("13:10"), now) == (at("13:10"), at("13:20"))
    assert window(POLICY, ROUTING, SV, at("13:10"), now, beyond=True) == (at("13:10"), at("13:40"))
    assert window(POLICY, ROUTING, SV, at("10:00"), now)[0] == now


@given(
    st.integers(0, 14 * 24 * 60), st.booleans(), st.booleans(), st.sampled_from([SV, FI]),
    st.sampled_from([POLICY, FULL_AT_15]),
)  # fmt: skip
def test_whatever_is_offered_may_be_booked(
    minute: int, beyond: bool, full: bool, language: Language, policy: CallbackPolicy
) -> None:
    now = NOW + minute * MINUTE + 17
    taken = ledger(
        *(booked(n, now + n * 20 * MINUTE, f"x{n}", language=language) for n in range(9))
    )
    found = offers(taken, policy, ROUTING, language, now, beyond=beyond, full=full)
    for offer in found:
        assert now <= offer.earliest < offer.latest <= offer.earliest + SLOT
        request = Request(
            language=language,
            earliest=offer.earliest,
            latest=offer.latest,
            reason="other",
            caller=HASH,
            why="patient_asked" if offer.beyond else "",
            overbook=offer.full,
            supervisor=offer.full,
        )
        checked = check(request, known(ledger=taken, policy=policy), now)
        assert checked.accepted, checked.sentences
        assert checked.overbook == offer.full
    assert spans(found) == sorted(set(spans(found)))


def test_a_promise_of_seconds_can_be_made_where_a_site_has_one() -> None:
    policy = CallbackPolicy(promise=5_000, margin=1_000)
    found = offers(Ledger(), policy, ROUTING, SV, NOW)
    assert spans(found) == [(NOW, NOW + 5_000)]


def room_for(most: int) -> CallbackPolicy:
    """So many in each half-hour."""
    return CallbackPolicy(
        room=(Room(language=SV, days=tuple(range(8)), slots=(most,) * 48),), margin=0
    )


@pytest.mark.parametrize("minutes", [2, 9, 10, 29, 30])
def test_shortly_before_the_half_hour_not_twice_its_staffing_is_offered(minutes: int) -> None:
    now = at("15:00") - minutes * MINUTE
    found = offers(Ledger(), room_for(3), ROUTING, SV, now, full=True)
    assert [one.left for one in found[:3]] == [3 * minutes // 30, 3, 3]


def test_who_is_told_no_time_is_promised_none_after_closing() -> None:
    assert soonest(Ledger(), POLICY, ROUTING, FI, at("11:20")) == (at("11:20"), at("12:00"))
    within = soonest(Ledger(), POLICY, ROUTING, FI, at("11:20"), within=5 * 60 * MINUTE)
    assert within == (at("11:20"), at("12:00"))
    assert soonest(Ledger(), POLICY, ROUTING, SV, NOW) == (NOW, NOW + POLICY.promise)
    assert soonest(Ledger(), POLICY, ROUTING, SV, NOW, within=60 * MINUTE)[1] == at("15:10")
    far = soonest(Ledger(), POLICY, ROUTING, SV, NOW, within=10**18)
    assert far == (NOW, NOW + 10**18)  # refused as such, and not made nearer


def test_who_is_told_no_time_is_rung_from_the_first_half_hour_that_is_not_full() -> None:
    now = at("14:58")
    assert soonest(Ledger(), room_for(3), ROUTING, SV, now) == (at("15:00"), at("16:58"))
    taken = ledger(*(booked(n, at("15:00"), f"x{n}") for n in range(3)))
    assert soonest(taken, room_for(3), ROUTING, SV, now)[0] == at("15:30")
    # Nothing is free in it: it is asked for now, and refused.
    assert soonest(taken, room_for(3), ROUTING, SV, now, within=20 * MINUTE)[0] == now


def test_a_line_closes_between_two_instants_or_not() -> None:
    assert closes(ROUTING, FI, at("11:00"), at("12:30")) == at("12:00")
    assert closes(ROUTING, FI, at("11:00"), at("11:59")) == at("11:59")
    assert closes(ROUTING, FI, at("13:00"), at("14:00")) == at("14:00")  # closed already
    assert closes(ROUTING, SV, at("11:00"), at("20:00")) == at("20:00")
