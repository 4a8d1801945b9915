"""What a supervisor sees of `callcenter survey`."""

from rich.table import Table

from callcenter.acd.survey import Scores
from callcenter.cli.survey import record, table
from language_routing.languages import Language


def scores(*counts: int) -> Scores:
    every = (*counts, *[0] * (9 - len(counts)))
    return Scores(
        language=Language("so"), entry_point="public", question="survey-helped", counts=every
    )


def cells(found: Table) -> list[list[str]]:
    columns = ([str(cell) for cell in column.cells] for column in found.columns)
    return [list(row) for row in zip(*columns, strict=True)]


def test_a_question_shows_its_answers_their_mean_and_each_score() -> None:
    assert cells(table([scores(1, 0, 0, 0, 2)])) == [
        ["so", "public", "survey-helped", "3", "3.67", "1", "-", "-", "-", "2"]
    ]


def test_a_longer_scale_has_more_columns_and_none_is_without_a_mean() -> None:
    rows = cells(table([scores(), scores(0, 0, 0, 0, 0, 0, 1)]))
    assert [row[4] for row in rows] == ["-", "7.00"]
    assert [len(row) for row in rows] == [12, 12]


def test_a_program_reads_every_score() -> None:
    assert record(scores(0, 4)) == {
        "language": "so", "entry_point": "public", "question": "survey-helped", "answers": 4,
        "mean": 2.0,
        "scores": {"1": 0, "2": 4, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0, "9": 0},
    }  # fmt: skip
