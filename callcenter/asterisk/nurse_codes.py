"""Nurse codes: what a nurse dials (*50 to *55), taken into the journal and confirmed by voice.

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
from callcenter.asterisk.nurse_words import NurseWords, words_of
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.settings import Settings
from callcenter.site import Site
from ivr_flows.prompts import HOME_LANGUAGE

log = structlog.get_logger()

_PUBLISHED_WITHIN_S: Final = 2.0
_PROMPTS: Final = {
    "sign_in": "nurse-signed-in",
    "ready": "nurse-ready",
    "pause": "nurse-paused",
    "sign_out": "nurse-signed-out",
    "extend": "nurse-extended",
    "settle": "nurse-callback-settled",
}
_IN_SOME_LANGUAGES: Final = "nurse-signed-in-some"


class NurseCodes:
    """Serves the dialplan's context `cc-nurse`."""

    def __init__(
        self,
        settings: Settings,
        site: Site,
        journal: Callable[[], Journal],
        promised: Callable[[str], bool | None],
    ) -> None:
        """Prepare.

        Args:
            journal: A fresh producer: one dialogue is one thread.
            promised: Whether a nurse has a callback to settle; `None`: nobody knows.
        """
        self._prompts = settings.prompts / HOME_LANGUAGE  # no other has what nurses hear
        self._nurses = frozenset(nurse.id for nurse in site.nurses)
        self._words: NurseWords = words_of(site)
        self._reasons = tuple(site.pause_reasons.values())
        self._journal = journal
        self._promised = promised

    def serve(self, session: Session, asked: str) -> None:
        """One dialogue.

        Raises:
            Hangup: She hung up; what she asked for is done all the same.
        """
        arguments = session.request.arguments
        who = arguments[0] if arguments else ""
        reason = arguments[1] if len(arguments) > 1 and arguments[1] else self._reasons[0]
        keys = arguments[2] if len(arguments) > 2 else ""
        event = self._words.event(
            asked, NurseId(who), reason=reason if reason in self._reasons else "", keys=keys
        )
        if who not in self._nurses or event is None:
            log.error("nurse code refused", reason="unknown")
            session.stream_file(str(self._prompts / "nurse-refused"), "")
            session.set_variable("CC_OK", "1")
            return
        if asked == "settle" and self._promised(who) is False:
            session.stream_file(str(self._prompts / "nurse-callback-none"), "")
            session.set_variable("CC_OK", "1")
            return
        if not self._publish(event):
            return
        said = _IN_SOME_LANGUAGES if asked == "sign_in" and keys else _PROMPTS[asked]
        session.stream_file(str(self._prompts / said), "")
        session.set_variable("CC_OK", "1")

    def _publish(self, event: AnyEvent) -> bool:
        """Whether the router has taken `event` in time."""
        try:
            return publish(self._journal(), event, _PUBLISHED_WITHIN_S)
        except RedisError as error:
            log.warning("journal out of reach", stage="nurse code", exc_info=error)
            return False
