"""Logs: fields from the list, no digits of persons, no words of exceptions."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.telemetry import MASK, mask, redact

PROGRAM = """
import logging, threading, structlog
from callcenter.telemetry import configure_logging
configure_logging("test")
log = structlog.get_logger()
log.info("a call", contact="node1-1764000000.12", caller="+46701740605", digits="4711", took_ms=12)
log.warning("rang 070-174 06 05", reason="number 0701740605 refused", nurse="n017")
try:
    raise ValueError("cannot dial +46701740605 for 19121212-1212")
except ValueError as error:
    log.error("failed", exc_info=error)
    logging.getLogger("redis").warning("lost %s", "0701740605")
threading.Thread(target=lambda: log.info("from a thread")).start()
"""


def lines() -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    assert "740605" not in done.stderr
    assert "1212" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_log_line_holds_our_own_ids_and_nothing_of_a_person() -> None:
    call, rang, failed, library, thread = lines()
    assert call["contact"] == "node1-1764000000.12"
    assert (call["caller"], call["digits"]) == ("[dropped]", "[dropped]")
    assert call["took_ms"] == 12
    assert rang["event"] == f"rang {MASK}"
    assert rang["nurse"] == "n017"
    assert failed["error"] == "ValueError"
    assert library["where"] == "redis"
    assert {line["process"] for line in (call, rang, failed, library, thread)} == {"test"}


CRASH = """
import threading
from callcenter.telemetry import configure_logging
configure_logging("test")
def crash():
    raise ValueError("cannot dial +46701740605 for 19121212-1212")
crashing = threading.Thread(target=crash)
crashing.start()
crashing.join()
crash()
"""


def test_an_exception_that_nobody_caught_is_one_line_without_its_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "740605" not in done.stderr
    assert "1212" not in done.stderr
    assert "dial" not in done.stderr
    thread, main = [json.loads(line) for line in done.stderr.splitlines()]
    assert (thread["event"], main["event"]) == ("thread ended", "process ended")
    for line in (thread, main):
        assert (line["error"], line["level"], line["process"]) == ("ValueError", "error", "test")
        assert line["where"].startswith("crash:")


@pytest.mark.parametrize(
    "text",
    ["0701740605", "+46 70 174 06 05", "070-1740605", "19121212-1212", "121212+1212", "(08)123456"],
)
def test_numbers_are_masked_however_they_are_written(text: str) -> None:
    assert mask(f"call {text} now") == f"call {MASK} now"


@given(st.text(alphabet="0123456789", min_size=5, max_size=15), st.text(), st.text())
def test_no_run_of_five_digits_survives(number: str, before: str, after: str) -> None:
    assert number not in mask(before + number + after)


def test_an_unknown_field_is_dropped_also_when_it_is_a_number() -> None:
    assert redact(None, "", {"phone": 46701740605})["phone"] == "[dropped]"


def test_the_root_logger_is_ours() -> None:
    assert logging.getLogger("redis").handlers == []
