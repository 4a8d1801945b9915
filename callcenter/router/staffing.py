"""Staffing: callers in line while nobody who speaks their language is signed in (fault 39).

They stay in line and are served in their order when a nurse comes; that somebody must come
is for people to see to, so it is said once, and again when it is over.
"""

import structlog

from callcenter.acd.board import Board
from callcenter.acd.contact import ContactState
from callcenter.acd.nurse import NurseState
from language_routing.languages import Language

log = structlog.get_logger()


def signed_in(board: Board) -> dict[Language, int]:
    """How many nurses are signed in (ready or not), for each language of the site."""
    found = dict.fromkeys(board.policy.languages if board.policy else (), 0)
    for nurse in board.nurses.values():
        if nurse.state is not NurseState.SIGNED_OUT:
            for language in nurse.languages:
                if language in found:
                    found[language] += 1
    return found


def without_nurse(board: Board) -> dict[Language, int]:
    """How many callers are in line for each language that no signed-in nurse speaks."""
    nurses = signed_in(board)
    found: dict[Language, int] = {}
    for contact in board.contacts.values():
        language = contact.language
        if contact.state is ContactState.WAITING and language and not nurses.get(language):
            found[language] = found.get(language, 0) + 1
    return found


class Staffing:
    """The leader's look-out. Next: `look`, about once a second."""

    def __init__(self) -> None:
        self._alone: frozenset[Language] = frozenset()

    def look(self, board: Board) -> None:
        """Say what has begun or ended since the last look."""
        found = without_nurse(board)
        for language in sorted(found.keys() - self._alone):
            log.error(
                "callers wait and no nurse of their language is signed in",
                language=language, count=found[language],
            )  # fmt: skip
        for language in sorted(self._alone - found.keys()):
            log.info("nobody waits without a nurse of the language any more", language=language)
        self._alone = frozenset(found)

    def forget(self) -> None:
        """No longer the leader: somebody else looks out."""
        self._alone = frozenset()
