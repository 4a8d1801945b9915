"""Promises: who is to be rung, from when and until when, and what she does meanwhile.

Everything that chance decides is drawn beforehand from the seed, the same for every run.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

from callbacks.callback import CallbackId
from callcenter.acd.ids import Millis
from callcenter.simulate.scenarios.chance import dice
from language_routing.languages import Language

MINUTE: Final[Millis] = 60_000
HOUR: Final[Millis] = 60 * MINUTE
PROMISE: Final[Millis] = 2 * HOUR
_PERSONS_FROM: Final = 900_000_000  # no caller of the scenario has such a number

# Who books: by language, the share of all, and when that line promises anything (local minutes).
# The site's Finnish line is open from 8 to 12, the Somali one to 17, the Arabic one to 22.
SHARES: Final[dict[Language, tuple[float, int, int]]] = {
    Language("sv"): (0.86, 0, 22 * 60),
    Language("en"): (0.07, 0, 22 * 60),
    Language("ar"): (0.045, 8 * 60, 22 * 60),
    Language("so"): (0.017, 8 * 60, 17 * 60),
    Language("fi"): (0.008, 8 * 60, 12 * 60),
}
# Bookings by the hour of the day, in any unit: nobody promises a call in the night.
BY_HOUR: Final = (
    0, 0, 0, 0, 0, 0, 0, 30, 52, 60, 68, 82, 115, 130, 120, 78, 62, 48, 30, 10, 0, 0, 0, 0,
)  # fmt: skip
_LEAST: Final[Millis] = 30 * MINUTE  # no window is shorter


class Meanwhile(StrEnum):
    """What becomes of a promise before it is kept."""

    NOTHING = "nothing"
    CANCELLED = "cancelled"
    MOVED = "moved"
    RINGS_IN = "rings_in"


_MEANWHILE: Final = (
    (Meanwhile.CANCELLED, 0.03),
    (Meanwhile.MOVED, 0.03),
    (Meanwhile.RINGS_IN, 0.04),
)
_WISHES: Final = 0.05
_SETTLES: Final = 0.8  # of the nurses whom she rings, so many say that it is done


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """One callback that is asked for.

    Attributes:
        at: When it is booked; `earliest`, `latest`: when a nurse is to talk to her.
        wish: The nurse who books is to ring herself.
        meanwhile: Happens at `then`; `settles`: the nurse whom she rings says that it is done.
        moved: The other window.
    """

    number: int
    language: Language
    at: Millis
    earliest: Millis
    latest: Millis
    wish: bool
    meanwhile: Meanwhile
    then: Millis
    settles: bool
    moved: tuple[Millis, Millis]

    @property
    def id(self) -> CallbackId:
        return CallbackId(f"b{self.number}")

    @property
    def person(self) -> int:
        """Who is rung; nobody is promised two calls."""
        return _PERSONS_FROM + self.number


def promises(count: int, midnight: Millis, seed: int) -> list[Promise]:
    """A day's bookings, in their order."""
    found = []
    for language, (share, opens, closes) in SHARES.items():
        chance = dice(seed, 0, f"promises/{language}")
        wanted = round(count * share)
        found += [
            _promise(chance, language, midnight, opens * MINUTE, closes * MINUTE)
            for _ in range(wanted)
        ]
    found.sort(key=lambda promise: promise.at)
    return [replace(promise, number=number) for number, promise in enumerate(found)]


def _promise(
    chance: Random, language: Language, midnight: Millis, opens: Millis, closes: Millis
) -> Promise:
    at = next(t for t in _moments(chance) if opens <= t <= closes - HOUR)
    earliest, latest = _window(chance, at, closes)
    meanwhile, edge = Meanwhile.NOTHING, chance.random()
    for what, share in _MEANWHILE:
        if 0 <= edge < share:
            meanwhile = what
        edge -= share
    # Most of what people do about it they do before its time, some only just then.
    then = at + int((earliest + 10 * MINUTE - at) * chance.random())
    moved = _window(chance, max(then, at), closes)
    return Promise(
        number=0,
        language=language,
        at=midnight + at,
        earliest=midnight + earliest,
        latest=midnight + latest,
        wish=chance.random() < _WISHES,
        meanwhile=meanwhile,
        then=midnight + then,
        settles=chance.random() < _SETTLES,
        moved=(midnight + moved[0], midnight + moved[1]),
    )


def _moments(chance: Random) -> Iterator[Millis]:
    while True:
        hour = chance.choices(range(24), BY_HOUR)[0]
        yield hour * HOUR + int(chance.random() * HOUR)


def _window(chance: Random, at: Millis, closes: Millis) -> tuple[Millis, Millis]:
    """What is promised at `at`: within two hours, at some quarter of an hour, or soon."""
    kind = chance.random()
    if kind < 0.5:  # "within two hours"
        earliest, latest = at + int(chance.uniform(5, 60) * MINUTE), at + PROMISE
    elif kind < 0.8:  # "at four o'clock": half an hour from a quarter on
        quarter = 15 * MINUTE
        earliest = (at + int(chance.uniform(10, 75) * MINUTE)) // quarter * quarter + quarter
        latest = earliest + 30 * MINUTE
    else:  # "in an hour at the latest"
        earliest, latest = at + int(chance.uniform(1, 30) * MINUTE), at + HOUR
    latest = min(latest, at + PROMISE, closes)
    return max(at, min(earliest, latest - _LEAST)), max(latest, at + _LEAST)


class Answer(StrEnum):
    """What a patient's phone does when it is rung."""

    PERSON = "person"
    NOBODY = "nobody"
    BUSY = "busy"
    MACHINE = "machine"
    FAILED = "failed"
    WRONG = "wrong"
    INVALID = "invalid"


_ANSWERS: Final = {
    Answer.PERSON: 0.80,
    Answer.NOBODY: 0.11,
    Answer.BUSY: 0.03,
    Answer.MACHINE: 0.05,
    Answer.FAILED: 0.01,
}
_NO_NUMBER: Final = ((Answer.INVALID, 0.004), (Answer.WRONG, 0.004))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ringing:
    """One ringing of a patient's phone.

    Attributes:
        rings: Until it is answered, or the network says that it will not be.
        ready: From the answer to the key of a patient who is rung before there is a nurse.
        talk: How long the conversation lasts.
        preview: So long the nurse looks at it before she lets the patient be rung.
    """

    answer: Answer
    rings: Millis
    ready: Millis
    talk: Millis
    preview: Millis


TALK_MEAN: Final[Millis] = 270_000
_TALK_SHAPE: Final = 2.2


def ringing(seed: int, callback: str, attempt: int) -> Ringing:
    """What happens when this callback's patient is rung for the `attempt`th time, from 1."""
    always = Random(f"{seed}/{callback}").random()  # noqa: S311 - no secret
    chance = Random(f"{seed}/{callback}/{attempt}")  # noqa: S311
    answer = chance.choices(list(_ANSWERS), list(_ANSWERS.values()))[0]
    for what, share in _NO_NUMBER:  # of the number, whenever it is rung
        if 0 <= always < share:
            answer = what
        always -= share
    return Ringing(
        answer=answer,
        rings=int(chance.uniform(4_000, 20_000)),
        ready=int(chance.uniform(2_000, 8_000)),
        talk=20_000 + int(chance.gammavariate(_TALK_SHAPE, (TALK_MEAN - 20_000) / _TALK_SHAPE)),
        preview=int(chance.uniform(4_000, 15_000)),
    )
