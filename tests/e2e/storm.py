"""Storm: processes are killed at random while callers keep coming and nurses keep answering.

Callers and nurses are SIPp's. The nurses' end takes a second call without a word, so what
keeps a nurse from being rung twice is the service alone.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis.exceptions import RedisError

from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    ChannelsSeen,
    Connected,
    Disconnected,
    NurseRang,
    NurseReady,
    OfferEnded,
    OfferResult,
)
from callcenter.acd.ids import ContactId, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.asterisk.config import etc
from callcenter.credentials import load_credentials
from callcenter.softphone.sipp import Scenario, SippRun
from callcenter.softphone.sipp_result import SippResult
from tests.e2e.center import CARRIER, KEYS, Center, until
from tests.e2e.conftest import write_site
from tests.e2e.witness import Witness

VICTIMS = ("gateway", "router", "standby", "ivr", "redis", "worker", "reconciler")
RATE = 5.0
_PAUSE_S = (2.0, 6.0)  # between two kills
_TALK_S = 0.8
_REGISTER_EVERY_S = 20.0  # a registration lasts 60 s
_SHARES = {"sv": 6, "en": 1, "ar": 1, "fi": 1, "so": 1}


@contextmanager
def quick_center(folder: Path) -> Iterator[Center]:
    """A service whose twelve nurses can take more than five calls a second."""
    with Center(folder / "home", write_site(folder, ring=4, wrap_up=0)) as center:
        # SIPp registers from one port and answers at another; no real phone does.
        path = etc(center.settings) / "pjsip.conf"
        path.write_text(path.read_text().replace("rewrite_contact = yes", "rewrite_contact = no"))
        center.asterisk("module reload res_pjsip.so")
        yield center


class Nurses:
    """All nurses of the site, at one SIPp, registered again and again."""

    def __init__(self, center: Center, seconds: int) -> None:
        self._center = center
        self._names = [str(nurse) for nurse in center.board.nurses]
        self._secrets = load_credentials(center.settings.data, self._names).nurses
        self._port = center.settings.port_base + 45
        answer = Scenario(name="nurse_answer", hold_seconds=_TALK_S, seconds=seconds)
        self._answering = SippRun(
            answer, target=center.server, address="127.0.0.1", port=self._port
        )
        self._over = threading.Event()
        self._again = threading.Thread(target=self._register_again, daemon=True)

    def __enter__(self) -> "Nurses":
        self._register()
        self._again.start()
        board = self._center.board
        until(self._everybody_reachable, 30, "a nurse's phone is not reachable")
        for nurse in list(board.nurses):
            self._center.tell(NurseReady(nurse=nurse, actor="test"))
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._again.join()
        self._register(expires=0)
        self._answering.close()

    def _everybody_reachable(self) -> bool:
        return all(nurse.reachable for nurse in self._center.board.nurses.values())

    def _register(self, expires: int = 60) -> None:
        scenario = Scenario(
            name="nurse_register",
            rows=[(name, self._secrets[name]) for name in self._names],
            calls=len(self._names),
            rate=20,
            keys={"uas_port": str(self._port), "expires": str(expires)},
        )
        with SippRun(scenario, target=self._center.server, address="127.0.0.1") as run:
            result = run.wait()
        assert result.successful == len(self._names), result

    def _register_again(self) -> None:
        while not self._over.wait(_REGISTER_EVERY_S):
            self._register()


def callers(center: Center, calls: int) -> SippRun:
    """So many callers, five a second, in all languages; each insists for a while."""
    spoken = [tag for tag, share in _SHARES.items() for _ in range(share)]
    rows = [(f"+4670174{n:04}", KEYS[spoken[n * 7 % len(spoken)]]) for n in range(200)]
    scenario = Scenario(
        name="insistent_caller", rows=rows, service="1177", calls=calls, rate=RATE,
        variables={"key_ms": 1_500}, seconds=int(calls / RATE) + 120,
    )  # fmt: skip
    return SippRun(scenario, target=center.server, address=CARRIER)


def kill_at_random(center: Center, kills: int, draw: random.Random) -> list[str]:
    """kill -9 of one process after the other, whether the last one is back or not."""
    done: list[str] = []
    while len(done) < kills:
        time.sleep(draw.uniform(*_PAUSE_S))  # the storm's own rhythm
        victim = draw.choice(VICTIMS)
        pid = center.pid(victim)
        if pid:  # else it is being started just now
            os.kill(pid, signal.SIGKILL)
            done.append(victim)
    return done


def weather(center: Center, *, kills: int, seed: int) -> SippResult:
    """Live through so many kills under load, and see that nobody was lost or doubled."""
    print(f"storm of {kills} kills, seed {seed}")
    calls = int(RATE * kills * (sum(_PAUSE_S) / 2 + 0.5))
    began = center.position()
    ended_before = _ended(center)
    owed_before = len(list(center.board.owed))
    with Nurses(center, int(calls / RATE) + 300), Witness(center) as witness:
        with callers(center, calls) as run:
            killed = kill_at_random(center, kills, random.Random(seed))
            result = run.wait()
        until(lambda: _at_rest(center), 60, lambda: f"left over: {_left(center)}")

        assert witness.violations == []
        # Nobody lost: all came through SIP's whole dialogue, were noticed, and were answered
        # or gave up themselves.
        assert (result.created, result.failed) == (calls, 0), result.counts
        assert len(witness.arrived) == calls
        assert witness.ended == witness.arrived
        gave_up = result.counts.get("BYE_Sent", 0)
        assert len(witness.arrived - witness.talked) <= gave_up
        events = list(center.all_events(began))
        known = {f"{center.settings.node}-{unique_id}" for unique_id in witness.arrived}
        assert contacts_of(events) == known
        assert doubled(events) == []
        assert len(list(center.board.owed)) == owed_before
        assert _ended(center) - ended_before == calls
    print(f"{calls} callers, {gave_up} gave up, {len(witness.talked)} talked; killed {killed}")
    return result


def _ended(center: Center) -> int:
    return sum(center.tally(name) for name in ("answered", "abandoned", "left_ivr", "cut_off"))


def _at_rest(center: Center) -> bool:
    try:
        board = center.board
    except RedisError:
        return False
    ready = all(nurse.state is NurseState.READY for nurse in board.nurses.values())
    return ready and not board.contacts and not center.callers_in_asterisk()


def _left(center: Center) -> str:
    states = {nurse.id: (nurse.state, nurse.reason) for nurse in center.board.nurses.values()}
    return f"{center.contacts()} {states} {center.callers_in_asterisk()}"


def contacts_of(events: Iterable[AnyEvent]) -> set[str]:
    """Every contact that the journal tells of."""
    found: set[str] = set()
    for event in events:
        if isinstance(event, CallArrived):
            found.add(event.contact)
        elif isinstance(event, ChannelsSeen):
            found.update(seen.contact for seen in event.contacts)
    return found


def doubled(events: Iterable[AnyEvent]) -> list[str]:
    """Where the journal tells of a nurse with two callers, or of a caller with two nurses."""
    with_nurse: dict[NurseId, ContactId] = {}
    found: list[str] = []
    for event in events:
        match event:
            case ChannelsSeen():
                # The whole truth: what was missed does not matter any more.
                pairs = [(seen.nurse, seen.contact) for seen in event.contacts]
                phases = [str(seen.phase) for seen in event.contacts]
                with_nurse = {
                    nurse: contact
                    for (nurse, contact), phase in zip(pairs, phases, strict=True)
                    if nurse is not None and phase in ("offer", "talking")
                }
            case NurseRang(nurse=nurse, contact=contact) | Connected(nurse=nurse, contact=contact):
                if with_nurse.get(nurse, contact) != contact:
                    found.append(f"{nurse}: {type(event).__name__} with another caller")
                for other, theirs in with_nurse.items():
                    if theirs == contact and other != nurse:
                        found.append(f"{contact}: at {other} and {nurse}")
                with_nurse[nurse] = contact
            case Disconnected(nurse=nurse, contact=contact):
                if with_nurse.get(nurse) == contact:
                    del with_nurse[nurse]
            case OfferEnded(nurse=nurse, contact=contact, result=result):
                if result is not OfferResult.ANSWERED and with_nurse.get(nurse) == contact:
                    del with_nurse[nurse]
            case CallHungUp(contact=contact):
                with_nurse = {n: c for n, c in with_nurse.items() if c != contact}
    return found
