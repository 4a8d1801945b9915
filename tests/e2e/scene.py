"""Scene: a caller in every phase at the same time, and what becomes of them after a fault.

    one talks to n001; one rings at n003; two stand in line; one hears the menu; n012 rests

`Scene(center)` sets it; `live_through` is the fault with what people do meanwhile;
`everybody_is_served` lets each nurse take one of those who wait, in their order, and
sees at the end that nothing and nobody is left over.
"""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.events import NurseReady, NurseSignedIn
from callcenter.acd.ids import ContactId, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import Call, CallState, Phone
from tests.e2e.center import KEYS, Center, until
from tests.e2e.conftest import write_site
from tests.e2e.faults import Fault
from tests.e2e.witness import Witness

RING_S = 25
_NURSES = ("n001", "n003", "n012")  # all of them speak Swedish, n003 English too
_ANSWERS_WITHIN_S = 25.0  # longer than Asterisk is stopped


@contextmanager
def patient_center(folder: Path, ring: int = RING_S) -> Iterator[Center]:
    """A service whose phones ring for longer than a short fault lasts."""
    with Center(folder / "home", write_site(folder, ring=ring)) as center:
        yield center


@dataclass(frozen=True, kw_only=True)
class Person:
    """A caller."""

    phone: Phone
    call: Call
    contact: Contact

    @property
    def id(self) -> ContactId:
        return self.contact.id


class Scene:
    """One caller in every phase."""

    def __init__(self, center: Center, *, apart_s: float = 0.0) -> None:
        """Set it; callers come `apart_s` after one another, or as fast as they can."""
        self.center = center
        self._came = 0
        self._apart_s = apart_s
        first, second, third = _NURSES
        self.talks_here = center.on_duty(first)
        self.talker = self._comes(key="sv")
        self.talks_here.wait_for_call(30)
        self.talks_here.answer()
        center.until_state(first, NurseState.TALKING)
        self.rings_here = center.on_duty(second)
        self.rung = self._comes(key="sv")
        self.rings_here.wait_for_call(30)
        self.rests_here = center.phone(third)
        center.tell(NurseSignedIn(nurse=NurseId(third), actor="test"))
        self.line = [self._comes(key="sv"), self._comes(key="sv")]
        self.menu = self._comes(key=None)
        wanted = [
            ContactState.TALKING, ContactState.OFFERED, ContactState.WAITING,
            ContactState.WAITING, ContactState.IVR,
        ]  # fmt: skip
        until(
            lambda: [contact.state for contact in center.contacts()] == wanted,
            30,
            lambda: f"the scene is not set: {center.contacts()}",
        )

    @property
    def everybody(self) -> list[Person]:
        return [self.talker, self.rung, *self.line, self.menu]

    def _comes(self, *, key: str | None) -> Person:
        center = self.center
        time.sleep(self._apart_s)  # people's own rhythm
        known = {contact.id for contact in center.contacts()}
        self._came += 1
        phone = center.caller(f"+4670174061{self._came}")
        call = phone.dial("1177").wait(CallState.UP, 30)

        def fresh() -> list[Contact]:
            return [contact for contact in center.contacts() if contact.id not in known]

        until(fresh, 30, "the call has not arrived")
        if key is not None:
            call.wait_for_sound(30)
            phone.send_dtmf(KEYS[key])
            until(lambda: fresh()[0].queued is not None, 30, "the caller does not stand in line")
        return Person(phone=phone, call=call, contact=fresh()[0])

    # -- the fault --------------------------------------------------------------------

    def live_through(self, fault: Fault, meanwhile: Callable[["Scene"], None]) -> None:
        """The fault, while the caller in the menu presses her key and `meanwhile` happens."""
        with ThreadPoolExecutor(1) as people:
            with fault.strike(self.center) as victim:
                self.menu.phone.send_dtmf(KEYS["en"])
                done = people.submit(meanwhile, self)
            done.result()
        until(lambda: self.center.alive_again(victim), 60, f"the {victim} is not back")

    def nurse_answers(self) -> None:
        """She whose phone rings takes the call; the answer may have to wait for Asterisk."""
        self.rings_here.answer(_ANSWERS_WITHIN_S)

    def nurse_answers_the_fallback_queue(self) -> None:
        """She lets it ring out, and answers when the fallback queue rings her."""
        self.rings_here.wait_for_call(55)
        self.rings_here.answer()
        self.all_in_fallback()

    def all_in_fallback(self) -> None:
        """All three who wait stand in the fallback queue."""
        pattern = re.compile(r"^ +\d+\. PJSIP/trunk-", re.MULTILINE)
        until(
            lambda: len(pattern.findall(self.center.asterisk("queue show fallback"))) == 3,
            50,
            lambda: self.center.asterisk("queue show fallback"),
        )

    # -- afterwards -------------------------------------------------------------------

    def nobody_noticed(self) -> None:
        """Every caller is still there; conversations are known for what they are."""
        center = self.center
        assert [p.call.state for p in self.everybody] == [CallState.UP] * 5
        assert hears(self.talker.call), "the conversation has no sound"
        for nurse, person in ((_NURSES[0], self.talker), (_NURSES[1], self.rung)):
            until(
                lambda nurse=nurse, person=person: self._talk(nurse, person),
                30,
                lambda nurse=nurse, person=person: (
                    f"{nurse} should talk to {person.id}, and is {center.nurse(nurse)}"
                ),
            )
        waiting = [person.id for person in (*self.line, self.menu)]
        self._menu_is_left()
        until(lambda: self._waiting() == waiting, 60, lambda: f"in line: {center.contacts()}")
        arrivals = {person.id: person.contact.arrived for person in self.everybody}
        for contact in center.contacts():
            # Adopted ones are dated by the dialplan's clock, up to a second and some apart.
            assert abs(contact.arrived - arrivals[contact.id]) < 2_000

    def _talk(self, nurse: str, person: Person) -> bool:
        record = self.center.nurse(nurse)
        return record.state is NurseState.TALKING and record.contact == person.id

    def _waiting(self) -> list[ContactId]:
        """Who can be offered, in the order of the line."""
        states = (ContactState.WAITING,)
        found = [c for c in self.center.contacts() if c.state in states and not c.doubt]
        return [contact.id for contact in sorted(found, key=lambda contact: contact.key)]

    def _menu_is_left(self) -> None:
        """She presses her key again, as people do, until she is told that she is in line."""
        center, menu = self.center, self.menu

        def queued() -> bool:
            contact = center.board.contacts.get(menu.id)
            return contact is not None and contact.queued is not None

        for _ in range(10):
            try:
                until(queued, 3, "not yet")
                return
            except AssertionError:
                menu.phone.send_dtmf(KEYS["en"])
        raise AssertionError("the caller in the menu does not get into the line")

    def everybody_is_served(self) -> None:
        """Each nurse takes one of those who wait; nobody is passed over, nothing is left."""
        center, (first, second, third) = self.center, _NURSES
        center.tell(NurseReady(nurse=NurseId(third), actor="test"))
        self._serves(third, self.rests_here, self.line[0])
        self.talker.phone.hang_up()
        self._serves(first, self.talks_here, self.line[1])
        # Her phone may have rung out meanwhile (RONA): she says that she is there.
        center.tell(NurseReady(nurse=NurseId(second), actor="test"))
        self.rung.phone.hang_up()
        self._serves(second, self.rings_here, self.menu)
        self.nothing_is_left()

    def _serves(self, nurse: str, phone: Phone, person: Person) -> None:
        phone.wait_for_call(30)
        phone.answer()
        until(lambda: self._talk(nurse, person), 30, lambda: f"{nurse}: {self.center.nurse(nurse)}")

    def nothing_is_left(self) -> None:
        """Asterisk and the board agree; all hang up, and every nurse is ready again."""
        center = self.center
        until(
            lambda: center.callers_in_asterisk() == set(center.board.contacts),
            30,
            lambda: f"Asterisk has {center.callers_in_asterisk()}, we {center.contacts()}",
        )
        for person in self.everybody:
            person.phone.hang_up()
        until(lambda: not center.contacts(), 30, lambda: f"left over: {center.contacts()}")
        until(lambda: not center.callers_in_asterisk(), 30, "Asterisk keeps a caller")
        for nurse in _NURSES:
            center.until_state(nurse, NurseState.READY, 30)

    # -- when Asterisk is gone --------------------------------------------------------

    def everybody_is_owed(self) -> None:
        """Each caller with number and arrival; no nurse is busy with a call that is gone."""
        center = self.center
        until(lambda: not center.contacts(), 30, "a call that is gone is still believed in")
        owed = {debt.contact: debt for debt in center.board.owed}
        for person in self.everybody:
            assert owed[person.id].arrived == person.contact.arrived
            assert owed[person.id].sealed == person.contact.sealed is not None
        for phone in (self.talks_here, self.rings_here, *(p.phone for p in self.everybody)):
            phone.hang_up()  # they hear nothing any more
        for nurse in _NURSES[:2]:
            center.until_state(nurse, NurseState.READY, 30)

    def they_call_again(self) -> None:
        """All three nurses serve calls again, in the order of the callers."""
        center = self.center
        center.tell(NurseReady(nurse=NurseId(_NURSES[2]), actor="test"))
        phones = dict(
            zip(_NURSES, (self.talks_here, self.rings_here, self.rests_here), strict=True)
        )
        for nurse in _NURSES:
            # A registration of the second before a kill of Asterisk is lost, for a minute.
            until(lambda nurse=nurse: center.nurse(nurse).available, 90, f"{nurse} is not free")
        known = {contact.id for contact in center.contacts()}
        again = [self._comes(key="sv") for _ in _NURSES]
        served = set()
        for phone in phones.values():
            phone.wait_for_call(30)
            phone.answer()
        until(
            lambda: [c.state for c in center.contacts()] == [ContactState.TALKING] * 3,
            30,
            lambda: f"not served: {center.contacts()}",
        )
        served = {center.nurse(nurse).contact for nurse in _NURSES}
        assert served == {person.id for person in again}
        assert not served & known
        self.talker, self.rung, *self.line = again
        self.line.append(self.menu)
        self.nothing_is_left()


def hears(call: Call) -> bool:
    """Whether sound reaches this end now."""
    assert call.recording is not None
    before = call.recording.stat().st_size
    try:
        until(lambda: call.recording.stat().st_size > before, 30, "silence")  # type: ignore[union-attr]
    except AssertionError:
        return False
    return True


def play(
    center: Center,
    fault: Fault,
    meanwhile: Callable[[Scene], None] = Scene.nurse_answers,
    *,
    apart_s: float = 0.0,
) -> None:
    """One fault that Asterisk survives, from the scene to its end."""
    with Witness(center) as witness:
        scene = Scene(center, apart_s=apart_s)
        scene.live_through(fault, meanwhile)
        scene.nobody_noticed()
        # The dialplan's timer leads on from a silent menu, in the default language.
        if fault.victim not in ("ivr", "asterisk"):
            assert center.board.contacts[scene.menu.id].language == "en"
        scene.everybody_is_served()
        assert witness.violations == []
