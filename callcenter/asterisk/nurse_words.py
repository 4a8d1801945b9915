"""Nurse words: what the dialplan calls a nurse's wishes, as events. Pure."""

import re
from typing import Final

from callcenter.acd.events import (
    AnyEvent,
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
)
from callcenter.acd.ids import NurseId

_REASON: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")


def nurse_event(asked: str, nurse: NurseId, reason: str) -> AnyEvent | None:
    """What she asked for from her own phone; `None` if that is nothing we know."""
    actor = f"phone:{nurse}"
    match asked:
        case "sign_in":
            return NurseSignedIn(nurse=nurse, actor=actor)
        case "ready":
            return NurseReady(nurse=nurse, actor=actor)
        case "pause" if _REASON.fullmatch(reason):
            return NursePaused(nurse=nurse, reason=reason, actor=actor)
        case "sign_out":
            return NurseSignedOut(nurse=nurse, actor=actor)
    return None
