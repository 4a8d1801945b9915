"""Callback scene: a service that rings patients after short times, and the patients themselves.

    with callback_center(folder) as scene:
        anna = scene.patient()
        booked = scene.book(anna)
        scene.until_state(booked, CallbackState.TALKING)

Booked as the desk does it: an event with a sealed number, then a look whether the fold took it.
"""

import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, DialResult
from callcenter.acd.callback_events import CallbackBooked, CallbackCancelled
from callcenter.acd.contact import Contact
from callcenter.acd.event import Event
from callcenter.acd.events import NurseSignedOut, SiteLoaded
from callcenter.acd.ids import EntryId, Millis, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.seal import Seal
from language_routing.languages import Language
from ops.bench.ears import Ears, Heard
from tests.e2e.carrier import Carrier, free_port
from tests.e2e.center import CARRIER, PATIENCE_S, Center, until
from tests.e2e.patients import Manner, Patient
from tests.e2e.sites import demo, write

E = TypeVar("E", bound=Event)

MAIN_NUMBER = "+46771117700"
RING, PREVIEW, AGAIN, AFTER_TALK = 6_000, 2_000, 3_000, 4_000
SECTION = {
    "attempts": 3, "again_after_seconds": AGAIN // 1000, "margin_seconds": 60,
    "ring_seconds": RING // 1000, "preview_seconds": PREVIEW // 1000, "lead_seconds": 60,
    "ready_within_seconds": 6, "after_talk_seconds": AFTER_TALK // 1000,
}  # fmt: skip
_QUIET = (CallbackState.SCHEDULED, CallbackState.DUE, CallbackState.WAITING)
_NUMBERS = itertools.count(1)


@dataclass
class CallbackScene:
    """Attributes:
    before: Where the journal stood when this test began.
    """

    center: Center
    carrier: Carrier
    before: EntryId = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.center.position()

    # -- patients and their callbacks ---------------------------------------------------

    def patient(self, *manners: Manner, hz: int = 520) -> Patient:
        """Somebody with a number that nobody had in this run."""
        return self.carrier.patient(f"+467017409{next(_NUMBERS):02}", *manners, hz=hz)

    def book(
        self, patient: Patient, *, language: str = "sv", in_s: float = 0, promise_s: float = 600,
        **more: Any,
    ) -> CallbackId:  # fmt: skip
        """A medical callback, which the fold has taken when this returns."""
        seal, now = Seal(self.center.settings.data / "keys"), round(time.time() * 1000)
        name = CallbackId(f"m-{now}-{next(_NUMBERS)}")
        self.center.tell(
            CallbackBooked(
                callback=name,
                language=Language(language),
                earliest=Millis(now + round(in_s * 1000)),
                latest=Millis(now + round(promise_s * 1000)),
                reason="follow_up_child",
                caller=seal.recognise(patient.number),
                sealed=seal.seal(patient.number, datetime.fromtimestamp(now / 1000, UTC).date()),
                actor="test",
                **more,
            )
        )
        assert self.center.board.ledger.get(name) is not None, "the fold has refused it"
        return name

    def cancel(self, callback: CallbackId) -> None:
        self.center.tell(CallbackCancelled(callback=callback, reason="not_needed", actor="test"))

    def callback(self, callback: CallbackId) -> Callback:
        found = self.center.board.ledger.get(callback)
        assert found is not None
        return found

    def left_by(self, contact: Contact) -> CallbackId:
        """The callback that this call leaves behind."""
        ledger = lambda: self.center.board.ledger.of_contact(contact.id)  # noqa: E731
        until(ledger, PATIENCE_S, "no callback came of it")
        found = ledger()
        assert found is not None
        return found.id

    def until_state(
        self, callback: CallbackId, *states: CallbackState, seconds: float = PATIENCE_S
    ) -> Callback:
        """Wait until it is in one of these."""
        until(
            lambda: self.callback(callback).state in states,
            seconds,
            lambda: f"not {states}: {self.callback(callback)}",
        )
        return self.callback(callback)

    def until_tried(self, callback: CallbackId, times: int = 1, seconds: float = 60) -> Callback:
        """Wait until so many of its attempts have failed."""
        until(
            lambda: len(self.callback(callback).attempts) >= times,
            seconds,
            lambda: f"not tried {times} times: {self.callback(callback)}",
        )
        return self.callback(callback)

    def results(self, callback: CallbackId) -> list[DialResult]:
        """How its attempts ended."""
        return [attempt.result for attempt in self.callback(callback).attempts]

    def said(self, kind: type[E]) -> list[E]:
        """The events of a kind since this test began, in their order."""
        return [e for e in self.center.all_events(self.before) if isinstance(e, kind)]

    @contextmanager
    def rules(self, **changed: Any) -> Iterator[None]:
        """The policy with other times for a while."""
        policy = self.center.board.policy
        assert policy is not None
        assert policy.callbacks is not None
        other = replace(policy, callbacks=replace(policy.callbacks, **changed))
        self.center.tell(SiteLoaded(policy=other))
        try:
            yield
        finally:
            self.center.tell(SiteLoaded(policy=policy))

    def hears(self, patient: Patient, prompt: str, language: str = "sv") -> Heard | None:
        """What of this prompt reached the patient in her last call."""
        ears = Ears.of(self.center.settings.prompts, [language], [prompt])
        return next(iter(ears.hear(patient.timeline().samples)), None)

    def until_heard(self, patient: Patient, prompt: str, language: str = "sv") -> None:
        """Wait until she hears the beginning of this prompt."""

        def heard() -> bool:
            time.sleep(0.2)  # people's rhythm
            return self.hears(patient, prompt, language) is not None

        until(heard, PATIENCE_S, f"{prompt} is not heard")

    # -- at rest ------------------------------------------------------------------------

    def clear(self) -> None:
        """Nobody on duty, no callback open, nobody on the phone."""
        center = self.center
        for nurse in list(center.board.nurses.values()):
            if nurse.state is not NurseState.SIGNED_OUT:
                center.tell(NurseSignedOut(nurse=NurseId(nurse.id), actor="test"))
        center.asterisk("channel request hangup all")

        def none_open() -> bool:
            opened = [one for one in center.board.ledger if one.open]
            for one in opened:
                if one.state in _QUIET:
                    self.cancel(one.id)
            return not opened

        until(none_open, PATIENCE_S, "a callback is left over")
        center.hang_up_all()


def wall(monotonic: float) -> float:
    """An instant of the monotonic clock, as `time.time`."""
    return monotonic + time.time() - time.monotonic()


def in_time(callback: Callback) -> bool:
    """Whether a nurse has talked to the patient before the promised time was over."""
    served, latest = callback.served, callback.latest
    return served is not None and latest is not None and served <= latest


@contextmanager
def callback_center(folder: Path) -> Iterator[CallbackScene]:
    """The demo site with callbacks after short times, and its carrier."""
    port = free_port()
    trunk = {"addresses": [CARRIER], "outbound": f"{CARRIER}:{port}"}
    follow_me = {"within_minutes": 1, "hold_seconds": 0}
    site = demo(trunk=trunk, callbacks=SECTION, handle_seconds=10, follow_me=follow_me)
    with ExitStack() as stack:
        carrier = stack.enter_context(Carrier(port))
        center = Center(folder / "home", write(folder / "site.yaml", site))
        yield CallbackScene(stack.enter_context(center), carrier)
