"""Told: what callers in line have heard of their wait; whether it grew is counted, by cause."""

from typing import Final

from msgspec.structs import replace

from callcenter.acd import calls
from callcenter.acd.board import Board
from callcenter.acd.contact import ContactState, IllegalMove
from callcenter.acd.events import WaitTold
from callcenter.acd.expected import Estimate, GrowthCause, growth, restate
from callcenter.acd.ids import Millis

_IN_LINE: Final = (ContactState.WAITING, ContactState.OFFERED)
# A range is older than its event by the time that it takes to say it. That is no growth.
_SPOKEN: Final[Millis] = 15_000
_GREW: Final = {
    GrowthCause.OVERTAKEN: "told_grew_overtaken",
    GrowthCause.FEWER_NURSES: "told_grew_fewer_nurses",
    GrowthCause.OVERRUN: "told_grew_overrun",
    None: "told_grew_unexplained",
}


def wait_told(board: Board, event: WaitTold, now: Millis) -> None:
    """She knows it by now: what is said next counts down from there.

    Raises:
        IllegalMove: She is not in line.
    """
    if calls.stranger(board, event.contact):
        return
    contact = board.contact(event.contact)
    if contact.state not in _IN_LINE or contact.dismissed is not None:
        raise IllegalMove("contact: not in line")
    heard = Estimate(
        stated=now,
        low_at=now + event.low,
        high_at=now + event.high,
        ahead=event.ahead,
        nurses=event.nurses,
    )
    before, tally = contact.told, board.tally(contact)
    tally.told += 1
    if before is not None and heard.high_at > before.high_at:
        cause = growth(before, heard, now)
        if cause is None and heard.high_at - before.high_at <= _SPOKEN:
            heard, _ = restate(before, heard, now)
        else:
            setattr(tally, _GREW[cause], getattr(tally, _GREW[cause]) + 1)
    board.put_contact(replace(contact, told=heard))
