"""A callback as a person and a program read it."""

import json
from io import StringIO
from typing import Any

import pytest
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from callbacks.callback import (
    Attempt,
    Callback,
    CallbackId,
    CallbackState,
    DialResult,
    Done,
    Kind,
    Text,
    TextKind,
)
from callbacks.offers import Offer
from callcenter.callback_desk.records import Shown
from callcenter.cli.callback_rows import (
    card,
    late,
    offer_record,
    offer_table,
    promise,
    record,
    sentence,
    state,
    table,
    task_table,
)
from language_routing.hours import Zone
from language_routing.languages import Language

MINUTE = 60_000
NOW = 1_795_690_800_000  # 26 November 2026, 12:00 in Stockholm
ZONE = Zone(offset=60)
ONE = Callback(
    id=CallbackId("m-1"), kind=Kind.MEDICAL, state=CallbackState.SCHEDULED, since=NOW,
    language=Language("sv"), booked=NOW, earliest=NOW + 30 * MINUTE, latest=NOW + 60 * MINUTE,
    deadline=NOW + 50 * MINUTE, arrived=NOW, caller="secret-hash", sealed="secret-number",
    note="secret-note", reason="test_result", due_at=NOW + 30 * MINUTE, actor="cli:anna",
)  # fmt: skip
BUSY = Attempt(at=NOW, ended=NOW, result=DialResult.BUSY)


def cells(found: Table) -> list[list[str]]:
    return [
        list(row)
        for row in zip(*([str(cell) for cell in c.cells] for c in found.columns), strict=True)
    ]


def test_a_promise_is_told_in_stockholms_time() -> None:
    assert promise(ONE, ZONE, NOW) == "from 12:30 to 13:00"
    assert promise(replace(ONE, latest=None), ZONE, NOW) == "no time promised, from 12:30"
    assert sentence(ONE, ZONE, NOW) == "the patient is rung from 12:30 to 13:00 (Stockholm), in sv"


def test_the_sentence_says_all_that_was_wished() -> None:
    wished = replace(
        ONE, wanted=Language("swl"), interpreter=True, competences=("child",), nurse="n003",
        overbooked=True,
    )  # fmt: skip
    assert sentence(wished, ZONE, NOW).endswith(
        "in sv (swl)+interpreter, by a nurse trained in child, by n003 if she is free; "
        "more than staffing can keep, by a supervisor"
    )
    assert sentence(replace(ONE, state=CallbackState.CANCELLED), ZONE, NOW) == "cancelled"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "scheduled"),
        ({"attempts": (BUSY,)}, "again at 12:30"),
        ({"state": CallbackState.DUE, "held": "on_the_phone"}, "held: the patient is on the phone"),
        ({"state": CallbackState.DUE, "held": "closed"}, "held: the line is closed"),
        ({"state": CallbackState.DUE}, "held: comes into line"),
        ({"state": CallbackState.DIALLING}, "dialling"),
        ({"state": CallbackState.DONE, "done": Done.RANG_IN}, "done (rang in)"),
        ({"state": CallbackState.GIVEN_UP}, "not reached"),
        ({"state": CallbackState.GIVEN_UP, "settled": "welfare_check"}, "not reached, settled"),
    ],
)
def test_each_state_is_said_in_words(changes: dict[str, Any], words: str) -> None:
    assert state(replace(ONE, **changes), ZONE, NOW) == words


def test_a_broken_promise_is_late_by_when_a_nurse_talked_to_her() -> None:
    end = NOW + 60 * MINUTE
    assert late(ONE, end) == ""
    assert late(ONE, end + 61_000) == "late by 1:01"
    done = replace(ONE, state=CallbackState.DONE, ended=end + 99_000)
    assert late(replace(done, talked=end), end + 99_000) == ""
    assert late(replace(done, talked=end + 1_000), end + 99_000) == "late by 0:01"


def test_an_id_is_whole_at_eighty_columns() -> None:
    everything = replace(
        ONE, id=CallbackId("m-01a2b3c4d5"), attempts=(BUSY, BUSY), nurse="n003", overbooked=True,
        wanted=Language("swl"), interpreter=True, earliest=NOW + 1_440 * MINUTE,
        latest=NOW + 1_500 * MINUTE,
    )  # fmt: skip
    for now in (NOW, NOW + 3_000 * MINUTE):
        for made in (table([everything], ZONE, now), task_table([everything], ZONE, now)):
            console = Console(width=80, record=True, file=StringIO())
            console.print(made)
            text = console.export_text()
            assert "m-01a2b3c4d5" in text
            assert "…" not in text


def test_what_nobody_has_takes_no_column() -> None:
    names = lambda *found: [each.header for each in table(found, ZONE, NOW).columns]  # noqa: E731
    assert names(ONE) == ["id", "why", "language", "promised", "state"]
    tried = replace(ONE, attempts=(BUSY,))
    wished = replace(ONE, nurse="n003")
    assert names(ONE, tried, wished)[5:] == ["tried", "nurse"]
    [bare, late_one] = cells(table([ONE, replace(tried, latest=NOW - 1_000)], ZONE, NOW))
    assert bare[4:] == ["scheduled", ""]
    assert late_one[4:] == ["again at 12:30, late by 0:01", "busy"]


def test_no_table_and_no_record_has_number_or_note() -> None:
    shown = [*cells(table([ONE], ZONE, NOW)), *cells(task_table([ONE], ZONE, NOW))]
    text = json.dumps([record(ONE, NOW), shown])
    assert "secret" not in text
    assert record(ONE, NOW)["has_note"] is True


def test_a_record_has_its_times_in_utc() -> None:
    found = record(replace(ONE, attempts=(BUSY,)), NOW)
    assert found["earliest"] == "2026-11-26T11:30:00.000+00:00"
    assert found["attempts"] == [
        {"at": found["booked"], "ended": found["booked"], "result": "busy"}
    ]
    assert (found["late"], found["talked"], found["state"]) == (False, None, "scheduled")


def test_what_was_opened_is_on_the_card_and_what_cannot_be_is_called_erased() -> None:
    texts = (Text(kind=TextKind.BOOKED, owed=NOW),)
    found = Shown(callback=replace(ONE, texts=texts), number="+46701740605", note="feber")
    rows = dict(cells(card(found, ZONE, NOW)))
    assert (rows["number"], rows["note"], rows["messages"]) == (
        "+46701740605",
        "feber",
        "booked owed",
    )
    gone = dict(cells(card(Shown(callback=ONE, erased=True), ZONE, NOW)))
    assert (gone["number"], gone["note"]) == ("erased", "erased")
    bare = dict(cells(card(Shown(callback=replace(ONE, note=None)), ZONE, NOW)))
    assert bare["note"] == "none"


def test_markup_in_a_note_is_text() -> None:
    found = Shown(callback=ONE, number="1", note="[red]x[/red] [bold")
    assert dict(cells(card(found, ZONE, NOW)))["note"] == "[red]x[/red] [bold"


def test_offers_say_how_many_can_be_kept() -> None:
    offers = [
        Offer(earliest=NOW, latest=NOW + MINUTE, left=2),
        Offer(earliest=NOW, latest=NOW + MINUTE, left=None, beyond=True),
        Offer(earliest=NOW, latest=NOW + MINUTE, left=0, full=True),
    ]
    assert [row[2:] for row in cells(offer_table(offers, ZONE, NOW))] == [
        ["2 more", ""],
        ["no forecast", "needs --why"],
        ["full: a supervisor may overbook", ""],
    ]
    assert offer_record(offers[0])["earliest"] == "2026-11-26T11:00:00.000+00:00"


def test_tasks_say_since_when_and_what_was_tried() -> None:
    task = replace(ONE, state=CallbackState.GIVEN_UP, task=NOW - 5 * MINUTE, attempts=(BUSY, BUSY))
    [row] = cells(task_table([task], ZONE, NOW))
    assert (row[0], row[1], row[-1]) == ("m-1", "5:00", "busy, busy")
