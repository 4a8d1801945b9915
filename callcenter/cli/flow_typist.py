"""Typist: who types the keys of a pretended call: a person at the keyboard, or a list."""

from collections.abc import Callable, Iterable
from typing import Protocol


class HungUp(Exception):
    """The pretended caller has put the phone down."""


class Typist(Protocol):
    """Who types the keys."""

    def __call__(self, question: str, /) -> str:
        """What was typed.

        Raises:
            HungUp: Nobody types any more.
        """
        ...


def typed_ahead(keys: Iterable[str], say: Callable[[str], None]) -> Typist:
    """A typist that types `keys`, one at a time, and then hangs up.

    Args:
        say: Takes each question with what was typed.
    """
    ahead = iter([key.strip() for key in keys])

    def typist(question: str, /) -> str:
        key = next(ahead, "x")
        say(f"{question}{key or '(silence)'}")
        return key

    return typist


def keyboard(question: str, /) -> str:
    """A person; the end of the input hangs up."""
    try:
        return input(question)
    except EOFError:
        raise HungUp from None
