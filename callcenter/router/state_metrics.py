"""State metrics: who waits and what the nurses do now, counted on one board in one pass."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric

from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.debts import DebtKind
from callcenter.acd.ids import Millis
from callcenter.acd.nurse import NurseState
from callcenter.acd.surge import RANK
from callcenter.router.callback_metrics import callback_levels
from callcenter.router.staffing import signed_in
from language_routing.languages import Language

_IN_LINE: Final = (ContactState.WAITING, ContactState.OFFERED)
# A site has a dozen reasons at most; an old journal may hold whatever was once allowed.
_MOST_REASONS: Final = 24
_OTHER: Final = "other"


def state_metrics(board: Board, unserved: dict[Language, int], now: Millis) -> list[Metric]:
    """Everything that is a level, not a count; `unserved` is `without_nurse`."""
    in_line = [
        c
        for c in board.contacts.values()
        # Of a callback whose patient is not on the phone nobody waits in line.
        if c.state in _IN_LINE and c.dismissed is None and not c.absent
    ]
    return [
        *_lines(board, in_line, now),
        _by_class(board, in_line),
        _by_ring(board, in_line),
        *_nurses(board, now),
        *_staff(board, unserved),
        *_contacts_and_surge(board),
        *_promises(board, now),
        *callback_levels(board, now),
    ]


def _gauge(name: str, text: str, labels: tuple[str, ...] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"callcenter_{name}", text, labels=labels)


def _lines(board: Board, in_line: list[Contact], now: Millis) -> list[Metric]:
    waiting = _gauge("queue_calls_waiting", "Callers in line", ("language",))
    longest = _gauge(
        "queue_longest_wait_seconds", "Age of the oldest caller in line", ("language",)
    )
    arrivals: dict[str, list[Millis]] = {
        language: [] for language in (board.policy.languages if board.policy else ())
    }
    for contact in in_line:
        if contact.language:
            arrivals.setdefault(contact.language, []).append(contact.arrived)
    for name, found in arrivals.items():
        waiting.add_metric([name], len(found))
        longest.add_metric([name], max(0, now - min(found)) / 1000 if found else 0)
    return [waiting, longest]


def _by_class(board: Board, in_line: list[Contact]) -> Metric:
    found = Counter(dict.fromkeys(board.policy.targets if board.policy else (), 0))
    found.update(contact.priority_class for contact in in_line)
    return _counted("class_calls_waiting", "Callers in line, by class", "class", found.items())


def _by_ring(board: Board, in_line: list[Contact]) -> Metric:
    """Ring 0 is the innermost; a caller is in the outermost that is open for her."""
    family = _gauge(
        "ring_calls_waiting", "Callers in line, by the outermost open ring", ("language", "ring")
    )
    found: Counter[tuple[str, int]] = Counter()
    if board.policy is not None:
        for language in board.policy.languages:
            for ring in range(len(board.policy.routing.line(language).rings)):
                found[language, ring] = 0
    found.update((contact.language, contact.ring) for contact in in_line if contact.language)
    for (name, number), count in found.items():
        family.add_metric([name, str(number)], count)
    return family


def _nurses(board: Board, now: Millis) -> list[Metric]:
    nurses = board.nurses.values()
    states = Counter(dict.fromkeys(NurseState, 0))
    states.update(nurse.state for nurse in nurses)
    reasons = Counter(
        nurse.reason or "none" for nurse in nurses if nurse.state is NurseState.NOT_READY
    )
    phones = _gauge("nurse_phones_reachable", "Nurses' phones reachable")
    phones.add_metric([], sum(nurse.reachable for nurse in nurses))
    overlong = _gauge("nurse_pauses_overlong", "Pauses that last longer than was planned")
    overlong.add_metric(
        [], sum(nurse.pause_ends is not None and nurse.pause_ends < now for nurse in nurses)
    )
    return [
        _counted("nurses", "Nurses by state", "state", states.items()),
        _counted(
            "nurses_not_ready", "Nurses not ready, by reason", "reason", _bounded(reasons).items()
        ),
        phones,
        overlong,
    ]


def _bounded(found: Counter[str]) -> dict[str, int]:
    """The commonest reasons; all others are one."""
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    kept = dict(ranked[:_MOST_REASONS])
    rest = sum(count for _, count in ranked[_MOST_REASONS:])
    return kept | {_OTHER: kept.get(_OTHER, 0) + rest} if rest else kept


def _staff(board: Board, unserved: dict[Language, int]) -> list[Metric]:
    alone = _gauge(
        "queue_calls_without_nurse",
        "Callers in line whom nobody who is signed in can serve",
        ("language",),
    )
    duty = signed_in(board)
    for language in duty:
        alone.add_metric([language], unserved.get(language, 0))
    text = "Nurses signed in, by language"
    return [_counted("queue_nurses_signed_in", text, "language", duty.items()), alone]


def _contacts_and_surge(board: Board) -> Iterable[Metric]:
    states = Counter(dict.fromkeys(ContactState, 0))
    states.update(contact.state for contact in board.contacts.values())
    surge = _gauge("surge_level", "0 normal, 1 high, 2 crisis")
    surge.add_metric([], RANK[board.surge.level])
    refusing = _gauge("surge_refusing", "1 while newcomers are refused")
    refusing.add_metric([], board.surge.refusing)
    return _counted("contacts", "Contacts by state", "state", states.items()), surge, refusing


def _promises(board: Board, now: Millis) -> Iterable[Metric]:
    """Whom we owe a call, and what is said to callers by hand."""
    kinds = Counter(dict.fromkeys(DebtKind, 0))
    kinds.update(debt.kind for debt in board.owed)
    said = _gauge("messages_in_force", "Supervisors' spoken messages in force")
    said.add_metric([], sum(message.until > now for message in board.messages.values()))
    return _counted("calls_owed", "Callers whom we owe a call", "kind", kinds.items()), said


def _counted(name: str, text: str, label: str, found: Iterable[tuple[str, int]]) -> Metric:
    family = _gauge(name, text, (label,))
    for value, count in found:
        family.add_metric([value], count)
    return family
