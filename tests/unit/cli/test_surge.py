"""What a supervisor reads of the surge."""

import pytest
import typer
from typer.testing import CliRunner

from callcenter.acd.board import Board
from callcenter.acd.policy import Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.acd.surge import SurgeState
from callcenter.cli.surge import lines, record, register
from language_routing.languages import Language

RULES = SurgeRules(
    steps=(
        SurgeStep(level=SurgeLevel.HIGH, waiting=50, longest=600_000, rings_percent=150),
        SurgeStep(
            level=SurgeLevel.CRISIS, message="surge-crisis", callback_after=300_000,
            wrap_up=10_000, refuse_waiting=2_000,
        ),
    ),
    rises_after=30_000,
    falls_after=300_000,
)  # fmt: skip


def board(state: SurgeState, rules: SurgeRules = RULES) -> Board:
    made = Board()
    made.policy = Policy(
        languages=(Language("sv"),), default_language=Language("sv"), targets={}, nurses=(),
        surge=rules,
    )  # fmt: skip
    made.surge = state
    return made


def test_it_says_what_is_in_force_by_whom_and_what_each_level_means() -> None:
    assert lines(board(SurgeState()), 0) == [
        "normal, by the rules; 0 in line",
        "A level is taken after 0:30 of its rule, and left, a step at a time, 5:00 after it.",
        "  high: from 50 in line or a wait of 10:00; rings open at 150 % of their times",
        "  crisis: by hand alone; callers hear surge-crisis; callback offered from 5:00; "
        "wrap-up 0:10; refuses newcomers from 2000 in line",
    ]


def test_a_level_by_hand_is_shown_beside_what_the_rules_would_say() -> None:
    state = SurgeState(
        level=SurgeLevel.CRISIS, by_hand=SurgeLevel.CRISIS, ruled=SurgeLevel.HIGH,
        refusing=True, below_since=40_000,
    )  # fmt: skip
    found = lines(board(state), 100_000)
    assert found[:4] == [
        "crisis, by hand, until `callcenter surge auto`; 0 in line",
        "The rules would say: high",
        "Newcomers are refused before they are answered (SIP 503).",
        "No rule of this level has held for 1:00",
    ]


def test_a_site_without_rules_says_so() -> None:
    (_, said) = lines(board(SurgeState(), SurgeRules()), 0)
    assert said.startswith("This site has no rules for surge")


def test_a_program_gets_the_same() -> None:
    found = record(board(SurgeState(level=SurgeLevel.HIGH, ruled=SurgeLevel.HIGH)))
    assert found == {
        "level": "high", "by_hand": None, "by_rule": "high", "refusing": False,
        "waiting": 0, "refused": 0,
    }  # fmt: skip


@pytest.mark.parametrize("why", ["0701740605", "Anna Lind", "", "a;b", "å"])
def test_a_reason_that_is_not_one_plain_word_never_reaches_the_journal(why: str) -> None:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["surge", "set", "high", "--why", why])
    assert isinstance(result.exception, ValueError)
    assert why == "" or why not in str(result.exception)


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["surge", "set", "panic", "--why", "flood"])
    assert result.exit_code == 2
    assert "crisis" in result.output
