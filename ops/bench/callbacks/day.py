"""Day: 10,000 callbacks beside an ordinary day's callers, all served by the production fold."""

from typing import Final

from callbacks.callback import CallbackState
from callbacks.offers import offers
from callcenter.acd.callback_events import CallbackBooked, CallbackCancelled, CallbackMoved
from callcenter.acd.events import (
    ChannelsSeen,
    NursePaused,
    NurseReady,
    NurseSignedOut,
    SeenPhone,
    SiteLoaded,
)
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.simulate.model import Caller, Change, Move
from ops.bench.callbacks.callers import Callers
from ops.bench.callbacks.clock import Clock
from ops.bench.callbacks.observer import Observer, Record
from ops.bench.callbacks.phones import Phones
from ops.bench.callbacks.promises import HOUR, Meanwhile, Promise
from ops.bench.callbacks.roster import changes
from ops.bench.callbacks.setting import Setting
from ops.bench.callbacks.switch import NODE, Switch

_DRAIN: Final[Millis] = 12 * HOUR  # the next morning: who was not reached on a closed line
_BACK_AFTER: Final[Millis] = 300_000  # a nurse whom missed calls took out of rotation


class Day:
    """One run; `run`, then ask the observer."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        callbacks = setting.policy.callbacks
        assert callbacks is not None
        self.clock = Clock(setting.midnight)
        self.observer = Observer(callbacks.attempts)
        self.switch = Switch(self.clock, self.observer, callbacks, setting.seed)
        self.callers = Callers(self.switch)
        Phones(self.switch, setting.policy.ring)
        self._at_work: set[NurseId] = set()

    @property
    def ended_at(self) -> Millis:
        """When the drain is over."""
        return self.setting.midnight + 24 * HOUR + _DRAIN

    def run(self) -> None:
        """The whole day, and some hours of the night after it."""
        clock, setting = self.clock, self.setting
        clock.tell(SiteLoaded(policy=setting.policy))
        phones = tuple(
            SeenPhone(nurse=spec.id, reachable=True, busy=False) for spec in setting.policy.nurses
        )
        clock.tell(ChannelsSeen(node=NODE, switch="one", contacts=(), phones=phones))
        for change in changes(setting.duties):
            clock.later(change.at, self._changes, change)
        for caller in setting.callers:
            clock.later(caller.at, self.callers.rings_in, caller)
        for promise in setting.promises:
            clock.later(promise.at, self._books, promise)
        for minute in range((self.ended_at - setting.midnight) // 60_000):
            clock.later(setting.midnight + minute * 60_000, self._look_for_missed)
        clock.run(self.ended_at)

    def is_open(self, callback: str) -> bool:
        """Whether the ledger still means to ring."""
        found = self.clock.shard.board.ledger.get(callback)
        return found is not None and found.open

    # -- nurses -------------------------------------------------------------------------

    def _changes(self, change: Change) -> None:
        match change.move:
            case Move.READY:
                self._at_work.add(change.nurse)
                self.clock.tell(NurseReady(nurse=change.nurse, actor="bench"))
            case Move.PAUSE:
                self._at_work.discard(change.nurse)
                self.clock.tell(NursePaused(nurse=change.nurse, reason="break", actor="bench"))
            case Move.OFF:
                self._at_work.discard(change.nurse)
                self.clock.tell(NurseSignedOut(nurse=change.nurse, actor="bench"))

    def _look_for_missed(self) -> None:
        """Whom missed calls took out of rotation comes back after a while."""
        nurses = self.clock.shard.board.nurses
        for nurse in sorted(self._at_work):
            seen = nurses[nurse]
            out = seen.state is NurseState.NOT_READY
            if out and self.clock.now - seen.since >= _BACK_AFTER:
                self.clock.tell(NurseReady(nurse=nurse, actor="bench"))

    # -- who books --------------------------------------------------------------------------

    def _books(self, promise: Promise) -> None:
        """What she wishes, or of what the desk can offer what comes nearest; then "booked"."""
        window = self._offered(promise)
        if window is None:
            self.observer.refused += 1
            return
        earliest, latest = window
        self.clock.tell(
            CallbackBooked(
                callback=promise.id,
                language=promise.language,
                earliest=earliest,
                latest=latest,
                reason="bench",
                caller=f"p{promise.person}",
                sealed="",
                actor="bench",
                nurse=self._somebody(promise) if promise.wish else None,
            )
        )
        if self.clock.shard.board.ledger.get(promise.id) is None:
            self.observer.refused += 1
            return
        self.switch.persons[promise.id] = promise.person
        self.observer.promised(
            promise.id,
            Record(
                kind="medical",
                language=promise.language,
                promised=self.clock.now,
                earliest=earliest,
                latest=latest,
            ),
        )
        if promise.meanwhile is not Meanwhile.NOTHING:
            self.clock.later(promise.then, self._meanwhile, promise)

    def _offered(self, promise: Promise) -> tuple[Millis, Millis] | None:
        """Where there is a forecast, only the half-hours that are not full can be had."""
        policy = self.setting.policy.callbacks
        assert policy is not None  # this site rings people
        if not policy.room:
            return promise.earliest, promise.latest
        board = self.clock.shard.board
        found = offers(board.ledger, policy, board.reach.routing, promise.language, self.clock.now)
        nearest = min(found, key=lambda offer: abs(offer.earliest - promise.earliest), default=None)
        return None if nearest is None else (nearest.earliest, nearest.latest)

    def _somebody(self, promise: Promise) -> NurseId | None:
        able = [
            spec.id
            for spec in self.setting.policy.nurses
            if spec.id in self._at_work and promise.language in spec.languages
        ]
        return able[promise.number % len(able)] if able else None

    def _meanwhile(self, promise: Promise) -> None:
        clock, ledger = self.clock, self.clock.shard.board.ledger
        match promise.meanwhile:
            case Meanwhile.CANCELLED:
                clock.tell(CallbackCancelled(callback=promise.id, reason="bench", actor="bench"))
                found = ledger.get(promise.id)
                if found is not None and found.state is CallbackState.CANCELLED:
                    self.observer.cancelled(promise.id)
            case Meanwhile.MOVED:
                earliest, latest = promise.moved
                clock.tell(
                    CallbackMoved(
                        callback=promise.id, earliest=earliest, latest=latest,
                        reason="bench", actor="bench",
                    )
                )  # fmt: skip
                found = ledger.get(promise.id)
                if found is not None and found.latest == latest and found.open:
                    self.observer.moved(promise.id, max(earliest, clock.now), latest)
            case Meanwhile.RINGS_IN:
                self.callers.rings_in(
                    Caller(
                        number=promise.person, at=clock.now, language=promise.language,
                        person=promise.person, patience=3 * HOUR, talk=300_000,
                    ),
                    promise.id if promise.settles else None,
                )  # fmt: skip

    def ledger_says(self) -> dict[str, int]:
        """What the ledger counts, beside the observer's own record."""
        found = {"kept": 0, "late": 0, "unreached": 0, "cancelled": 0, "rang_in": 0, "dials": 0}
        for row in self.clock.shard.board.ledger.rows:
            if row.kind == "medical":
                for name in found:
                    found[name] += getattr(row, name)
        return found
