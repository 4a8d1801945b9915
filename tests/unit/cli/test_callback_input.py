"""What is typed in secret, and which times are meant."""

import io

import pytest

from callcenter.cli.callback_input import secrets, span


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> object:
    def give(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return give


def test_the_first_line_is_the_number_and_the_rest_the_note(typed: object) -> None:
    typed("070-1\nfeber\nsedan igår\n")  # type: ignore[operator]
    assert secrets("-", "-", None) == ("070-1", "feber\nsedan igår")
    typed("070-1\nnot asked for\n")  # type: ignore[operator]
    assert secrets(None, None, None) == ("070-1", None)


def test_with_a_conversations_number_all_is_note(typed: object) -> None:
    typed("feber\n")  # type: ignore[operator]
    assert secrets(None, "-", "c1") == (None, "feber")
    typed("")  # type: ignore[operator]
    assert secrets(None, "-", "c1") == (None, None)


def test_an_argument_is_refused_and_not_repeated(typed: object) -> None:
    for number, note in (("0701740605", None), (None, "feber")):
        with pytest.raises(ValueError, match="give - and type it") as error:
            secrets(number, note, None)
        assert "0701740605" not in str(error.value)
        assert "feber" not in str(error.value)
    with pytest.raises(ValueError, match="--number or --from-contact"):
        secrets("-", None, "c1")


@pytest.mark.parametrize(
    ("text", "minutes"), [("2h", 120), ("90m", 90), ("1h30m", 90), ("1h 30 min", 90)]
)
def test_a_span_is_hours_and_minutes(text: str, minutes: int) -> None:
    assert span(text, "--within") == minutes * 60_000


@pytest.mark.parametrize("text", ["", "2", "h", "0h", "-1h", "2 days", "100h", "٢h", "²h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="--within: give a time"):
        span(text, "--within")
