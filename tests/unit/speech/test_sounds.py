"""Sounds: the right file, and what is played instead of one that is not there."""

from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY

from callcenter.settings import Settings
from callcenter.speech.manifest import Entry, write_manifest
from callcenter.speech.sounds import LONGEST_S, Sounds


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    put(settings.prompts, "sv/welcome", "sv/place.3", "fi/welcome")
    return settings


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def lengths(settings: Settings, **seconds: float) -> None:
    entries = {
        name.replace("_", "/"): Entry(
            hash="", text_hash="", stand_in=False, recorded=False, seconds=length
        )
        for name, length in seconds.items()
    }
    write_manifest(settings.prompts, entries)


def counted(language: str, why: str) -> float:
    labels = {"language": language, "why": why}
    return REGISTRY.get_sample_value("callcenter_prompt_fallbacks_total", labels) or 0.0


def test_a_sound_that_is_there_is_found_and_nothing_is_counted(settings: Settings) -> None:
    before = counted("fi", "swedish")

    assert Sounds(settings).find("fi", "welcome") == settings.prompts / "fi" / "welcome"
    assert counted("fi", "swedish") == before


def test_a_missing_sound_is_replaced_by_the_swedish_one_counted_each_time_and_logged_once(
    settings: Settings,
) -> None:
    sounds = Sounds(settings)
    before = counted("so", "swedish")

    with structlog.testing.capture_logs() as logged:
        for _ in range(3):
            assert sounds.find("so", "place.3") == settings.prompts / "sv" / "place.3"

    assert counted("so", "swedish") == before + 3
    assert [(line["file"], line["language"]) for line in logged] == [("place", "so")]


def test_a_sound_that_is_nowhere_is_silence(settings: Settings) -> None:
    sounds = Sounds(settings)
    before = counted("so", "silence"), counted("sv", "silence")

    assert sounds.find("so", "in-line") is None
    assert sounds.find("sv", "in-line") is None
    assert (counted("so", "silence"), counted("sv", "silence")) == (before[0] + 1, before[1] + 1)


def test_it_comes_back_as_soon_as_it_is_rendered(settings: Settings) -> None:
    sounds = Sounds(settings)
    assert sounds.find("ar", "welcome") == settings.prompts / "sv" / "welcome"
    put(settings.prompts, "ar/welcome")
    assert sounds.find("ar", "welcome") == settings.prompts / "ar" / "welcome"


def test_the_length_is_that_of_what_is_played(settings: Settings) -> None:
    lengths(settings, sv_welcome=2.5, fi_welcome=3.5, so_welcome=9.0)
    sounds = Sounds(settings)

    assert sounds.seconds("fi", "welcome") == 3.5
    assert sounds.seconds("so", "welcome") == 2.5  # its own file is gone
    assert sounds.seconds("sv", "place.3") == LONGEST_S  # of unknown length


def test_lengths_are_read_anew_when_prompts_were_rendered_meanwhile(settings: Settings) -> None:
    sounds = Sounds(settings)
    assert sounds.seconds("sv", "welcome") == LONGEST_S
    lengths(settings, sv_welcome=2.5)
    assert sounds.seconds("sv", "welcome") == 2.5
    lengths(settings, sv_welcome=4.5)
    assert sounds.seconds("sv", "welcome") == 4.5


def test_a_message_is_found_below_its_own_folder_and_nowhere_else(settings: Settings) -> None:
    put(settings.home / "messages", "m-1791/ar")
    put(settings.home, "secret/ar")
    sounds = Sounds(settings)

    assert sounds.message("m-1791/ar") == settings.home / "messages" / "m-1791" / "ar"
    for odd in (
        "../secret/ar",
        "m-1791/../../secret/ar",
        "/etc/passwd",
        "m-1791",
        "",
        "m-1791/a&b",
    ):
        assert sounds.message(odd) is None


def test_a_message_whose_file_is_gone_is_counted(settings: Settings) -> None:
    before = counted("ar", "silence")
    assert Sounds(settings).message("m-2/ar") is None
    assert counted("ar", "silence") == before + 1


@pytest.mark.parametrize("language", ["swl", "zh-Hant", "pt-BR"])
def test_a_message_is_found_in_every_language_that_a_site_can_have(
    settings: Settings, language: str
) -> None:
    put(settings.home / "messages", f"m-1/{language}")
    assert Sounds(settings).message(f"m-1/{language}") is not None
