"""Domains: which values a prompt with parameters can be spoken with.

A prompt is rendered once for each value, before anybody calls: each domain is small and
closed, and what lies outside it has a prompt of its own (`place-many`, `wait-beyond`).
"""

from collections.abc import Set
from typing import Final

# Minutes, as far apart as people tell waits apart. A wait is said in these and no others.
LADDER: Final = (1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180)
# A range whose far end is further than this from its near end says nothing: then only the
# far end is said ("up to").
WIDEST: Final = 4
# Places beyond this have one prompt together.
LAST_PLACE: Final = 30

Values = tuple[int, ...]


def _each(values: range | Values) -> tuple[Values, ...]:
    return tuple((value,) for value in values)


# Parameters, in the order in which they are given, to every value that they can have.
#   place    1 is who is served next
#   low      minutes; near end of the wait, rounded down to the ladder
#   high     minutes; far end of the wait, rounded up to the ladder
#   digit    one digit of a telephone number
#   weekday  1 is Monday (ISO 8601)
#   hour     0-23, local time, on the hour
DOMAINS: Final[dict[tuple[str, ...], tuple[Values, ...]]] = {
    (): ((),),
    ("place",): _each(range(1, LAST_PLACE + 1)),
    ("low", "high"): tuple(
        (low, high) for low in LADDER for high in LADDER if low < high <= WIDEST * low
    ),
    ("high",): _each(LADDER),
    ("digit",): _each(range(10)),
    ("weekday",): _each(range(1, 8)),
    ("hour",): _each(range(24)),
}


def in_order(names: Set[str]) -> tuple[str, ...]:
    """The parameters of one prompt, in the order in which their values are given.

    Raises:
        KeyError: No domain has exactly these.
    """
    for parameters in DOMAINS:
        if set(parameters) == names:
            return parameters
    raise KeyError(", ".join(sorted(names)))
