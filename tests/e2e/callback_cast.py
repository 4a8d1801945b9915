"""Callback cast: a callback in every state of the ledger, each with a nurse and a patient.

    cast = Cast(scene)
    cast.bring(Stage.TALKING, Stage.WAITING)
    ...
    cast.live_on()

Each callback has a patient of its own, and a nurse who alone can serve it (by a competence), so
that none waits for another. How nurses and patients go on is in `tests.e2e.callback_people`.
"""

import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from callbacks.callback import Callback, CallbackId, CallbackState
from callcenter.acd.contact import Contact
from callcenter.acd.events import ContactWithdrawn, NurseSignedIn
from callcenter.acd.ids import NurseId
from callcenter.softphone.phone import CallState, Phone
from tests.e2e.callback_people import People
from tests.e2e.callback_scene import CallbackScene
from tests.e2e.carrier import Carrier, free_port
from tests.e2e.center import CARRIER, PATIENCE_S, Center, until
from tests.e2e.patients import ANSWERS, BUSY, RINGS_FOR_EVER, Manner, Patient, pressing
from tests.e2e.sites import demo, write

_S = CallbackState
NURSE_HZ: Final = 1_900  # in no prompt and no music
KEPT, OTHER = "+46846500421", "+46846500422"
# Whatever it takes to set the scene: what rings still rings when the fault comes.
_LONG_S: Final = 90
AGAIN_S: Final = 25
_SERVED_S: Final = 240
_NUMBERS = itertools.count(1_000)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Stage(StrEnum):
    """Where a callback stands when the fault comes."""

    FAR = "scheduled"
    AGAIN = "failed once and scheduled again"
    CLOSED = "due, and the line is closed"
    ON_THE_PHONE = "due, and the patient stands in line herself"
    WAITING = "waiting for a nurse"
    RINGING = "ringing at a nurse's phone"
    PREVIEW = "looked at by a nurse"
    DIALLING = "dialling, with a nurse"
    CALLING = "dialling before there is a nurse"
    HOLDING = "holding"
    TALKING = "talking"


NURSES: Final = {
    Stage.AGAIN: "n005",
    Stage.ON_THE_PHONE: "n008",
    Stage.WAITING: "n007",
    Stage.RINGING: "n002",
    Stage.PREVIEW: "n003",
    Stage.DIALLING: "n004",
    Stage.CALLING: "n001",
    Stage.HOLDING: "n001",
    Stage.TALKING: "n001",
}
"""Who alone can serve it. The first patients of n001 keep her from the others."""

# Those that last the shortest come last; the patients who are rung first need n001 to be busy.
ORDER: Final = (
    Stage.TALKING, Stage.HOLDING, Stage.CALLING, Stage.ON_THE_PHONE, Stage.FAR, Stage.CLOSED,
    Stage.WAITING, Stage.RINGING, Stage.DIALLING, Stage.PREVIEW, Stage.AGAIN,
)  # fmt: skip


def skill(nurse: str) -> str:
    """The competence that only she has."""
    return f"only_{nurse}"


@contextmanager
def matrix_center(folder: Path) -> Iterator[CallbackScene]:
    """A service that rings patients, by its site's own rules: a new router reads them again."""
    port = free_port()
    site = demo(
        trunk={"addresses": [CARRIER], "outbound": f"{CARRIER}:{port}"},
        ring_seconds=_LONG_S,
        handle_seconds=10,
        follow_me={"within_minutes": 1, "hold_seconds": 0},
        callbacks={
            "attempts": 3, "again_after_seconds": AGAIN_S, "margin_seconds": 1,
            "ring_seconds": _LONG_S, "preview_seconds": _LONG_S, "lead_seconds": 120,
            "ready_within_seconds": 20, "after_talk_seconds": 2,
        },
    )  # fmt: skip
    _with_skills(site)
    with ExitStack() as stack:
        carrier = stack.enter_context(Carrier(port))
        center = Center(folder / "home", write(folder / "site.yaml", site))
        stack.enter_context(center)
        yield CallbackScene(center, carrier)


def _with_skills(site: dict[str, Any]) -> None:
    """A competence for each nurse, lines that ask for one, and a language that is closed."""
    for nurse in site["nurses"]:
        nurse["competences"] = [*nurse["competences"], skill(nurse["id"])]
        nurse["languages"] = [language["tag"] for language in site["languages"]]
        site["competences"].append(skill(nurse["id"]))
    direct = {"flow": "direct", "class": "public", "language": "sv"}
    site["entry_points"]["kept"] = {**direct, "competences": [skill("n001")]}
    site["entry_points"]["other"] = {**direct, "competences": [skill("n008")]}
    site["numbers"] |= {KEPT: "kept", OTHER: "other"}
    in_days = _WEEKDAYS[(time.localtime().tm_wday + 3) % 7]
    site["lines"]["so"] = {
        "rings": [{"after_seconds": 0, "level": "fluent"}],
        "hours": [{"days": in_days, "from": "08:00", "to": "12:00"}],
        "closed": {"callback": "sv"},
    }


@dataclass(kw_only=True)
class Part:
    """One callback of the scene.

    Attributes:
        caller: Her own telephone, with which she stands in line.
    """

    stage: Stage
    patient: Patient
    callback: CallbackId
    caller: Phone | None = None


class Cast:
    """The callbacks, their nurses and their patients."""

    def __init__(self, scene: CallbackScene) -> None:
        self.scene, self.center = scene, scene.center
        self.scene.before = self.center.position()
        self.parts: dict[Stage, Part] = {}
        self.people = People(self.center, NURSE_HZ)
        self.cut = False

    def bring(self, *stages: Stage) -> None:
        """Callbacks as far as these; one brings another with it that it needs."""
        for stage in stages:
            needs = (Stage.TALKING,) if stage in (Stage.HOLDING, Stage.CALLING) else ()
            for each in (*needs, stage):
                if each not in self.parts:
                    self.parts[each] = self._made(each)
                    self.people.patients.append(self.parts[each].patient)

    def _made(self, stage: Stage) -> Part:
        match stage:
            case Stage.FAR:
                return self._booked(stage, in_s=3_600, promise_s=7_200)
            case Stage.CLOSED:
                part = self._booked(stage, language="so")
                self._until(part, _S.DUE)
                return part
            case Stage.ON_THE_PHONE:
                return self._rings_in(stage)
            case Stage.HOLDING | Stage.CALLING:
                return self._kept(stage)
            case Stage.WAITING:
                part = self._booked(stage)
                self._until(part, _S.WAITING)
                self.nurse(stage, ready=False)
                return part
            case _:
                return self._rung(stage)

    # -- bringing them there --------------------------------------------------------------

    def patient(self, *manners: Manner) -> Patient:
        return self.scene.carrier.patient(f"+4670174{next(_NUMBERS):04}", *manners)

    def nurse(self, stage: Stage, *, ready: bool = True) -> Phone:
        """The nurse of these, at her phone."""
        name = NURSES[stage]
        if name not in self.people.nurses:
            comes = self.center.on_duty if ready else self.center.phone
            self.people.nurses[name] = comes(name, say=NURSE_HZ)
            if not ready:
                self.center.tell(NurseSignedIn(nurse=NurseId(name), actor="test"))
        return self.people.nurses[name]

    def _booked(self, stage: Stage, *manners: Manner, **more: Any) -> Part:
        patient = self.patient(*manners)
        if stage in NURSES:
            more["competences"] = (skill(NURSES[stage]),)
        return Part(stage=stage, patient=patient, callback=self.scene.book(patient, **more))

    def _until(self, part: Part, *states: CallbackState) -> None:
        self.scene.until_state(part.callback, *states)

    def _rung(self, stage: Stage) -> Part:
        """A nurse is rung for it; how far it goes is the stage's."""
        manners = {Stage.DIALLING: (RINGS_FOR_EVER,), Stage.AGAIN: (BUSY, ANSWERS)}
        phone = self.nurse(stage)
        part = self._booked(stage, *manners.get(stage, (ANSWERS,)))
        self._until(part, _S.RINGING)
        if stage is Stage.RINGING:  # decided upon; whether it rings yet is the fault's luck
            return part
        phone.wait_for_call(PATIENCE_S)
        phone.answer()
        self._until(part, _S.PREVIEW)
        if stage is Stage.PREVIEW:
            return part
        self.people.press_until(phone, lambda: part.patient.rung)
        if stage is Stage.AGAIN:
            self._until(part, _S.SCHEDULED)
            assert self.scene.callback(part.callback).attempts
        else:
            self._until(part, _S.DIALLING if stage is Stage.DIALLING else _S.TALKING)
        return part

    def _stands_in_line(self, patient: Patient, number: str) -> tuple[Phone, Contact]:
        phone = self.center.caller(patient.number)
        known = {contact.id for contact in self.center.contacts()}
        phone.dial(number).wait(CallState.UP, PATIENCE_S)

        def fresh() -> list[Contact]:
            return [c for c in self.center.contacts() if c.id not in known and c.queued]

        until(fresh, PATIENCE_S, "the caller does not stand in line")
        return phone, fresh()[0]

    def _kept(self, stage: Stage) -> Part:
        """Somebody who stood in line is to be rung, and is before n001 is free."""
        patient = self.patient(pressing("1") if stage is Stage.HOLDING else RINGS_FOR_EVER)
        phone, contact = self._stands_in_line(patient, KEPT)
        self.center.tell(ContactWithdrawn(contact=contact.id, actor="test", reason="test"))
        kept = self.scene.left_by(contact)
        phone.close()
        part = Part(stage=stage, patient=patient, callback=kept)
        self._until(part, _S.DIALLING, _S.HOLDING)  # as with RINGING
        if stage is Stage.HOLDING:
            patient.until_rung()
            self.people.press_for(patient, lambda: self.scene.callback(kept).reached)
            self._until(part, _S.HOLDING)
        return part

    def _rings_in(self, stage: Stage) -> Part:
        patient = self.patient()
        caller, _ = self._stands_in_line(patient, OTHER)
        self.nurse(stage, ready=False)
        name = self.scene.book(patient, competences=(skill(NURSES[stage]),), twice=True)
        part = Part(stage=stage, patient=patient, callback=name, caller=caller)
        self._until(part, _S.DUE)
        return part

    # -- the fault, and after it ----------------------------------------------------------

    def asterisk_is_gone(self) -> None:
        """Whoever was on the phone hears nothing any more, and hangs up."""
        self.cut = True
        for part in self.parts.values():
            if part.caller is not None:
                part.caller.hang_up()
        self.people.asterisk_is_gone()

    def live_on(self) -> None:
        """Nurses and patients do what they do until nobody is left to be rung."""
        if self.cut:
            self.people.register()  # as phones do by themselves every two minutes
        for part in self.parts.values():
            if part.caller is not None:
                part.caller.hang_up()
        self.people.live_until(self._all_over, _SERVED_S, self._left)

    def mine(self) -> list[Callback]:
        """The callbacks to this scene's patients, with those that came of them."""
        names = {part.callback for part in self.parts.values()}
        board = self.center.board
        callers = {one.caller for one in board.ledger if one.id in names}
        return [one for one in board.ledger if one.caller in callers]

    def staying(self) -> set[CallbackId]:
        staying = (Stage.FAR, Stage.CLOSED)
        return {part.callback for stage, part in self.parts.items() if stage in staying}

    def _all_over(self) -> bool:
        over = all(not one.open for one in self.mine() if one.id not in self.staying())
        return over and not self.center.contacts()

    def _left(self) -> str:
        left = [one for one in self.mine() if one.open and one.id not in self.staying()]
        nurses = {n: self.center.nurse(n) for n in self.people.nurses}
        return f"left over: {left}\n{self.center.contacts()}\n{nurses}"
