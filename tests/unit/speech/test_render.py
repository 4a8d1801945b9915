"""Rendering with the real espeak-ng and sox: what callers hear, measured."""

import shutil
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from callcenter.provision.programs import MissingProgram, find
from callcenter.settings import Settings
from callcenter.speech import render as module
from callcenter.speech.jobs import missing, plan, recordings
from callcenter.speech.level import measure
from callcenter.speech.manifest import read_manifest
from callcenter.speech.render import render
from callcenter.speech.studio import SpeechError, Studio
from callcenter.speech.voices import VOICES
from ivr_flows.prompts import Catalog, load_catalog
from tests.unit.speech.small_catalog import small_catalog

pytestmark = pytest.mark.integration


def empty(home: Path) -> Settings:
    """An installation with the programs and nothing else."""
    home.mkdir(exist_ok=True)
    (home / "programs").symlink_to(Settings.from_environment().programs)
    settings = Settings(home=home)
    try:
        find("espeak-ng", settings)
        find("sox", settings)
    except MissingProgram as error:
        pytest.fail(str(error))  # never skipped: a prompt that is not made is not heard
    return settings


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Everything that we ship, rendered once; nobody changes it."""
    settings = empty(tmp_path_factory.mktemp("home"))
    render(settings, lambda _line: None)
    return settings


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Catalog]:
    """A few sounds; tests that change something take `settings`, a copy."""
    home = tmp_path_factory.mktemp("small")
    settings, catalog = empty(home), small_catalog(home / "catalog")
    render(settings, lambda _line: None, catalog)
    return settings, catalog


@pytest.fixture
def settings(small: tuple[Settings, Catalog], tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(small[0].home, home, symlinks=True)
    return Settings(home=home)


@pytest.fixture
def catalog(small: tuple[Settings, Catalog]) -> Catalog:
    return small[1]


@pytest.fixture
def lines() -> list[str]:
    return []


def sounds(settings: Settings) -> list[Path]:
    jobs = plan(settings, load_catalog())
    return [job.target.with_name(f"{job.target.name}.wav") for job in jobs]


def record(settings: Settings, sound: str, *effects: str) -> Path:
    """A recording as a studio might send it: stereo, 24 bit, 44.1 kHz."""
    path = recordings(settings) / f"{sound}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    form = ["-n", "-r", "44100", "-c", "2", "-b", "24"]
    Studio(settings).sox(*form, str(path), *effects)
    return path


@pytest.mark.timeout(600)
def test_every_prompt_is_there_as_8_khz_mono_16_bit_and_as_16_khz_raw(rendered: Settings) -> None:
    assert missing(rendered, load_catalog()) == []
    for path in sounds(rendered):
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            seconds = file.getnframes() / 8000
        assert form == (8000, 1, 2)
        wide = path.with_suffix(".sln16").stat().st_size / 2 / 16000
        assert wide == pytest.approx(seconds, abs=0.01)


def test_all_prompts_are_equally_loud(rendered: Settings) -> None:
    levels = {path: measure(path)[1] for path in sounds(rendered)}

    assert {path: level for path, level in levels.items() if abs(level + 20) > 1} == {}


def test_no_prompt_is_cut_off_or_padded_with_silence(rendered: Settings) -> None:
    entries = read_manifest(rendered.prompts)
    for job in plan(rendered, load_catalog()):
        letters = sum(character.isalpha() for character in job.text)
        if letters >= 15 and not job.stand_in:
            speed = letters / entries[job.key].seconds
            assert 6 < speed < 22, job.key
    assert all(0.3 < entry.seconds < 40 for key, entry in entries.items() if "music" not in key)


def test_the_notices_are_short_and_the_menu_ends_within_25_seconds(rendered: Settings) -> None:
    seconds = {key: entry.seconds for key, entry in read_manifest(rendered.prompts).items()}
    notices = seconds["sv/welcome"] + seconds["sv/emergency"] + seconds["en/emergency"]
    menu = sum(seconds[f"{language}/menu-choice"] for language in ("sv", "fi", "en", "ar", "so"))

    assert seconds["sv/welcome"] + seconds["sv/emergency"] <= 8
    assert notices <= 10
    assert notices + menu <= 25


def test_somali_and_nothing_else_is_marked_as_standing_in(rendered: Settings) -> None:
    stand_ins = {key for key, entry in read_manifest(rendered.prompts).items() if entry.stand_in}

    assert stand_ins == {f"so/{sound.id}" for sound in load_catalog().sounds("so")}
    assert "so" not in VOICES


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


def test_every_value_of_a_prompt_is_a_sound_of_its_own(
    small: tuple[Settings, Catalog],
) -> None:
    settings, catalog = small

    assert missing(settings, catalog) == []
    for digit in range(10):
        assert (settings.prompts / "sv" / f"digit.{digit}.sln16").is_file()
    spoken = {measure(settings.prompts / "sv" / f"digit.{digit}.wav") for digit in (1, 7)}
    assert len(spoken) == 2


def test_a_site_has_its_greeting_rendered_where_it_has_one(
    settings: Settings, catalog: Catalog, lines: list[str]
) -> None:
    greeted = catalog.with_texts({"sv": {"greeting-public": "Hej och välkommen hit."}})

    render(settings, lines.append, greeted)

    assert lines[0] == "rendering 1 of 35 sounds"
    assert (settings.prompts / "sv" / "greeting-public.wav").is_file()
    assert not (settings.prompts / "en" / "greeting-public.wav").exists()
    assert read_manifest(settings.prompts)["sv/greeting-public"].seconds > 1


def test_nothing_is_rendered_twice(
    settings: Settings, catalog: Catalog, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_studio(_settings: Settings) -> Studio:
        raise AssertionError("nothing is due")

    monkeypatch.setattr(module, "Studio", no_studio)
    render(settings, lines.append, catalog)

    assert lines == ["prompts ready; 11 are stand-ins that wait for a recording"]


def test_a_changed_text_is_rendered_anew_and_nothing_else(
    settings: Settings, lines: list[str]
) -> None:
    before = measure(settings.prompts / "sv" / "welcome.wav")[0]

    render(
        settings,
        lines.append,
        small_catalog(settings.home / "catalog", sv="Välkommen, och stanna kvar i luren."),
    )

    assert lines[0] == "rendering 1 of 34 sounds"
    assert measure(settings.prompts / "sv" / "welcome.wav")[0] > before + 0.5


def test_a_lost_file_and_an_unfinished_run_are_made_good(
    settings: Settings, catalog: Catalog, lines: list[str]
) -> None:
    (settings.prompts / "sv" / "welcome.wav").unlink()
    (settings.music / "calm.sln16").unlink()
    (settings.prompts / ".work").mkdir()
    (settings.prompts / ".work" / "sv_welcome").mkdir()
    assert missing(settings, catalog) == ["sv/welcome"]

    render(settings, lines.append, catalog)

    assert lines[0] == "rendering 1 of 34 sounds and music"
    assert missing(settings, catalog) == []
    assert not (settings.prompts / ".work").exists()


def test_a_broken_manifest_only_costs_time(
    settings: Settings, catalog: Catalog, lines: list[str]
) -> None:
    (settings.prompts / "manifest.json").write_text('{"sv/wel')

    render(settings, lines.append, catalog)

    assert lines[0] == "rendering 34 of 34 sounds and music"
    assert len(read_manifest(settings.prompts)) == 35


def test_a_recording_wins_and_its_removal_brings_the_stand_in_back(
    settings: Settings, catalog: Catalog, lines: list[str]
) -> None:
    recording = record(settings, "so/digit.3", "synth", "3", "sine", "500")

    render(settings, lines.append, catalog)
    entry = read_manifest(settings.prompts)["so/digit.3"]
    assert (entry.stand_in, entry.recorded) == (False, True)
    assert measure(settings.prompts / "so" / "digit.3.wav") == pytest.approx((3.2, -20), abs=1.5)

    recording.unlink()
    render(settings, lines.append, catalog)
    assert read_manifest(settings.prompts)["so/digit.3"].stand_in


def test_a_recording_keeps_the_text_of_its_day_when_it_is_levelled_anew(
    settings: Settings, catalog: Catalog, lines: list[str]
) -> None:
    record(settings, "so/welcome", "synth", "2", "sine", "500")
    render(settings, lines.append, catalog)
    first = read_manifest(settings.prompts)["so/welcome"]
    changed = small_catalog(settings.home / "catalog", so="Waa wax kale.")
    (settings.prompts / "so" / "welcome.wav").unlink()  # so that it is made anew

    render(settings, lines.append, changed)
    assert read_manifest(settings.prompts)["so/welcome"].text_hash == first.text_hash

    record(settings, "so/welcome", "synth", "2", "sine", "600")
    render(settings, lines.append, changed)
    assert read_manifest(settings.prompts)["so/welcome"].text_hash != first.text_hash


def test_a_recording_that_cannot_be_used_is_named_and_the_rest_is_made(
    settings: Settings, catalog: Catalog, lines: list[str]
) -> None:
    folder = recordings(settings) / "en"
    folder.mkdir(parents=True)
    (folder / "welcome.wav").write_bytes(b"this is no sound")
    before = (settings.prompts / "en" / "welcome.wav").read_bytes()
    (settings.prompts / "sv" / "welcome.wav").unlink()

    with pytest.raises(SpeechError, match=r"en/welcome: .*sox"):
        render(settings, lines.append, catalog)

    assert (settings.prompts / "en" / "welcome.wav").read_bytes() == before
    assert missing(settings, catalog) == []


def test_a_silent_recording_is_refused(
    settings: Settings, catalog: Catalog, lines: list[str]
) -> None:
    record(settings, "en/welcome", "trim", "0", "2")

    with pytest.raises(SpeechError, match="en/welcome: "):
        render(settings, lines.append, catalog)
