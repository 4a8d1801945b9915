"""Languages: BCP 47 tags as this service uses them."""

import re
from typing import Final, NewType

Language = NewType("Language", str)
"""A BCP 47 tag: `sv`, `ar`, `swl` (Swedish Sign Language)."""

# RFC 5646, 2.1: a primary language subtag, optionally a script and a region.
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def language(tag: str) -> Language:
    """`tag` as a language.

    Raises:
        ValueError: It is not of the form of a BCP 47 tag; the text does not quote it.
    """
    if not _TAG.fullmatch(tag):
        raise ValueError("not a BCP 47 language tag (like sv, ar, zh-Hant)")
    return Language(tag)
