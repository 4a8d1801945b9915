"""`callcenter callback` as somebody types it, on a real Redis with a real router."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
import typer
from msgspec.structs import replace
from typer.testing import CliRunner

from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackBooked, CallbackShown
from callcenter.cli.callback import register
from callcenter.settings import ROOT
from tests.conftest import RedisServer
from tests.integration.test_callback_desk import NURSE, SITE, Ground

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

NUMBER = "+46701740605"


class Shell:
    """Runs commands; `fails` gives the sentence."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._app = typer.Typer()
        register(self._app)
        self._env = ground.settings.to_environment() | {
            "CALLCENTER_SITE": str(ROOT / "deploy" / "site" / "demo.yaml")
        }

    def run(self, *words: str, typed: str = "") -> str:
        done = CliRunner().invoke(self._app, ["callback", *words], input=typed, env=self._env)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    def json(self, *words: str, typed: str = "") -> Any:
        return json.loads(self.run(*words, "--json", typed=typed))

    def fails(self, *words: str, typed: str = "") -> str:
        done = CliRunner().invoke(self._app, ["callback", *words], input=typed, env=self._env)
        assert isinstance(done.exception, ValueError), done.output
        return str(done.exception)

    def book(self, name: str, *words: str, number: str = NUMBER, note: str = "") -> str:
        asks = ["book", "--id", name, "--reason", "medication", "--language", "sv", *words]
        if note:
            asks += ["--note", "-"]
        return self.run(*asks, typed=f"{number}\n{note}")


@pytest.fixture
def shell(redis_server: RedisServer, redis_client: Any, tmp_path: Path) -> Iterator[Shell]:
    assert redis_client.dbsize() == 0
    ground = Ground(redis_server, tmp_path)
    ground.policy = replace(SITE.policy, callbacks=CallbackPolicy())
    # The router of the test is a thread of this process: what it logs is not what was printed.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))
    try:
        with ground.router():
            yield Shell(ground)
    finally:
        structlog.reset_defaults()


def test_a_booking_says_what_was_promised_and_nothing_personal(shell: Shell) -> None:
    said = shell.book("a", "--within", "90m", "--nurse", NURSE, note="ring after the dinner")
    assert said.startswith("a: the patient is rung from ")
    assert said.endswith(f" (Stockholm), in sv, by {NURSE} if she is free\n")
    assert "4670" not in said
    assert "dinner" not in said
    [one] = shell.json("list")
    assert (one["id"], one["reason"], one["has_note"]) == ("a", "medication", True)
    assert NUMBER not in json.dumps(one)
    [event] = shell.ground.events(CallbackBooked)
    assert event.actor.startswith("cli:")


def test_asking_again_with_the_same_id_says_that_it_was_booked_already(shell: Shell) -> None:
    first = shell.book("a")
    assert shell.book("a") == f"It was booked already. {first}"
    assert len(shell.json("list")) == 1


def test_number_and_note_are_shown_to_whoever_is_noted_to_have_looked(shell: Shell) -> None:
    shell.book("a", note="ring after the dinner\nnot before")
    found = shell.json("show", "a")
    assert (found["number"], found["note"]) == (NUMBER, "ring after the dinner\nnot before")
    assert [event.callback for event in shell.ground.events(CallbackShown)] == ["a"]
    said = shell.run("show", "a")
    assert NUMBER in said
    assert "after the dinner" in said
    assert NUMBER not in shell.run("list")
    assert "dinner" not in shell.run("list")


def test_a_number_in_the_command_itself_is_refused_and_not_repeated(shell: Shell) -> None:
    said = shell.fails("book", "--reason", "other", "--language", "sv", "--number", NUMBER)
    assert said.startswith("--number: give - and type it")
    assert NUMBER not in said
    said = shell.fails(
        "book", "--reason", "other", "--language", "sv", "--note", "feber", typed=NUMBER
    )
    assert said.startswith("--note: give -")
    assert "feber" not in said


def test_a_booking_that_cannot_be_is_one_sentence(shell: Shell) -> None:
    asks = ("book", "--language", "sv", "--reason")
    assert "none of the known codes" in shell.fails(*asks, "feber", typed=NUMBER)
    assert "emergency number" in shell.fails(*asks, "other", typed="112")
    assert "--at: Say it as" in shell.fails(*asks, "other", "--at", "noon", typed=NUMBER)
    assert "--within: give a time" in shell.fails(*asks, "other", "--within", "soon", typed=NUMBER)
    assert "later than is promised" in shell.fails(
        *asks, "other", "--within", "5h", typed=NUMBER
    )  # fmt: skip
    assert "say in whose line" in shell.fails("book", "--reason", "other", typed=NUMBER)
    assert "languages sv" in shell.fails(
        "book", "--language", "xx", "--reason", "other", typed=NUMBER
    )
    assert "1 to 30 of a-z" in shell.fails(*asks, "other", "--id", "A b", typed=NUMBER)
    said = shell.fails(*asks, "other", "--id", "0701740605", typed=NUMBER)
    assert "no six digits" in said
    assert "0701740605" not in said
    assert shell.json("list") == []


def test_a_callback_is_moved_and_cancelled_by_words_of_one_line(shell: Shell) -> None:
    shell.book("a")
    assert shell.run("move", "a", "--within", "1h").startswith("a: the patient is rung from ")
    assert "say to which time" in shell.fails("move", "a")
    for command in ("cancel", "done", "settle"):
        assert shell.fails(command, "a", "--why", "Anna 070").startswith("--why: one word")
    assert shell.run("cancel", "a", "--why", "patient_asked") == "a: cancelled; nobody rings\n"
    assert shell.run("list") == "There are no such callbacks.\n"
    assert shell.json("list", "--state", "cancelled")[0]["why"] == "patient_asked"
    shell.book("b")
    assert shell.run("done", "b", "--why", "rang_by_hand") == "b: done; nobody rings\n"
    assert "nobody has to do anything" in shell.fails(
        "settle", "b", "--why", "x", "--role", "supervisor"
    )
    assert shell.run("tasks") == "Nobody is left to see to.\n"


def test_the_report_prints_its_definition(shell: Shell) -> None:
    assert shell.run("report") == "Nothing was promised.\n"
    shell.book("a")
    shell.run("done", "a", "--why", "rang_by_hand")
    said = shell.run("report")
    # People say so: no promise was kept by that, and none broken.
    assert re.search(r"^ *sv .* 0 +- *$", said, re.MULTILINE), said
    assert "%" not in said
    shell.book("b", number="+46701740606")
    shell.ground.talks("b")
    said = shell.run("report")
    assert "100.0 %" in said
    assert "kept rate = kept / (kept + late + unreached)" in said
    found = shell.json("report", "--since", "1h")
    assert found["definition"].startswith("kept rate = kept / (kept + late + unreached)")
    [row] = found["rows"]
    assert (row["booked"], row["kept"], row["kept_rate"]) == (2, 1, 1.0)
    assert (row["settled_without_a_nurse"], row["moved"]) == (1, None)
    assert shell.json("report")["rows"][0]["moved"] == 0


def test_offers_are_times_of_stockholm(shell: Shell) -> None:
    said = shell.run("offer", "--language", "sv")
    assert "no forecast" in said
    found = shell.json("offer", "--language", "sv", "--later")
    assert found[0]["left"] is None
    assert found[-1]["beyond"]
