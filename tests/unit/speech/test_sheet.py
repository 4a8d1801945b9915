"""Sheet: what the recording studio gets."""

import csv
import html
import io
from pathlib import Path

import pytest

from callcenter.settings import Settings
from callcenter.speech.jobs import recordings
from callcenter.speech.manifest import Entry, write_manifest
from callcenter.speech.sheet import BOM, Row, csv_text, html_text, rows
from ivr_flows.prompts import load_catalog

CATALOG = load_catalog()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    settings.prompts.mkdir()
    entry = Entry(hash="", text_hash="", stand_in=False, recorded=False, seconds=3.14)
    write_manifest(settings.prompts, {"sv/emergency": entry})
    (recordings(settings) / "sv").mkdir(parents=True)
    (recordings(settings) / "sv" / "welcome.wav").touch()
    return settings


def row(text: str, language: str = "sv", note: str = "") -> Row:
    return Row(
        file=f"{language}/x.wav", language=language, text=text, section="In line", note=note,
        seconds=None, recorded=False,
    )  # fmt: skip


def test_every_sound_has_a_line_with_its_file_text_place_and_notes(settings: Settings) -> None:
    found = {line.file: line for line in rows(settings, CATALOG, "sv")}

    assert set(found) == {f"sv/{sound.id}.wav" for sound in CATALOG.sounds("sv")}
    emergency = found["sv/emergency.wav"]
    assert emergency.text == CATALOG.text("sv", "emergency")
    assert emergency.section.startswith("Before the l")
    assert "most important sentence" in emergency.note
    assert rows(settings, CATALOG, "ar")[1].note == emergency.note
    assert (emergency.seconds, emergency.recorded) == (3.14, False)
    assert (found["sv/welcome.wav"].seconds, found["sv/welcome.wav"].recorded) == (None, True)
    assert found["sv/place.7.wav"].text == CATALOG.text("sv", "place", (7,))


def test_a_sites_own_greeting_is_in_the_sheet(settings: Settings) -> None:
    greeted = CATALOG.with_texts({"fi": {"greeting-public": "Tervetuloa."}})

    last = rows(settings, greeted, "fi")[-1]
    assert (last.file, last.text) == ("fi/greeting-public.wav", "Tervetuloa.")
    assert last.section == "Site's own"


def test_a_spreadsheet_reads_the_table_back_with_every_diacritic(settings: Settings) -> None:
    found = [line for tag in ("sv", "ar") for line in rows(settings, CATALOG, tag)]

    written = csv_text(found).encode()
    assert written.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [line["text"] for line in read] == [line.text for line in found]
    assert {line["recorded"] for line in read} == {"yes", "no"}
    assert any("\u064e" <= character <= "\u0652" for line in read for character in line["text"])


def test_no_cell_is_a_formula() -> None:
    written = csv_text([row('=HYPERLINK("http://x")', note="+1")])

    cells = list(csv.reader(io.StringIO(written.removeprefix(BOM))))[1]
    assert (cells[2], cells[4]) == ('\'=HYPERLINK("http://x")', "'+1")


def test_the_page_holds_every_text_in_its_language_and_direction(settings: Settings) -> None:
    found = [line for tag in CATALOG.languages for line in rows(settings, CATALOG, tag)]
    reviews = {tag: CATALOG.review(tag).value for tag in CATALOG.languages}

    page = html_text(found, reviews)

    read = html.unescape(page)
    for line in found:
        assert line.text in read
        assert line.file in read
    assert page.count('lang="ar" dir="rtl"') == len(CATALOG.sounds("ar"))
    assert 'lang="sv" dir="rtl"' not in page
    order = [page.index(f">{line.file}<") for line in found]
    assert order == sorted(order)
    assert page.count("✓") == 1


def test_the_page_takes_no_text_for_markup_and_needs_no_network() -> None:
    page = html_text([row("<script>alert(1)</script>")], {"sv": "draft"})

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page
