"""Each second of a recording is told for what it is."""

import random
import threading
from pathlib import Path

import pytest

from callcenter.softphone.call import Call
from callcenter.softphone.hearing import hear, kind_of
from callcenter.softphone.tone import RATE, tone, wav_bytes


@pytest.mark.parametrize(
    ("hz", "kind"),
    [
        (0, "silence"),
        (660, "a simulated nurse"),
        (440, "its own echo"),
        (425, "a ring tone"),
        (1000, "speech or music"),
    ],
)
def test_a_second_of_one_tone_is_told(hz: int, kind: str) -> None:
    assert kind_of(tone(hz, 1.0, level=0.2), RATE) == kind


def test_noise_is_speech_or_music() -> None:
    dice = random.Random(1)
    assert kind_of([dice.randint(-9000, 9000) for _ in range(RATE)], RATE) == "speech or music"


def test_music_over_the_nurse_is_not_the_nurse() -> None:
    mixed = [a + b for a, b in zip(tone(660, 1), tone(523, 1), strict=True)]
    assert kind_of(mixed, RATE) == "speech or music"


def test_the_seconds_are_counted_and_only_new_ones_are_told(tmp_path: Path) -> None:
    call = Call("c1", changed=threading.Condition(), began=0.0)
    assert hear(call) == []
    call.recording = tmp_path / "heard.wav"
    assert hear(call) == []
    call.recording.write_bytes(wav_bytes([*tone(0, 1), *tone(660, 1.5)]))
    assert [(s.second, s.kind) for s in hear(call)] == [(0, "silence"), (1, "a simulated nurse")]
    assert [s.second for s in hear(call, 1)] == [1]
