"""What a supervisor sees of `callcenter owed`."""

import pytest
from msgspec.structs import replace
from rich.table import Table

from callbacks.callback import Attempt, CallbackState, DialResult
from callbacks.ledger import Ledger
from callcenter.acd.contact import ContactState
from callcenter.acd.debts import DebtKind, Owed
from callcenter.acd.ids import ContactId
from callcenter.acd.owing import callback_of
from callcenter.cli.owed import record, table
from language_routing.languages import Language

SV, SWL = Language("sv"), Language("swl")
NOW = 1_764_000_600_000
DEBT = Owed(
    contact=ContactId("node1-17.1"), kind=DebtKind.KEPT_PLACE, arrived=NOW - 600_000, language=SV,
    priority_class="public", caller="hash", sealed="sealed", since=NOW - 60_000,
    state=ContactState.WAITING, state_since=NOW - 590_000,
)  # fmt: skip


def cells(found: Table) -> list[dict[str, str]]:
    heads = [str(column.header) for column in found.columns]
    rows = zip(*([str(cell) for cell in column.cells] for column in found.columns), strict=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("cut_off", "cut off"), ("withdrawn", "withdrawn"), ("closed", "closed"),
     ("kept_place", "kept place")],
)  # fmt: skip
def test_each_debt_says_why(kind: str, words: str) -> None:
    debt = replace(DEBT, kind=DebtKind(kind))
    [row] = cells(table([debt], {}, NOW))
    assert row["why"] == words
    assert record(debt, None)["kind"] == kind


def test_a_kept_place_shows_how_long_she_waited_and_no_number() -> None:
    [row] = cells(table([DEBT], {}, NOW))
    assert (row["waited"], row["owed for"], row["number"]) == ("9:00", "1:00", "sealed")
    assert (row["was"], row["language"]) == ("waiting", "sv")
    assert "number" not in record(DEBT, None)
    assert record(DEBT, None)["has_number"] is True


def test_who_needs_an_interpreter_is_seen_before_anybody_rings() -> None:
    debt = replace(DEBT, wanted=SWL, interpreter=True)
    [row] = cells(table([debt], {}, NOW))
    assert row["language"] == "sv (swl)+interpreter"
    found = record(debt, None)
    assert (found["language"], found["wanted"], found["interpreter"]) == ("sv", "swl", True)
    [row] = cells(table([replace(debt, language=None)], {}, NOW))
    assert row["language"] == "not chosen"


def test_a_program_reads_from_when_she_may_be_rung() -> None:
    assert record(DEBT, None)["ring_from"] is None
    closed = replace(DEBT, kind=DebtKind.CLOSED, callback_at=NOW)
    assert record(closed, None)["ring_from"] == "2025-11-24T16:10:00.000+00:00"
    assert record(closed, "+46701740605")["number"] == "+46701740605"


def test_a_debt_that_is_rung_says_so() -> None:
    ledger = Ledger()
    callback = callback_of(DEBT, NOW, NOW)
    ledger.put(callback)

    def shown() -> str:
        return cells(table([DEBT], {}, NOW, ledger))[0]["is rung"]

    assert shown() == "from 17:10:00"
    tried = Attempt(at=NOW, ended=NOW, result=DialResult.BUSY)
    ledger.put(replace(callback, attempts=(tried,), due_at=NOW + 600_000))
    assert shown() == "from 17:20:00, 1 failed"
    ledger.put(replace(callback, state=CallbackState.DUE, held="on_the_phone", due_at=None))
    assert shown() == "held: on the phone"
    ledger.put(replace(callback, state=CallbackState.DIALLING, due_at=None))
    assert shown() == "dialling"
    ledger.put(replace(callback, state=CallbackState.GIVEN_UP, attempts=(tried,) * 3, task=NOW))
    assert shown() == "not reached, 3 failed: by hand"
    found = record(DEBT, None, ledger)
    assert (found["callback"], found["callback_state"]) == ("k-node1-17-1", "given_up")


def test_a_debt_that_nobody_rings_is_for_people() -> None:
    [row] = cells(table([DEBT], {}, NOW, Ledger()))
    assert row["is rung"] == "by hand"
    assert record(DEBT, None, Ledger())["callback"] is None
