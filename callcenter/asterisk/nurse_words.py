"""Nurse words: what the dialplan calls a nurse's wishes, as events. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from callcenter.acd.callback_events import CallbackSettled
from callcenter.acd.events import (
    AnyEvent,
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    WrapUpExtended,
)
from callcenter.acd.ids import Millis, NurseId
from callcenter.site import Site
from language_routing.languages import Language

_REASON: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_KEYS: Final = re.compile(r"[0-9]{1,10}")
_SAID_SO: Final = "said_so"
_LEAST_EXTENSION: Final[Millis] = 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class NurseWords:
    """What the codes mean at one site.

    Attributes:
        keys: The telephone key of each language of the menu.
        spoken: The languages of each nurse.
        minutes: How long a pause is planned to be, by its reason.
        extension: What one `*54` adds to a wrap-up.
    """

    keys: Mapping[str, Language] = field(default_factory=dict)
    spoken: Mapping[NurseId, tuple[Language, ...]] = field(default_factory=dict)
    minutes: Mapping[str, int] = field(default_factory=dict)
    extension: Millis = _LEAST_EXTENSION

    def event(
        self, asked: str, nurse: NurseId, *, reason: str = "", keys: str = ""
    ) -> AnyEvent | None:
        """What she asked for from her own phone; `None` if that is nothing we know.

        Args:
            keys: The languages that she signs in with, as telephone keys; none: all of hers.
        """
        actor = f"phone:{nurse}"
        match asked:
            case "sign_in":
                languages = self._languages(nurse, keys)
                if languages is None:
                    return None
                return NurseSignedIn(nurse=nurse, actor=actor, languages=languages)
            case "ready":
                return NurseReady(nurse=nurse, actor=actor)
            case "pause" if _REASON.fullmatch(reason):
                minutes = self.minutes.get(reason)
                planned = None if minutes is None else minutes * 60_000
                return NursePaused(nurse=nurse, reason=reason, actor=actor, planned=planned)
            case "sign_out":
                return NurseSignedOut(nurse=nurse, actor=actor)
            case "extend":
                return WrapUpExtended(nurse=nurse, by=self.extension, actor=actor)
            case "settle":
                return CallbackSettled(callback=None, nurse=nurse, reason=_SAID_SO, actor=actor)
        return None

    def _languages(self, nurse: NurseId, keys: str) -> tuple[Language, ...] | None:
        """The languages behind `keys`; `None` if one of them is no key, or not hers."""
        if not keys:
            return ()
        if not _KEYS.fullmatch(keys) or any(key not in self.keys for key in keys):
            return None
        found = tuple(dict.fromkeys(self.keys[key] for key in keys))
        hers = self.spoken.get(nurse, ())
        return found if all(language in hers for language in found) else None


def words_of(site: Site) -> NurseWords:
    """The codes of `site`."""
    return NurseWords(
        keys={choice.key: Language(choice.language) for choice in site.choices},
        spoken={nurse.id: nurse.languages for nurse in site.nurses},
        minutes=site.pause_minutes,
        extension=max(_LEAST_EXTENSION, site.wrap_up // 2),
    )
