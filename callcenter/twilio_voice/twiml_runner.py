"""Runs flows for calls at Twilio: one request in, one TwiML document out.

    arrive --Gather--> answer --Gather--> ... --Enqueue--> wait, wait, ... --> served

Nothing waits here between two requests: the dialogue rests in a store. A request that is
refused, or that fails, changes nothing there, and the same question still stands.
"""

import re
from collections.abc import Callable
from typing import Final, assert_never

import msgspec

from callcenter.twilio_voice.contacts import BadRequest, Call, Contacts
from callcenter.twilio_voice.document import MOST_DIGITS, Addresses, Document
from callcenter.twilio_voice.entry import Entry
from callcenter.twilio_voice.store import Asks, Held, Store
from callcenter.twilio_voice.turn import Turn
from ivr_flows.inputs import Digit, NoDigit

_KEY: Final = re.compile(r"[0-9*#]?")
_KEYS: Final = re.compile(rf"[0-9*]{{0,{MOST_DIGITS}}}")


class TwimlRunner:
    """Every call of one entry point."""

    def __init__(
        self, entry: Entry, addresses: Addresses, store: Store, clock_ms: Callable[[], int]
    ) -> None:
        """Take what is needed.

        Args:
            clock_ms: Unix milliseconds, of a clock that does not go back.
        """
        self._entry = entry
        self._addresses = addresses
        self._store = store
        self._clock_ms = clock_ms

    def arrive(self, call: Call, contacts: Contacts) -> str:
        """The first document of a call."""
        turn = self._turn(call, contacts, None)
        turn.begin()
        return self._document(call, turn)

    def answer(self, call: Call, contacts: Contacts, digits: str) -> str:
        """The document that follows a `<Gather>`.

        Args:
            digits: What Twilio sends as `Digits`; empty after silence.

        Raises:
            BadRequest: There is no such dialogue, it asks for nothing, or `digits` cannot
                be an answer to it. The question stands.
        """
        held = self._held(call)
        turn = self._turn(call, contacts, held)
        match held.asks:
            case Asks.NOTHING:
                raise BadRequest("this call is asked for nothing")
            case Asks.KEY:
                _check(_KEY, digits)
                turn.go_on(Digit(digits) if digits else NoDigit())
            case Asks.NUMBER:
                _check(_KEYS, digits)
                turn.typed(digits)
            case _:
                assert_never(held.asks)
        return self._document(call, turn)

    def wait(self, call: Call, contacts: Contacts, digits: str = "") -> str:
        """The document for a caller in line.

        Args:
            digits: The key that was pressed while waiting; empty: none.

        Raises:
            BadRequest: There is no such dialogue, the caller is in no line, or `digits` is
                no key.
        """
        held = self._held(call)
        if not held.line:
            raise BadRequest("this caller is not in line")
        _check(_KEY, digits)
        turn = self._turn(call, contacts, held)
        turn.wait(digits)
        return self._document(call, turn)

    def transfer_ended(self, call: Call, contacts: Contacts, *, connected: bool) -> str:
        """The document after a transfer: over, or into line if nobody answered there.

        Raises:
            BadRequest: There is no such dialogue.
        """
        turn = self._turn(call, contacts, self._held(call))
        if connected:
            turn.hang_up()
        else:
            turn.into_line()
        return self._document(call, turn)

    def served(self, call: Call, contacts: Contacts) -> str:
        """The document for a caller who has left the line, and whose nurse has hung up.

        Raises:
            BadRequest: There is no such dialogue.
        """
        turn = self._turn(call, contacts, self._held(call))
        turn.served()
        return self._document(call, turn)

    def over(self, call: Call) -> None:
        """The call has ended: nothing of it is kept."""
        self._store.drop(call.sid)

    def _held(self, call: Call) -> Held:
        data = self._store.load(call.sid)
        if data is None:
            raise BadRequest("this call has no dialogue")
        return msgspec.json.decode(data, type=Held)

    def _turn(self, call: Call, contacts: Contacts, held: Held | None) -> Turn:
        return Turn(
            self._entry,
            Document(self._addresses),
            call=call,
            contacts=contacts,
            clock_ms=self._clock_ms,
            held=held,
        )

    def _document(self, call: Call, turn: Turn) -> str:
        self._store.save(call.sid, msgspec.json.encode(turn.held))
        return turn.document.text()


def _check(wanted: re.Pattern[str], digits: str) -> None:
    """The sentence quotes nothing: what is typed may be a number.

    Raises:
        BadRequest: This is not what a telephone's keys can have sent.
    """
    if not wanted.fullmatch(digits):
        raise BadRequest("Digits: this is no answer to what was asked")
