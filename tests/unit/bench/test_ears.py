"""Ears: they find what was played, to the sample, and nothing else.

Through sox's own G.711, so that nothing here is taken on the word of the table in `ears`.
"""

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from callcenter.provision.programs import find
from callcenter.settings import Settings
from ops.bench.ears import PCMA, PCMU, RATE, Ears, Samples, decode, read

LANGUAGES = ["sv", "fi", "en", "ar", "so"]
SOX = {PCMA: "al", PCMU: "ul"}
_BLOCK = 400  # to which the end of a prompt that was cut short is known


def voice(seconds: float, seed: int) -> Samples:
    """Something like speech: syllables of coloured noise, with a silence before and after."""
    chance = np.random.default_rng(seed)
    noise = np.convolve(chance.normal(0, 1, int(seconds * RATE)), np.ones(6) / 6, "same")
    loud = np.repeat(chance.uniform(0.15, 1, int(seconds * 8) + 1), 1000)[: len(noise)]
    hush = np.zeros(400)
    return np.concatenate([hush, noise * loud * 6000, hush]).round().astype(np.float32)


def hush(samples: int) -> Samples:
    return np.zeros(samples, np.float32)


def telephoned(samples: Samples, law: int = PCMA) -> Samples:
    """`samples` as they arrive at the other end of a G.711 line; by sox."""
    sox = find("sox", Settings.from_environment())
    done = subprocess.run(
        sox.command("-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-",
                    "-t", SOX[law], "-"),
        input=samples.astype("<i2").tobytes(), capture_output=True, check=True,
    )  # fmt: skip
    return decode(done.stdout, law)


A, B = voice(2.0, 1), voice(1.5, 2)


@pytest.mark.integration  # sox
@pytest.mark.parametrize("law", [PCMA, PCMU])
def test_a_prompt_is_found_to_the_sample_after_any_stretch_of_silence(law: int) -> None:
    line = np.concatenate([hush(1_237), A, hush(77), B, hush(3_001), A])
    heard = Ears({"sv/a": A, "sv/b": B}).hear(telephoned(line, law))
    starts = [1_237, 1_237 + len(A) + 77, 1_237 + len(A) + 77 + len(B) + 3_001]
    assert [(h.sound, h.start) for h in heard] == [
        ("sv/a", starts[0]), ("sv/b", starts[1]), ("sv/a", starts[2])
    ]  # fmt: skip
    assert all(h.whole for h in heard)


@pytest.mark.integration  # sox
def test_of_a_prompt_that_a_key_cut_short_the_beginning_is_found() -> None:
    cut = 9_000
    first, then = Ears({"sv/a": A, "sv/b": B}).hear(telephoned(np.concatenate([A[:cut], B])))
    assert (first.sound, first.start, first.whole) == ("sv/a", 0, False)
    assert cut - 2 * _BLOCK <= first.length <= cut + _BLOCK
    assert (then.sound, then.start, then.whole) == ("sv/b", cut, True)


@pytest.mark.integration  # sox
def test_less_than_what_tells_it_from_others_is_not_reported() -> None:
    assert Ears({"sv/a": A}).hear(telephoned(np.concatenate([A[:2_000], B]))) == []


@pytest.mark.integration  # sox
def test_of_two_that_begin_alike_the_ending_decides() -> None:
    ten, fifteen = np.concatenate([A, B]), np.concatenate([A, voice(1.5, 3)])
    ears = Ears({"sv/wait.5-10": ten, "sv/wait.5-15": fifteen, "sv/wait": A})
    for sound, samples in (("sv/wait.5-10", ten), ("sv/wait.5-15", fifteen), ("sv/wait", A)):
        (heard,) = ears.hear(telephoned(np.concatenate([hush(800), samples, hush(8_000)])))
        assert (heard.sound, heard.start, heard.whole, heard.or_else) == (sound, 800, True, ())


@pytest.mark.integration  # sox
def test_of_two_that_begin_alike_nothing_is_claimed_where_the_ending_was_not_heard() -> None:
    ten, fifteen = np.concatenate([A, B]), np.concatenate([A, voice(1.5, 3)])
    ears = Ears({"sv/wait.5-10": ten, "sv/wait.5-15": fifteen})
    (heard,) = ears.hear(telephoned(ten[: len(A) - 2_000]))
    assert not heard.whole
    assert {heard.sound, *heard.or_else} == {"sv/wait.5-10", "sv/wait.5-15"}


@pytest.mark.integration  # sox
def test_silence_noise_and_other_voices_are_nothing() -> None:
    ears = Ears({"sv/a": A, "sv/b": B})
    noise = np.random.default_rng(9).normal(0, 3_000, 80_000).astype(np.float32)
    for line in (hush(0), hush(100), hush(80_000), noise, voice(10, 4)):
        assert ears.hear(telephoned(line)) == []


@pytest.mark.integration  # sox
def test_a_packet_that_was_lost_or_doubled_does_not_hide_the_rest() -> None:
    ears = Ears({"sv/a": A, "sv/b": B})
    lost = np.concatenate([A[:8_000], A[8_160:], B])
    doubled = np.concatenate([A[:8_000], A[7_840:], B])
    for line, shift in ((lost, -160), (doubled, 160)):
        first, then = ears.hear(telephoned(line))
        assert (first.sound, first.start, first.whole) == ("sv/a", 0, True)
        assert (then.sound, then.start) == ("sv/b", len(A) + shift)


@pytest.mark.integration  # sox
def test_nor_does_it_where_the_prompt_begins() -> None:
    """Found by what follows, 20 ms late or early."""
    ears = Ears({"sv/a": A})
    for line in (np.concatenate([A[:1_600], A[1_760:]]), np.concatenate([A[:1_600], A[1_440:]])):
        (heard,) = ears.hear(telephoned(np.concatenate([hush(4_000), line])))
        assert (heard.sound, heard.whole) == ("sv/a", True)
        assert abs(heard.start - 4_000) <= 160


def test_only_mono_16_bit_of_8_khz_is_read(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 160)
    with pytest.raises(ValueError, match="8000"):
        read(tmp_path / "a.wav")


# -- the prompts that callers really hear ---------------------------------------------------


@pytest.fixture(scope="module")
def prompts() -> Path:
    folder = Settings.from_environment().prompts
    if not all((folder / language / "welcome.wav").exists() for language in LANGUAGES):
        pytest.fail("the prompts are not rendered: `callcenter prompts build`")
    return folder


@pytest.mark.integration
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prompts_that_we_ship_are_found_and_told_from_all_others(
    prompts: Path, language: str
) -> None:
    """One after another without a pause, half of them cut short somewhere."""
    chance = np.random.default_rng(1)
    files = sorted((prompts / language).glob("*.wav"))
    chance.shuffle(files)
    del files[25:]  # of them all it takes minutes
    line, played, at = [], [], 0
    for place, path in enumerate(files):
        samples = read(path)
        half = place % 2 and len(samples) > 2 * RATE
        size = int(chance.integers(RATE, len(samples))) if half else len(samples)
        line.append(samples[:size])
        played.append((f"{language}/{path.stem}", at, not half))
        at += size
    heard = Ears.of(prompts, [language]).hear(telephoned(np.concatenate(line)))
    assert [h.start for h in heard] == [start for _, start, _ in played]
    for (sound, _, whole), found in zip(played, heard, strict=True):
        assert sound in (found.sound, *found.or_else)
        assert found.whole or not whole
        if whole:  # then it is this one, or one with the very same words
            assert found.sound == sound or same(prompts, found.sound, sound)


def same(prompts: Path, one: str, other: str) -> bool:
    """Whether two sounds are, but for their ends, the same."""
    first, second = (read(prompts / f"{sound}.wav") for sound in (one, other))
    size = min(len(first), len(second))
    return float(np.max(np.abs(first[:size] - second[:size]))) < 60


@pytest.mark.integration
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wait_of_5_to_10_minutes_is_not_taken_for_one_of_5_to_15(
    prompts: Path, language: str
) -> None:
    ears = Ears.of(prompts, [language])
    for high in (10, 15):
        sound = f"{language}/wait-range.5-{high}"
        line = np.concatenate([hush(3_333), read(prompts / f"{sound}.wav"), hush(9_000)])
        (heard,) = ears.hear(telephoned(line))
        assert (heard.sound, heard.start, heard.whole) == (sound, 3_333, True)


@pytest.mark.integration
def test_the_music_is_no_prompt(prompts: Path) -> None:
    music = read(Settings.from_environment().music / "calm.wav")
    assert Ears.of(prompts, LANGUAGES).hear(telephoned(music)) == []
