"""Nurse rows: a nurse as a person reads her, in `callcenter nurse list` and `watch`."""

from rich import box
from rich.table import Table

from callcenter.acd.board import Board
from callcenter.acd.ids import Millis
from callcenter.acd.nurse import Nurse
from callcenter.acd.policy import NurseSpec
from callcenter.people_time import clock_time, span
from callcenter.site import Site
from language_routing.skills import Level


def state(nurse: Nurse, now: Millis) -> str:
    """`not_ready (lunch) overdue by 4:10`, `talking, then lunch`."""
    text = str(nurse.state) + (f" ({nurse.reason})" if nurse.reason else "")
    over = overdue(nurse, now)
    if over is not None:
        text += f" overdue by {span(over)}"
    elif nurse.pause_ends is not None:
        text += f" until {clock_time(nurse.pause_ends)}"
    if nurse.next:
        text += f", then {nurse.next}"
    return text


def overdue(nurse: Nurse, now: Millis) -> Millis | None:
    """By how much a pause is longer than it was planned; `None` if it is not."""
    ends = nurse.pause_ends
    return now - ends if ends is not None and now >= ends else None


def phone(nurse: Nurse) -> str:
    if not nurse.reachable:
        return "not registered"
    return "busy" if nurse.busy else "reachable"


def languages(spec: NurseSpec, nurse: Nurse | None) -> str:
    """Each with its level where that is not fluent; what she does not take today in brackets."""
    chosen = nurse.chosen if nurse is not None else ()
    found = []
    for tag in spec.languages:
        level = spec.levels.get(tag, Level.FLUENT)
        text = tag if level is Level.FLUENT else f"{tag}:{level}"
        found.append(text if not chosen or tag in chosen else f"({text})")
    return " ".join(found)


def table(site: Site, board: Board, now: Millis) -> Table:
    """All nurses of `site`, with what `board` knows of them."""
    found = Table(
        "nurse", "name", "languages", "competences", "state", "since", "signed in", "misses",
        "phone", box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    running = {spec.id: spec for spec in board.policy.nurses} if board.policy is not None else {}
    for listed in site.nurses:
        nurse = board.nurses.get(listed.id)
        spec = running.get(listed.id, listed.spec)
        row = [listed.id, listed.name, languages(spec, nurse), " ".join(spec.competences)]
        if nurse is None:
            found.add_row(*row, "not known yet")
            continue
        since = "" if nurse.signed_in is None else clock_time(nurse.signed_in)
        by = f" by {nurse.actor}" if nurse.actor and since else ""
        found.add_row(
            *row,
            state(nurse, now),
            span(now - nurse.since),
            since + by,
            str(nurse.misses or ""),
            phone(nurse),
        )
    return found
