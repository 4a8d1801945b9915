"""The bench of the IVR: its callers, its witness, and how it finds the answer to a key."""

import socket
import struct
import time
from collections.abc import Iterator

import numpy as np
import pytest

from callcenter.asterisk.ami.messages import Event
from ops.bench.ears import PCMA, Ears
from ops.bench.ivr.audio import EVENT, Audio, Packet, Press, Recording
from ops.bench.ivr.measuring import Measured
from ops.bench.ivr.people import LANGUAGES, Plan, crowd, measured
from ops.bench.ivr.witness import Witness

QUESTION_S = dict.fromkeys(LANGUAGES.values(), 10.0)


def plan(**changed: object) -> Plan:
    given = {"number": "+46701740601", "keys": ((1.0, "4"),), "listens_s": 5.0, "wanted": "ar"}
    return Plan(**{**given, **changed})


# -- people -------------------------------------------------------------------------------


def test_every_run_has_the_same_callers_and_no_two_share_a_number() -> None:
    assert crowd(300) == crowd(300)
    numbers = {one.number for one in (*crowd(300), *measured(100, QUESTION_S))}
    assert len(numbers) == 400


def test_the_crowd_has_callers_of_every_kind() -> None:
    plans = crowd(300)
    keys = ["".join(key for _, key in one.keys) for one in plans]
    assert "" in keys  # walks to the line
    assert any(one.ahead for one in plans)
    assert any(pressed.startswith("*") for pressed in keys)
    assert any(pressed[:1] in ("0", "8", "9") for pressed in keys)
    assert {one.wanted for one in plans} == set(LANGUAGES.values())


def test_who_presses_a_language_key_wants_that_language_and_who_does_not_the_default() -> None:
    for one in (*crowd(300), *measured(100, QUESTION_S)):
        chosen = [LANGUAGES[key] for _, key in one.keys if key in LANGUAGES]
        assert one.wanted == (chosen[0] if chosen else "sv")


def test_a_row_has_all_fields_of_the_scenario() -> None:
    for one in crowd(300):
        assert len(one.row()) == 8
    row = plan(keys=((1.5, "*"), (2.0, "4"))).row()
    assert row == ("+46701740601", "1500", "*", "2000", "4", "0", "", "5000")


# -- witness ------------------------------------------------------------------------------


def told(*events: tuple[str, dict[str, str]], of: Plan | None = None) -> Witness:
    witness = Witness([of or plan()])
    witness.tell(Event("UserEvent", {"UserEvent": "CcArrived", "Uniqueid": "1.1",
                                     "Number": "+46701740601"}))  # fmt: skip
    for kind, headers in events:
        witness.tell(Event("UserEvent", {"UserEvent": kind, "Uniqueid": "1.1", **headers}))
    return witness


ARABIC = ("CcQueued", {"CcLanguage": "ar"})
URGENT = ("CcClassed", {"CcNewClass": "red_flag"})


def test_who_came_into_the_line_that_was_asked_for_is_not_lost() -> None:
    witness = told(ARABIC)
    assert witness.arrived == 1
    assert witness.lost == []
    assert told(ARABIC, URGENT, of=plan(red_flag=True)).lost == []


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        ([], plan()),
        ([("CcQueued", {"CcLanguage": "sv"})], plan()),
        ([ARABIC, ARABIC], plan()),
        ([ARABIC], plan(red_flag=True)),
        ([ARABIC, URGENT], plan()),
        ([ARABIC, ("CcFellBack", {})], plan()),
    ],
    ids=["no line", "another line", "twice", "not urgent", "urgent by mistake", "fell back"],
)
def test_whoever_did_not_is_lost(events: list[tuple[str, dict[str, str]]], wanted: Plan) -> None:
    assert len(told(*events, of=wanted).lost) == 1


def test_other_callers_and_other_events_are_no_part_of_it() -> None:
    witness = Witness([plan()])
    stranger = {"UserEvent": "CcArrived", "Uniqueid": "2.2", "Number": "+46701740699"}
    witness.tell(Event("UserEvent", stranger))
    witness.tell(Event("Hangup", {"Uniqueid": "2.2"}))
    assert (witness.arrived, witness.lost) == (0, [])


# -- sound and keys -----------------------------------------------------------------------


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(5)
        yield made


@pytest.fixture
def audio(peer: socket.socket) -> Iterator[Audio]:
    made = Audio("127.0.0.1")
    made.target = peer.getsockname()
    yield made
    made.socket.close()


def test_a_key_goes_out_as_rfc_4733_wants_it(audio: Audio, peer: socket.socket) -> None:
    press = audio.press("#")
    for _ in range(10):
        audio.tick()
    packets = [peer.recv(2_048) for _ in range(10)]
    kinds = [packet[1] & 0x7F for packet in packets]
    assert kinds == [EVENT] * 8 + [PCMA] * 2
    key = packets[:8]
    assert [packet[1] >> 7 for packet in key] == [1] + [0] * 7  # the marker, once
    assert len({packet[4:8] for packet in key}) == 1  # all of one moment
    events = [struct.unpack("!BBH", packet[12:]) for packet in key]
    assert {event for event, _, _ in events} == {11}
    assert [bool(flags & 0x80) for _, flags, _ in events] == [False] * 5 + [True] * 3
    assert [length for _, _, length in events] == [160, 320, 480, 640, 800, 960, 960, 960]
    numbers = [int.from_bytes(packet[2:4], "big") for packet in packets]
    assert [(number - numbers[0]) & 0xFFFF for number in numbers] == list(range(10))
    assert press.sent.is_set()
    assert press.began <= press.ended <= time.time()


def test_what_is_no_key_is_refused(audio: Audio) -> None:
    for key in ("", "12", "x"):
        with pytest.raises(ValueError, match="a key is one of"):
            audio.press(key)


def test_what_comes_bears_the_kernels_moment(audio: Audio, peer: socket.socket) -> None:
    before = time.time()
    peer.sendto(struct.pack("!BBHII", 0x80, 8, 7, 0, 1) + b"\xd5" * 160, ("127.0.0.1", audio.port))
    peer.sendto(b"no RTP", ("127.0.0.1", audio.port))
    deadline = time.monotonic() + 5
    while not audio.came and time.monotonic() < deadline:
        audio.take()
    (packet,) = audio.came
    assert (packet.number, packet.payload_type, len(packet.payload)) == (7, 8, 160)
    assert before - 0.001 <= packet.at <= time.time()


def packets(samples: int, first: int = 65_530) -> list[Packet]:
    """Packets of a tone, 20 ms apart; the numbers run over."""
    return [
        Packet(at=100 + n * 0.02, number=(first + n) & 0xFFFF, payload_type=PCMA,
               payload=bytes((n * 7 + place) % 256 for place in range(160)))
        for n in range(samples // 160)
    ]  # fmt: skip


def test_a_recording_is_in_the_senders_order_and_knows_when_each_sample_came() -> None:
    came = packets(3_200)
    mixed = [came[n] for n in (0, 2, 1, *range(3, 20))]
    event = Packet(at=100.5, number=9, payload_type=EVENT, payload=b"\x01\x80\x00\x00")
    recording = Recording([*mixed, event])
    assert np.array_equal(recording.samples, Recording(came).samples)
    assert [recording.at(sample) for sample in (0, 159, 160, 3_199)] == [
        pytest.approx(moment) for moment in (100.0, 100.0, 100.02, 100.38)
    ]
    assert len(Recording([]).samples) == 0


# -- the answer to a key ------------------------------------------------------------------


class Stretch:
    """A recording of these samples, whose packets came one every 20 ms from 100 s on."""

    def __init__(self, samples: np.ndarray) -> None:
        self.samples = samples.astype(np.float32)

    def at(self, sample: int) -> float:
        return 100 + sample // 160 * 0.02


def noise(seconds: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 2_000, int(seconds * 8_000)).round()


def test_a_key_is_answered_by_the_first_packet_of_the_prompt_that_follows() -> None:
    menu, wrong = noise(3, 1), noise(2, 2)
    ears = Ears({"sv/menu": menu.astype(np.float32), "sv/wrong": wrong.astype(np.float32)})
    line = np.concatenate([menu[:8_000], np.zeros(320), wrong, menu])
    presses = (
        Press(key="9", packets=5, ended=100.99),  # cut the menu short
        Press(key="8", packets=5, ended=103.0),  # while the next prompt was on its way
        Press(key="*", packets=5, ended=106.0),  # nothing followed
    )
    call = Measured(plan=plan(), presses=presses, recording=Stretch(line))
    first, second, third = call.answers_s(ears)
    assert first == pytest.approx(0.05)
    assert second == pytest.approx(0.04)
    assert third is None


def test_of_keys_pressed_ahead_the_last_one_is_followed() -> None:
    menu = noise(3, 1)
    ears = Ears({"sv/menu": menu.astype(np.float32)})
    presses = tuple(Press(key="*", packets=5, ended=at) for at in (99.5, 99.9))
    call = Measured(
        plan=plan(ahead=True),
        presses=presses,
        recording=Stretch(menu),
    )
    assert call.answers_s(ears) == [pytest.approx(0.1)]
