"""Speech becomes the files that Asterisk plays."""

import wave
from pathlib import Path

from callcenter.asterisk.ivr_speech import Numbers, spoken
from ivr_flows.verbs import Play, Say, SayNumber, Whose
from tests.unit.asterisk.scripted_view import ScriptedSounds

OWN = frozenset({"+46771117700"})


def test_speech_is_files_in_its_order_and_lasts_as_long_as_they_do() -> None:
    found = spoken(
        [
            Say(prompt="wait-range", language="fi", arguments=(5, 10)),
            Say(prompt="in-line", language="so"),
            Play(sound="m-1/ar"),
        ],
        ScriptedSounds(lengths={"fi/wait-range.5-10": 3.5}),
        Numbers(),
    )
    assert found.paths == ["/prompts/fi/wait-range.5-10", "/prompts/so/in-line", "/messages/m-1/ar"]
    assert found.seconds == 3.5 + 1.0 + 60.0


def test_a_supervisor_s_message_lasts_as_long_as_its_sound(tmp_path: Path) -> None:
    """Longer than a minute: the timer of silence would end it in the middle, each time."""
    with wave.open(str(tmp_path / "sv.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * 8000 * 90))
    (tmp_path / "ar.wav").write_bytes(b"no sound")

    class Messages(ScriptedSounds):
        def message(self, sound: str) -> Path:
            return tmp_path / sound

    assert spoken([Play(sound="sv")], Messages(), Numbers()).seconds == 90.0
    assert spoken([Play(sound="ar")], Messages(), Numbers()).seconds == 60.0


def test_what_is_not_there_takes_no_time() -> None:
    found = spoken(
        [Say(prompt="in-line", language="so"), Play(sound="m-1/ar")],
        ScriptedSounds(missing=("so/in-line", "m-1/ar")),
        Numbers(),
    )
    assert (found.paths, found.seconds) == ([], 0.0)


def test_a_number_is_read_digit_by_digit_and_one_that_is_not_there_not_at_all() -> None:
    numbers = Numbers(caller="+46701740605", relay="020600600")

    def read(whose: Whose) -> str:
        found = spoken([SayNumber(whose=whose, language="sv")], ScriptedSounds(), numbers)
        return "".join(path.rpartition(".")[2] for path in found.paths)

    assert [read(whose) for whose in Whose] == ["0701740605", "", "020600600"]


def test_only_a_typed_number_that_we_may_ring_is_kept() -> None:
    numbers = Numbers(own=OWN)
    assert numbers.take("0701740699")
    assert numbers.of(Whose.TYPED) == "+46701740699"
    for keys in ("112", "0771117700", "#", "07*1"):
        assert not numbers.take(keys)
        assert numbers.of(Whose.TYPED) == ""
