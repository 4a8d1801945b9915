"""Message codes: a supervisor records a message for callers by phone (`*60`, `/message/record`).

    PIN -> entry point -> language -> record -> hear it -> 1 keep | 2 again | 3 drop

What the supervisor hears is what callers will hear. "Kept" is said only after the files are on
the disk and the router has gone past the event. No key is logged: some of them are the PIN.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog
from redis.exceptions import RedisError

from callcenter.acd.events import MessageEnded, MessageSet
from callcenter.acd.ids import Millis, NurseId, entry_time
from callcenter.asterisk.agi.session import Session
from callcenter.asterisk.message_pin import LONGEST, Attempts, has_pin, pin_is
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.provision.programs import MissingProgram
from callcenter.settings import Settings
from callcenter.site import Site
from callcenter.speech.messages import Draft
from callcenter.speech.sounds import Sounds
from callcenter.speech.studio import SpeechError
from ivr_flows.prompts import HOME_LANGUAGE
from language_routing.languages import Language

log = structlog.get_logger()

PATH: Final = "record"
# It ends by itself: a message that somebody forgot is heard by callers for days.
LASTS: Final[Millis] = 4 * 3_600_000
_TRIES: Final = 3
_TAKES: Final = 5
_RECORD_S: Final = 60
_KEY_MS: Final = 6_000
# The longest step: a minute is spoken, and levelled by a busy machine.
_STEP_S: Final = 120
_PUBLISHED_WITHIN_S: Final = 5.0
_KEEP, _AGAIN, _DROP = "1", "2", "3"


class MessageCodes:
    """Serves `/message/record`; the dialplan's argument 1 is the nurse whose phone it is."""

    def __init__(
        self,
        settings: Settings,
        site: Site,
        journal: Callable[[], Journal],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            journal: A fresh producer: one dialogue is one thread.
        """
        self._settings = settings
        self._prompts = settings.prompts / HOME_LANGUAGE  # no other has what nurses hear
        self._sounds = Sounds(settings)
        self._nurses = frozenset(nurse.id for nurse in site.nurses)
        self._entries = tuple(site.entry_points)
        self._choices = site.choices
        self._journal = journal
        self._attempts = Attempts(monotonic)

    def serve(self, session: Session, asked: str) -> None:
        """One dialogue.

        Raises:
            Hangup: The phone has hung up; a message that was kept before stays in force.
        """
        phone = NurseId(next(iter(session.request.arguments), ""))
        _allow(session)
        said = "nurse-message-refused"
        if asked == PATH and phone in self._nurses and self._let_in(session, phone):
            chosen = self._entry(session)
            language = self._language(session) if chosen is not None else None
            if chosen is not None and language is not None:
                said = self._record(session, chosen, language, f"phone:{phone}")
        session.stream_file(self._prompt(said), "")
        session.set_variable("CC_OK", "1")

    def _let_in(self, session: Session, phone: NurseId) -> bool:
        """Whether the phone's user knows the PIN."""
        data = self._settings.data
        if not has_pin(data):
            log.error("message code refused", nurse=phone, reason="no PIN is set")
            return False
        for _ in range(_TRIES):
            keys = self._ask(session, "nurse-message-pin", LONGEST)
            if not keys:
                continue  # silence is no guess
            if not self._attempts.begin(phone):
                log.warning("message code refused", nurse=phone, reason="too many wrong PINs")
                return False
            try:
                right = pin_is(data, keys)
            except (ValueError, OSError) as error:
                log.error("the PIN cannot be read", exc_info=error)
                return False
            if right:
                self._attempts.good(phone)
                return True
        log.warning("message code refused", nurse=phone, reason="wrong PIN")
        return False

    def _entry(self, session: Session) -> tuple[str | None] | None:
        """The entry point in a tuple, `(None,)` for all of them; `None`: nothing chosen."""
        most = len(str(len(self._entries)))
        for _ in range(_TRIES):
            keys = self._ask(session, "nurse-message-entry", most)
            if not keys.isdecimal():
                continue
            number = int(keys)
            if number == 0:
                return (None,)
            if number <= len(self._entries):
                return (self._entries[number - 1],)
        return None

    def _language(self, session: Session) -> Language | None:
        """The language of its menu key; `None`: nothing chosen."""
        languages = {choice.key: Language(choice.language) for choice in self._choices}
        if len(languages) == 1:
            return next(iter(languages.values()))
        tags = [choice.language for choice in self._choices]
        menu = [path for tag in tags if (path := self._sounds.find(tag, "menu-choice"))]
        seconds = sum(self._sounds.seconds(tag, "menu-choice") for tag in tags)
        for _ in range(_TRIES):
            _allow(session)
            key = session.ask([str(path) for path in menu], 0, playing_seconds=seconds)
            key = key or session.wait_for_digit(_KEY_MS)
            if key in languages:
                return languages[key]
        return None

    def _record(
        self, session: Session, entry_point: tuple[str | None], language: Language, actor: str
    ) -> str:
        """Record until it is kept or dropped; the prompt to say."""
        try:
            with Draft(self._settings, language) as draft:
                tone = draft.tone()
                for _ in range(_TAKES):
                    _allow(session)
                    session.stream_file(self._prompt("nurse-message-speak"), "")
                    session.stream_file(str(tone), "")
                    session.execute(
                        "RECORD FILE", str(draft.raw.with_suffix("")), "wav", "#",
                        _RECORD_S * 1000, seconds=_RECORD_S,
                    )  # fmt: skip
                    try:
                        spoken, seconds = draft.finish()
                    except SpeechError:
                        continue  # nothing was said
                    key = self._judge(session, spoken, seconds)
                    if key == _KEEP:
                        return self._keep(draft, entry_point[0], language, actor)
                    if key == _DROP:
                        break
        except (SpeechError, MissingProgram, OSError) as error:
            log.error("message cannot be made", exc_info=error)
            return "nurse-message-refused"
        return "nurse-message-dropped"

    def _judge(self, session: Session, spoken: Path, seconds: float) -> str:
        """Play it back; the key of what becomes of it. Silence drops it."""
        keys = (_KEEP, _AGAIN, _DROP)
        _allow(session)
        key = session.stream_file(str(spoken), "".join(keys), playing_seconds=seconds + 5)
        for _ in range(_TRIES):
            if key in keys:
                return key
            key = self._ask(session, "nurse-message-confirm", 1)
        return key if key in keys else _DROP

    def _keep(self, draft: Draft, entry_point: str | None, language: Language, actor: str) -> str:
        """Switch it on; the prompt to say."""
        journal = self._journal()
        try:
            newest = journal.newest(1)
            now = entry_time(newest[-1].id) if newest else 0
        except RedisError as error:
            log.warning("journal out of reach", stage="message code", exc_info=error)
            return "nurse-message-refused"
        name, sound = draft.keep(now)
        event = MessageSet(
            id=name, entry_point=entry_point, language=language, until=now + LASTS,
            sound=sound, text="", actor=actor,
        )  # fmt: skip
        try:
            if publish(journal, event, _PUBLISHED_WITHIN_S):
                return "nurse-message-kept"
        except RedisError as error:
            log.warning("journal out of reach", stage="message code", exc_info=error)
        # It may be in the journal all the same, and nobody counts on it any more.
        with suppress(RedisError):
            journal.append(MessageEnded(id=name, actor=actor))
        return "nurse-message-refused"

    def _ask(self, session: Session, name: str, most: int) -> str:
        """Say a prompt; up to so many keys, pressed meanwhile or after, ended by # or a pause."""
        _allow(session)
        return session.get_data(self._prompt(name), _KEY_MS, most)

    def _prompt(self, name: str) -> str:
        return str(self._prompts / name)


def _allow(session: Session) -> None:
    """The next step may take so long; if we hang, the dialplan takes the phone back then."""
    session.set_variable("TIMEOUT(absolute)", str(_STEP_S))
