"""The header block."""

import pytest

from callcenter.asterisk.agi.errors import AGIProtocolError
from callcenter.asterisk.agi.request import parse


def url(text: str) -> list[str]:
    return [f"agi_request: {text}"]


def test_path_query_arguments_and_headers_are_read() -> None:
    request = parse(
        [
            *url("agi://127.0.0.1:4573/ivr/public?contact=c1&lang=sv&empty="),
            "agi_callerid: 0700000000",
            "agi_arg_1: a: b",
            "agi_arg_2: ",
            "agi_arg_4: after a gap",
        ]
    )
    assert request.path == "/ivr/public"
    assert request.query == {"contact": "c1", "lang": "sv", "empty": ""}
    assert request.arguments == ("a: b", "")
    assert request.env["agi_callerid"] == "0700000000"
    assert "0700000000" not in repr(request)


def test_a_url_without_a_path_asks_for_the_root() -> None:
    assert parse(url("agi://host")).path == "/"
    assert parse(url("agi://host/")).path == "/"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ivr",
        "http://host/ivr",
        "agi://host/../etc/passwd",
        "agi://host/ivr/..",
        "agi://host//ivr",
        "agi://host/a b",
        "agi://host/%2e%2e",
        "agi://host/ivr#x",
        "agi://[host/ivr",
        "agi://host/ivr?x",
        "agi://host/ivr?a=1&a=2",
        "agi://host/ivr?a=1%0aagi_arg_1:2",
        "agi://host/ivr?1=1",
        "agi://host/ivr?" + "&".join(f"a{n}=1" for n in range(40)),
    ],
)
def test_another_url_is_refused(text: str) -> None:
    with pytest.raises(AGIProtocolError) as caught:
        parse(url(text))
    assert len(text) < 3 or text not in str(caught.value)


@pytest.mark.parametrize(
    "line", ["GET / HTTP/1.1", "Host: x", "agi_: x", "agi_X: y", "\x16\x03\x01", "agi_x"]
)
def test_a_line_that_is_no_agi_header_is_refused(line: str) -> None:
    with pytest.raises(AGIProtocolError):
        parse([*url("agi://host/ivr"), line])


def test_a_header_smuggled_in_by_a_caller_s_name_is_refused() -> None:
    with pytest.raises(AGIProtocolError, match="twice"):
        parse([*url("agi://host/ivr"), "agi_calleridname: Eve", *url("agi://host/other")])
