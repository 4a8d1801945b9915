"""app_queue as threads that look every second, one by one; and small days to compare with."""

import heapq
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.simulate.baseline.door import Door
from callcenter.simulate.baseline.layout import Layout, plan
from callcenter.simulate.model import Caller, Change, Move
from language_routing.languages import Language
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level

SV, AR, SO = Language("sv"), Language("ar"), Language("so")
START: Final = 1_700_000_000_000
RING: Final = 15_000
END: Final = 240_000
NOBODY: Final = NurseId("")
NO_RINGS: Final[Mapping[Language, tuple[Ring, ...]]] = {}


class Told(Protocol):
    """What `AppQueue` and the threads have in common."""

    rung: list[tuple[int, NurseId]]

    def changes(self, nurse: NurseId, move: Move, now: Millis) -> None: ...
    def comes(self, caller: Caller, now: Millis) -> None: ...
    def gives_up(self, caller: Caller, now: Millis) -> None: ...
    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None: ...
    def misses(self, caller: Caller, nurse: NurseId, now: Millis) -> None: ...
    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None: ...
    def next_time(self) -> Millis | None: ...
    def wake(self, now: Millis) -> None: ...


class _Agent:
    """`struct member`, shared by her queues."""

    def __init__(self, nurse: NurseId) -> None:
        self.nurse = nurse
        self.status = "not in use"
        self.member = self.paused = self.in_call = False
        self.lastcall = 0


class _Waiting:
    """`struct queue_ent`, and its thread."""

    def __init__(self, caller: Caller, number: int, door: Door, prio: int, now: Millis) -> None:
        self.caller, self.number, self.queue, self.prio = caller, number, door.queue, prio
        self.min_penalty, self.max_penalty = door.lowest, door.highest
        self.rules = list(door.rule)
        self.start = now // 1000
        self.pending = False
        self.wakes: Millis | None = None
        self.rings: _Agent | None = None


class Threads:
    """app_queue.c as it is written: nothing is counted ahead, everything is looked at anew."""

    def __init__(self, policy: Policy, layout: Layout, retry: Millis) -> None:
        self.rung: list[tuple[int, NurseId]] = []
        self.looks = 0
        self._plan, self._retry = plan(policy, layout), retry
        self._wrapuptime = policy.wrap_up // 1000
        self._agents = {spec.id: _Agent(spec.id) for spec in policy.nurses}
        self._queues: dict[str, list[_Waiting]] = {name: [] for name in self._plan.queues}
        self._by_caller: dict[int, _Waiting] = {}
        self._number = 0

    def _penalty(self, agent: _Agent, queue: str) -> int | None:
        for seat in self._plan.seats[agent.nurse]:
            if seat.queue == queue and agent.member:
                return seat.penalty
        return None

    def _is_member_available(self, agent: _Agent, now: Millis) -> bool:
        second = now // 1000
        available = agent.status == "not in use" and not agent.paused
        if self._wrapuptime and agent.in_call:
            available = False
        if agent.lastcall and self._wrapuptime and second - self._wrapuptime < agent.lastcall:
            available = False
        return available

    def _num_available_members(self, queue: str, now: Millis) -> int:
        return sum(
            self._penalty(agent, queue) is not None and self._is_member_available(agent, now)
            for agent in self._agents.values()
        )

    def _is_our_turn(self, waiting: _Waiting, now: Millis) -> bool:
        available = self._num_available_members(waiting.queue, now)
        ahead = 0
        for other in self._queues[waiting.queue]:
            if other is waiting:
                break
            if not other.pending:
                ahead += 1
        return ahead < available

    def _update_qe_rules(self, waiting: _Waiting, now: Millis) -> None:
        while waiting.rules and now // 1000 - waiting.start >= waiting.rules[0].after:
            waiting.max_penalty = waiting.rules.pop(0).highest

    def _try_calling(self, waiting: _Waiting, now: Millis) -> bool:
        outgoing = []
        for number, agent in enumerate(self._agents.values()):
            penalty = self._penalty(agent, waiting.queue)
            if penalty is None or not waiting.min_penalty <= penalty <= waiting.max_penalty:
                continue
            metric = 1_000_000 - (now // 1000 - agent.lastcall) if agent.lastcall else 0
            outgoing.append((metric + penalty * 1_000_000, number, agent))
        for _, _, agent in sorted(outgoing, key=lambda attempt: attempt[:2]):
            if self._is_member_available(agent, now):
                agent.status = "ringing"
                waiting.pending, waiting.rings, waiting.wakes = True, agent, None
                self.rung.append((waiting.caller.number, agent.nurse))
                return True
        return False

    def _looks(self, waiting: _Waiting, now: Millis) -> None:
        self.looks += 1
        turn = self._is_our_turn(waiting, now)
        self._update_qe_rules(waiting, now)
        if not turn:
            waiting.wakes = now + 1_000
        elif not self._try_calling(waiting, now):
            waiting.wakes = now + self._retry

    def _leave_queue(self, waiting: _Waiting) -> None:
        self._queues[waiting.queue].remove(waiting)
        del self._by_caller[waiting.caller.number]

    def changes(self, nurse: NurseId, move: Move, now: Millis) -> None:
        agent = self._agents[nurse]
        if move is Move.OFF:
            agent.member = agent.paused = False
        elif move is Move.PAUSE:
            agent.paused = agent.member
        elif agent.member:
            agent.paused = False
        else:
            agent.member, agent.paused, agent.in_call, agent.lastcall = True, False, False, 0

    def comes(self, caller: Caller, now: Millis) -> None:
        self._number += 1
        prio = self._plan.priorities.get(caller.priority_class, 0)
        waiting = _Waiting(caller, self._number, self._plan.doors[caller.language], prio, now)
        line = self._queues[waiting.queue]
        at = next((n for n, other in enumerate(line) if waiting.prio > other.prio), len(line))
        line.insert(at, waiting)
        self._by_caller[caller.number] = waiting
        self._looks(waiting, now)

    def gives_up(self, caller: Caller, now: Millis) -> None:
        waiting = self._by_caller[caller.number]
        if waiting.rings is not None:
            waiting.rings.status = "not in use"
        self._leave_queue(waiting)

    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        self._leave_queue(self._by_caller[caller.number])
        agent = self._agents[nurse]
        agent.status, agent.in_call = "in use", agent.member

    def misses(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        waiting = self._by_caller[caller.number]
        waiting.pending, waiting.rings, waiting.wakes = False, None, now + self._retry
        self._agents[nurse].status = "not in use"

    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        agent = self._agents[nurse]
        agent.status = "not in use"
        if agent.member:
            agent.lastcall, agent.in_call = now // 1000, False

    def next_time(self) -> Millis | None:
        return min((w.wakes for w in self._by_caller.values() if w.wakes is not None), default=None)

    def wake(self, now: Millis) -> None:
        for waiting in sorted(self._by_caller.values(), key=lambda w: w.number):
            if waiting.wakes is not None and waiting.wakes <= now:
                self._looks(waiting, now)


class Day(NamedTuple):
    """A small day."""

    policy: Policy
    callers: tuple[Caller, ...]
    changes: tuple[Change, ...]


class Ringing(NamedTuple):
    """Whose phone rang for whom, and when."""

    at: Millis
    number: int
    nurse: NurseId


def live(day: Day, acd: Told) -> list[Ringing]:
    """What rang on `day`; what is due at an instant comes first, as in the engine."""
    rang: list[Ringing] = []
    queue: list[tuple[Millis, int, str, int, NurseId]] = []
    callers = {caller.number: caller for caller in day.callers}
    rings: dict[int, int] = {}
    gone: set[int] = set()
    count = 0

    def later(at: Millis, what: str, number: int = 0, nurse: NurseId = NOBODY) -> None:
        nonlocal count
        count += 1
        heapq.heappush(queue, (at, count, what, number, nurse))

    def drain(now: Millis) -> None:
        rung, acd.rung = acd.rung, []
        for number, nurse in rung:
            rang.append(Ringing(now, number, nurse))
            rings[number] = rings.get(number, 0) + 1
            caller = callers[number]
            if caller.miss < rings[number]:
                later(now + caller.pick_up, "answers", number, nurse)
            else:
                later(now + RING, f"misses {rings[number]}", number, nurse)

    for change in day.changes:
        later(change.at, change.move, nurse=change.nurse)
    for caller in day.callers:
        later(caller.at, "comes", caller.number)
    while True:
        due = acd.next_time()
        if due is not None and due <= START + END and (not queue or due <= queue[0][0]):
            acd.wake(due)
            drain(due)
            continue
        if not queue or queue[0][0] > START + END:
            return rang
        now, _, what, number, nurse = heapq.heappop(queue)
        if isinstance(what, Move):
            acd.changes(nurse, what, now)
        elif what == "comes":
            acd.comes(callers[number], now)
            drain(now)
            later(now + callers[number].patience, "gives up", number)
        elif number not in gone:
            if what == "gives up":
                gone.add(number)
                acd.gives_up(callers[number], now)
            elif what == "answers":
                gone.add(number)
                acd.answers(callers[number], nurse, now)
                later(now + callers[number].talk, "parts", number, nurse)
            else:
                acd.misses(callers[number], nurse, now)
        elif what == "parts":
            acd.parts(callers[number], nurse, now)
        drain(now)


def policy(
    nurses: Sequence[str], wrap_up: Millis, rings: Mapping[Language, tuple[Ring, ...]] = NO_RINGS
) -> Policy:
    """Nurses by what they speak: `sv ar:working`."""
    specs = []
    for number, said in enumerate(nurses):
        words = [word.partition(":") for word in said.split()]
        specs.append(
            NurseSpec(
                id=NurseId(f"n{number}"),
                languages=tuple(Language(tag) for tag, _, _ in words),
                levels={Language(tag): Level(level) for tag, _, level in words if level},
            )
        )
    return Policy(
        languages=(SV, AR, SO),
        default_language=SV,
        targets={"public": 300_000, "care": 60_000},
        nurses=tuple(specs),
        ring=RING,
        wrap_up=wrap_up,
        routing=Routing(lines=tuple(Line(language=tag, rings=r) for tag, r in rings.items())),
    )
