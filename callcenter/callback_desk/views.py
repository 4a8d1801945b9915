"""Views: what is promised and what can be, as the desk shows it. Nothing is changed here."""

from typing import Final

from callbacks import offers as times
from callbacks.callback import Callback, CallbackState
from callcenter.acd.board import Board
from callcenter.acd.callback_events import CallbackShown
from callcenter.acd.ids import Millis
from callcenter.callback_desk import report
from callcenter.callback_desk.known import rules
from callcenter.callback_desk.link import Link
from callcenter.callback_desk.patient import Call, call_of
from callcenter.callback_desk.records import Actor, Filters, Refused, Shown, checked_id
from callcenter.seal import Seal, Unsealable
from language_routing.languages import Language
from language_routing.lines import Routing

_OPEN: Final = Filters()
_NOT_SHOWN: Final = "nothing is shown, for it cannot be noted who looked"


class Views:
    """The looking half of the desk (`CallbackDesk`)."""

    def __init__(self, link: Link, seal: Seal) -> None:
        self._link = link
        self._seal = seal

    @property
    def now(self) -> Millis:
        """The journal's time."""
        return self._link.now

    def routing(self) -> Routing:
        """The site's zone, holidays and lines, as they are in force."""
        return rules(self._link.look())[0].routing

    def offers(
        self, language: Language, *, beyond: bool = False, full: bool = False
    ) -> tuple[times.Offer, ...]:
        """Times that can be promised now in `language`, the first one first.

        Args:
            beyond: As far as may be booked with a reason, not only within the promise.
            full: The full ones as well, for a supervisor.
        """
        board = self._link.look()
        policy, callbacks = rules(board)
        _check_language(board, language)
        now = self._link.now
        return times.offers(
            board.ledger, callbacks, policy.routing, language, now, beyond=beyond, full=full
        )

    def window(
        self,
        language: Language,
        at: Millis | None,
        *,
        within: Millis | None = None,
        beyond: bool = False,
    ) -> tuple[Millis, Millis]:
        """The earliest and latest time of somebody who is told "at about" `at`.

        `None`: from now, or from the first half-hour that is not full, until the promise ends or
        the line closes.

        Args:
            within: Not until the promise ends, but so long from now.
        """
        board = self._link.look()
        policy, callbacks = rules(board)
        _check_language(board, language)
        routing, now = policy.routing, self._link.now
        if at is None:
            return times.soonest(board.ledger, callbacks, routing, language, now, within=within)
        return times.window(callbacks, routing, language, at, now, beyond=beyond)

    def beyond(self) -> Millis:
        """So far from now a callback may be booked at all, in milliseconds."""
        return rules(self._link.look())[1].beyond

    def call(self, contact: str) -> Call:
        """A conversation that is, or lately was."""
        board = self._link.look()
        return call_of(board, contact, () if contact in board.contacts else self._link.newest())

    def list(self, filters: Filters = _OPEN) -> tuple[Callback, ...]:
        """Callbacks in the order of their deadlines; numbers and notes stay sealed."""
        board, now = self._link.look(), self._link.now
        found = [
            one
            for one in board.ledger
            if (filters.ended or one.open)
            and filters.language in (None, one.language, one.wanted)
            and filters.state in (None, one.state)
            and filters.kind in (None, one.kind)
            and (not filters.late or is_late(one, now))
        ]
        return tuple(sorted(found, key=lambda one: (not one.open, one.deadline, one.id)))

    def tasks(self) -> tuple[Callback, ...]:
        """Patients who were not reached, and for whom a supervisor is to do something."""
        return tuple(self._link.look().ledger.tasks)

    def found(self, callback: str) -> Callback:
        """One callback; number and note stay sealed."""
        found = self._link.look().ledger.get(checked_id(callback))
        if found is None:
            raise Refused("there is no such callback; `callcenter callback list` has them")
        return found

    def show(self, callback: str, actor: Actor) -> Shown:
        """One callback with its number and note, opened. That somebody looked is in the journal
        before anything is returned.
        """
        found = self.found(callback)
        self._link.note(CallbackShown(callback=found.id, actor=actor.name), _NOT_SHOWN)
        number, lost_number = _opened(self._seal, found.sealed)
        note, lost_note = _opened(self._seal, found.note)
        return Shown(callback=found, number=number, note=note, erased=lost_number or lost_note)

    def report(self, since: Millis | None = None) -> tuple[report.Row, ...]:
        """How promises were kept, by language and kind.

        Args:
            since: From when on; ended callbacks are kept for `CallbackPolicy.keep_ended`.
                `None`: since the journal began.
        """
        board = self._link.look()
        if since is None:
            return tuple(report.since_ever(board.ledger, self._link.now))
        kept_for = rules(board)[1].keep_ended
        if since < self._link.now - kept_for:
            raise Refused(f"ended callbacks are kept for {kept_for // 3_600_000} hours only")
        return tuple(report.since(board.ledger, since, self._link.now))


def is_late(callback: Callback, now: Millis) -> bool:
    """Whether the promised time is over, and no nurse has talked to her in it."""
    served = callback.talked if callback.talked is not None else callback.ended
    by = now if callback.state is CallbackState.GIVEN_UP or served is None else served
    return callback.latest is not None and by > callback.latest


def _check_language(board: Board, language: Language) -> None:
    policy, _ = rules(board)
    if language not in policy.languages:
        raise Refused(f"this site has the languages {', '.join(policy.languages)}")


def _opened(seal: Seal, sealed: str | None) -> tuple[str | None, bool]:
    """What is sealed, and whether it can be opened no more."""
    if sealed is None:
        return None, False
    try:
        return seal.open(sealed), False
    except Unsealable:
        return None, True
