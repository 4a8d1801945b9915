"""The pure protocol: what may be sent, and that it does not matter how the stream is cut."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.asterisk.ami.errors import AMIProtocolError
from callcenter.asterisk.ami.wire import Message, Parser, parse, render

GREETING = b"Asterisk Call Manager/11.0.0\r\n"

values = st.text(
    st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), max_size=20
)
keys = st.from_regex(r"[A-Z][A-Za-z0-9\-]{0,8}", fullmatch=True)
messages = st.lists(
    st.lists(st.tuples(keys, values), min_size=1, max_size=5), min_size=1, max_size=6
)


def fed(stream: bytes, cuts: list[int]) -> list[Message]:
    parser = Parser()
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    found: list[Message] = []
    for start, end in pairwise(edges):
        found += parser.feed(stream[start:end])
    return found


@given(messages, st.lists(st.integers(0, 10_000), max_size=30))
def test_any_chunking_gives_the_messages_that_were_sent(
    blocks: list[list[tuple[str, str]]], cuts: list[int]
) -> None:
    stream = GREETING
    for block in blocks:
        stream += "".join(f"{key}: {value}\r\n" for key, value in block).encode() + b"\r\n"

    found = fed(stream, cuts)

    assert [(m.kind, m.value) for m in found] == [block[0] for block in blocks]
    for message, block in zip(found, blocks, strict=True):
        for key, value in message.headers.items():
            several = value if isinstance(value, list) else [value]
            assert several == [v for k, v in block[1:] if k == key]


@given(st.binary(max_size=300), st.lists(st.integers(0, 10_000), max_size=30))
@settings(max_examples=150)
def test_garbage_gives_the_same_messages_however_it_is_cut(garbage: bytes, cuts: list[int]) -> None:
    assert fed(GREETING + garbage, cuts) == fed(GREETING + garbage, [])


@given(st.text(alphabet="A:\r\n å\u2028", max_size=60), st.lists(st.integers(0, 300), max_size=20))
@settings(max_examples=150)
def test_line_ends_in_odd_places_give_the_same_messages_however_they_are_cut(
    text: str, cuts: list[int]
) -> None:
    stream = GREETING + text.encode()
    assert fed(stream, cuts) == fed(stream, [])


@given(st.dictionaries(keys, values, max_size=5), st.dictionaries(keys, values, max_size=3))
def test_what_is_rendered_is_one_message_with_the_same_values(
    headers: dict[str, str], variables: dict[str, str]
) -> None:
    variables = {key.replace("-", "_"): value for key, value in variables.items()}
    headers.pop("Variable", None)

    found = fed(GREETING + render("Originate", headers, variables), [])

    assert [(m.kind, m.value) for m in found] == [("Action", "Originate")]
    assert {k: v for k, v in found[0].headers.items() if k != "Variable"} == headers


@pytest.mark.parametrize("evil", ["\r\n", "\r", "\n", "\x00"])
def test_a_value_with_a_line_break_is_refused_and_not_quoted(evil: str) -> None:
    for headers, variables in (
        ({"CallerID": f"Anna{evil}X: 1"}, {}),
        ({"CallerID": ["good", f"Anna{evil}X: 1"]}, {}),
        ({}, {"NAME": f"Anna{evil}"}),
    ):
        with pytest.raises(ValueError, match="line break") as caught:
            render("Originate", headers, variables)
        assert "Anna" not in str(caught.value)
    with pytest.raises(ValueError, match="Action"):
        render(f"Ping{evil}")


@pytest.mark.parametrize("key", ["", "A: b", "A b", "A\r\nB", "Å", ":", "a\x00"])
def test_an_odd_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="odd"):
        render("Originate", {key: "x"})
    with pytest.raises(ValueError, match="odd"):
        render("Originate", {}, {key: "x"})


def test_a_variable_with_an_equals_sign_in_its_name_is_refused() -> None:
    with pytest.raises(ValueError, match="odd"):
        render("Originate", {}, {"A=1,B": "x"})


def test_a_comma_in_a_variable_does_not_set_a_second_one() -> None:
    assert b"Variable: NOTE=a\\,EVIL=b\r\n" in render("Originate", {}, {"NOTE": "a,EVIL=b"})


def test_half_a_surrogate_pair_is_refused_without_quoting_it() -> None:
    with pytest.raises(ValueError, match="valid Unicode") as caught:
        render("Originate", {"CallerID": "Anna\udc80"})
    assert "Anna" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_list_is_sent_as_a_repeated_header() -> None:
    assert render("X", {"Codecs": ["a", "b"]}) == (b"Action: X\r\nCodecs: a\r\nCodecs: b\r\n\r\n")


def test_unicode_line_separators_do_not_end_a_line() -> None:
    for separator in "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e":
        message = parse(f"Event: X\r\nUniqueid: 1.1\r\nName: Eve{separator}Uniqueid: 6.66")
        assert message is not None
        assert message.headers["Uniqueid"] == "1.1"


def test_a_character_that_is_not_utf_8_is_replaced_and_costs_nothing_else() -> None:
    found = fed(GREETING + b"Event: X\r\nName: \xc5sa\r\nNext: 1\r\n\r\n", [])
    assert found == [Message("Event", "X", {"Name": "\ufffdsa", "Next": "1"})]


def test_user_events_may_lack_the_space_after_the_colon() -> None:
    message = parse("Event: UserEvent\r\nOffer:7\r\nUrl: a: b")
    assert message == Message("Event", "UserEvent", {"Offer": "7", "Url": "a: b"})


@pytest.mark.parametrize("cut", [1, 7, 1024, 10_000])
def test_a_message_beyond_the_limit_is_refused_however_it_comes(cut: int) -> None:
    parser = Parser(largest=2000)
    stream = GREETING + b"Event: X\r\n\r\nEvent: Y\r\nA: " + b"a" * 5000 + b"\r\n\r\n"

    def feed_all() -> None:
        for start in range(0, len(stream), cut):
            parser.feed(stream[start : start + cut])

    with pytest.raises(AMIProtocolError):
        feed_all()


def test_many_small_messages_at_once_are_not_one_large_message() -> None:
    parser = Parser(largest=2000)
    parser.feed(GREETING)
    assert len(parser.feed(b"Event: X\r\nA: 1\r\n\r\n" * 1000)) == 1000


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH\r\n", b"\r\n", b"\xff\xfe\r\n", b"x" * 200, b"HTTP/1.1 400\r\n"]
)
def test_another_greeting_is_refused(greeting: bytes) -> None:
    with pytest.raises(AMIProtocolError):
        Parser().feed(greeting)


def test_the_version_is_read_from_the_greeting() -> None:
    parser = Parser()
    assert parser.feed(GREETING[:10]) == []
    assert parser.version == ""
    parser.feed(GREETING[10:])
    assert parser.version == "11.0.0"
