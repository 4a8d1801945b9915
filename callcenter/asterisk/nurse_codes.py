"""Nurse codes: what a nurse dials (*50 to *53), taken into the journal and confirmed by voice.

"Ready" is said only after the router has gone past the entry. If that takes too long,
nothing is confirmed here, and the dialplan tells the fallback queue instead.
"""

from collections.abc import Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import NurseId
from callcenter.asterisk.agi.session import Session
from callcenter.asterisk.nurse_words import nurse_event
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
        who = arguments[0] if arguments else ""
        reason = arguments[1] if len(arguments) > 1 and arguments[1] else self._reasons[0]
        event = nurse_event(asked, NurseId(who), reason if reason in self._reasons else "")
        if who not in self._nurses or event is None:
            log.error("nurse code refused", reason="unknown")
            session.stream_file(str(self._prompts / "nurse-refused"), "")
            session.set_variable("CC_OK", "1")
            return
        if not self._publish(event):
            return
        session.stream_file(str(self._prompts / _PROMPTS[asked]), "")
        session.set_variable("CC_OK", "1")

    def _publish(self, event: AnyEvent) -> bool:
        """Whether the router has taken `event` in time."""
        try:
            return publish(self._journal(), event, _PUBLISHED_WITHIN_S)
        except RedisError as error:
            log.warning("journal out of reach", stage="nurse code", exc_info=error)
            return False
