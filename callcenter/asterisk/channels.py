"""Channels: what the gateway knows of one Asterisk's channels, from its events alone."""

import re
from dataclasses import dataclass, field
from typing import Final

from callcenter.acd.events import Phase
from callcenter.acd.ids import ContactId, NurseId, OfferId
from language_routing.languages import Language, language

_CONTACT: Final = re.compile(r"[a-z0-9-]{1,48}-\d{1,12}\.\d{1,12}")
_MEMORY: Final = "Local/far@cc-memory-"
_OFFER: Final = re.compile(r"\d{1,16}-\d{1,10}-\d{1,6}")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_PHONE: Final = re.compile(r"PJSIP/([a-z][a-z0-9]{0,15})(?:-[0-9a-f]{8})?")


@dataclass(slots=True)
class Channel:
    """One channel. Its variables are those of its newest event (manager.conf, channelvars)."""

    unique_id: str
    name: str
    linked_id: str
    context: str
    variables: dict[str, str] = field(default_factory=dict)
    bridge: str | None = None

    @property
    def contact(self) -> ContactId | None:
        """The caller whose channel this is.

        The far half of a callback's Local channel has its variables too, and is nobody's.
        """
        if self.name.endswith(";2"):
            return None
        value = self.variables.get("CC_CONTACT", "")
        return ContactId(value) if _CONTACT.fullmatch(value) else None

    @property
    def memory(self) -> bool:
        """Whether it is there only for us to hear of a call that is over (cc-memory)."""
        return self.name.startswith(_MEMORY)

    @property
    def phase(self) -> Phase:
        try:
            return Phase(self.variables.get("CC_PHASE", ""))
        except ValueError:
            return Phase.IVR

    @property
    def offer(self) -> OfferId | None:
        value = self.variables.get("CC_OFFER", "")
        return OfferId(value) if _OFFER.fullmatch(value) else None

    @property
    def phone(self) -> NurseId | None:
        """Whose phone this leg is, if it is a nurse's."""
        return phone(self.name)


def phone(device: str) -> NurseId | None:
    """The endpoint in `PJSIP/n017` or `PJSIP/n017-0000002a`."""
    match = _PHONE.fullmatch(device)
    return NurseId(match[1]) if match else None


def contact_id(text: str) -> ContactId | None:
    """`text` as a contact's id, if it is one."""
    return ContactId(text) if _CONTACT.fullmatch(text) else None


def offer_id(text: str) -> OfferId | None:
    """`text` as an offer's id, if it is one."""
    return OfferId(text) if _OFFER.fullmatch(text) else None


def word(text: str) -> str | None:
    """`text` as a name of ours (an entry point, a class, a target), if it is of that form."""
    return text if _WORD.fullmatch(text) else None


def tag(text: str) -> Language | None:
    """`text` as a language, if it is one."""
    try:
        return language(text)
    except ValueError:
        return None


def entry(channel: Channel) -> tuple[str, str]:
    """Entry point and priority class, from the dialplan's own variables."""
    variables = channel.variables
    return (
        word(variables.get("CC_ENTRY", "")) or "unknown",
        word(variables.get("CC_CLASS", "")) or "unknown",
    )
