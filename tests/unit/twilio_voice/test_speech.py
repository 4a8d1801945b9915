"""Speech as addresses."""

from callcenter.twilio_voice.speech import sounds_of
from ivr_flows.verbs import Play, Say, SayNumber, Speech, Whose
from tests.unit.twilio_voice.fake_twilio import ADDRESSES, BASE

NUMBERS = {Whose.CALLER: "+46701740605", Whose.TYPED: "", Whose.RELAY: "+4790"}


def names(speech: Speech) -> list[str]:
    return [
        address.removeprefix(f"{BASE}/")
        for address in sounds_of(speech, ADDRESSES, NUMBERS.__getitem__)
    ]


def test_a_prompt_is_the_file_of_its_values() -> None:
    say = Say(prompt="wait-range", language="ar", arguments=(5, 10))
    assert names(say) == ["ar/wait-range.5-10.wav"]


def test_a_message_is_in_its_own_folder() -> None:
    assert names(Play(sound="m-1/sv")) == ["messages/m-1/sv.wav"]


def test_a_swedish_number_is_read_as_it_is_dialled_and_another_with_its_plus() -> None:
    own = names(SayNumber(whose=Whose.CALLER, language="fi"))
    assert own == [f"fi/digit.{digit}.wav" for digit in "0701740605"]
    other = names(SayNumber(whose=Whose.RELAY, language="sv"))
    assert other == ["sv/digit-plus.wav", *(f"sv/digit.{digit}.wav" for digit in "4790")]


def test_a_number_that_is_not_there_is_not_spoken() -> None:
    assert names(SayNumber(whose=Whose.TYPED, language="sv")) == []
