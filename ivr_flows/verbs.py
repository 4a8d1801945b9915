"""Verbs: what a flow asks a telephone to do, as data.

A flow returns lists of these; a runner carries them out in order. Nothing here knows
Asterisk or TwiML: that is the runner's business. Four verbs ask for an answer, and each is
always the last of its list: `Gather`, `GatherNumber`, `Look`, `KeepPlace`.

No verb ever holds a caller's number: the runner keeps numbers, a flow only says whose.
"""

from enum import StrEnum

import msgspec

ANY_KEY = "0123456789*#"


class Whose(StrEnum):
    """Which number is meant."""

    CALLER = "caller"  # the one that the carrier told us
    TYPED = "typed"  # the one that the caller has typed
    RELAY = "relay"  # the site's number for text telephones; no personal data


class Say(msgspec.Struct, frozen=True, kw_only=True, tag="say"):
    """Play one prompt to its end, or until a key is pressed.

    Attributes:
        prompt: Id of a message in the catalog.
        language: Language code of the catalog in which it is spoken.
        arguments: Values of the prompt's parameters, in the catalog's order.
        interruptible: A key ends it, and answers the next `Gather`; the interruptible speech
            before that `Gather` is skipped. Else it is always heard out.
    """

    prompt: str
    language: str
    arguments: tuple[int, ...] = ()
    interruptible: bool = False


class Play(msgspec.Struct, frozen=True, kw_only=True, tag="play"):
    """Play a sound that is in no catalog: a supervisor's message.

    Attributes:
        sound: Its name below the messages' folder, such as `m-1791-0/ar`.
        interruptible: As in `Say`.
    """

    sound: str
    interruptible: bool = False


class SayNumber(msgspec.Struct, frozen=True, kw_only=True, tag="say_number"):
    """Speak a telephone number, digit by digit. A number that is not there is not spoken."""

    whose: Whose
    language: str
    interruptible: bool = False


Speech = Say | Play | SayNumber


class Gather(msgspec.Struct, frozen=True, kw_only=True, tag="gather"):
    """Wait for one key; answered by `Digit` or `NoDigit`.

    Attributes:
        digits: The keys that mean something here. Any other key is reported all the
            same (as `Digit`): the flow says that it is wrong.
        timeout_ms: How long silence lasts before it is reported as `NoDigit`.
    """

    digits: str
    timeout_ms: int


class GatherNumber(msgspec.Struct, frozen=True, kw_only=True, tag="gather_number"):
    """Let the caller type a telephone number, ended by # or a pause.

    Answered by `Typed` or `NoDigit`. The runner keeps the number.

    Attributes:
        timeout_ms: The pause that ends it.
    """

    timeout_ms: int


class Look(msgspec.Struct, frozen=True, kw_only=True, tag="look"):
    """Say how things stand by now; answered by `Seen`."""


class SetLanguage(msgspec.Struct, frozen=True, kw_only=True, tag="set_language"):
    """From here on the caller is spoken to in `language`."""

    language: str


class SetClass(msgspec.Struct, frozen=True, kw_only=True, tag="set_class"):
    """The caller's own key has changed the priority class, and so the deadline."""

    priority_class: str


class NeedInterpreter(msgspec.Struct, frozen=True, kw_only=True, tag="need_interpreter"):
    """The caller is to be served with an interpreter from the start; before `Enqueue` only.

    Attributes:
        wanted: BCP 47: `swl` is Swedish Sign Language, `und` a language not yet known.
    """

    wanted: str


class Enqueue(msgspec.Struct, frozen=True, kw_only=True, tag="enqueue"):
    """Give the caller a place in the line for `language`, now."""

    language: str


class Told(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """The wait has been told, as the last `Seen` had it; follows the speech that told it."""


class KeepPlace(msgspec.Struct, frozen=True, kw_only=True, tag="keep_place"):
    """Keep the caller's place and take her out of the line, to be rung back at this number.

    Answered by `Kept`, and only when it is durable (or has failed).
    """

    whose: Whose


class RecordConsent(msgspec.Struct, frozen=True, kw_only=True, tag="record_consent"):
    """The caller has agreed, or not, to something: `survey` or `recording`."""

    about: str
    given: bool


class Score(msgspec.Struct, frozen=True, kw_only=True, tag="score"):
    """The caller has answered a question of the survey; 1 is the least."""

    question: str
    score: int


class Later(msgspec.Struct, frozen=True, kw_only=True, tag="later"):
    """A caller in line is not to be spoken to again before so many seconds have gone by."""

    seconds: int


class Transfer(msgspec.Struct, frozen=True, kw_only=True, tag="transfer"):
    """Connect the caller to a number that the entry point names; always the last verb of all.

    If nobody answers there, the caller is given a place in line.
    """

    target: str


class Hangup(msgspec.Struct, frozen=True, kw_only=True, tag="hangup"):
    """End the call."""


Verb = (
    Say
    | Play
    | SayNumber
    | Gather
    | GatherNumber
    | Look
    | SetLanguage
    | SetClass
    | NeedInterpreter
    | Enqueue
    | Told
    | KeepPlace
    | RecordConsent
    | Score
    | Later
    | Transfer
    | Hangup
)
