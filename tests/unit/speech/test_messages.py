"""Messages: what may be spoken, and that nothing is left of what was not kept."""

import os
import time
from pathlib import Path

import pytest

from callcenter.settings import Settings
from callcenter.speech.level import measure
from callcenter.speech.messages import Draft, check_text, check_voice
from callcenter.speech.sounds import Sounds, messages
from callcenter.speech.studio import SpeechError, Studio

NOW = 1_790_000_000_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "programs").symlink_to(Settings.from_environment().programs)
    return Settings(home=tmp_path)


def left(settings: Settings) -> list[str]:
    return sorted(path.name for path in messages(settings).iterdir())


def test_a_text_is_one_line_without_needless_space() -> None:
    assert check_text("  Ring   08-123 45 67 ") == "Ring 08-123 45 67"
    assert check_text("سنتصل بك لاحقًا.") == "سنتصل بك لاحقًا."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("two\nlines", "printable"),
        ("bell \x07", "printable"),
        ("turned \u202e round", "printable"),
        ("å" * 601, "601 characters"),
        ("", "nothing that can be spoken"),
        (" ... !", "nothing that can be spoken"),
        ("[[h@l'oU]] Anna", "brackets"),
    ],
)
def test_what_cannot_be_spoken_is_refused_without_being_quoted(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        check_text(text)
    assert "Anna" not in str(caught.value)


def test_a_text_of_the_full_length_is_taken() -> None:
    assert len(check_text("å" * 600)) == 600


def test_nobody_speaks_somali() -> None:
    check_voice("sv")
    with pytest.raises(ValueError, match=r"speaks so: record the message by phone"):
        check_voice("so")


@pytest.mark.integration
def test_a_kept_text_is_a_sound_as_loud_as_a_prompt(settings: Settings) -> None:
    with Draft(settings, "sv") as draft:
        draft.speak("Vårdcentralen i Solna är stängd i dag.")
        heard, seconds = draft.finish()
        assert heard.with_name("sv.wav").is_file()
        name, sound = draft.keep(NOW)

    path = Sounds(settings).message(sound)
    assert path is not None
    assert path == messages(settings) / name / "sv"
    assert measure(path.with_name("sv.wav")) == pytest.approx((seconds, -20), abs=1)
    assert left(settings) == [name]
    assert sorted(file.name for file in path.parent.iterdir()) == ["sv.sln16", "sv.wav"]
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.integration
def test_nothing_is_left_of_a_draft_that_was_not_kept(settings: Settings) -> None:
    with Draft(settings, "sv") as draft:
        draft.speak("Nej.")
        draft.finish()

    assert left(settings) == []


@pytest.mark.integration
def test_two_messages_of_one_second_have_two_names(settings: Settings) -> None:
    names = []
    for _ in range(3):
        with Draft(settings, "sv") as draft:
            draft.speak("Hej på dig.")
            draft.finish()
            names.append(draft.keep(NOW)[0])

    assert len(set(names)) == 3
    assert left(settings) == sorted(names)


@pytest.mark.integration
def test_a_recording_without_a_voice_in_it_is_refused(settings: Settings) -> None:
    with Draft(settings, "so") as draft:
        form = ["-n", "-r", "8000", "-c", "1", "-b", "16"]
        Studio(settings).sox(*form, str(draft.raw), "trim", "0", "2")
        with pytest.raises(SpeechError, match="nothing to hear"):
            draft.finish()


@pytest.mark.integration
def test_the_tone_and_the_recording_do_not_get_in_each_others_way(settings: Settings) -> None:
    with Draft(settings, "so") as draft:
        tone = draft.tone()
        form = ["-n", "-r", "8000", "-c", "1", "-b", "16"]
        Studio(settings).sox(*form, str(draft.raw), "synth", "2", "sine", "500")
        _, seconds = draft.finish()

        assert seconds == pytest.approx(2.2, abs=0.1)
        assert measure(tone.with_name("tone.wav"))[0] < 1


@pytest.mark.integration
def test_messages_that_nobody_can_hear_any_more_are_removed(settings: Settings) -> None:
    for name, days in (("m-old", 9), ("m-new", 6), (".draft-left", 9)):
        folder = messages(settings) / name
        folder.mkdir(parents=True)
        (folder / "sv.wav").touch()
        at = time.time() - days * 86_400
        os.utime(folder, (at, at))

    with Draft(settings, "sv"):
        pass

    assert left(settings) == ["m-new"]


@pytest.mark.integration
def test_what_somebody_else_has_put_there_stays_and_hinders_no_message(settings: Settings) -> None:
    kept = messages(settings)
    kept.mkdir(parents=True)
    (kept / "README").touch()
    (kept / "m-file").touch()
    (kept / "m-link").symlink_to(settings.home)
    at = time.time() - 9 * 86_400
    for name in ("README", "m-file", "m-link"):
        os.utime(kept / name, (at, at), follow_symlinks=False)

    with Draft(settings, "sv"):
        pass

    assert left(settings) == ["README", "m-file", "m-link"]
