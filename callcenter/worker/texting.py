"""Texting: one try to send one text message. Once, as far as anybody can know.

    journal: owed -> note: begun -> carrier -> journal: TextSent

A crash anywhere leaves the note. A try that follows one with an unknown end asks the carrier
first whether it has such a message; only then it sends.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from callbacks.callback import Callback, Text, TextKind
from callbacks.texts import body, cancellable
from callcenter.acd.board import Board
from callcenter.acd.callback_events import TextSent
from callcenter.journal.journal import Journal
from callcenter.seal import Seal, Unsealable
from callcenter.settings import Settings
from callcenter.worker.carrier import Carrier, NotTaken, Refused, Unsure
from callcenter.worker.fold import folded
from callcenter.worker.job import run
from callcenter.worker.note import Notes, Try
from callcenter.worker.queue import JOB_TIMEOUT_S, queue, rq_connection, text_call, text_job

log = structlog.get_logger()

# After the first try, the second, ...; there is one more try than pauses.
PAUSES_S: Final = (20.0, 60.0, 180.0, 600.0, 1_200.0)
# Longer than a job may run: while one may still send, no other begins. The carrier's time-out does
# not bound a request, only each wait for a part of it.
LEASE_MS: Final = (JOB_TIMEOUT_S + 5) * 1000


def owed_text(board: Board, callback: str, kind: TextKind, since: int) -> Callback | None:
    """The callback, if this text of it is still owed."""
    found = board.ledger.get(callback)
    wanted = Text(kind=kind, owed=since)
    return found if found is not None and wanted in found.texts else None


def words(callback: Callback, kind: TextKind, now: int, *, answerable: bool) -> str | None:
    """What the text says; `None`: by now it would be wrong."""
    language = callback.wanted or callback.language or ""
    start: int | None = None
    match kind:
        case TextKind.BOOKED:
            if not callback.open or (callback.latest or 0) <= now:
                return None
            start = callback.earliest
        case TextKind.TRIED:
            if not callback.open:
                return None
            start = callback.due_at
        case TextKind.UNREACHED:
            if callback.settled:
                return None
        case TextKind.CANCELLED:
            pass
    answerable = answerable and cancellable(callback)
    return body(kind, language, now, start=start, end=callback.latest, answerable=answerable)


def send_text(callback: str, kind: str, owed: int) -> str:
    """The job.

    Raises:
        JobFailed: It could not be tried; the reconciler sees to it.
    """
    return run(lambda client, settings: _send(client, settings, callback, TextKind(kind), owed))


def _send(client: Any, settings: Settings, callback: str, kind: TextKind, owed: int) -> str:
    account = settings.twilio()
    if account is None:
        return "off"  # the reconciler says so to the journal
    sender = Texting(
        client=client,
        settings=settings,
        seal=Seal(settings.data / "keys"),
        carrier=Carrier(account),
        answerable=account.answerable,
    )
    return sender.send(callback, kind, owed)


@dataclass(frozen=True, kw_only=True)
class Texting:
    """What sends them. Next: `send`, for each try."""

    client: Any
    settings: Settings
    seal: Seal
    carrier: Carrier
    answerable: bool = True
    pauses_s: tuple[float, ...] = PAUSES_S

    def send(self, name: str, kind: TextKind, since: int) -> str:
        """One try.

        Returns:
            What became of the text (`sent`, `failed`, `obsolete`), or why nothing did yet:
            `later`, `busy` (somebody is at it), `settled` (none is owed).

        Raises:
            JournalLost, UnknownEvent: What is owed cannot be known.
            redis.exceptions.RedisError: Redis is unreachable.
        """
        follower = folded(self.client, self.settings, "text")
        callback = owed_text(follower.shard.board, name, kind, since)
        if callback is None:
            return "settled"
        notes = Notes(self.client, self.settings.shard)
        key = notes.key(name, kind, since)
        known = notes.read(key)
        if known.outcome:  # a crash before the append, or no router has read it yet
            return self._tell(
                follower.journal, callback, (kind, since), known.outcome, known.reference
            )
        # Before anything of the text's own can fail: else such failures would have no end.
        begun = notes.begin(key, LEASE_MS)
        if begun is None:
            return "busy"
        now = max(follower.shard.now, follower.journal.clock.now())
        try:
            said = words(callback, kind, now, answerable=self.answerable)
            number = self.seal.open(callback.sealed)
        except Unsealable:
            outcome, reference, doubt = "failed", "", False
        except Exception as error:  # its words may be a patient's
            outcome = "later" if begun.number <= len(self.pauses_s) else "failed"
            reference, doubt = "", begun.doubt
            log.error("text message failed", type=type(error).__name__, outcome=outcome)
        else:
            if said is not None and not notes.say(key, begun, self.seal.recognise(said)):
                return "busy"
            outcome, reference, doubt = self._try(begun, number, said)
        if outcome != "later":
            notes.keep(key, outcome, reference)
            return self._tell(follower.journal, callback, (kind, since), outcome, reference)
        pause = self.pauses_s[min(begun.number, len(self.pauses_s)) - 1]
        notes.end(key, begun, doubt=doubt, pause_ms=int(pause * 1000))
        self._again(name, kind, since, begun.number, pause)
        return outcome

    def _try(self, begun: Try, number: str, said: str | None) -> tuple[str, str, bool]:
        """What came of it, the carrier's name for the message, and whether that is unknown."""
        doubt, last = begun.doubt, len(self.pauses_s) + 1
        if begun.number > last + 1:  # killed each time, for a carrier that never ends its answer
            log.warning("text message not sent", outcome="failed", count=begun.number)
            return "failed", "", doubt
        try:
            if doubt:
                reference = self.carrier.find(
                    number, lambda text: self.seal.recognise(text) in begun.said, begun.since
                )
                if reference is not None:
                    return "sent", reference, False
                doubt = False
            if said is None:
                return "obsolete", "", False
            if begun.number > last:
                return "failed", "", False
            return "sent", self.carrier.send(number, said), False
        except Refused as error:
            why, outcome = str(error), "failed"
        except NotTaken as error:  # a look-up that was not answered leaves the doubt
            why, outcome = str(error), "later"
        except Unsure as error:
            why, outcome, doubt = str(error), "later", True
        if begun.number > last or (begun.number == last and not doubt):
            outcome = "failed"
        log.warning("text message not sent", outcome=outcome, reason=why, count=begun.number)
        return outcome, "", doubt

    def _again(self, name: str, kind: TextKind, since: int, tries: int, pause: float) -> None:
        """Another try, by RQ's scheduler; where that fails, by the reconciler."""
        connection = rq_connection(self.settings)
        try:
            job = text_job(self.settings.shard, name, kind, since, tries)
            call = text_call(name, kind, since, job)
            jobs = queue(self.settings, connection)
            jobs.enqueue_in(timedelta(seconds=pause), call.pop("func"), **call)
        finally:
            connection.close()

    def _tell(
        self,
        journal: Journal,
        callback: Callback,
        text: tuple[TextKind, int],
        outcome: str,
        ref: str = "",
    ) -> str:
        kind, since = text
        journal.append(
            TextSent(callback=callback.id, kind=kind, outcome=outcome, reference=ref, owed=since)
        )
        log.info("text message", outcome=outcome, type=str(kind))
        return outcome
