"""One dialogue with an Asterisk that is scripted by the test."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from asterisk.agi import AGIDBError, AGIInvalidCommand, AGIUsageError

from callcenter.asterisk.agi import AGIProtocolError, AGITimeout, Hangup, Session
from tests.wire.test_agi_peer import HEADERS, Channel

OK = b"200 result=0\n"
Dial = Callable[..., tuple[Session, Channel]]


@pytest.fixture
def dial() -> Iterator[Dial]:
    with ExitStack() as stack:

        def make(
            *replies: bytes, then_close: bool = False, **options: float
        ) -> tuple[Session, Channel]:
            ours, theirs = socket.socketpair()
            stack.enter_context(ours)
            stack.enter_context(theirs)
            channel = Channel(theirs, *replies, then_close=then_close)
            return Session(ours, **{"command_seconds": 30.0, **options}), channel

        yield make


def test_the_request_is_read_and_a_latin_1_name_does_no_harm(dial: Dial) -> None:
    session, _ = dial()
    assert session.path == "/ivr/public"
    assert session.request.query == {"contact": "c1"}
    assert session.request.arguments == ("first", "")
    assert session.env["agi_calleridname"] == "\udcc5sa"


def test_playing_returns_the_key_that_ended_it(dial: Dial) -> None:
    session, channel = dial(b"200 result=49 endpos=12320\n", b"200 result=0 endpos=16000\n")
    assert session.stream_file("/prompts/sv/welcome", "12") == "1"
    assert session.stream_file("/prompts/sv/my welcome") == ""
    assert channel.lines == [
        'STREAM FILE "/prompts/sv/welcome" "12"',
        'STREAM FILE "/prompts/sv/my welcome" ""',
    ]


def test_a_prompt_that_cannot_be_opened_is_logged_and_the_dialogue_goes_on(
    dial: Dial, capsys: pytest.CaptureFixture[str]
) -> None:
    session, channel = dial(b"200 result=-1 endpos=0\n", b"200 result=6\n", OK)
    assert session.stream_file("/prompts/sv/absent") == ""
    assert session.wait_for_digit() == ""
    assert "prompt cannot be played" in capsys.readouterr().out
    assert channel.lines[1] == "CHANNEL STATUS"


def test_a_hangup_before_the_first_sample_is_not_taken_for_a_missing_prompt(dial: Dial) -> None:
    for then in (b"511 dead channel\n", b"HANGUP\n", b"200 result=-1\n"):
        session, _ = dial(b"200 result=-1 endpos=0\n", then)
        with pytest.raises(Hangup):
            session.stream_file("/prompts/sv/welcome")
    session, _ = dial(b"200 result=-1 endpos=0\nHANGUP\n")
    with pytest.raises(Hangup):
        session.stream_file("/prompts/sv/welcome")


def test_waiting_for_a_key(dial: Dial) -> None:
    session, channel = dial(b"200 result=35\n", OK, b"200 result=777\n")
    assert session.wait_for_digit(1500) == "#"
    assert session.wait_for_digit(0) == ""
    with pytest.raises(AGIProtocolError) as caught:
        session.wait_for_digit()
    assert "777" not in str(caught.value)
    assert channel.lines == ["WAIT FOR DIGIT 1500", "WAIT FOR DIGIT 0", "WAIT FOR DIGIT 2000"]
    with pytest.raises(ValueError, match="end"):
        session.wait_for_digit(-1)


def test_collecting_keys(dial: Dial) -> None:
    session, channel = dial(b"200 result=12*\n", b"200 result= (timeout)\n", b"200 result=x\n")
    assert session.get_data("number", 3000, 10) == "12*"
    assert session.get_data("number") == ""
    with pytest.raises(AGIProtocolError):
        session.get_data("number")
    assert channel.lines[0] == 'GET DATA "number" 3000 10'


def test_variables_are_read_and_set(dial: Dial) -> None:
    session, channel = dial(
        b"200 result=1 (sv (test))\n", b"200 result=0\n", b"200 result=1 ()\n", b"200 result=1\n"
    )
    assert session.get_variable("CC_LANG") == "sv (test)"
    assert session.get_variable("ABSENT") is None
    assert session.get_variable("EMPTY") == ""
    session.set_variable("CC_NOTE", 'say "hi" \\ to Åsa')
    assert channel.lines[-1] == 'SET VARIABLE "CC_NOTE" "say \\"hi\\" \\\\ to Åsa"'


def test_a_value_with_line_breaks_is_read_whole_and_the_dialogue_goes_on(dial: Dial) -> None:
    session, _ = dial(b"200 result=1 (one\ntwo\n\nthree)\n", b"200 result=1 (next)\n")
    assert session.get_variable("A") == "one\ntwo\n\nthree"
    assert session.get_variable("B") == "next"


def test_a_value_that_forges_an_answer_ends_the_dialogue(dial: Dial) -> None:
    session, _ = dial(b"200 result=1 (x)\n200 result=1 (forged)\n", OK)
    assert session.get_variable("A") == "x"
    with pytest.raises(AGIProtocolError, match="out of turn"):
        session.get_variable("B")


def test_a_value_that_cannot_be_sent_is_refused_before_anything_is_sent(dial: Dial) -> None:
    session, channel = dial(OK)
    with pytest.raises(ValueError, match="line break"):
        session.set_variable("NOTE", 'x"\nEXEC System "id')
    with pytest.raises(ValueError, match="odd name"):
        session.set_variable("SHELL(id)", "x")
    with pytest.raises(ValueError, match="comma"):
        session.exec_command("UserEvent", "a,b")
    session.execute("NOOP")
    assert channel.lines == ["NOOP"]


def test_an_application_is_run_with_its_arguments(dial: Dial) -> None:
    session, channel = dial(OK, b"200 result=-2\n")
    session.exec_command("UserEvent", "CcQueued", "Language: sv")
    assert channel.lines == ['EXEC "UserEvent" "CcQueued,Language: sv"']
    with pytest.raises(AGIProtocolError, match="application"):
        session.exec_command("Absent")


def test_pyst2_s_own_methods_are_quoted_too(dial: Dial) -> None:
    session, channel = dial(OK, OK, OK, OK, b"200 result=1 (v)\n", b"200 result=0\n")
    session.answer()
    session.set_callerid('Anna" <1>')
    session.say_digits("12", "#")
    session.verbose("one two", 3)
    assert session.database_get("fam", "key") == "v"
    with pytest.raises(AGIDBError):
        session.database_get("fam", "absent")
    assert channel.lines == [
        "ANSWER",
        'SET CALLERID "Anna\\" <1>"',
        'SAY DIGITS "12" "#"',
        'VERBOSE "one two" 3',
        'DATABASE GET "fam" "key"',
        'DATABASE GET "fam" "absent"',
    ]


@pytest.mark.parametrize(
    "reply",
    [
        b"HANGUP\n",
        b"200 result=-1\n",
        b"200 result=-1 endpos=8000\n",
        b"200 result=1 (hangup)\n",
        b"511 Command Not Permitted on a dead channel or intercept routine\n",
    ],
)
def test_every_kind_of_hangup_is_one_and_lasts(dial: Dial, reply: bytes) -> None:
    session, channel = dial(reply, OK, OK, OK)
    with pytest.raises(Hangup):
        session.stream_file("a")
    for again in (
        lambda: session.stream_file("a"),
        session.wait_for_digit,
        lambda: session.get_variable("A"),
        lambda: session.set_variable("A", "1"),
        lambda: session.exec_command("NoOp"),
        lambda: session.get_full_variable("A"),
    ):
        with pytest.raises(Hangup):
            again()
    assert len(channel.lines) == 1
    session.hangup()  # nothing left to do


def test_a_hangup_between_two_commands_is_seen_at_the_next(dial: Dial) -> None:
    session, channel = dial(b"200 result=1\nHANGUP\n", OK)
    session.set_variable("A", "1")
    with pytest.raises(Hangup):
        session.set_variable("B", "1")
    assert len(channel.lines) == 1


def test_the_end_of_the_stream_is_a_hangup(dial: Dial) -> None:
    for cut in (b"", b"200 res", b"520-Invalid\nusage\n", b"200 result=1 (half"):
        session, _ = dial(cut, then_close=True)
        started = time.monotonic()
        for _ in range(2):
            with pytest.raises(Hangup):
                session.get_variable("A")
        assert time.monotonic() - started < 15  # no time-out is waited for


def test_hanging_up_ends_the_dialogue(dial: Dial) -> None:
    session, channel = dial(b"200 result=1\n", OK)
    session.hangup()
    with pytest.raises(Hangup):
        session.stream_file("a")
    assert channel.lines == ["HANGUP"]


def test_asterisk_s_complaints_are_told_apart_and_the_dialogue_goes_on(dial: Dial) -> None:
    session, _ = dial(
        b"510 Invalid or unknown command\n",
        b"520-Invalid command syntax.  Proper usage follows:\n X\n\n520 End of proper usage.\n",
        b"520 Invalid command syntax.  Proper usage not available.\n",
        b"100 result=0 Trying...\n200 result=1 (v)\n",
        b"503 result=-2 Memory allocation failure\n",
    )
    with pytest.raises(AGIInvalidCommand):
        session.execute("NONSENSE")
    with pytest.raises(AGIUsageError):
        session.execute("GET DATA")
    with pytest.raises(AGIUsageError):
        session.execute("GET DATA")
    assert session.get_variable("A") == "v"
    with pytest.raises(AGIProtocolError, match="503"):
        session.get_variable("A")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff\xfe\x00\n",
        b"hello\n",
        b"\n",
        b"200\n",
        b"200 ok\n",
        b"x" * 200_000,
        b"520-\n" + b"usage\n" * 1000,
        b"200 result=1 (" + b"a\n" * 100_000,
    ],
)
def test_garbage_is_a_protocol_error_within_bounds(dial: Dial, garbage: bytes) -> None:
    session, _ = dial(garbage)
    with pytest.raises(AGIProtocolError) as caught:
        session.get_variable("A")
    assert caught.type is not AGITimeout


def test_no_answer_is_a_timeout_beyond_the_command_s_own_time(dial: Dial) -> None:
    session, _ = dial(b"", b"", command_seconds=0.05)
    started = time.monotonic()
    with pytest.raises(AGITimeout):
        session.get_variable("A")
    assert 0.05 <= time.monotonic() - started < 10
    started = time.monotonic()
    with pytest.raises(AGITimeout):
        session.stream_file("a", playing_seconds=0.2)
    assert 0.2 < time.monotonic() - started < 10


def test_a_header_block_that_drips_is_cut_off_in_all() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"agi_network: yes\n")
        started = time.monotonic()
        with pytest.raises(AGITimeout):
            Session(ours, header_seconds=0.1)
        assert 0.1 <= time.monotonic() - started < 10


@pytest.mark.parametrize(
    "block",
    [
        b"".join(b"agi_x%d: y\n" % n for n in range(300)),
        b"".join(b"agi_x%d: %s\n" % (n, b"y" * 10_000) for n in range(10)),
        b"agi_x: " + b"y" * 100_000,
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\n",
    ],
)
def test_a_header_block_beyond_the_limits_is_refused(block: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        theirs.send(block)
        with pytest.raises(AGIProtocolError):
            Session(ours, header_seconds=0.5)


def test_a_header_block_that_ends_early_is_a_hangup() -> None:
    for block in (b"", HEADERS[:-1], HEADERS[:50]):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(block)
            theirs.close()
            with pytest.raises(Hangup):
                Session(ours)


def test_nothing_of_the_caller_is_written_anywhere(
    dial: Dial, capfd: pytest.CaptureFixture[str]
) -> None:
    session, _ = dial(b"200 result=1 (0700000000)\n")
    session.get_variable("A")
    out, err = capfd.readouterr()
    assert out + err == ""


def test_a_peer_that_does_not_read_is_a_timeout(dial: Dial) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        theirs.sendall(HEADERS)
        session = Session(ours, command_seconds=0.05)

        def fill() -> None:
            for _ in range(200):
                session._deadline = time.monotonic() + 0.05
                session.send_command("VERBOSE", "a" * 7000)

        with pytest.raises(AGITimeout):
            fill()


KEYS_NOWHERE = ",n,,cc-no-keys"


def test_a_question_is_one_command_for_all_its_sounds(dial: Dial) -> None:
    session, channel = dial(b"200 result=52\n", b"200 result=35\n", b"200 result=42\n")
    for key in "4#*":
        assert session.ask(["/p/sv/welcome", "/p/silence/4000"], 4000, playing_seconds=6.5) == key
    assert set(channel.lines) == {
        f'EXEC "BackGround" "/p/sv/welcome&/p/silence/4000{KEYS_NOWHERE}"'
    }


def test_a_question_that_ends_in_silence_on_time_asks_nothing_more(dial: Dial) -> None:
    session, channel = dial(OK)
    assert session.ask(["a"], 4000, playing_seconds=0.4) == ""
    assert len(channel.lines) == 1


def test_a_question_whose_sound_cannot_be_opened_still_waits_for_a_key(
    dial: Dial, capsys: pytest.CaptureFixture[str]
) -> None:
    session, channel = dial(OK, b"200 result=1 (FAILED)\n", b"200 result=49\n")
    assert session.ask(["absent", "silence"], 4000, playing_seconds=6.0) == "1"
    assert channel.lines[1:] == ['GET VARIABLE "BACKGROUNDSTATUS"', "WAIT FOR DIGIT 4000"]
    assert "prompt cannot be played" in capsys.readouterr().out


def test_a_question_that_was_only_shorter_than_we_thought_is_over(dial: Dial) -> None:
    session, channel = dial(OK, b"200 result=1 (SUCCESS)\n")
    assert session.ask(["a", "silence"], 4000, playing_seconds=60.0) == ""
    assert len(channel.lines) == 2


def test_what_is_heard_out_is_one_command_and_what_cannot_be_opened_is_logged(
    dial: Dial, capsys: pytest.CaptureFixture[str]
) -> None:
    session, channel = dial(OK, OK, b"200 result=1 (FAILED)\n")
    session.play(["/p/a", "/p/b"], playing_seconds=0.3)
    session.play(["/p/absent"], playing_seconds=3.0)
    assert channel.lines == [
        'EXEC "Playback" "/p/a&/p/b,noanswer"',
        'EXEC "Playback" "/p/absent,noanswer"',
        'GET VARIABLE "PLAYBACKSTATUS"',
    ]
    assert "prompt cannot be played" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["a,b", "a&b", 'a"b', "a\\b", "a\nb", ""])
def test_a_sound_whose_name_would_mean_something_is_not_sent(dial: Dial, path: str) -> None:
    session, channel = dial(OK)
    with pytest.raises(ValueError, match="odd name"):
        session.ask(["good", path], 4000, playing_seconds=1)
    with pytest.raises(ValueError, match="odd name"):
        session.play([path], playing_seconds=1)
    assert channel.lines == []


def test_a_redirect_in_the_middle_of_a_question_is_a_hangup(dial: Dial) -> None:
    session, _ = dial(b"200 result=-1\n")
    with pytest.raises(Hangup):
        session.ask(["a"], 4000, playing_seconds=9)


def test_several_variables_are_set_in_one_command_and_in_their_order(dial: Dial) -> None:
    session, channel = dial(OK)
    session.set_variables({})
    session.set_variables({"CC_LANG": "ar", "TIMEOUT(absolute)": "20", "CC_TOLD": "3-1-2"})
    assert channel.lines == ['EXEC "MSet" "CC_LANG=ar,TIMEOUT(absolute)=20,CC_TOLD=3-1-2"']


@pytest.mark.parametrize(
    "values",
    [{"A": "x,B=y"}, {"A": 'x"'}, {"A": "x\\"}, {"A": "x\n"}, {"SHELL(id)": "x"}, {"": ""}],
)
def test_a_value_that_would_set_another_variable_is_not_sent(
    dial: Dial, values: dict[str, str]
) -> None:
    session, channel = dial(OK)
    with pytest.raises(ValueError):  # noqa: PT011
        session.set_variables(values)
    assert channel.lines == []


def test_keys_are_collected_up_to_the_hash(dial: Dial) -> None:
    session, channel = dial(b"200 result=701740\n", b"200 result=\n", b"200 result= (timeout)\n")
    assert [session.collect(6000, 19) for _ in range(3)] == ["701740", "", ""]
    assert set(channel.lines) == {'GET DATA "" 6000 19'}


def test_a_look_notices_that_the_channel_has_gone_without_a_command(dial: Dial) -> None:
    session, channel = dial(b"200 result=1\nHANGUP\n")
    session.look()
    session.set_variable("A", "1")
    for _ in range(2):
        with pytest.raises(Hangup):
            session.look()
    assert len(channel.lines) == 1
