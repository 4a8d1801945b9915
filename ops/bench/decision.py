"""How long one decision takes, with ten callers waiting and with ten thousand."""

import gc
import time

from callcenter.acd.events import (
    CallArrived,
    CallHungUp,
    CallQueued,
    ChannelsSeen,
    Connected,
    Disconnected,
    NurseReady,
    SeenPhone,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, EntryId, NodeId, NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.shard.shard import Shard
from language_routing.languages import Language

_LANGUAGES = tuple(Language(tag) for tag in ("sv", "fi", "en", "ar", "so"))
_NODE = NodeId("node1")
_NURSES = 270
_ROUNDS = 2_000


def measure() -> dict[str, float]:
    """Microseconds for a whole hand-over (five entries), the median of all rounds."""
    few, many = _handover_us(10), _handover_us(10_000)
    return {
        "handover_us_10_waiting": round(few, 1),
        "handover_us_10000_waiting": round(many, 1),
        "ratio": round(many / few, 2),
        "nurses": _NURSES,
        "rounds": _ROUNDS,
    }


class _Day:
    """A shard with its nurses on duty and a line that never ends."""

    def __init__(self, waiting: int) -> None:
        self._shard, self._number = Shard(), 0
        nurses = [
            NurseSpec(id=NurseId(f"n{n:03}"), languages=(_LANGUAGES[n % 5],))
            for n in range(_NURSES)
        ]
        policy = Policy(
            languages=_LANGUAGES,
            default_language=_LANGUAGES[0],
            targets={"public": 180_000},
            nurses=tuple(nurses),
            wrap_up=0,
        )
        self.tell(SiteLoaded(policy=policy))
        phones = tuple(SeenPhone(nurse=n.id, reachable=True, busy=False) for n in nurses)
        self.tell(ChannelsSeen(node=_NODE, switch="a", contacts=(), phones=phones))
        self.callers = 0
        for _ in range(_NURSES + waiting):
            self.caller()
        for spec in nurses:
            self.tell(NurseReady(nurse=spec.id, actor="bench"))

    def tell(self, event: object) -> None:
        self._number += 1
        self._shard.lead(EntryId(f"{1_000_000 + self._number // 100}-{self._number}"), event)  # type: ignore[arg-type]

    def caller(self) -> None:
        self.callers += 1
        contact = ContactId(f"c{self.callers}")
        self.tell(
            CallArrived(
                contact=contact, node=_NODE, channel=f"PJSIP/trunk-{self.callers}",
                entry_point="public", priority_class="public",
            )
        )  # fmt: skip
        self.tell(CallQueued(contact=contact, language=_LANGUAGES[self.callers % 5]))

    def handover(self, nurse: NurseId) -> None:
        """The nurse answers, talks, hangs up, and is offered the next caller."""
        contact = self._shard.board.nurses[nurse].contact
        assert contact is not None
        self.tell(Connected(contact=contact, nurse=nurse))
        self.tell(Disconnected(contact=contact, nurse=nurse))
        self.tell(CallHungUp(contact=contact))


def _handover_us(waiting: int) -> float:
    day = _Day(waiting)
    taken: list[float] = []
    gc.disable()
    try:
        for number in range(_ROUNDS):
            nurse = NurseId(f"n{number % _NURSES:03}")
            began = time.perf_counter()
            day.handover(nurse)
            day.caller()
            taken.append(time.perf_counter() - began)
    finally:
        gc.enable()
    return sorted(taken)[_ROUNDS // 2] * 1e6
