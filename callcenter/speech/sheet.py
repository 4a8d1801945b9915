"""Sheet: what the recording studio needs: every sound's file name, text and where it is heard.

As a table for a spreadsheet (`csv_text`) and as a page to print and tick off (`html_text`).
"""

import csv
import io
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import msgspec
from fluent.syntax import FluentParser, ast
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.settings import Settings
from callcenter.speech.jobs import recordings
from callcenter.speech.manifest import read_manifest
from ivr_flows.prompts import CATALOG, HOME_LANGUAGE, Catalog

# Excel takes a file without it for one in the machine's old 8-bit code.
BOM: Final = "\ufeff"
# A cell that begins so is a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@")
_OWN: Final = "Site's own"
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "ckb", "he", "ur", "ps"})
_NAMES: Final = {
    "ar": "Arabic", "en": "English", "fi": "Finnish", "so": "Somali", "sv": "Swedish",
}  # fmt: skip


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One sound to be recorded.

    Attributes:
        file: Where its recording belongs, below the folder of recordings.
        section, note: Where it is heard, and what to mind: the catalog's own comments, the
            Swedish ones where the language has none.
        seconds: How long the present sound is; `None` if it was never made.
        recorded: A recording is there already.
    """

    file: str
    language: str
    text: str
    section: str
    note: str
    seconds: float | None
    recorded: bool


def rows(settings: Settings, catalog: Catalog, language: str) -> list[Row]:
    """Every sound of `language`, in the order of the catalog.

    Raises:
        KeyError: There is no such language.
    """
    entries = read_manifest(settings.prompts)
    said = _comments(CATALOG / f"{language}.ftl")
    at_home = _comments(CATALOG / f"{HOME_LANGUAGE}.ftl")
    found = []
    for sound in catalog.sounds(language):
        section, note = said.get(sound.prompt, (_OWN, ""))
        note = note or at_home.get(sound.prompt, ("", ""))[1]
        entry = entries.get(f"{language}/{sound.id}")
        file = f"{language}/{sound.id}.wav"
        found.append(
            Row(
                file=file,
                language=language,
                text=catalog.text(language, sound.prompt, sound.arguments),
                section=section,
                note=note,
                seconds=entry.seconds if entry is not None else None,
                recorded=(recordings(settings) / file).is_file(),
            )
        )
    return found


def csv_text(found: list[Row]) -> str:
    """The table, with a byte order mark and CRLF: what Excel opens without questions."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["file", "language", "text", "where", "notes", "seconds", "recorded"])
    for row in found:
        table.writerow(
            [
                row.file,
                row.language,
                _cell(row.text),
                _cell(row.section),
                _cell(row.note),
                "" if row.seconds is None else f"{row.seconds:.1f}",
                "yes" if row.recorded else "no",
            ]
        )
    return BOM + out.getvalue()


def html_text(found: list[Row], reviews: dict[str, str]) -> str:
    """The page; needs nothing from the network.

    Args:
        reviews: Language to how far its texts have been reviewed.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("sheet.html.j2").render(
        languages=[
            {
                "tag": tag,
                "name": _NAMES.get(tag, tag),
                "rtl": tag in _RIGHT_TO_LEFT,
                "review": reviews[tag],
                "count": len(of),
                "sections": [
                    (title, list(group)) for title, group in groupby(of, lambda row: row.section)
                ],
                "recorded": sum(row.recorded for row in of),
                "minutes": sum(row.seconds or 0 for row in of) / 60,
            }
            for tag in dict.fromkeys(row.language for row in found)
            if (of := [row for row in found if row.language == tag])
        ]
    )


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _comments(path: Path) -> dict[str, tuple[str, str]]:
    """Prompt to the heading that it stands under and the comment above it."""
    resource: Any = FluentParser(with_spans=False).parse(path.read_text("utf-8"))
    section = ""
    found = {}
    for entry in resource.body:
        if isinstance(entry, ast.GroupComment):
            section = _line(entry.content)
        elif isinstance(entry, ast.Message):
            comment = entry.comment.content if entry.comment is not None else ""
            found[entry.id.name] = (section, _line(comment))
    return found


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
