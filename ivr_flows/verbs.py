"""Verbs: what a flow asks a telephone to do, as data.

A flow returns lists of these; a runner carries them out in order. Nothing here knows
Asterisk or TwiML: that is the runner's business.
"""

import msgspec

ANY_KEY = "0123456789*#"


class Say(msgspec.Struct, frozen=True, kw_only=True, tag="say"):
    """Play one prompt to its end, or until one of the keys is pressed.

    Attributes:
        prompt: Id of a message in the catalog.
        language: Language code of the catalog in which it is spoken.
        interruptible: The keys that end it; empty means that it is always heard out.
            The key that ended it answers the next `Gather`, and the interruptible
            prompts before that `Gather` are skipped.
    """

    prompt: str
    language: str
    interruptible: str = ""


class Gather(msgspec.Struct, frozen=True, kw_only=True, tag="gather"):
    """Wait for one key. Always the last verb of a list.

    Attributes:
        digits: The keys that mean something here. Any other key is reported all the
            same (as `Digit`): the flow says that it is wrong.
        timeout_ms: How long silence lasts before it is reported as `NoDigit`.
    """

    digits: str
    timeout_ms: int


class SetLanguage(msgspec.Struct, frozen=True, kw_only=True, tag="set_language"):
    """From here on the caller is spoken to in `language`."""

    language: str


class Enqueue(msgspec.Struct, frozen=True, kw_only=True, tag="enqueue"):
    """Give the caller a place in the line for `language`, now.

    What follows in the list is heard by someone who already stands in line.
    """

    language: str


class Hangup(msgspec.Struct, frozen=True, kw_only=True, tag="hangup"):
    """End the call."""


Verb = Say | Gather | SetLanguage | Enqueue | Hangup
