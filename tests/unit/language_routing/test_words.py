"""Times and languages as people read them."""

import pytest

from language_routing.languages import Language
from language_routing.words import clock, name_of, span


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (1, "1 s"), (999, "1 s"), (1_000, "1 s"), (1_001, "2 s"), (59_000, "59 s"),
        (60_000, "1 min"), (130_000, "2 min 10 s"), (3_600_000, "1 h"), (11_100_000, "3 h 5 min"),
    ],
)  # fmt: skip
def test_a_span_is_never_said_shorter_than_it_is(length: int, words: str) -> None:
    assert span(length) == words


def test_a_language_without_a_name_is_its_tag() -> None:
    assert name_of(Language("so")) == "Somali"
    assert name_of(Language("zh-Hant")) == "zh-Hant"


def test_a_minute_of_the_day_is_a_time() -> None:
    assert [clock(minute) for minute in (0, 485, 1440)] == ["00:00", "08:05", "24:00"]
