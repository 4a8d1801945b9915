"""Careful: one language's queue with a reserve in its penalties and its rings in a queue rule.

    penalty   block 0        block 1        block 2        ...
              fluent,        working,       any nurse,
              from 0 s       from 120 s     from 240 s
              |0 1 2 3 4|    |5 6 7 8 9|    |10 11 ...     within: other languages she speaks

QUEUE_MAX_PENALTY is the end of the blocks that are open at 0 s; `penaltychange` raises it to the
end of the next ones when the ring opens.
"""

from collections.abc import Sequence
from typing import NamedTuple

from callcenter.acd.ids import NurseId
from callcenter.acd.policy import NurseSpec
from callcenter.simulate.baseline.door import Door, Seat, Step
from language_routing.languages import Language
from language_routing.lines import Line
from language_routing.skills import Level, Skills


class _Block(NamedTuple):
    """Members who are equally good: since when they may be rung, in seconds, and their level."""

    opens: int
    level: int  # 0 native and fluent, 1 working, 2 with an interpreter


_FIRST = _Block(0, 0)  # always there, so that no penalty below it can be meant


def careful_queue(
    line: Line, nurses: Sequence[NurseSpec], menu: Sequence[Language]
) -> tuple[Door, dict[NurseId, Seat]]:
    """The queue of `line`: its door, and the seats of all whom one of its rings admits.

    A penalty is the number of her block times the number of languages on the menu, and one
    more for each of them that she speaks besides the line's own. So of equally good nurses
    those are rung first whom the fewest other lines could need.
    """
    blocks = {spec.id: _block(line, spec.skills) for spec in nurses}
    order = sorted({_FIRST, *(block for block in blocks.values() if block is not None)})
    ends = {block.opens: (number + 1) * len(menu) - 1 for number, block in enumerate(order)}
    queue = str(line.language)
    seats = {}
    for spec in nurses:
        block = blocks[spec.id]
        if block is not None:
            others = len({*spec.languages} & {*menu} - {line.language})
            seats[spec.id] = Seat(queue, order.index(block) * len(menu) + others)
    later = tuple(Step(opens, end) for opens, end in sorted(ends.items()) if opens > 0)
    return Door(queue, 0, ends[0], later), seats


def _block(line: Line, skills: Skills) -> _Block | None:
    """Of a nurse; `None` if no ring admits her. A rule counts whole seconds."""
    opens = [
        -(-ring.after // 1000)
        for ring in line.rings
        if ring.level is None or skills.speaks(line.language, ring.level)
    ]
    if not opens:
        return None
    level = skills.level(line.language)
    if level is None:
        return _Block(min(opens), 2)
    return _Block(min(opens), 1 if level is Level.WORKING else 0)
