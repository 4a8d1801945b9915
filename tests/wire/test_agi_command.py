"""Commands: no value ends the line, adds a word, or runs a program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.asterisk.agi import command


def parse_args(line: str) -> list[str]:
    """What res_agi.c's parse_args makes of a line."""
    words: list[str] = []
    word: list[str] | None = None
    quoted = escaped = False
    for char in line:
        if escaped:
            word = [*(word or []), char]
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
            word = word or []
        elif char in " \t" and not quoted:
            if word is not None:
                words.append("".join(word))
            word = None
        else:
            word = [*(word or []), char]
    return words if word is None else [*words, "".join(word)]


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"])), max_size=4
    )
)
def test_quoted_values_arrive_as_they_were(values: list[str]) -> None:
    line = command.render("NOOP", *(command.quote(value) for value in values)).decode()
    assert line.count("\n") == 1
    assert parse_args(line.removesuffix("\n")) == ["NOOP", *values]


def test_text_is_quoted_numbers_are_not_and_an_empty_word_is_left_out() -> None:
    assert command.render("GET DATA", "a b", 2000, "", 3) == b'GET DATA "a b" 2000 3\n'


@pytest.mark.parametrize("evil", ["\r", "\n", "\x00"])
def test_a_line_break_is_refused_and_not_quoted(evil: str) -> None:
    with pytest.raises(ValueError, match="line break") as caught:
        command.render("VERBOSE", f"Anna{evil}EXEC System")
    assert "Anna" not in str(caught.value)


@pytest.mark.parametrize("odd", ["", "A\nB", "EXEC System id x y", 'A "b"', "A  B", "A1"])
def test_a_command_is_words_of_letters(odd: str) -> None:
    with pytest.raises(ValueError, match="words of letters"):
        command.render(odd)


def test_a_line_longer_than_asterisk_s_buffer_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        command.render("VERBOSE", "a" * 9000)


@pytest.mark.parametrize("name", ["CC_OK", "_X", "__X", "CHANNEL(language)", "TIMEOUT(absolute)"])
def test_plain_variables_and_harmless_functions_may_be_set(name: str) -> None:
    assert command.check_variable(name) == name


@pytest.mark.parametrize(
    "name", ["", "SHELL(id)", "FILE(/etc/x)", "A B", "A=B", "CHANNEL(a,b)", "A)", "1A", "A\n"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="odd name"):
        command.check_variable(name)


def test_an_application_has_a_plain_name() -> None:
    assert command.check_application("UserEvent") == "UserEvent"
    for odd in ("", "User Event", "a,b", "Å"):
        with pytest.raises(ValueError, match="odd name"):
            command.check_application(odd)


def test_files_are_joined_and_a_name_that_would_end_one_is_refused() -> None:
    assert (
        command.files(["/p/sv/a b", "/p/sv/wait-range.5-10"]) == "/p/sv/a b&/p/sv/wait-range.5-10"
    )
    for bad in ([], [""], ["a&b"], ["a,b"], ['a"'], ["a\\"], ["a\n"], ["a\x00"]):
        with pytest.raises(ValueError, match="odd name"):
            command.files(bad)


def test_assignments_keep_their_order_and_no_value_adds_another() -> None:
    assert command.assignments({"B": "1", "A": "", "CHANNEL(language)": "ar"}) == (
        "B=1,A=,CHANNEL(language)=ar"
    )
    for bad in ({"A": "1,B=2"}, {"A": '"'}, {"A": "\\"}, {"A": "\r"}, {"A": "(1"}, {"A=1,B": "2"}):
        with pytest.raises(ValueError):  # noqa: PT011
            command.assignments(bad)
