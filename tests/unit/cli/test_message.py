"""A supervisor's message on the command line: where, until when, and what is shown."""

import re
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from callcenter.acd.board import Board
from callcenter.acd.messages import Message
from callcenter.asterisk.message_pin import pin_is
from callcenter.cli.message import (
    by_phone,
    check_place,
    day_time,
    end_of,
    in_force,
    record,
    register,
    table,
)
from callcenter.people_time import STOCKHOLM
from callcenter.settings import ROOT, Settings
from callcenter.site import load_site
from callcenter.speech.sounds import Sounds, messages
from language_routing.languages import Language

SITE_FILE = ROOT / "deploy" / "site" / "demo.yaml"
SITE = load_site(SITE_FILE)
HOUR = 3_600_000


def at(text: str, fold: int = 0) -> int:
    """An instant by Stockholm's clock."""
    local = datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold)
    return int(local.timestamp() * 1000)


NOW = at("2026-11-26 13:00")


def message(name: str, until: int, text: str = "", language: str | None = "sv") -> Message:
    return Message(
        id=name, entry_point=None, language=Language(language) if language else None,
        since=NOW, until=until, sound=f"{name}/sv", text=text, actor="cli:anna",
    )  # fmt: skip


def board(*found: Message) -> Board:
    made = Board()
    made.messages = {each.id: each for each in found}
    return made


@pytest.mark.parametrize(
    ("until", "means"),
    [
        ("14:00", "2026-11-26 14:00"),
        ("07:30", "2026-11-27 07:30"),  # tomorrow's: today's has been
        ("13:00", "2026-11-27 13:00"),
        ("2026-12-01 08:00", "2026-12-01 08:00"),
        ("2026-12-01T08:00", "2026-12-01 08:00"),
        ("2h", "2026-11-26 15:00"),
        ("30m", "2026-11-26 13:30"),
        ("90min", "2026-11-26 14:30"),
        ("1d2h30m", "2026-11-27 15:30"),
        ("7d", "2026-12-03 13:00"),
    ],
)
def test_an_end_is_a_time_by_stockholms_clock_or_a_length(until: str, means: str) -> None:
    assert end_of(until, NOW) == at(means)


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("2026-11-26 12:59", "not in the future"),
        ("0m", "not in the future"),
        ("8d", "within 7 days"),
        ("2026-12-03 13:01", "within 7 days"),
        ("25:00", "give a time"),
        ("", "give a time"),
        ("soon", "give a time"),
        ("-2h", "give a time"),
        ("2026-02-30 08:00", "give a time"),
    ],
)
def test_what_is_no_end_or_none_to_be_wished_is_refused(until: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        end_of(until, NOW)


def test_a_time_that_comes_twice_is_the_later_one_and_one_that_never_comes_is_refused() -> None:
    autumn, spring = at("2026-10-24 22:00"), at("2026-03-28 22:00")

    assert end_of("02:30", autumn) == at("2026-10-25 02:30", fold=1)
    assert end_of("02:30", autumn) - at("2026-10-25 02:30") == HOUR
    with pytest.raises(ValueError, match="the clocks skip that time"):
        end_of("02:30", spring)
    assert end_of("07:00", spring) - spring == 8 * HOUR


def test_only_what_the_site_has_is_taken() -> None:
    check_place(SITE, "so", next(iter(SITE.entry_points)))
    check_place(SITE, "so", None)
    with pytest.raises(ValueError, match="--language: this site has sv, fi"):
        check_place(SITE, "xx", None)
    with pytest.raises(ValueError, match="--entry: this site has public"):
        check_place(SITE, "sv", "nowhere")


def test_those_in_force_are_listed_the_first_to_end_first() -> None:
    found = board(message("a", NOW + 3), message("b", NOW + 1), message("c", NOW))
    assert [each.id for each in in_force(found, NOW)] == ["b", "a"]


def test_a_message_is_shown_with_its_text_end_and_author(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    (messages(settings) / "a").mkdir(parents=True)
    (messages(settings) / "a" / "sv.wav").touch()
    found = [message("a", NOW + HOUR, "Stängt i dag."), message("b", NOW + 2 * HOUR, language=None)]

    made = table(found, NOW, Sounds(settings))

    cells = [[str(cell) for cell in column.cells] for column in made.columns]
    rows = list(zip(*cells, strict=True))
    assert rows[0] == (
        "a", "all", "sv", "Thu 26 Nov 14:00", "1:00:00", "cli:anna", "Stängt i dag.",
    )  # fmt: skip
    assert rows[1][2] == "all"
    assert rows[1][6] == "ITS SOUND IS GONE: callers do not hear it. (recorded by phone)"


def test_a_program_gets_the_time_in_utc_and_no_text_where_there_is_none() -> None:
    assert record(message("a", NOW)) == {
        "id": "a", "entry_point": None, "language": "sv",
        "until": "2026-11-26T12:00:00+00:00", "text": None, "actor": "cli:anna",
    }  # fmt: skip


def test_how_to_record_by_phone_names_every_entry_point_with_its_key() -> None:
    said = by_phone(SITE)
    for key, name in enumerate(SITE.entry_points, start=1):
        assert f"{key} {name}" in said


def test_a_day_is_told_with_its_time() -> None:
    assert day_time(at("2026-11-27 07:00")) == "Fri 27 Nov 07:00"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    monkeypatch.setenv("CALLCENTER_SITE", str(SITE_FILE))
    made = typer.Typer()
    register(made)
    return made


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("Ring Anna\x07", "sv", "printable"),
        ("Anna " * 200, "sv", "characters"),
        ("Waa la xidhay, Anna", "so", "record the message by phone"),
        ("Anna", "xx", "this site has"),
    ],
)
def test_what_cannot_be_spoken_is_refused_before_anything_is_made(
    app: typer.Typer, tmp_path: Path, text: str, language: str, why: str
) -> None:
    arguments = ["message", "set", text, "--language", language, "--until", "2h"]
    result = CliRunner().invoke(app, arguments)

    assert isinstance(result.exception, ValueError)
    assert re.search(why, str(result.exception))
    assert "Anna" not in str(result.exception)
    assert not (tmp_path / "messages").exists()


def test_a_pin_is_typed_twice_and_shown_nowhere(app: typer.Typer, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["message", "pin"], input="482915\n482915\n")

    assert result.exit_code == 0
    assert "482915" not in result.output
    assert "The PIN is set." in result.output
    assert pin_is(tmp_path / "data", "482915")


def test_a_slip_changes_nothing(app: typer.Typer, tmp_path: Path) -> None:
    CliRunner().invoke(app, ["message", "pin"], input="482915\n482915\n")
    result = CliRunner().invoke(app, ["message", "pin"], input="739164\n739165\n")

    assert isinstance(result.exception, ValueError)
    assert pin_is(tmp_path / "data", "482915")


def test_a_pin_is_made_up_and_told_once(app: typer.Typer, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["message", "pin", "--generate"])

    (pin,) = re.findall(r"^[0-9]{8}$", result.stdout, re.MULTILINE)
    assert pin_is(tmp_path / "data", pin)
