"""Callers' words: what a caller has told the IVR, as journal events. It decides nothing.

The IVR says it by `UserEvent`s on the caller's channel. A header of another form than ours is
refused as a whole, and no caller is lost by it: she hears that it did not work, or nothing.
"""

import re
from typing import Final

from callcenter.acd.events import (
    AnyEvent,
    CallStays,
    CallTransferred,
    ConsentGiven,
    ContactClassed,
    NeedSaid,
    PlaceKept,
    SurveyScored,
    WaitTold,
)
from callcenter.acd.ids import ContactId
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.channels import Channel, entry, tag, word
from callcenter.asterisk.numbers import Numbers

_BY_HERSELF: Final = "caller"
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{5,14}")  # E.164
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_PROMPT: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
_SCORE: Final = re.compile(r"[1-9]")
_CONSENTS: Final = ("survey", "recording")
_GIVEN: Final = {"yes": True, "no": False}
# Of these the kind alone says which key a caller has pressed, and some of it is about her health.
_BY_KEY: Final = (ContactClassed, NeedSaid, ConsentGiven)


def tells_a_key(event: AnyEvent) -> bool:
    """Whether a log line may not name the contact and the kind of `event` together."""
    return isinstance(event, _BY_KEY)


class CallersWords:
    """One node's; typed numbers are sealed by `numbers` before anybody else has them."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def event(self, event: Event, channel: Channel, contact: ContactId) -> AnyEvent | None:
        """What this `UserEvent` means for the journal; `None`: nothing, or it is malformed."""
        match event.get("UserEvent"):
            case "CcClassed":
                return _classed(event, contact)
            case "CcNeed":
                wanted = tag(event.get("CcWanted"))
                return None if wanted is None else NeedSaid(contact=contact, wanted=wanted)
            case "CcWaitTold":
                return _told(event, contact)
            case "CcKeep":
                return self._kept(event, contact)
            case "CcStays":
                return CallStays(contact=contact)
            case "CcTransferring":
                # She is led there whatever its name is: the fold must know.
                target = word(event.get("CcTarget")) or "unknown"
                return CallTransferred(contact=contact, target=target)
            case "CcConsent":
                about, given = event.get("CcAbout"), _GIVEN.get(event.get("CcGiven"))
                if about not in _CONSENTS or given is None:
                    return None
                whose = None if about == "survey" else contact
                return ConsentGiven(contact=whose, about=about, given=given)
            case "CcScore":
                return _scored(event, channel)
        return None

    def _kept(self, event: Event, contact: ContactId) -> PlaceKept | None:
        """A number that cannot be sealed is kept by nobody: she stays in line."""
        number = event.get("CcKeepNumber")
        if number == _BY_HERSELF:
            return PlaceKept(contact=contact)
        if not _NUMBER.fullmatch(number):
            return None
        caller, sealed = self._numbers.sealed(number)
        if sealed is None:
            return None
        return PlaceKept(contact=contact, caller=caller, sealed=sealed)


def _classed(event: Event, contact: ContactId) -> ContactClassed | None:
    priority_class = word(event.get("CcNewClass"))
    if priority_class is None:
        return None
    return ContactClassed(
        contact=contact, priority_class=priority_class, actor=_BY_HERSELF, reason="own_key"
    )


def _told(event: Event, contact: ContactId) -> WaitTold | None:
    names = ("CcPlace", "CcLow", "CcHigh", "CcAhead", "CcNurses")
    texts = [event.get(name) for name in names]
    if not all(_COUNT.fullmatch(text) for text in texts):
        return None
    place, low, high, ahead, nurses = map(int, texts)
    if place < 1 or low > high:
        return None
    return WaitTold(contact=contact, place=place, low=low, high=high, ahead=ahead, nurses=nurses)


def _scored(event: Event, channel: Channel) -> SurveyScored | None:
    """In the language that was spoken to her."""
    variables = channel.variables
    language = tag(variables.get("CC_SPOKEN", "")) or tag(variables.get("CC_LANG", ""))
    question, score = event.get("CcQuestion"), event.get("CcScored")
    if language is None or not _PROMPT.fullmatch(question) or not _SCORE.fullmatch(score):
        return None
    return SurveyScored(
        entry_point=entry(channel)[0], language=language, question=question, score=int(score)
    )
