"""Duties: when the nurses of a recording worked, from what the board shows of them."""

from typing import Final

import msgspec

from callcenter.acd.board import Board
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.acd.tally import HALF_HOUR
from callcenter.simulate.model import Change, Move
from language_routing.languages import Language

_AWAY: Final = (NurseState.SIGNED_OUT, NurseState.NOT_READY)
_WISHES: Final = {"out": Move.OFF, "paused": Move.PAUSE, "ready": Move.READY}


class Staffed(msgspec.Struct, kw_only=True):
    """One nurse in one half-hour, in milliseconds: ringing, talking and wrap-up; all on duty."""

    busy: Millis = 0
    on_duty: Millis = 0


class Duties:
    """What was seen of the nurses.

    A change is noted when a nurse asks for it, as `model.Move` means it: after the call in
    hand. What takes her out of rotation without her asking is a pause: a missed call (from
    its first ring on), a lost line, a phone that cannot be reached or is in use for something
    else.

    Attributes:
        changes: In no order.
        chosen: In which of her languages each nurse took calls, each way once; `()`: all.
        staffed: By nurse and start of the half-hour.
        wrap_ups, wrapped: How many there were, and their length together.
    """

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.chosen: dict[NurseId, dict[tuple[Language, ...], None]] = {}
        self.staffed: dict[tuple[NurseId, Millis], Staffed] = {}
        self.wrap_ups = 0
        self.wrapped: Millis = 0
        self._nurses: list[Nurse] = []
        self._seen: dict[NurseId, Nurse] = {}
        self._wish: dict[NurseId, Move] = {}

    def known(self, nurse: NurseId) -> bool:
        """Whether she was ever seen to come."""
        return nurse in self._wish

    def look(self, board: Board, now: Millis) -> None:
        """The nurses as they are after an entry."""
        nurses = list(board.nurses.values())
        if nurses == self._nurses:  # the same records: lists compare by identity first
            return
        self._nurses = nurses
        for nurse in nurses:
            before = self._seen.get(nurse.id)
            if before is not nurse:
                self._look_at(before, nurse, now)
                self._seen[nurse.id] = nurse
        if len(nurses) < len(self._seen):
            for gone in [nurse for nurse in self._seen if nurse not in board.nurses]:
                self._spent(self._seen.pop(gone), now)
                self.wishes(gone, Move.OFF, now)

    def end(self, now: Millis) -> None:
        """The recording is over."""
        for nurse in self._seen.values():
            self._spent(nurse, now)

    def wishes(self, nurse: NurseId, wish: Move, at: Millis) -> None:
        """From now on she wants this of her shift, if it is something new."""
        if wish is not self._wish.get(nurse, Move.OFF):
            self.changes.append(Change(at=at, nurse=nurse, move=wish))
            self._wish[nurse] = wish

    def _look_at(self, before: Nurse | None, nurse: Nurse, now: Millis) -> None:
        moved = before is None or (before.state, before.since) != (nurse.state, nurse.since)
        if before is not None and moved:
            self._spent(before, nurse.since)
        wish, at = _WISHES[nurse.to_mirror], nurse.since if moved else now
        match nurse.state, before:
            case NurseState.READY, _ if not nurse.available:
                wish = Move.PAUSE
            case NurseState.NOT_READY, Nurse(state=NurseState.RINGING, since=rang_at):
                at = rang_at  # she missed it: she was not there when it began to ring
        self.wishes(nurse.id, wish, at)
        if wish is Move.READY:
            self.chosen.setdefault(nurse.id, {})[nurse.chosen] = None

    def _spent(self, nurse: Nurse, until: Millis) -> None:
        """The time of one state goes to its half-hours."""
        since, state = nurse.since, nurse.state
        if state in _AWAY:
            return
        if state is NurseState.WRAP_UP:
            # Within one entry the wrap-up can end and a phone ring: she was ready between.
            free = until if nurse.wrap_up_ends is None else min(until, nurse.wrap_up_ends)
            self.wrap_ups += 1
            self.wrapped += free - since
            self._add(nurse.id, free, until, busy=False)
            until = free
        self._add(nurse.id, since, until, busy=state is not NurseState.READY)

    def _add(self, nurse: NurseId, since: Millis, until: Millis, *, busy: bool) -> None:
        while since < until:
            start = since - since % HALF_HOUR
            part = min(until, start + HALF_HOUR) - since
            staffed = self.staffed.setdefault((nurse, start), Staffed())
            staffed.on_duty += part
            staffed.busy += part if busy else 0
            since += part
