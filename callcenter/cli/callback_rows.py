"""Callback rows: a callback as a person or a program reads it; never its number or its note."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from callbacks.callback import Callback, CallbackState, Kind
from callbacks.offers import Offer
from callbacks.times import show_time
from callcenter.acd.ids import Millis
from callcenter.callback_desk.records import Shown
from callcenter.callback_desk.views import is_late
from callcenter.people_time import span
from language_routing.hours import Zone

_ID_WIDTH: Final = 12  # of `new_id`
_HELD: Final = {
    "closed": "the line is closed",
    "on_the_phone": "the patient is on the phone",
    "talked": "the patient has just talked to a nurse",
    "off": "the site rings nobody",
}


def promise(callback: Callback, zone: Zone, now: Millis) -> str:
    """What was promised: `from 14:30 to 15:00`, in Stockholm."""
    earliest = show_time(callback.earliest, zone, now)
    if callback.latest is None:
        return f"no time promised, from {earliest}"
    return f"from {earliest} to {show_time(callback.latest, zone, now)}"


def language(callback: Callback) -> str:
    """The line's language, and behind it the one that is wanted, if another."""
    other = callback.wanted is not None and callback.wanted != callback.language
    text = str(callback.language or "not chosen")
    text += f" ({callback.wanted})" if other else ""
    return text + "+interpreter" * callback.interpreter


def state(callback: Callback, zone: Zone, now: Millis) -> str:
    """How it stands, and until when."""
    match callback.state:
        case CallbackState.SCHEDULED if callback.due_at is not None and callback.attempts:
            return f"again at {show_time(callback.due_at, zone, now)}"
        case CallbackState.DUE:
            return f"held: {_HELD.get(callback.held, callback.held or 'comes into line')}"
        case CallbackState.DONE if callback.done is not None:
            return f"done ({callback.done.replace('_', ' ')})"
        case CallbackState.GIVEN_UP:
            return "not reached" + (", settled" if callback.settled else "")
    return str(callback.state)


def late(callback: Callback, now: Millis) -> str:
    """`late by 4:10`; empty where the promise holds."""
    if callback.latest is None or not is_late(callback, now):
        return ""
    by = callback.talked if callback.talked is not None else now
    return f"late by {span(by - callback.latest)}"


def tries(callback: Callback) -> str:
    """How the patient was rung so far: `no answer, busy`."""
    return ", ".join(attempt.result.replace("_", " ") for attempt in callback.attempts)


def table(found: Sequence[Callback], zone: Zone, now: Millis) -> Table:
    """What a person reads; times are Stockholm's. What nobody has yet, has no column."""
    made = _listed("why", "language", "promised", "state")
    tried = any(one.attempts for one in found)
    wished = any(one.nurse for one in found)
    for name, shown in (("tried", tried), ("nurse", wished)):
        if shown:
            made.add_column(name, overflow="fold")
    for one in found:
        why = one.reason if one.kind is Kind.MEDICAL else f"{one.kind}"
        row: list[str | Text] = [
            one.id,
            why.replace("_", " ") + " (overbooked)" * one.overbooked,
            language(one),
            promise(one, zone, now),
            Text(state(one, zone, now)) + Text(_behind(late(one, now)), style="bold red"),
        ]
        made.add_row(*row, *[tries(one)] * tried, *[one.nurse or ""] * wished)
    return made


def _listed(*columns: str) -> Table:
    """Callbacks by their ids, which people type; nothing is cut, however narrow it is."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    made.add_column("id", overflow="fold", min_width=_ID_WIDTH)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def _behind(words: str) -> str:
    return f", {words}" if words else ""


def task_table(found: Sequence[Callback], zone: Zone, now: Millis) -> Table:
    """Patients who were not reached, the longest ago first."""
    made = _listed("since", "language", "why", "promised", "tried")
    for one in found:
        made.add_row(
            one.id,
            span(now - (one.task or now)),
            language(one),
            one.reason.replace("_", " ") or str(one.kind).replace("_", " "),
            promise(one, zone, now),
            tries(one),
        )
    return made


def offer_table(found: Sequence[Offer], zone: Zone, now: Millis) -> Table:
    """Times that can be promised."""
    made = Table("from", "to", "can be kept", "", box=box.SIMPLE_HEAD, pad_edge=False)
    for one in found:
        left = "no forecast" if one.left is None else f"{one.left} more"
        made.add_row(
            show_time(one.earliest, zone, now),
            show_time(one.latest, zone, now),
            "full: a supervisor may overbook" if one.full else left,
            "needs --why" if one.beyond else "",
        )
    return made


def card(shown: Shown, zone: Zone, now: Millis) -> Table:
    """One callback with its number and note: personal data and health data."""
    one = shown.callback
    gone = "erased" if shown.erased else "none"
    made = Table(show_header=False, box=None, pad_edge=False)
    for name, value in (
        ("id", one.id),
        ("number", shown.number or gone),
        ("note", shown.note or (gone if one.note is not None else "none")),
        ("reason", one.reason.replace("_", " ") or str(one.kind).replace("_", " ")),
        ("language", language(one)),
        ("competences", ", ".join(one.competences)),
        ("promised", promise(one, zone, now)),
        ("state", " ".join(filter(None, (state(one, zone, now), late(one, now))))),
        ("tried", tries(one)),
        ("nurse wished", one.nurse or ""),
        ("from contact", one.contact or ""),
        ("booked", f"{show_time(one.booked, zone, now)} by {one.actor or 'the service'}"),
        ("messages", ", ".join(f"{t.kind} {t.outcome or 'owed'}" for t in one.texts)),
    ):
        if value:
            made.add_row(Text(name, style="dim"), Text(str(value)))
    return made


def record(one: Callback, now: Millis) -> dict[str, object]:
    """One callback for a program; times in UTC."""
    return {
        "id": one.id,
        "kind": str(one.kind),
        "state": str(one.state),
        "held": one.held or None,
        "language": one.language,
        "wanted": one.wanted or one.language,
        "interpreter": one.interpreter,
        "competences": list(one.competences),
        "entry_point": one.entry_point,
        "reason": one.reason or None,
        "nurse": one.nurse,
        "contact": one.contact,
        "actor": one.actor or None,
        "overbooked": one.overbooked,
        "booked": iso(one.booked),
        "earliest": iso(one.earliest),
        "latest": iso(one.latest),
        "due": iso(one.due_at),
        "late": is_late(one, now),
        "attempts": [
            {"at": iso(each.at), "ended": iso(each.ended), "result": str(each.result)}
            for each in one.attempts
        ],
        "first_tried": iso(one.first_tried),
        "talked": iso(one.talked),
        "done": None if one.done is None else str(one.done),
        "ended": iso(one.ended),
        "why": one.why or None,
        "task": iso(one.task),
        "settled": one.settled or None,
        "texts": [{"kind": str(text.kind), "outcome": text.outcome or None} for text in one.texts],
        "has_note": one.note is not None,
    }


def offer_record(one: Offer) -> dict[str, object]:
    """One time for a program, in UTC."""
    return {
        "earliest": iso(one.earliest),
        "latest": iso(one.latest),
        "left": one.left,
        "full": one.full,
        "beyond": one.beyond,
    }


def iso(instant: Millis | None) -> str | None:
    if instant is None:
        return None
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds")


def sentence(one: Callback, zone: Zone, now: Millis) -> str:
    """What was promised, as the nurse may say it."""
    if not one.open:
        return state(one, zone, now)
    text = f"the patient is rung {promise(one, zone, now)} (Stockholm), in {language(one)}"
    if one.competences:
        text += f", by a nurse trained in {', '.join(one.competences)}"
    if one.nurse is not None:
        text += f", by {one.nurse} if she is free"
    return text + ("; more than staffing can keep, by a supervisor" if one.overbooked else "")
