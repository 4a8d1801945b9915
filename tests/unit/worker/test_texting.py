"""Texting: what is said, of what is true now."""

from typing import Any

import pytest
from msgspec.structs import replace

from callbacks.callback import CallbackState, Kind, Text, TextKind
from callcenter.worker.queue import JOB_TIMEOUT_S
from callcenter.worker.texting import LEASE_MS, owed_text, words
from language_routing.languages import Language
from tests.unit.worker.test_check import NOW, SOME, board

ENGLISH = replace(SOME, language=Language("en"))


def said(kind: TextKind, **parts: Any) -> str | None:
    return words(replace(ENGLISH, **parts), kind, NOW, answerable=True)


@pytest.mark.parametrize("kind", list(TextKind))
def test_every_kind_is_said_while_it_is_true(kind: TextKind) -> None:
    assert said(kind) is not None


@pytest.mark.parametrize("kind", [TextKind.BOOKED, TextKind.TRIED])
@pytest.mark.parametrize(
    "state", [CallbackState.DONE, CallbackState.GIVEN_UP, CallbackState.CANCELLED]
)
def test_that_we_shall_ring_is_not_said_after_the_end(kind: TextKind, state: CallbackState) -> None:
    assert said(kind, state=state) is None


def test_a_time_that_is_over_is_not_said() -> None:
    assert said(TextKind.BOOKED, latest=NOW) is None


def test_that_she_was_not_reached_is_not_said_when_somebody_has_seen_to_it() -> None:
    assert said(TextKind.UNREACHED, state=CallbackState.GIVEN_UP, task=1) is not None
    assert said(TextKind.UNREACHED, state=CallbackState.GIVEN_UP, task=1, settled="x") is None


def test_who_is_served_with_an_interpreter_is_told_in_her_own_language() -> None:
    assert said(TextKind.CANCELLED, wanted=Language("fi")) == words(
        replace(ENGLISH, language=Language("fi")), TextKind.CANCELLED, NOW, answerable=True
    )


def test_who_cannot_cancel_by_an_answer_is_not_told_to() -> None:
    assert "CANCEL" in (said(TextKind.BOOKED) or "")
    assert "CANCEL" in (said(TextKind.TRIED) or "")
    assert "CANCEL" not in (said(TextKind.BOOKED, reason="welfare_check") or "")
    kept = replace(ENGLISH, kind=Kind.KEPT_PLACE, latest=None)
    assert "CANCEL" not in (words(kept, TextKind.TRIED, NOW, answerable=True) or "")


def test_nobody_else_sends_while_a_job_that_hangs_still_may() -> None:
    assert LEASE_MS > JOB_TIMEOUT_S * 1000


def test_only_the_text_that_is_owed_since_then_is_owed() -> None:
    owed = replace(SOME, texts=(Text(kind=TextKind.BOOKED, owed=5),))
    assert owed_text(board(owed), "cb-1", TextKind.BOOKED, 5) == owed
    assert owed_text(board(owed), "cb-1", TextKind.BOOKED, 4) is None  # it was moved since
    assert owed_text(board(owed), "cb-1", TextKind.TRIED, 5) is None
    assert owed_text(board(owed), "cb-2", TextKind.BOOKED, 5) is None
    sent = replace(SOME, texts=(Text(kind=TextKind.BOOKED, owed=5, outcome="sent"),))
    assert owed_text(board(sent), "cb-1", TextKind.BOOKED, 5) is None
