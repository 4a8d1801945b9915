"""Staffing: callers and callbacks in line whom nobody who is signed in can serve (fault 39).

They stay in line and are served in their order when a nurse comes; that somebody must come
is for people to see to, so it is said once, and again when it is over.
"""

from collections import Counter
from typing import Final

import structlog
from msgspec.structs import replace

from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.nurse import NurseState
from language_routing.languages import Language
from language_routing.rings import INTERPRETER_NOW, innermost
from language_routing.skills import NOTHING, Requirement

log = structlog.get_logger()

_CALLERS: Final = "callers wait and no nurse who can serve them is signed in"
_CALLBACKS: Final = "callbacks wait and no nurse who can serve them is signed in"


def signed_in(board: Board) -> dict[Language, int]:
    """How many nurses take calls today (ready or not), for each language of the site."""
    found = dict.fromkeys(board.policy.languages if board.policy else (), 0)
    for nurse in board.nurses.values():
        if nurse.state is not NurseState.SIGNED_OUT:
            for language in nurse.skills.spoken:
                if language in found:
                    found[language] += 1
    return found


def without_nurse(board: Board) -> dict[Language, int]:
    """How many callers and callbacks are in line whom no signed-in nurse can serve, whichever
    rings open.

    Where a line's last ring is any nurse with an interpreter, that is nobody while a nurse
    is signed in at all.
    """
    return _by_language(_waiting_alone(board))


def _waiting_alone(board: Board) -> dict[tuple[Language, bool], int]:
    """As `without_nurse`; callbacks, whose patients hold no line (`True`), by themselves."""
    waiting: Counter[tuple[Language, Requirement, bool, bool]] = Counter()
    for contact in board.contacts.values():
        language = contact.language
        if contact.state is ContactState.WAITING and language and contact.dismissed is None:
            asked = _asked(board, contact)
            waiting[language, asked, contact.interpreter, contact.absent] += 1
    nurses = board.nurses.values()
    skills = dict.fromkeys(n.skills for n in nurses if n.state is not NurseState.SIGNED_OUT)
    policy = board.policy
    found: Counter[tuple[Language, bool]] = Counter()
    for (language, asked, interpreter, absent), count in waiting.items():
        rings = (
            INTERPRETER_NOW if interpreter or not policy else policy.routing.line(language).rings
        )
        if all(innermost(rings, len(rings), language, asked, s) is None for s in skills):
            found[language, absent] += count
    return found


def _by_language(found: dict[tuple[Language, bool], int]) -> dict[Language, int]:
    summed: dict[Language, int] = {}
    for (language, _), count in found.items():
        summed[language] = summed.get(language, 0) + count
    return summed


def _asked(board: Board, contact: Contact) -> Requirement:
    """What the entry point asks for, and what a callback's booking does besides."""
    policy = board.policy
    asked = policy.requirements.get(contact.entry_point, NOTHING) if policy else NOTHING
    if not contact.competences:
        return asked
    return replace(asked, competences=(*asked.competences, *contact.competences))


class Staffing:
    """The leader's look-out. Next: `look`, about once a second."""

    def __init__(self) -> None:
        self._alone: frozenset[tuple[Language, bool]] = frozenset()

    def look(self, board: Board) -> dict[Language, int]:
        """Say what has begun or ended since the last look; `without_nurse` is returned."""
        found = _waiting_alone(board)
        for language, absent in sorted(found.keys() - self._alone):
            log.error(
                _CALLBACKS if absent else _CALLERS,
                language=language, count=found[language, absent],
            )  # fmt: skip
        summed = _by_language(found)
        for language in sorted({each for each, _ in self._alone} - summed.keys()):
            log.info("nobody waits without a nurse any more", language=language)
        self._alone = frozenset(found)
        return summed

    def forget(self) -> None:
        """No longer the leader: somebody else looks out."""
        self._alone = frozenset()
