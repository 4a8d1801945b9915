"""`callcenter surge`: the level of surge, seen and set by a supervisor."""

import json
from typing import Annotated

import typer

from callcenter.acd import surge
from callcenter.acd.board import Board
from callcenter.acd.events import SurgeSet
from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy, SurgeLevel, SurgeStep
from callcenter.cli.actor import actor, follow, tell, word
from callcenter.people_time import span
from callcenter.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `surge show`, `surge set` and `surge auto`."""
    levels = typer.Typer(help="Surge: normal, high, crisis.", no_args_is_help=True)
    app.add_typer(levels, name="surge")

    @levels.command("show")
    def _show(
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """The level in force, why, and what each level means here."""
        follower = follow(Settings.from_environment())
        board, now = follower.shard.board, follower.journal.clock.now()
        if as_json:
            print(json.dumps(record(board), indent=2))
        else:
            print("\n".join(lines(board, max(now, follower.shard.now))))

    @levels.command("set")
    def _set(
        level: SurgeLevel,
        why: Annotated[str, typer.Option(help="One word, such as flood.")],
    ) -> None:
        """Set the level by hand; it holds until `surge auto`."""
        _tell(level, why)

    @levels.command("auto")
    def _auto(
        why: Annotated[str, typer.Option(help="One word.")] = "given_back",
    ) -> None:
        """Give the level back to the rules."""
        _tell(None, why)


def record(board: Board) -> dict[str, object]:
    """Surge for a program."""
    state = board.surge
    return {
        "level": str(state.level),
        "by_hand": None if state.by_hand is None else str(state.by_hand),
        "by_rule": str(state.ruled),
        "refusing": state.refusing,
        "waiting": board.waiting,
        "refused": sum(tally.refused for tally in board.tallies),
    }


def lines(board: Board, now: Millis) -> list[str]:
    """Surge for a person."""
    state = board.surge
    whose = "by the rules" if state.by_hand is None else "by hand, until `callcenter surge auto`"
    found = [f"{state.level}, {whose}; {board.waiting} in line"]
    if state.by_hand is not None:
        found.append(f"The rules would say: {state.ruled}")
    if state.refusing:
        found.append("Newcomers are refused before they are answered (SIP 503).")
    if state.below_since is not None:
        found.append(f"No rule of this level has held for {span(now - state.below_since)}")
    if board.policy is not None:
        found += _steps(board.policy)
    return found


def _steps(policy: Policy) -> list[str]:
    if not policy.surge.steps:
        return ["This site has no rules for surge: a level changes nothing but what is shown."]
    rules = policy.surge
    found = [
        f"A level is taken after {span(rules.rises_after)} of its rule, and left, "
        f"a step at a time, {span(rules.falls_after)} after it."
    ]
    return found + [f"  {step.level}: {_means(policy, step)}" for step in rules.steps]


def _means(policy: Policy, step: SurgeStep) -> str:
    begins = []
    if step.waiting:
        begins.append(f"{step.waiting} in line")
    if step.longest:
        begins.append(f"a wait of {span(step.longest)}")
    means = [f"from {' or '.join(begins)}" if begins else "by hand alone"]
    if step.message:
        means.append(f"callers hear {step.message}")
    if after := surge.callback_after(policy.surge, step.level):
        means.append(f"callback offered from {span(after)}")
    if step.rings_percent != 100:
        means.append(f"rings open at {step.rings_percent} % of their times")
    if (wrap_up := surge.wrap_up(policy, step.level)) != policy.wrap_up:
        means.append(f"wrap-up {span(wrap_up)}")
    if step.refuse_waiting:
        means.append(f"refuses newcomers from {step.refuse_waiting} in line")
    return "; ".join(means)


def _tell(level: SurgeLevel | None, why: str) -> None:
    settings = Settings.from_environment()
    tell(settings, SurgeSet(level=level, actor=actor(), reason=word(why)))
    follower = follow(settings)
    print("\n".join(lines(follower.shard.board, follower.shard.now)))
