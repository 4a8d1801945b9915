"""Tones are written, found again, and told from each other."""

from pathlib import Path

import pytest

from callcenter.softphone.tone import (
    CALLER_TONE_HZ,
    NURSE_TONE_HZ,
    RATE,
    goertzel,
    loudness,
    read_wav,
    tone,
    tone_level,
    wav_bytes,
    write_tone,
)


def test_a_tone_is_found_at_its_own_frequency_and_not_at_the_other(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "a.wav", NURSE_TONE_HZ, 2.0, level=0.25)
    assert tone_level(path, NURSE_TONE_HZ) == pytest.approx(0.25, abs=0.001)
    assert tone_level(path, CALLER_TONE_HZ) < 0.001


def test_half_a_second_of_a_tone_between_silences_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes([*tone(0, 1), *tone(440, 0.5), *tone(0, 1)]))
    assert tone_level(path, 440) > 0.2


def test_a_click_is_no_tone(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes([*tone(0, 1), *[32767] * 40, *tone(0, 1)]))
    assert tone_level(path, 440) < 0.01


def test_silence_has_no_loudness_and_a_full_sine_has_its_root_mean_square() -> None:
    assert loudness(tone(0, 1)) == 0.0
    assert loudness(tone(440, 1, level=1.0)) == pytest.approx(0.7071, abs=0.001)


def test_nothing_recorded_has_no_level() -> None:
    assert goertzel([], 440) == 0.0
    assert loudness([]) == 0.0


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "a.wav", 440, 0.5)
    samples, rate = read_wav(path)
    assert (len(samples), rate) == (RATE // 2, RATE)
    assert samples == tone(440, 0.5)


def test_a_recording_that_still_grows_is_read_to_its_present_end(tmp_path: Path) -> None:
    data = wav_bytes(tone(440, 1.0))
    path = tmp_path / "a.wav"
    path.write_bytes(data[:40] + bytes(4) + data[44:8001])  # no length yet, half a sample
    samples, _ = read_wav(path)
    assert len(samples) == (8001 - 44) // 2


def test_an_empty_file_is_no_wav(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="not a wav"):
        read_wav(path)


def test_a_stereo_wav_is_refused(tmp_path: Path) -> None:
    data = bytearray(wav_bytes(tone(440, 0.1)))
    data[22:24] = (2).to_bytes(2, "little")
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    with pytest.raises(ValueError, match="mono"):
        read_wav(path)
