"""A catalog of a few prompts, quick to render: one with values, one that has a stand-in."""

from pathlib import Path

from ivr_flows.prompts import Catalog, load_catalog

_SWEDISH = """\
### review: approved

## Before the line

# Said first. Be calm.
welcome = Välkommen till oss.
digit = Siffran { $digit }.

## For nurses

nurse-ready = Du är ledig.
"""
_ENGLISH = """\
### review: draft

## Before the line

# Said first.
welcome = Welcome to us.
digit = The digit { $digit }.
"""
_SOMALI = """\
### review: draft

## Before the line

welcome = Ku soo dhawow.
digit = Lambarka { $digit }.
    .stand-in = In Somali, the digit { $digit }.
"""


def small_catalog(folder: Path, **changed: str) -> Catalog:
    """Swedish with 12 sounds, English and Somali with 11 each.

    Args:
        folder: Where its files go.
        changed: Language to what `welcome` says there instead.
    """
    folder.mkdir(exist_ok=True)
    for language, text in (("sv", _SWEDISH), ("en", _ENGLISH), ("so", _SOMALI)):
        lines = [
            f"welcome = {changed[language]}"
            if language in changed and line.startswith("welcome =")
            else line
            for line in text.splitlines()
        ]
        (folder / f"{language}.ftl").write_text("\n".join(lines) + "\n", "utf-8")
    return load_catalog(folder)
