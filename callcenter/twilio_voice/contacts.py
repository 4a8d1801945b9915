"""Contacts: what a flow does to a caller's contact, as a port. An adapter tells the journal."""

import re
from typing import Final, Protocol

import msgspec

from ivr_flows.facts import Facts, Wait
from ivr_flows.numbers import usable

# Twilio's id of a call: CA and 32 hexadecimal digits.
_CALL_SID: Final = re.compile(r"CA[0-9a-fA-F]{32}")


class BadRequest(ValueError):
    """What came in is not what Twilio sends. The text quotes nothing of it."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Whose document is asked for: taken from one request, never kept.

    Attributes:
        sid: Twilio's id of the call.
        number: The caller's number as E.164; empty if it was withheld.
    """

    sid: str
    number: str = ""

    def __repr__(self) -> str:
        return "Call"  # whose it is belongs in no message

    @classmethod
    def read(cls, sid: str, number: str) -> "Call":
        """A call from the `CallSid` and `From` of a request.

        Whatever is no number that we may ring (`anonymous`, a SIP address, a premium number)
        counts as withheld.

        Raises:
            BadRequest: `sid` is no id of a call.
        """
        if not _CALL_SID.fullmatch(sid):
            raise BadRequest("this is no CallSid")
        return cls(sid=sid, number=usable(number) or "")


class Contacts(Protocol):
    """One caller's contact. What a method has returned from is durable.

    Raises what the adapter raises if it cannot be: the document is then not made, and Twilio
    asks the fall-back address instead.
    """

    def look(self) -> Facts:
        """How things stand; the runner itself adds `caller`, `visit`, `key` and `told`."""
        ...

    def queued(self, language: str) -> None:
        """The caller stands in the line for `language`."""
        ...

    def classed(self, priority_class: str) -> None:
        """The caller's own key has changed the class."""
        ...

    def needs(self, wanted: str) -> None:
        """The caller is to be served with an interpreter, and wants this language."""
        ...

    def keep(self, number: str) -> bool:
        """Keep the place, to be rung back at `number` (E.164); whether it is kept for good."""
        ...

    def told(self, wait: Wait) -> None:
        """The wait is being told, as the last `look` had it."""
        ...

    def consent(self, about: str, given: bool) -> None:
        """The caller has agreed to something, or not."""
        ...

    def score(self, question: str, score: int) -> None:
        """The caller has answered a question of the survey."""
        ...

    def transferred(self, target: str) -> None:
        """The caller is being connected to a number that the entry point names."""
        ...
