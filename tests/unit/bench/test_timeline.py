"""The timeline: lost packets and pauses become silence, lateness does not."""

from dataclasses import replace

import numpy as np
import pytest

from ops.bench.ears import PCMA, decode
from ops.bench.ivr.audio import EVENT, Packet
from ops.bench.ivr.timeline import Timeline


def sent(count: int = 50, first: int = 65_500) -> list[Packet]:
    """Packets of 20 ms, no two alike; the numbers and the clock run over."""
    return [
        Packet(
            at=100 + n * 0.02, number=(first + n) & 0xFFFF, payload_type=PCMA,
            payload=bytes((n * 7 + place) % 256 for place in range(160)),
            clock=(2**32 - 3_200 + n * 160) % 2**32, source=5,
        )
        for n in range(count)
    ]  # fmt: skip


def sounds(packets: list[Packet]) -> np.ndarray:
    return np.concatenate([decode(packet.payload, PCMA) for packet in packets])


def test_what_came_whole_is_what_was_sent() -> None:
    packets = sent()
    whole = Timeline(packets[:7])
    whole.take(packets[7:])
    assert np.array_equal(whole.samples, sounds(packets))
    assert whole.lost == 0
    assert [whole.at(sample) for sample in (0, 159, 160)] == [100, 100, pytest.approx(100.02)]


def test_lost_packets_are_counted_and_leave_silence_of_their_length() -> None:
    packets = sent()
    timeline = Timeline([*packets[:10], *packets[13:]])
    assert timeline.lost == 3
    assert len(timeline.samples) == 50 * 160
    assert not timeline.samples[1_600:2_080].any()
    assert np.array_equal(timeline.samples[2_080:], sounds(packets[13:]))


def test_an_overtaken_packet_comes_into_its_place_and_one_that_came_twice_counts_once() -> None:
    packets = sent()
    mixed = [*packets[:10], packets[12], packets[10], packets[11], packets[11], *packets[12:]]
    timeline = Timeline(mixed)
    assert timeline.lost == 0
    assert np.array_equal(timeline.samples, sounds(packets))


def test_a_pause_of_the_sender_is_silence_and_a_late_packet_is_not() -> None:
    packets = sent()
    for pause_s, heard in ((0.3, 0), (2.0, 16_000)):
        later = [
            replace(p, at=p.at + pause_s, clock=(p.clock + round(pause_s * 8_000)) % 2**32)
            for p in packets[20:]
        ]
        timeline = Timeline([*packets[:20], *later])
        assert timeline.lost == 0
        assert len(timeline.samples) == 50 * 160 + heard
        assert not timeline.samples[3_200 : 3_200 + heard].any()
        assert np.array_equal(timeline.samples[3_200 + heard :], sounds(packets[20:]))


def test_packets_of_another_kind_have_a_number_and_no_sound() -> None:
    packets = sent()
    packets[10] = replace(packets[10], payload_type=EVENT, payload=b"\x01\x80\x00\x00")
    timeline = Timeline(packets)
    assert timeline.lost == 0
    assert np.array_equal(timeline.samples, sounds([*packets[:10], *packets[11:]]))


def test_another_source_is_placed_by_its_arrival_whatever_its_clock_says() -> None:
    packets = sent()
    other = [replace(p, source=9, clock=p.clock // 2, number=p.number // 3) for p in packets[20:]]
    for later_s, pause in ((0, 0), (3.0, 24_000)):
        late = [replace(p, at=p.at + later_s) for p in other[:1]]
        timeline = Timeline([*packets[:20], *late])
        assert timeline.lost == 0
        assert len(timeline.samples) == 21 * 160 + pause


def test_nothing_has_come() -> None:
    assert len(Timeline().samples) == 0
    with pytest.raises(IndexError):
        Timeline().at(0)
