"""Answers of Asterisk, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.asterisk.agi import answer
from callcenter.asterisk.agi.errors import AGIProtocolError


def test_a_status_line_has_a_code_and_says_whether_it_goes_on() -> None:
    assert answer.status("200 result=1") == answer.Status(200, False, "result=1")
    assert answer.status("520-Invalid command syntax.") == answer.Status(
        520, True, "Invalid command syntax."
    )


@pytest.mark.parametrize("line", ["", "hello", "200", "20 result=1", "2000 x", "\x00", "-200 x"])
def test_anything_else_is_refused(line: str) -> None:
    with pytest.raises(AGIProtocolError):
        answer.status(line)


@pytest.mark.parametrize(
    ("text", "result", "data"),
    [
        ("result=0", "0", ""),
        ("result=-1", "-1", ""),
        ("result=1 (a value)", "1", "a value"),
        ("result=1 (f(x) = (y))", "1", "f(x) = (y)"),
        ("result=1 ()", "1", ""),
        ("result= (timeout)", "", "timeout"),
        ("result=12* (timeout)", "12*", "timeout"),
        ("result=49 endpos=12320", "49", ""),
        ("result=1 (x) endpos=3)", "1", "x) endpos=3"),
        ("result=1 (two\nlines)", "1", "two\nlines"),
    ],
)
def test_results_are_read(text: str, result: str, data: str) -> None:
    assert answer.result(text)["result"] == (result, data)
    assert not answer.is_cut(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_value_in_parentheses_comes_through(value: str) -> None:
    assert answer.result(f"result=1 ({value})")["result"] == ("1", value)


@pytest.mark.parametrize("text", ["", "result", "ok", "result=1 2", "x result=1"])
def test_an_answer_without_a_result_is_refused(text: str) -> None:
    with pytest.raises(AGIProtocolError):
        answer.result(text)


def test_a_value_whose_end_is_to_come_is_known() -> None:
    assert answer.is_cut("result=1 (two")
    assert answer.is_cut("result=1 (")
    assert not answer.is_cut("result=1 (one)")
    assert not answer.is_cut("rubbish (")


def test_keys_are_named_by_their_codes() -> None:
    assert answer.key("0") == ""
    assert answer.key("49") == "1"
    assert answer.key("35") == "#"
    for odd in ("", "x", "10", "-5", "99999999999", "٤٩"):
        with pytest.raises(AGIProtocolError) as caught:
            answer.key(odd)
        assert not odd or odd not in str(caught.value)
