"""What a phone says outlasts the time until it is told to begin again."""

from pathlib import Path

import pytest

from callcenter.softphone.speech import prepare
from callcenter.softphone.tone import read_wav, tone, tone_level, wav_bytes


def test_a_tone_is_longer_than_the_time_to_begin_again(tmp_path: Path) -> None:
    again = prepare(440, tmp_path / "say.wav")
    samples, rate = read_wav(tmp_path / "say.wav")
    assert len(samples) / rate > again + 5
    assert tone_level(tmp_path / "say.wav", 440) > 0.2


def test_silence_is_a_file_too(tmp_path: Path) -> None:
    prepare(0, tmp_path / "say.wav")
    samples, _ = read_wav(tmp_path / "say.wav")
    assert not any(samples)


def test_a_wav_is_said_whole_and_then_there_is_silence(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav_bytes(tone(440, 70.0, rate=16000), 16000))
    again = prepare(tmp_path / "a.wav", tmp_path / "say.wav")
    samples, rate = read_wav(tmp_path / "say.wav")
    assert rate == 16000
    assert again == pytest.approx(70.0)
    assert len(samples) / rate == pytest.approx(80.0)


def test_a_tone_above_the_telephone_band_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="telephone"):
        prepare(5000, tmp_path / "say.wav")


def test_a_wav_at_an_odd_rate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav_bytes(tone(440, 0.1, rate=44100), 44100))
    with pytest.raises(ValueError, match="8 or 16 kHz"):
        prepare(tmp_path / "a.wav", tmp_path / "say.wav")
