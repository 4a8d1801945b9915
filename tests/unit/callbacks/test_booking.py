"""What of a booking, and of a move, is refused."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace as with_

from callbacks.booking import (
    MOST_NOTE,
    REASONS,
    SENTENCES,
    WHYS,
    Known,
    Refusal,
    Request,
    check,
    check_time,
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


def test_a_time_that_ends_after_the_line_closes_is_refused() -> None:
    request = replace(REQUEST, language=FI, earliest=at("11:30"), latest=at("12:00"))
    assert refusals(request, at("11:00")) == ()
    later = replace(request, latest=at("12:01"))
    assert refusals(later, at("11:00")) == (Refusal.CLOSED,)
    assert refusals(replace(request, latest=at("12:45")), at("11:00")) == (Refusal.CLOSED,)
    # However far away it ends, that is found out at once.
    never = replace(request, latest=10**18, why="patient_asked")
    assert set(refusals(never, at("11:00"))) == {Refusal.TOO_FAR, Refusal.CLOSED}


def test_a_move_counts_from_when_it_was_booked_and_not_from_the_move() -> None:
    it = booked(1, at("15:00"), HASH)  # booked at 14:10
    to_her, now = known(ledger=ledger(it)), at("15:00")
    in_time = at("15:40"), at("16:10"), now
    assert check_time(to_her, SV, *in_time, besides=it).accepted
    after = at("15:41"), at("16:11"), now
    assert check_time(to_her, SV, *after).accepted  # a new one
    assert check_time(to_her, SV, *after, besides=it).refusals == (Refusal.BEYOND,)
    assert check_time(to_her, SV, *after, besides=it, why="patient_asked").accepted
    # What was promised for later, with a reason, may be moved without another one until then.
    later = with_(it, latest=at("18:00"))
    assert check_time(to_her, SV, at("17:00"), at("18:00"), now, besides=later).accepted
    over = check_time(to_her, SV, at("17:00"), at("18:01"), now, besides=later)
    assert over.refusals == (Refusal.BEYOND,)


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


def test_every_refusal_has_a_sentence_and_no_request_shows_its_note() -> None:
    assert set(SENTENCES) == set(Refusal)
    assert all(text.endswith(".") for text in SENTENCES.values())
    assert REQUEST.note is not None
    assert REQUEST.note not in repr(REQUEST)
    assert "Feber" not in repr(REQUEST)
    for code in (*REASONS, *WHYS):
        assert code.replace("_", "").isalpha()
