"""Release: from the instant at which a callback is due to the INVITE at a nurse's phone. Pure.

What came to the phones stands in SIPp's logs, one line each; which callback an INVITE was for
says the journal's `NurseRang`, for a phone rings for nothing else: the nurse's first INVITE
belongs to her first one, and so on.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from callcenter.acd.ids import ContactId, Millis, NurseId

# SIPp's [timestamp]: date, time, and seconds since 1970, with tabs between them.
_LINE: Final = re.compile(r"(\d{9,}\.\d+) (nurse|rings|answers) (\S+)$")
# What is further apart does not belong together, whatever the order says.
_APART: Final[Millis] = 5_000
_MOMENT: Final = 50.0  # the journal may be as much ahead of SIPp's log


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One line of SIPp's log.

    Attributes:
        what: `nurse`: an INVITE at a nurse's phone; `rings`, `answers`: of a patient's.
        who: The nurse, or the number.
    """

    at: float
    what: str
    who: str


def seen(log: str) -> list[Seen]:
    """What SIPp's scenarios have logged; other lines are passed over."""
    found = []
    for line in log.splitlines():
        match = _LINE.search(line.strip())
        if match:
            found.append(Seen(at=float(match[1]) * 1000, what=match[2], who=match[3]))
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Rang:
    """A `NurseRang` of the journal."""

    at: Millis
    contact: ContactId
    nurse: NurseId


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """The first INVITE for a callback."""

    due: Millis
    at: float

    @property
    def lag(self) -> float:
        """In milliseconds."""
        return self.at - self.due


def released(
    invites: Iterable[Seen], rang: Iterable[Rang], due: Mapping[str, Millis]
) -> tuple[dict[str, Released], int]:
    """The first INVITE for each callback in `due`; and how many INVITEs belong to none.

    Args:
        due: By the callback's id.
    """
    by_nurse: dict[str, list[Rang]] = {}
    for one in sorted(rang, key=lambda one: one.at):
        by_nurse.setdefault(one.nurse, []).append(one)
    found: dict[str, Released] = {}
    strange = 0
    for invite in sorted(invites, key=lambda invite: invite.at):
        waiting = by_nurse.get(invite.who, [])
        while waiting and waiting[0].at < invite.at - _APART:
            waiting.pop(0)  # its INVITE never came
        if not waiting or waiting[0].at > invite.at + _APART:
            strange += 1
            continue
        callback = callback_of(waiting.pop(0).contact)
        if callback in due and callback not in found:
            found[callback] = Released(due=due[callback], at=invite.at)
    return found, strange


def callback_of(contact: str) -> str:
    """The callback whose call `contact` is: `<callback>-<calls>.0`."""
    return contact.rpartition("-")[0]


def answered_again(
    patients: Iterable[Seen], reached: Mapping[str, Sequence[Millis]]
) -> tuple[int, int]:
    """How often a patient answered again with whom a nurse had talked; and with whom nobody had.

    The second: she hung up before Asterisk had connected her, and was rung another time.

    Args:
        reached: When the journal says that a patient was connected, by number.
    """
    doubled = unheard = 0
    answers: dict[str, list[float]] = {}
    for one in sorted(patients, key=lambda one: one.at):
        if one.what == "answers":
            answers.setdefault(one.who.removeprefix("+"), []).append(one.at)
    for number, times in answers.items():
        connected = reached.get(number, ())
        for before, at in pairwise(times):
            if any(before - _MOMENT <= when < at for when in connected):
                doubled += 1
            else:
                unheard += 1
    return doubled, unheard


def unanswered(patients: Iterable[Seen], numbers: Sequence[str]) -> int:
    """To how many of `numbers` no call of ours came through."""
    reached = {one.who.removeprefix("+") for one in patients if one.what == "answers"}
    return sum(number.removeprefix("+") not in reached for number in numbers)


def rank(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` of them lie."""
    if not values:
        return None
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 1)
