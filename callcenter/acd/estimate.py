"""Estimate: the wait of a contact in line, as a range, from what the board shows.

Nobody who can serve it is in rotation, in any ring: there is no estimate, never a made-up one.
Sums are of integers, so that the order in which groups turned up does not matter.
"""

from bisect import bisect_left
from typing import Final

import msgspec

from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.expected import Estimate, GrowthCause, restate
from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy
from callcenter.acd.rivals import Plan, Ring
from callcenter.acd.surge import rings_percent
from callcenter.acd.wait import Stage, wait_range

_LONG: Final = 4  # times the opening of the last ring: hardly any of the wait is before it
_IN_LINE: Final = (ContactState.WAITING, ContactState.OFFERED)


class Remaining(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said of a wait now.

    Attributes:
        low, high: From now on, in milliseconds.
        cause: Why `high` reaches beyond what was said before; `None`: it does not.
        said: To hand over at the next look, so that the range counts down from here.
    """

    low: Millis
    high: Millis
    cause: GrowthCause | None
    said: Estimate


def stated(board: Board, contact: Contact, now: Millis) -> Estimate | None:
    """The wait of `contact`, which stands in line with a language or is about to.

    `None`: nobody in rotation can serve it.
    """
    policy, language = board.policy, contact.language
    if policy is None or language is None:
        return None
    need = board.need(contact)
    plan = board.rivals.plan(need)
    rings = plan.rings
    nurses = rings[-1].nurses
    if not nurses:
        return None
    if board.reach.servers[need] & board.idle_mask and not contact.doubt:
        home = board.nodes.get(contact.node)
        if home is not None and home.present:
            return _one_ringing(now, now + policy.ring, nurses)
    counts = _ahead(board, contact, plan)
    handles = board.handle_times.means(language, policy.handle_time)
    spread, impatience = board.calibration.spread(language), board.calibration.impatience
    if len(rings) == 1:
        found = wait_range((_stage(rings[0], counts, handles),), spread, impatience)
    else:
        begins = _openings(board, policy, contact, need, now)
        found = _through(rings, begins, counts, handles, (spread, impatience))
    assert found is not None  # there are nurses in the last ring
    return Estimate(
        stated=now,
        low_at=now + found[0],
        high_at=now + found[1],
        ahead=sum(counts),
        nurses=nurses,
    )


def now(
    board: Board, contact: Contact, at: Millis
) -> tuple[Millis, Millis, GrowthCause | None] | None:
    """What is left at `at` of the wait of a contact in line, for people: low, high, cause.

    As `remaining` after what she has heard, or what was stated when she came into line.
    """
    found = remaining(board, contact, at)
    return None if found is None else (found.low, found.high, found.cause)


def remaining(
    board: Board, contact: Contact, at: Millis, said: Estimate | None = None
) -> Remaining | None:
    """What may be said at `at` of a contact that stands in line.

    The far end only comes nearer than what was said (`said`, else what she has heard last, else
    what was stated when the contact came into line), unless the answer names a cause.
    `None`: the contact is not in line, or nobody in rotation can serve it: the wait is unknown.
    """
    if contact.state not in _IN_LINE or contact.dismissed is not None:
        return None
    fresh = stated(board, contact, at)
    if fresh is None:
        return None
    if contact.state is ContactState.OFFERED and board.policy is not None:
        fresh = _one_ringing(at, max(at, contact.since + board.policy.ring), fresh.nurses)
    before = said or contact.told or contact.estimate
    cause = None
    if before is not None:
        fresh, cause = restate(before, fresh, at)
    return Remaining(
        low=max(0, fresh.low_at - at), high=max(0, fresh.high_at - at), cause=cause, said=fresh
    )


def _one_ringing(now: Millis, until: Millis, nurses: int) -> Estimate:
    return Estimate(stated=now, low_at=now, high_at=until, ahead=0, nurses=nurses, at_once=True)


def _ahead(board: Board, contact: Contact, plan: Plan) -> list[int]:
    """How many are ahead, of each kind that competes."""
    place = (contact.deadline, contact.order, "")
    counts = [0] * plan.kinds
    kinds = plan.kind
    for need, members in board.line.groups.items():
        kind = kinds.get(need)
        if kind is not None:
            # Whoever has just come stands behind nearly everybody.
            behind = members[-1] < place
            counts[kind] += len(members) if behind else bisect_left(members, place)
    return counts


def _openings(
    board: Board, policy: Policy, contact: Contact, need: int, now: Millis
) -> list[Millis]:
    """In how many milliseconds each ring opens, from the one that is open now."""
    rings = board.reach.rings(board.reach.needs[need])
    percent = rings_percent(policy.surge, board.surge.level)
    waited = now - contact.in_line_since
    found = [0]
    found += [max(0, ring.after * percent // 100 - waited) for ring in rings[contact.ring + 1 :]]
    return found


def _through(
    rings: tuple[Ring, ...],
    begins: list[Millis],
    counts: list[int],
    handles: tuple[Millis, Millis],
    learnt: tuple[tuple[int, int], float],
) -> tuple[Millis, Millis] | None:
    """The range of a wait through several rings, which open at `begins`."""
    outermost = _stage(rings[-1], counts, handles)
    if outermost.ahead_milli * outermost.handle > 1000 * _LONG * begins[-1] * outermost.nurses:
        found = wait_range((outermost,), *learnt)
        if found is not None and found[0] >= _LONG * begins[-1]:
            # Hardly any of the wait is before the last ring: what matters is when there is a nurse.
            opens = next(at for at, ring in zip(begins, rings, strict=True) if ring.nurses)
            return found[0] + opens, found[1] + opens
    stages = []
    if rings[0].nurses:
        stages.append(_stage(rings[0], counts, handles))
        found = wait_range(stages, *learnt)
        if found is not None and found[1] <= begins[1]:
            return found  # it ends before another ring opens
    stages += [
        _stage(ring, counts, handles, at)
        for ring, at in zip(rings[1:], begins[1:], strict=True)
        if ring.nurses
    ]
    return wait_range(stages, *learnt)


def _stage(
    ring: Ring, counts: list[int], handles: tuple[Millis, Millis], begins: Millis = 0
) -> Stage:
    """Whom the contact competes with while this ring is the outermost.

    Args:
        handles: The mean handle time of the contact's language, and of all.
    """
    same, others = ring.ahead(counts)
    own, overall = handles
    # The first departure is of a conversation that may be in any language.
    work = 1000 * same * own + others * overall + 500 * (own + overall)
    total = 1000 * same + others
    return Stage(begins, ring.nurses, total, work // (total + 1000))
