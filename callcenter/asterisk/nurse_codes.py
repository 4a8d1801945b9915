"""Nurse codes: what a nurse dials (*50 to *53), taken into the journal and confirmed by voice.

"Ready" is said only after the router has gone past the entry. If that takes too long,
nothing is confirmed here, and the dialplan tells the fallback queue instead.
"""

from collections.abc import Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from callcenter.acd.events import (
    AnyEvent,
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
)
from callcenter.acd.ids import NurseId
from callcenter.asterisk.agi.session import Session
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.settings import Settings
from callcenter.site import Site

log = structlog.get_logger()

_PUBLISHED_WITHIN_S: Final = 2.0
_PROMPTS: Final = {
    "sign_in": "nurse-signed-in",
    "ready": "nurse-ready",
    "pause": "nurse-paused",
    "sign_out": "nurse-signed-out",
}


class NurseCodes:
    """Serves the dialplan's context `cc-nurse`."""

    def __init__(self, settings: Settings, site: Site, journal: Callable[[], Journal]) -> None:
        """Prepare.

        Args:
            journal: A fresh producer: one dialogue is one thread.
        """
        self._prompts = settings.prompts / site.choices[0].language
        self._nurses = frozenset(nurse.id for nurse in site.nurses)
        self._reasons = tuple(site.pause_reasons.values())
        self._journal = journal

    def serve(self, session: Session, asked: str) -> None:
        """One dialogue.

        Raises:
            Hangup: She hung up; what she asked for is done all the same.
        """
        arguments = session.request.arguments
        event = self._event(asked, arguments[0] if arguments else "", arguments[1:])
        if event is None:
            log.error("nurse code refused", reason="unknown")
            session.stream_file(str(self._prompts / "nurse-refused"), "")
            session.set_variable("CC_OK", "1")
            return
        if not self._publish(event):
            return
        session.stream_file(str(self._prompts / _PROMPTS[asked]), "")
        session.set_variable("CC_OK", "1")

    def _event(self, asked: str, who: str, rest: tuple[str, ...]) -> AnyEvent | None:
        if who not in self._nurses:
            return None
        nurse, actor = NurseId(who), f"phone:{who}"
        match asked:
            case "sign_in":
                return NurseSignedIn(nurse=nurse, actor=actor)
            case "ready":
                return NurseReady(nurse=nurse, actor=actor)
            case "pause":
                reason = rest[0] if rest and rest[0] in self._reasons else self._reasons[0]
                return NursePaused(nurse=nurse, reason=reason, actor=actor)
            case "sign_out":
                return NurseSignedOut(nurse=nurse, actor=actor)
        return None

    def _publish(self, event: AnyEvent) -> bool:
        """Whether the router has taken `event` in time."""
        try:
            return publish(self._journal(), event, _PUBLISHED_WITHIN_S)
        except RedisError as error:
            log.warning("journal out of reach", stage="nurse code", exc_info=error)
            return False
