"""Document: one TwiML answer in the making.

Twilio takes keys only while a `<Gather>` runs. So speech that a key may cut short is held
back until it is known what follows: nested in the `<Gather>` if one does, else played.
A key during other speech, or between two documents, is lost: that is Twilio's rule.
"""

import math
from collections.abc import Iterable
from typing import Final

import msgspec
from twilio.twiml.voice_response import Dial, Enqueue, Gather, VoiceResponse

MOST_DIGITS: Final = 20  # 15 of E.164 behind 00, and some that are too many: none is cut short
_RING_S: Final = 30


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where Twilio finds what a document names. None holds anything of a caller.

    Attributes:
        sounds: `<sounds>/<language>/<sound id>.wav`. A number is read out digit by digit, so
            whoever serves these keeps no record of who fetched what in which order.
        answer: Is told the keys that end a `<Gather>`.
        wait: Is asked for a document whenever a caller in line has nothing more to hear.
        left: Is asked when a caller has left the line.
        transferred: Is told how a transfer has ended.
        music: A sound for the time between two visits; empty: silence.
        music_s: Its length in seconds.
    """

    sounds: str
    answer: str
    wait: str
    left: str
    transferred: str
    music: str = ""
    music_s: int = 0

    def sound(self, language: str, sound: str) -> str:
        """Where one sound of the catalog is."""
        return f"{self.sounds}/{language}/{sound}.wav"

    def message(self, sound: str) -> str:
        """Where a supervisor's message is."""
        return f"{self.sounds}/messages/{sound}.wav"


class Document:
    """Verbs in the order in which they are carried out; ended by `text`."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self._response = VoiceResponse()
        self._held: list[str] = []  # speech that a key may cut short

    def speak(self, sounds: Iterable[str], *, interruptible: bool) -> None:
        """Play sounds, by their addresses."""
        if interruptible:
            self._held += sounds
            return
        self._release()
        for sound in sounds:
            self._response.play(sound)

    def ask_key(self, timeout_ms: int) -> None:
        """Wait for one key; # and * are keys like any other."""
        self._gather(timeout_ms, num_digits=1, finish_on_key="")

    def ask_number(self, timeout_ms: int) -> None:
        """Wait for a number, ended by # or a pause."""
        self._gather(timeout_ms, num_digits=MOST_DIGITS, finish_on_key="#")

    def enqueue(self, queue: str) -> None:
        """The caller waits here; nothing after it would be heard before she leaves."""
        self._release()
        self._response.append(
            Enqueue(queue, action=self.addresses.left, wait_url=self.addresses.wait)
        )

    def rest(self, seconds: int) -> None:
        """In line, between two visits: music, and any key begins the next visit at once."""
        loops = seconds // self.addresses.music_s if self.addresses.music_s else 0
        if self.addresses.music and not loops:
            loops = 1
        gather = Gather(
            input="dtmf",
            num_digits=1,
            finish_on_key="",
            action_on_empty_result=True,
            action=self.addresses.wait,
            timeout=max(1, seconds - loops * self.addresses.music_s),
        )
        self._nest_held(gather)
        if loops:
            gather.play(self.addresses.music, loop=loops)
        self._response.append(gather)

    def dial(self, number: str) -> None:
        """Connect the caller to `number`."""
        self._release()
        dial = Dial(timeout=_RING_S, action=self.addresses.transferred)
        dial.number(number)
        self._response.append(dial)

    def hang_up(self) -> None:
        self._release()
        self._response.hangup()

    def text(self) -> str:
        """The whole document."""
        self._release()
        return str(self._response)

    def _gather(self, timeout_ms: int, *, num_digits: int, finish_on_key: str) -> None:
        gather = Gather(
            input="dtmf",
            num_digits=num_digits,
            finish_on_key=finish_on_key,
            action_on_empty_result=True,  # silence is an answer too
            action=self.addresses.answer,
            timeout=max(1, math.ceil(timeout_ms / 1000)),
        )
        self._nest_held(gather)
        self._response.append(gather)

    def _nest_held(self, gather: Gather) -> None:
        for sound in self._held:
            gather.play(sound)
        self._held.clear()

    def _release(self) -> None:
        for sound in self._held:
            self._response.play(sound)
        self._held.clear()
