"""A few words say who else might have worked."""

import pytest

from callcenter.simulate.recordings.extra_nurses import ExtraNurses, extra_nurses
from language_routing.skills import Level
from tests.unit.acd.world import AR, SV


def test_the_words_say_how_many_what_they_can_and_when() -> None:
    assert extra_nurses("3 ar:native sv +child +psychiatry 8y 08:00-16:30") == ExtraNurses(
        count=3,
        spoken={AR: Level.NATIVE, SV: Level.FLUENT},
        competences=("child", "psychiatry"),
        years=8,
        begins=8 * 60,
        ends=16 * 60 + 30,
    )


def test_without_hours_they_work_all_day() -> None:
    assert extra_nurses("1 sv") == ExtraNurses(count=1, spoken={SV: Level.FLUENT})


@pytest.mark.parametrize(
    ("hours", "ends"), [("22:00-06:00", 360), ("22:00-00:00", 1440), ("22:00-24:00", 1440)]
)
def test_a_shift_may_go_to_midnight_or_beyond(hours: str, ends: int) -> None:
    found = extra_nurses(f"1 sv {hours}")
    assert (found.begins, found.ends) == (22 * 60, ends)


@pytest.mark.parametrize(
    "words", ["3 ar:native sv:fluent +child 8y 08:00-16:00", "1 sv:working 00:00-24:00"]
)
def test_they_are_told_in_the_words_that_are_read(words: str) -> None:
    assert str(extra_nurses(words)) == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "begin with how many"),
        ("ar", "begin with how many"),
        ("0 ar", "begin with how many"),
        ("501 ar", "begin with how many"),
        ("²3 ar", "begin with how many"),
        ("3", "say what they speak"),
        ("3 +child 08:00-16:00", "say what they speak"),
        ("3 ar:good", "ar:good: a level is native, fluent or working"),
        ("3 ar:", "ar:: a level is"),
        ("3 Arabic", "Arabic: neither a language"),
        ("3 ar 8-16", "8-16: neither a language"),
        ("3 ar 25:00-26:00", "25:00-26:00: neither a language"),
        ("3 ar 08:00-24:30", "08:00-24:30: hours go from"),
        ("3 ar 24:00-08:00", "24:00-08:00: hours go from"),
        ("3 ar 08:00-08:00", "08:00-08:00: hours go from"),
        ("3 ar 08:00-16:00 18:00-20:00", "18:00-20:00: the hours are given twice"),
        ("3 ar 8y 9y", "9y: the years are given twice"),
        ("3 ar sv ar:native", "ar:native: this language is given twice"),
        ("3 ar +child +child", r"\+child: given twice"),
        ("3 ar ٠8:00-16:00", "٠8:00-16:00: neither a language"),
        ("3 ar ٣y", "٣y: neither a language"),
        ("3 ar \x1b[31mso", r"\?\[31mso: neither a language"),
        ("3 " + "a" * 100, "a{40}: neither a language"),
    ],
)
def test_a_word_that_is_none_of_these_is_refused(words: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"extra nurses: {sentence}"):
        extra_nurses(words)
