"""The ACD on one core: events a second, one decision's time and memory, by the length of the line.

The whole policy is on: levels, competences, rings, classes, reserve, follow-me, surge rules,
estimates and figures. The events are those that a gateway journals of a call, all of them.
"""

import gc
import json
import resource
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import Offer
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    ChannelsSeen,
    CommandDone,
    CommandStarted,
    Connected,
    Disconnected,
    GatewayAlive,
    NurseRang,
    NurseReady,
    OfferEnded,
    OfferResult,
    SeenPhone,
    SiteLoaded,
    Tick,
)
from callcenter.acd.ids import ContactId, EntryId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.policy import NurseSpec, Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.shard.shard import Shard
from language_routing.languages import Language
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Requirement

_TAGS = ("sv", "fi", "en", "ar", "so", "fa", "ti", "pl", "es", "ru", "tr", "ku")
_COMPETENCES = ("adult", "child", "psychiatry", "pregnancy")
_NODE = NodeId("node1")
_CALLS = 600
_ROUNDS = 20
_TALK: Millis = 300_000
_SIZES = {"": (270, 5), "_large": (2_000, 12)}


def measure() -> dict[str, float | None]:
    """Each line length in a process of its own, so that memory is that one's alone."""
    found: dict[str, float | None] = {}
    for size in _SIZES:
        few, many = _child(size, 10), _child(size, 10_000)
        found |= {
            f"events_per_s{size}": few["events_per_s"],
            f"events_per_s_at_10000_waiting{size}": many["events_per_s"],
            f"rss_mb{size}": many["rss_mb"],
            f"decision_us_p50_at_10_waiting{size}": few["decision_us_p50"],
            f"decision_us_p50_at_10000_waiting{size}": many["decision_us_p50"],
            f"ratio{size}": round(many["decision_us_p50"] / few["decision_us_p50"], 2),
        }
    calm = _child("", -100)  # a hundred nurses free, nobody in line
    found["decision_us_p50_at_100_free"] = calm["decision_us_p50"]
    found["events_per_s_at_100_free"] = calm["events_per_s"]
    return found


def _child(size: str, waiting: int) -> dict[str, float]:
    argv = [sys.executable, "-m", "ops.bench.acd", size, str(waiting)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=600)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def policy(nurses: int, languages: int) -> Policy:
    """A whole site: every third nurse speaks one more language, a tenth two more."""
    tags = tuple(Language(tag) for tag in _TAGS[:languages])
    specs = []
    for n in range(nurses):
        # Half of the nurses speak the first language alone, the others share the rest.
        first = tags[0] if n % 2 == 0 else tags[1 + n // 2 % (languages - 1)]
        more = [tags[n * 7 % languages]] * (n % 3 == 0) + [tags[n * 5 % languages]] * (n % 10 == 0)
        spoken = tuple(dict.fromkeys((first, *more)))
        specs.append(
            NurseSpec(
                id=NurseId(f"n{n:04}"),
                languages=spoken,
                levels={tag: (Level.FLUENT if k == 0 else Level.WORKING)
                        for k, tag in enumerate(spoken)},
                competences=tuple(_COMPETENCES[: 1 + n % len(_COMPETENCES)]),
                years=5 + n % 5,
            )
        )  # fmt: skip
    rings = (
        Ring(level=Level.FLUENT),
        Ring(after=120_000, level=Level.WORKING),
        Ring(after=240_000, level=None, competences=False),
    )
    return Policy(
        languages=tags,
        default_language=tags[0],
        targets={"public": 180_000, "staff": 60_000, "red_flag": 0},
        nurses=tuple(specs),
        wrap_up=30_000,
        short_talk=3_000,
        routing=Routing(lines=tuple(Line(language=tag, rings=rings) for tag in tags)),
        requirements={"emergency": Requirement(competences=("child",))},
        reserve=True,
        follow_me=7_200_000,
        follow_hold=30_000,
        wrap_up_most=300_000,
        phone_gone=60_000,
        short_abandon=10_000,
        surge=SurgeRules(
            steps=(
                SurgeStep(level=SurgeLevel.HIGH, waiting=50_000, longest=360_000_000),
                SurgeStep(level=SurgeLevel.CRISIS, waiting=100_000, longest=720_000_000),
            )
        ),
        command_valid=5_000,
        gateway_lost=3_600_000,
    )


class Day:
    """A shard with its nurses on duty and a line of one length."""

    def __init__(self, size: str, waiting: int) -> None:
        nurses, languages = _SIZES[size]
        self.shard, self.now, self._number = Shard(), 1_700_000_000_000, 0
        self._policy = policy(nurses, languages)
        self._calls = 0
        self.decided: list[float] = []
        self._offers: list[Offer] = []
        self._talkers: deque[NurseId] = deque()
        self.events, self.spent = 0, 0.0
        self.tell(SiteLoaded(policy=self._policy))
        phones = tuple(
            SeenPhone(nurse=n.id, reachable=True, busy=False) for n in self._policy.nurses
        )
        self.tell(ChannelsSeen(node=_NODE, switch="a", contacts=(), phones=phones))
        for spec in self._policy.nurses:
            self.tell(NurseReady(nurse=spec.id, actor="bench"))
        # Everybody talks, at different stages, and `waiting` stand in line.
        busy = nurses if waiting >= 0 else max(0, nurses + waiting)
        self._gap, self._waiting = max(1, _TALK // busy), waiting
        while sum(n.contact is not None for n in self.shard.board.nurses.values()) < busy:
            self._come(answer=True)
        while waiting > 0 and self.shard.board.waiting < waiting:
            self._come(answer=True)

    def tell(self, event: AnyEvent) -> None:
        self._number += 1
        entry = EntryId(f"{self.now}-{self._number}")
        began = time.perf_counter()
        outcome = self.shard.lead(entry, event)
        spent = time.perf_counter() - began
        self.events += 1
        self.spent += spent
        offers = [decision for decision in outcome.decisions if isinstance(decision, Offer)]
        if offers:
            self.decided.append(spent)
            self._offers += offers

    def _come(self, *, answer: bool) -> None:
        self._calls += 1
        if answer:
            self._let_pass(self._gap // 3)
            self._let_pass(self._uneven())
        if self._calls % 100 == 0:
            self.tell(GatewayAlive(node=_NODE))
        number = self._calls
        contact = ContactId(f"node1-1700000000.{number}")
        entry = ("public", "emergency", "public", "staff")[number % 4]
        self.tell(
            CallArrived(
                contact=contact, node=_NODE, channel=f"PJSIP/trunk-{number:08x}",
                entry_point=entry, priority_class="staff" if entry == "staff" else "public",
                caller=f"h{number % 50_000:032x}", sealed="s" * 80,
            )
        )  # fmt: skip
        tags = self._policy.languages
        language = tags[0] if number % 2 else tags[number // 2 % len(tags)]
        self.tell(CallQueued(contact=contact, language=language))
        self._ring()

    def _ring(self) -> None:
        """What the gateway journals of an offer whose phone is answered."""
        while self._offers:
            offer = self._offers.pop(0)
            self.tell(CommandStarted(command=offer.offer))
            self.tell(NurseRang(offer=offer.offer, contact=offer.contact, nurse=offer.nurse))
            self.tell(CommandDone(command=offer.offer))
            self.tell(Connected(contact=offer.contact, nurse=offer.nurse))
            self._talkers.append(offer.nurse)

    def turn(self) -> None:
        """The nurse who has talked longest ends and wraps up; time passes; somebody new comes."""
        board = self.shard.board
        nurse = self._talkers.popleft()
        contact_id = board.nurses[nurse].contact
        if contact_id is not None and board.contacts[contact_id].state is ContactState.TALKING:
            offer = OfferId(board.contacts[contact_id].offer or "0-0-0")
            self.tell(Disconnected(contact=contact_id, nurse=nurse))
            self.tell(
                OfferEnded(
                    offer=offer, contact=contact_id, nurse=nurse, result=OfferResult.ANSWERED
                )
            )
            self.tell(CallHungUp(contact=contact_id))
        self._let_pass(self._gap + self._uneven())
        if self._calls % 2:
            self.tell(GatewayAlive(node=_NODE))
        while self._wants_more():
            self._come(answer=False)

    def _uneven(self) -> Millis:
        """Callers come at no even pace, or a hundred rings would open in the same instant."""
        return self._calls * 7_919 % 31

    def _let_pass(self, span: Millis) -> None:
        """Time passes, and each deadline in it is a tick, as the leader appends them."""
        until = self.now + span
        while (due := self.shard.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(Tick(deadline=due))
            self._ring()
        self.now = until

    def _wants_more(self) -> bool:
        """Keep the line, or the number of free nurses, as long as it was."""
        board = self.shard.board
        if self._waiting >= 0:
            return board.waiting < self._waiting
        return len(board.idle) > -self._waiting

    def run(self) -> dict[str, float]:
        """Calls through all of their lives; the best of some rounds, for machines are shared.

        Only the fold's own time counts, not that of inventing calls.
        """
        gc.collect()
        gc.freeze()
        speeds, decisions = [], []
        for _ in range(_ROUNDS):
            self.decided.clear()
            self.events, self.spent = 0, 0.0
            for _ in range(_CALLS):
                self.turn()
            speeds.append(self.events / self.spent)
            decisions.append(sorted(self.decided)[len(self.decided) // 2])
        return {
            "events_per_s": round(max(speeds)),
            "decision_us_p50": round(min(decisions) * 1e6, 1),
            "rss_mb": round(_most_memory_kb() / 1024, 1),
            "waiting": self.shard.board.waiting,
        }


def _most_memory_kb() -> int:
    """Of this process alone; `getrusage` would count what its parent had when it forked."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(json.dumps(Day(sys.argv[1], int(sys.argv[2])).run()))
