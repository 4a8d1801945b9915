"""Rendering with the real espeak-ng and sox: what callers hear, measured."""

import json
import shutil
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from callcenter.provision.programs import MissingProgram, find
from callcenter.settings import Settings
from callcenter.speech import render as module
from callcenter.speech.jobs import missing
from callcenter.speech.level import measure
from callcenter.speech.manifest import read_manifest
from callcenter.speech.render import render
from callcenter.speech.studio import SpeechError, Studio
from callcenter.speech.voices import VOICES
from ivr_flows.prompts import load_catalog

pytestmark = pytest.mark.integration


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Everything rendered once; tests that change something take `settings`, a copy."""
    home = tmp_path_factory.mktemp("home")
    (home / "programs").symlink_to(Settings.from_environment().programs)
    settings = Settings(home=home)
    try:
        find("espeak-ng", settings)
        find("sox", settings)
    except MissingProgram as error:
        pytest.fail(str(error))  # never skipped: a prompt that is not made is not heard
    render(settings, lambda _line: None)
    return settings


@pytest.fixture
def settings(rendered: Settings, tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(rendered.home, home, symlinks=True)
    return Settings(home=home)


@pytest.fixture
def lines() -> list[str]:
    return []


def sounds(settings: Settings) -> list[Path]:
    catalog = load_catalog()
    return [
        settings.prompts / language / f"{prompt}.wav"
        for language in catalog.languages
        for prompt in catalog.prompts(language)
    ]


def test_every_prompt_is_there_as_8_khz_mono_16_bit_and_as_16_khz_raw(rendered: Settings) -> None:
    assert missing(rendered) == []
    for path in sounds(rendered):
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            seconds = file.getnframes() / 8000
        assert form == (8000, 1, 2)
        wide = path.with_suffix(".sln16").stat().st_size / 2 / 16000
        assert wide == pytest.approx(seconds, abs=0.01)


def test_all_prompts_are_equally_loud(rendered: Settings) -> None:
    levels = {path.stem: measure(path)[1] for path in sounds(rendered)}

    assert {name: level for name, level in levels.items() if abs(level + 20) > 1} == {}


def test_no_prompt_is_cut_off_or_padded_with_silence(rendered: Settings) -> None:
    catalog = load_catalog()
    entries = read_manifest(rendered.prompts)
    for language in VOICES:
        for prompt in catalog.prompts(language):
            letters = sum(character.isalpha() for character in catalog.text(language, prompt))
            speed = letters / entries[f"{language}/{prompt}"].seconds
            assert 6 < speed < 22, (language, prompt)


def test_the_notices_are_short_and_the_menu_ends_within_25_seconds(rendered: Settings) -> None:
    seconds = {key: entry.seconds for key, entry in read_manifest(rendered.prompts).items()}
    notices = seconds["sv/welcome"] + seconds["sv/emergency"] + seconds["en/emergency"]
    menu = sum(seconds[f"{language}/menu-choice"] for language in ("sv", "fi", "en", "ar", "so"))

    assert seconds["sv/welcome"] + seconds["sv/emergency"] <= 8
    assert notices <= 10
    assert notices + menu <= 25


def test_somali_and_nothing_else_is_marked_as_standing_in(rendered: Settings) -> None:
    manifest = json.loads((rendered.prompts / "manifest.json").read_text())

    stand_ins = {key for key, entry in manifest.items() if entry["stand_in"]}
    assert stand_ins == {f"so/{prompt}" for prompt in load_catalog().prompts("so")}


def test_a_stand_in_begins_with_three_tones_and_goes_on_in_english(rendered: Settings) -> None:
    entries = read_manifest(rendered.prompts)

    tones = entries["so/emergency"].seconds - entries["en/emergency"].seconds
    assert 0.4 < tones < 0.8


def test_the_music_is_about_a_minute_and_softer_than_speech(rendered: Settings) -> None:
    seconds, level = measure(rendered.music / "calm.wav")

    assert 55 < seconds < 70
    assert -25 < level < -18


def test_the_music_never_falls_silent_and_never_jumps(rendered: Settings, tmp_path: Path) -> None:
    with wave.open(str(rendered.music / "calm.wav"), "rb") as file:
        levels = []
        for second in range(file.getnframes() // 8000):
            piece = tmp_path / "piece.wav"
            with wave.open(str(piece), "wb") as out:
                out.setparams((1, 2, 8000, 0, "NONE", ""))
                out.writeframes(file.readframes(8000))
            if 2 <= second < 58:
                levels.append(measure(piece)[1])

    assert min(levels) > -40
    assert max(abs(a - b) for a, b in pairwise(levels)) < 12


def test_nothing_is_rendered_twice(
    settings: Settings, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_studio(_settings: Settings) -> Studio:
        raise AssertionError("nothing is due")

    monkeypatch.setattr(module, "Studio", no_studio)
    render(settings, lines.append)

    assert lines == ["prompts ready; 11 are stand-ins that wait for a recording"]


def test_a_lost_file_and_an_unfinished_run_are_made_good(
    settings: Settings, lines: list[str]
) -> None:
    (settings.prompts / "sv" / "welcome.wav").unlink()
    (settings.music / "calm.sln16").unlink()
    (settings.prompts / ".work").mkdir()
    (settings.prompts / ".work" / "sv_welcome").mkdir()
    assert missing(settings) == ["sv/welcome"]

    render(settings, lines.append)

    assert lines[0] == "rendering 1 of 64 prompts and music"
    assert missing(settings) == []
    assert not (settings.prompts / ".work").exists()


def test_a_broken_manifest_only_costs_time(settings: Settings, lines: list[str]) -> None:
    (settings.prompts / "manifest.json").write_text('{"sv/wel')

    render(settings, lines.append)

    assert lines[0] == "rendering 64 of 64 prompts and music"


def test_a_recording_wins_and_its_removal_brings_the_stand_in_back(
    settings: Settings, lines: list[str]
) -> None:
    folder = settings.home / "recordings" / "so"
    folder.mkdir(parents=True)
    form = ["-n", "-r", "44100", "-c", "2", "-b", "24"]
    Studio(settings).sox(*form, str(folder / "in-line.wav"), "synth", "3", "sine", "500")

    render(settings, lines.append)
    entry = read_manifest(settings.prompts)["so/in-line"]
    assert (entry.stand_in, entry.recorded) == (False, True)
    assert measure(settings.prompts / "so" / "in-line.wav") == pytest.approx((3.2, -20), abs=1.5)

    (folder / "in-line.wav").unlink()
    render(settings, lines.append)
    assert read_manifest(settings.prompts)["so/in-line"].stand_in


def test_a_recording_that_cannot_be_used_is_named_and_the_rest_is_made(
    settings: Settings, lines: list[str]
) -> None:
    folder = settings.home / "recordings" / "fi"
    folder.mkdir(parents=True)
    (folder / "welcome.wav").write_bytes(b"this is no sound")
    before = (settings.prompts / "fi" / "welcome.wav").read_bytes()
    (settings.prompts / "sv" / "welcome.wav").unlink()

    with pytest.raises(SpeechError, match=r"fi/welcome: .*sox"):
        render(settings, lines.append)

    assert (settings.prompts / "fi" / "welcome.wav").read_bytes() == before
    assert missing(settings) == []


def test_a_silent_recording_is_refused(settings: Settings, lines: list[str]) -> None:
    folder = settings.home / "recordings" / "fi"
    folder.mkdir(parents=True)
    form = ["-n", "-r", "8000", "-c", "1", "-b", "16"]
    Studio(settings).sox(*form, str(folder / "welcome.wav"), "trim", "0", "2")

    with pytest.raises(SpeechError, match="fi/welcome: "):
        render(settings, lines.append)
