"""Speech: the sounds that a flow's speech is, by their addresses."""

from collections.abc import Callable
from typing import assert_never

from callcenter.twilio_voice.document import Addresses
from ivr_flows import verbs
from ivr_flows.numbers import spoken_digits
from ivr_flows.prompts import sound_id
from ivr_flows.verbs import Whose


def sounds_of(
    speech: verbs.Speech, addresses: Addresses, number: Callable[[Whose], str]
) -> list[str]:
    """The addresses of what is played for `speech`, in order.

    Args:
        number: The number that is meant, as E.164; empty: there is none, and it is not spoken.
    """
    match speech:
        case verbs.Say(prompt=prompt, language=language, arguments=arguments):
            return [addresses.sound(language, sound_id(prompt, arguments))]
        case verbs.Play(sound=sound):
            return [addresses.message(sound)]
        case verbs.SayNumber(whose=whose, language=language):
            return [
                addresses.sound(language, sound_id(prompt, arguments))
                for prompt, arguments in spoken_digits(number(whose))
            ]
        case _:
            assert_never(speech)
