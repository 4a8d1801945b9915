"""Languages that a site offers, each with its key."""

from collections.abc import Sequence

import msgspec


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One language on the menu.

    Attributes:
        language: BCP 47 code; the catalog has a file of that name.
        key: The telephone key that chooses it, one of 0-9.
    """

    language: str
    key: str


# As 1177 in Region Stockholm has them. The first is also what silence means.
PUBLIC_LANGUAGES = (
    Choice(language="sv", key="1"),
    Choice(language="fi", key="2"),
    Choice(language="en", key="3"),
    Choice(language="ar", key="4"),
    Choice(language="so", key="5"),
)


def check_choices(choices: Sequence[Choice]) -> None:
    """See that the choices make a menu.

    Raises:
        ValueError: There is none, a language or a key is there twice, or a key is no digit.
    """
    if not choices:
        raise ValueError("the site offers no language")
    for name in ("language", "key"):
        values = [getattr(choice, name) for choice in choices]
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise ValueError(f"{name} {min(twice)} is given twice")
    for choice in choices:
        if len(choice.key) != 1 or choice.key not in "0123456789":
            raise ValueError(f"language {choice.language} needs one key from 0 to 9")
