"""Which times are offered, and what of a booking is refused."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as with_

from callbacks.booking import (
    MOST_NOTE,
    REASONS,
    SENTENCES,
    WHYS,
    Known,
    Offer,
    Refusal,
    Request,
    check,
    check_time,
    offers,
    opens,
    window,
)
from callbacks.callback import Callback, CallbackId, CallbackState, Kind
from callbacks.ledger import SLOT, Ledger
from callbacks.policy import CallbackPolicy, Room
from language_routing.calendars import swedish
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing

SV, FI = Language("sv"), Language("fi")
MINUTE, HOUR = 60_000, 3_600_000


def at(text: str) -> int:
    """An instant of Thursday 26 November, or of another day."""
    full = text if len(text) > 5 else f"2026-11-26 {text}"
    return int(datetime.fromisoformat(f"{full}+01:00").timestamp()) * 1000


NOW = at("14:10")
ROUTING = Routing(
    calendar=swedish(holidays=True),
    lines=(
        Line(
            language=FI,
            hours=Hours(spans=tuple(Span(weekday=day, opens=480, closes=720) for day in range(5))),
            closed=Closed(instead=Instead.CALLBACK, language=SV),
        ),
    ),
)
POLICY = CallbackPolicy()
FULL_AT_15 = CallbackPolicy(
    room=tuple(
        Room(language=each, days=tuple(range(8)), slots=(2,) * 30 + (1,) + (2,) * 17)
        for each in (SV, FI)
    )
)
HASH = "a" * 24


def booked(number: int, earliest: int, caller: str, **parts: Any) -> Callback:
    return Callback(
        id=CallbackId(f"b{number}"),
        kind=parts.pop("kind", Kind.MEDICAL),
        state=CallbackState.SCHEDULED,
        since=NOW,
        language=parts.pop("language", SV),
        booked=NOW,
        earliest=earliest,
        latest=earliest + SLOT,
        deadline=earliest,
        arrived=earliest,
        caller=caller,
        sealed="",
        **parts,
    )


def ledger(*callbacks: Callback) -> Ledger:
    found = Ledger()
    for callback in callbacks:
        found.put(callback)
    return found


def known(**parts: Any) -> Known:
    defaults: dict[str, Any] = {
        "ledger": Ledger(),
        "policy": POLICY,
        "routing": ROUTING,
        "languages": (SV, FI),
        "competences": ("adult", "child"),
        "nurses": ("n001",),
    }
    return Known(**{**defaults, **parts})


REQUEST = Request(
    language=SV,
    earliest=at("15:00"),
    latest=at("15:30"),
    reason="follow_up_child",
    caller=HASH,
    note="Feber sedan i går.\nHör hur det går.",
    competences=("child",),
    nurse="n001",
    contact="c1",
)


def refusals(request: Request, now: int = NOW, **parts: Any) -> tuple[Refusal, ...]:
    return check(request, known(**parts), now).refusals


# -- offers -----------------------------------------------------------------------------


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
        (NOW, 2),
        (at("14:30"), 1),
        (at("15:30"), 2),
    ]
    shown = offers(taken, FULL_AT_15, ROUTING, SV, NOW, full=True)
    assert [(offer.left, offer.full) for offer in shown] == [
        (2, False), (1, False), (0, True), (2, False),
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


# -- check ------------------------------------------------------------------------------


def test_a_booking_in_order_is_accepted() -> None:
    checked = check(REQUEST, known(), NOW)
    assert checked.accepted
    assert (checked.earliest, checked.overbook, checked.opens) == (at("15:00"), False, None)
    assert checked.sentences == ()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"language": Language("xx")}, Refusal.LANGUAGE),
        ({"reason": "because"}, Refusal.REASON),
        ({"reason": ""}, Refusal.REASON),
        ({"competences": ("child", "magic")}, Refusal.COMPETENCE),
        ({"nurse": "n999"}, Refusal.NURSE),
        ({"note": "x" * (MOST_NOTE + 1)}, Refusal.NOTE_LONG),
        ({"note": "fever\x07"}, Refusal.NOTE_UNREADABLE),
        ({"note": "\u202efever"}, Refusal.NOTE_UNREADABLE),
        ({"why": "because"}, Refusal.WHY),
        ({"earliest": at("13:00"), "latest": at("13:30")}, Refusal.PAST),
        ({"earliest": at("13:00"), "latest": at("15:30")}, Refusal.PAST),
        ({"earliest": at("15:30"), "latest": at("15:00")}, Refusal.BACKWARDS),
        ({"earliest": at("15:30"), "latest": at("15:30")}, Refusal.BACKWARDS),
        ({"earliest": at("15:30"), "latest": at("15:35")}, Refusal.SHORT),
        ({"earliest": at("16:00"), "latest": at("16:30")}, Refusal.BEYOND),
        ({"earliest": at("2026-11-28 16:00"), "latest": at("2026-11-28 16:30")}, Refusal.TOO_FAR),
        ({"overbook": True}, Refusal.NO_SUPERVISOR),
    ],
)
def test_each_fault_is_refused_with_its_own_word(change: dict[str, Any], refusal: Refusal) -> None:
    assert refusals(replace(REQUEST, **change)) == (refusal,)


def test_all_faults_are_named_at_once() -> None:
    request = replace(
        REQUEST, language=Language("xx"), reason="x", nurse="x", note="\x00" * 501, twice=False
    )
    to_her = ledger(booked(1, at("15:00"), HASH))
    assert set(refusals(request, ledger=to_her)) == {
        Refusal.LANGUAGE, Refusal.REASON, Refusal.NURSE, Refusal.NOTE_LONG,
        Refusal.NOTE_UNREADABLE, Refusal.OPEN_ALREADY,
    }  # fmt: skip


def test_a_reason_allows_a_later_time_but_not_any() -> None:
    later = replace(REQUEST, earliest=at("18:00"), latest=at("18:30"))
    assert refusals(later) == (Refusal.BEYOND,)
    assert refusals(replace(later, why="patient_asked")) == ()
    far = replace(later, earliest=at("18:00") + 3 * 24 * HOUR, latest=at("18:30") + 3 * 24 * HOUR)
    assert refusals(replace(far, why="patient_asked")) == (Refusal.TOO_FAR,)


def test_what_began_a_moment_ago_begins_now() -> None:
    checked = check(replace(REQUEST, earliest=NOW - MINUTE), known(), NOW)
    assert checked.accepted
    assert checked.earliest == NOW


def test_the_half_hour_of_now_is_looked_at_and_not_the_one_before() -> None:
    taken = ledger(booked(1, at("15:01"), "x"))
    request = replace(REQUEST, earliest=at("14:59"), latest=at("15:30"))
    assert refusals(request, at("15:01"), ledger=taken, policy=FULL_AT_15) == (Refusal.FULL,)


def test_a_closed_line_says_when_it_opens() -> None:
    checked = check(replace(REQUEST, language=FI), known(), NOW)
    assert checked.refusals == (Refusal.CLOSED,)
    assert checked.opens == at("2026-11-27 08:00")


def test_only_a_supervisor_books_a_full_time() -> None:
    taken = ledger(booked(1, at("15:10"), "x"))
    parts: dict[str, Any] = {"ledger": taken, "policy": FULL_AT_15}
    assert refusals(REQUEST, **parts) == (Refusal.FULL,)
    assert refusals(replace(REQUEST, supervisor=True), **parts) == (Refusal.FULL,)
    assert refusals(replace(REQUEST, overbook=True), **parts) == (Refusal.NO_SUPERVISOR,)
    over = replace(REQUEST, overbook=True, supervisor=True)
    assert check(over, known(**parts), NOW).overbook
    # Nothing is overbooked where there is room, or nobody knows.
    assert not check(over, known(policy=FULL_AT_15), NOW).overbook
    assert not check(over, known(ledger=taken), NOW).overbook


def test_a_number_that_is_to_be_rung_already_needs_a_word_and_has_a_limit() -> None:
    one = ledger(booked(1, at("15:00"), HASH))
    assert refusals(REQUEST, ledger=one) == (Refusal.OPEN_ALREADY,)
    assert refusals(replace(REQUEST, twice=True), ledger=one) == ()
    three = ledger(*(booked(number, at("15:00"), HASH) for number in range(3)))
    assert refusals(replace(REQUEST, twice=True), ledger=three) == (Refusal.TOO_MANY,)
    ended = with_(booked(1, at("15:00"), HASH), state=CallbackState.CANCELLED, ended=NOW)
    assert refusals(REQUEST, ledger=ledger(ended)) == ()


def test_a_patient_who_talks_to_another_nurse_is_not_booked_by_mistake() -> None:
    assert refusals(REQUEST, on_phone=("c1",)) == ()  # from this very conversation
    assert refusals(REQUEST, on_phone=("c1", "c2")) == (Refusal.ON_THE_PHONE,)
    assert refusals(replace(REQUEST, contact=None), on_phone=("c2",)) == (Refusal.ON_THE_PHONE,)
    assert refusals(replace(REQUEST, twice=True), on_phone=("c2",)) == ()


def test_moving_looks_at_the_time_alone() -> None:
    to_her = known(ledger=ledger(booked(1, at("15:00"), HASH)))
    assert check_time(to_her, SV, at("15:30"), at("16:00"), NOW).accepted
    late = check_time(to_her, SV, at("16:30"), at("17:00"), NOW)
    assert late.refusals == (Refusal.BEYOND,)
    assert check_time(to_her, SV, at("16:30"), at("17:00"), NOW, why="surge").accepted


def test_a_callback_that_is_moved_within_its_half_hour_takes_no_second_place() -> None:
    it = booked(1, at("15:00"), HASH)
    full = known(ledger=ledger(it), policy=FULL_AT_15)
    times = at("15:10"), at("15:40"), NOW
    assert check_time(full, SV, *times).refusals == (Refusal.FULL,)
    assert check_time(full, SV, *times, besides=it).accepted
    other = booked(2, at("15:30"), "x")
    both = known(ledger=ledger(it, other), policy=FULL_AT_15)
    assert check_time(both, SV, *times, besides=other).refusals == (Refusal.FULL,)


def test_a_promise_of_seconds_can_be_made_where_a_site_has_one() -> None:
    policy = CallbackPolicy(promise=5_000, margin=1_000)
    found = offers(Ledger(), policy, ROUTING, SV, NOW)
    assert spans(found) == [(NOW, NOW + 5_000)]


def test_every_refusal_has_a_sentence_and_no_request_shows_its_note() -> None:
    assert set(SENTENCES) == set(Refusal)
    assert all(text.endswith(".") for text in SENTENCES.values())
    assert REQUEST.note is not None
    assert REQUEST.note not in repr(REQUEST)
    assert "Feber" not in repr(REQUEST)
    for code in (*REASONS, *WHYS):
        assert code.replace("_", "").isalpha()
