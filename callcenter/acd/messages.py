"""Messages: what supervisors have switched on to be said to callers, until when."""

from collections.abc import Iterable

import msgspec

from callcenter.acd.events import MessageSet
from callcenter.acd.ids import Millis
from language_routing.languages import Language


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One spoken message.

    Attributes:
        entry_point: Where it is played; `None`: at every entry point.
        language: To callers of which language; `None`: to all.
        since: When it was switched on; `until`: when it ends by itself.
        sound: Its name below the messages' folder.
        text: What it says; empty if it was recorded.
        actor: Who switched it on.
    """

    id: str
    entry_point: str | None
    language: Language | None
    since: Millis
    until: Millis
    sound: str
    text: str
    actor: str

    @property
    def place(self) -> tuple[str | None, Language | None]:
        """At each of these there is one message at a time."""
        return self.entry_point, self.language


def message(event: MessageSet, now: Millis) -> Message:
    """What was switched on at `now`."""
    return Message(
        id=event.id,
        entry_point=event.entry_point,
        language=event.language,
        since=now,
        until=event.until,
        sound=event.sound,
        text=event.text,
        actor=event.actor,
    )


def in_force(
    messages: Iterable[Message], entry_point: str, languages: Iterable[Language], now: Millis
) -> dict[Language, str]:
    """What each language's callers hear at an entry point: the sound.

    One for the entry point goes before one for all; of these, one for the language.
    """
    here = {
        each.place: each.sound
        for each in messages
        if each.until > now and each.entry_point in (entry_point, None)
    }
    found: dict[Language, str] = {}
    for language in languages:
        for place in ((entry_point, language), (entry_point, None), (None, language), (None, None)):
            if place in here:
                found[language] = here[place]
                break
    return found
