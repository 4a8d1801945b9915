"""Level: measured on sounds whose level is known."""

import array
import math
import wave
from pathlib import Path

import pytest

from callcenter.speech.level import measure


def write(path: Path, samples: list[int], *, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, 8000, 0, "NONE", ""))
        file.writeframes(array.array("h", samples).tobytes())
    return path


def sine(seconds: float, amplitude: float) -> list[int]:
    return [
        round(32767 * amplitude * math.sin(2 * math.pi * 500 * n / 8000))
        for n in range(int(seconds * 8000))
    ]


def test_a_sine_of_a_tenth_of_full_scale_has_minus_23_dbfs(tmp_path: Path) -> None:
    seconds, level = measure(write(tmp_path / "a.wav", sine(1, 0.1)))

    assert seconds == 1
    assert level == pytest.approx(-23.01, abs=0.05)


def test_pauses_do_not_count(tmp_path: Path) -> None:
    with_pause = sine(0.5, 0.1) + [0] * 8000 + sine(0.5, 0.1)

    _, level = measure(write(tmp_path / "a.wav", with_pause))
    assert level == pytest.approx(-23.01, abs=0.05)


def test_silence_has_no_level(tmp_path: Path) -> None:
    assert measure(write(tmp_path / "a.wav", [0] * 800)) == (0.1, -math.inf)
    assert measure(write(tmp_path / "a.wav", [])) == (0, -math.inf)


def test_anything_but_mono_16_bit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not mono"):
        measure(write(tmp_path / "a.wav", [0] * 800, channels=2))
    (tmp_path / "b.wav").write_bytes(b"no sound")
    with pytest.raises(ValueError, match="no WAV"):
        measure(tmp_path / "b.wav")
