"""People: who calls, which keys they press and when. Drawn from a seed: each run is the same."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = {"1": "sv", "2": "fi", "3": "en", "4": "ar", "5": "so"}
DEFAULT: Final = "sv"
_WRONG: Final = "089"
# Time enough to be in line. Nobody stays for a minute: a caller who sends no sound is then ended.
_LISTENS_S: Final = (24.0, 32.0)
# Who presses nothing hears the whole menu and its time-out before the line.
_SILENT_S: Final = (50.0, 58.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One call to the public number.

    Attributes:
        number: Who calls.
        keys: What is pressed, and after how many seconds since the key before (or the answer).
        listens_s: From the last key to the hang-up.
        wanted: The language of the line to which this leads.
        red_flag: The last key says that it is urgent.
        ahead: The keys come so fast that some are pressed before their question.
    """

    number: str
    keys: tuple[tuple[float, str], ...]
    listens_s: float
    wanted: str
    red_flag: bool = False
    ahead: bool = False

    def row(self) -> tuple[str, ...]:
        """As `ops/load/ivr_caller.xml` reads it."""
        cells = [cell for wait, key in self.keys for cell in (f"{wait * 1000:.0f}", key)]
        cells += ["0", ""] * (3 - len(self.keys))
        return (self.number, *cells, f"{self.listens_s * 1000:.0f}")


def crowd(count: int, seed: int = 1) -> list[Plan]:
    """Callers of every kind; most of them take their time in the menu."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [_one(chance, f"+4670300{place:04}") for place in range(count)]


def measured(count: int, question_s: Mapping[str, float], seed: int = 2) -> list[Plan]:
    """Callers who press as many keys as one may in a call.

    Args:
        question_s: How long in each language it takes from the language key to the question
            whether it is urgent.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [_busy(chance, f"+4670310{place:04}", question_s) for place in range(count)]


def _one(chance: random.Random, number: str) -> Plan:
    language = chance.choice(list(LANGUAGES))
    wanted, listens_s = LANGUAGES[language], chance.uniform(*_LISTENS_S)
    kind = chance.random()
    if kind < 0.1:
        silent_s = chance.uniform(*_SILENT_S)
        return Plan(number=number, keys=(), listens_s=silent_s, wanted=DEFAULT)
    if kind < 0.2:
        ahead = ((chance.uniform(0.1, 1.0), language),)
        return Plan(number=number, keys=ahead, listens_s=listens_s, wanted=wanted, ahead=True)
    first = "*" if kind < 0.6 else chance.choice(_WRONG)
    keys = ((chance.uniform(4, 12), first), (chance.uniform(8, 14), language))
    return Plan(number=number, keys=keys, listens_s=listens_s, wanted=wanted)


def _busy(chance: random.Random, number: str, question_s: Mapping[str, float]) -> Plan:
    language = chance.choice(list(LANGUAGES))
    wanted, listens_s = LANGUAGES[language], 4.0
    kind = chance.random()
    if kind < 0.15:
        ahead = ((chance.uniform(0.1, 0.6), "*"), (0.25, language))
        return Plan(number=number, keys=ahead, listens_s=listens_s, wanted=wanted, ahead=True)
    in_menu = chance.sample(["*", "*", *chance.sample(_WRONG, 2)], 4)
    keys = [(chance.uniform(1.2, 4.0), key) for key in (*in_menu, language)]
    red_flag = kind < 0.6
    if red_flag:
        keys.append((question_s[wanted] + chance.uniform(0.8, 3.0), "1"))
    return Plan(
        number=number, keys=tuple(keys), listens_s=listens_s, wanted=wanted, red_flag=red_flag
    )
