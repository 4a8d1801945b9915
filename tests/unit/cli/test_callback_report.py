"""The report as a person and a program read it."""

from io import StringIO

from rich.console import Console

from callbacks.callback import Kind
from callcenter.callback_desk.report import Row
from callcenter.cli.callback_report import record, tables
from language_routing.languages import Language


def row(kind: Kind = Kind.MEDICAL, **figures: int) -> Row:
    known = dict.fromkeys(
        ("booked", "kept", "late", "unreached", "tried_in_time", "without_promise", "cancelled",
         "rang_in", "settled", "overbooked", "open", "open_late"),
        0,
    )  # fmt: skip
    optional: dict[str, int | None] = {
        "moved": None,
        "dials": None,
        "predicted": None,
        "error": None,
    }
    return Row(language=Language("sv"), kind=kind, **(known | optional | figures))


def test_the_kept_rate_is_cut_and_never_rounded_up() -> None:
    table, _ = tables([row(kept=1999, late=1)])
    assert next(iter(table.columns[-1].cells)) == "99.9 %"
    table, _ = tables([row(kept=2)])
    assert next(iter(table.columns[-1].cells)) == "100.0 %"
    table, _ = tables([row()])
    assert next(iter(table.columns[-1].cells)) == "-"


def test_what_was_promised_for_a_time_and_what_was_not_are_two_tables() -> None:
    kept = row(Kind.KEPT_PLACE, without_promise=3, predicted=2, error=7_000)
    found = tables([row(kept=1), kept])
    assert [table.title for table in found] == [
        "Booked callbacks",
        "How they ended",
        "Places kept, and other calls owed",
    ]
    assert [next(iter(column.cells)) for column in found[2].columns][-2:] == ["2", "0:07"]
    assert tables([]) == []


def test_the_tables_fit_eighty_columns_with_their_headings_whole() -> None:
    many = dict.fromkeys(
        ("booked", "kept", "late", "unreached", "tried_in_time", "without_promise", "cancelled",
         "rang_in", "settled", "overbooked", "moved", "open", "open_late"),
        12_345,
    )  # fmt: skip
    console = Console(width=80, record=True, file=StringIO())
    for kind in Kind:
        for table in tables([row(kind, **many, predicted=99_999, error=99_000)]):
            console.print(table)
    text = console.export_text()
    assert "…" not in text
    for heading in ("language", "reached", "tried in time", "settled without", "celled", "rate"):
        assert heading in text


def test_moves_are_in_the_table_and_the_record() -> None:
    table, _ = tables([row(moved=7)])
    [column] = [one for one in table.columns if one.header == "moved"]
    assert list(column.cells) == ["7"]
    assert record(row(moved=7))["moved"] == 7
    table, _ = tables([row()])
    [column] = [one for one in table.columns if one.header == "moved"]
    assert list(column.cells) == ["-"]


def test_a_program_gets_the_share_and_seconds() -> None:
    found = record(row(Kind.KEPT_PLACE, predicted=2, error=7_500))
    assert (found["prediction_error_seconds"], found["kept_rate"]) == (7.5, None)
    assert record(row(kept=1, late=1))["kept_rate"] == 0.5
