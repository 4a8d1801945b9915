"""Ringback: callbacks come into line when they are due, and the patient may be rung first.

A callback in line is a contact without a channel (`Contact.absent`): a nurse is rung for it like
for anybody, and the dialplan rings the patient then; or the patient first, if a nurse is about
to be free. What the call does to the callback is decided when it has ended (`ringback_calls`).
"""

from typing import Final

from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackMove, CallbackState, Kind
from callbacks.policy import CallbackPolicy
from callcenter.acd import callback_ends, estimate, ringing_in, widening
from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.debts import STANDS
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import Nurse
from callcenter.acd.owing import contact_id
from language_routing.hours import closes_next, is_open, opens_next
from language_routing.languages import Language

# A nurse who is wished is waited for until so long before the deadline.
_WISH_ENDS: Final[Millis] = 300_000
# A nurse who is free sooner than in this part of the lead is rung first, and waits a little.
_TOO_SOON: Final = 3
_LOOK_AGAIN: Final[Millis] = 2_000
_NOBODY: Final[Millis] = 60_000


def fall_due(board: Board, name: CallbackId, now: Millis) -> None:
    """Its time has come: into line, unless something holds it back."""
    callback = callback_ends.known(board, name)
    if callback.state is CallbackState.SCHEDULED:
        callback = callback.move(CallbackMove.COME_DUE, now)
    if board.policy is None or board.policy.callbacks is None:
        board.put_callback(replace(callback, held="off", due_at=None))
        return
    opens = _opens(board, callback, now)
    if opens is not None:
        board.put_callback(replace(callback, held="closed", due_at=opens))
        return
    call = ringing_in.her_call(board, callback)
    if call is not None:
        ringing_in.hold(board, callback, call, now)
        return
    _line_up(board, callback, board.policy.callbacks, now)


def _language(board: Board, callback: Callback) -> tuple[Language, bool]:
    """Whose line serves it today, and whether with an interpreter; as `SiteLoaded` does."""
    policy = board.policy
    assert policy is not None  # whoever asks has looked
    if callback.language is not None and callback.language in policy.languages:
        return callback.language, callback.interpreter
    return policy.default_language, callback.interpreter and callback.wanted is not None


def _opens(board: Board, callback: Callback, now: Millis) -> Millis | None:
    """When the line opens, if it is closed now and nobody serves it with an interpreter."""
    language, interpreter = _language(board, callback)
    found = board.reach.routing.line(language)
    if found.hours is None or interpreter:
        return None
    if is_open(found.hours, board.reach.routing.calendar, now):
        return None
    return opens_next(found.hours, board.reach.routing.calendar, now)


def _line_up(board: Board, callback: Callback, policy: CallbackPolicy, now: Millis) -> None:
    calls = callback.calls + 1
    board.sequence += 1
    waiting = callback.move(CallbackMove.LINE_UP, now)
    stand(board, replace(waiting, calls=calls), policy, now)


def stand(board: Board, callback: Callback, policy: CallbackPolicy, now: Millis) -> None:
    """A callback that is WAITING gets a contact of its own in line."""
    language, interpreter = _language(board, callback)
    contact = Contact(
        id=contact_id(callback.id, callback.calls),
        node=board.home(),
        channel="",
        entry_point=callback.entry_point,
        priority_class=str(callback.kind),
        arrived=now,
        first_arrived=min(now, callback.arrived),
        deadline=callback.deadline,
        order=board.sequence,
        state=ContactState.WAITING,
        since=now,
        language=language,
        queued=now,
        placed=True,
        caller=callback.caller,
        sealed=callback.sealed,
        wanted=callback.wanted,
        interpreter=interpreter,
        competences=callback.competences,
        callback=callback.id,
    )
    wished = NurseId(callback.nurse or "")
    if wished in board.nurses:
        contact = replace(
            contact, prefers=wished, held_until=max(0, callback.deadline - _WISH_ENDS)
        )
        if contact.held_until <= now:
            contact = replace(contact, held_until=0)
    found = board.reach.routing.line(language)
    if found.hours is not None and not interpreter:
        ends = closes_next(found.hours, board.reach.routing.calendar, now)
        contact = replace(contact, shuts=max(ends, callback.latest or 0, now + 1))
    board.put_callback(replace(callback, now=contact.id))
    board.put_contact(widening.reopened(board, contact, now))
    if _patient_first(callback, policy):
        look(board, board.contacts[contact.id], now)


def shuts(board: Board, contact: Contact, now: Millis) -> None:
    """The line closes: nobody is rung at night, except for what was promised for a time."""
    callback = board.ledger.get(contact.callback or "")
    if callback is None or contact.state is not ContactState.WAITING or not contact.absent:
        board.put_contact(replace(contact, shuts=None))
        return
    opens = _opens(board, callback, now)
    if opens is None:  # another span begins
        hours = board.reach.routing.line(_language(board, callback)[0]).hours
        calendar = board.reach.routing.calendar
        ends = None if hours is None else max(now + 1, closes_next(hours, calendar, now))
        board.put_contact(replace(contact, shuts=ends))
        return
    callback_ends.out_of_line(board, callback, now)
    held = callback.move(CallbackMove.HOLD, now)
    board.put_callback(replace(held, held="closed", due_at=opens))


def _patient_first(callback: Callback, policy: CallbackPolicy) -> bool:
    return (
        policy.patient_first
        and callback.kind is not Kind.MEDICAL
        and not callback.attempts
        and callback.priority_class not in policy.nurse_first
    )


def look(board: Board, contact: Contact, now: Millis) -> None:
    """Whether a nurse will be free about when the patient is ready, if she is rung now."""
    policy = board.policy.callbacks if board.policy is not None else None
    if policy is None or not contact.absent or contact.state is not ContactState.WAITING:
        board.put_contact(replace(contact, look_at=None))
        return
    home = board.nodes.get(contact.node)
    found = estimate.stated(board, contact, now)
    if found is None or home is None or not home.present:
        board.put_contact(replace(contact, look_at=now + _NOBODY))
        return
    if found.at_once or contact.doubt:  # a nurse is rung for her at once, or for one before her
        board.put_contact(replace(contact, look_at=now + _LOOK_AGAIN))
        return
    left = (found.low_at + found.high_at) // 2 - now + _before(board, contact, found.nurses)
    known = _wrapped_up(board, contact, found.ahead, now)
    if known is not None and known < left:
        left = known
        if left * _TOO_SOON < policy.lead:  # the nurse is free before she could be ready
            board.put_contact(replace(contact, look_at=now + policy.lead))
            return
    if left <= policy.lead:
        board.put_contact(replace(contact, look_at=None, expected=now + left))
    else:
        again = max(_LOOK_AGAIN, (left - policy.lead) // 2)
        board.put_contact(replace(contact, look_at=now + again))


def _wrapped_up(board: Board, contact: Contact, ahead: int, now: Millis) -> Millis | None:
    """In how long the nurse who will take her is free, where her wrap-up's end says so."""
    able = board.reach.servers[board.need(contact)]
    ends = sorted(
        nurse.wrap_up_ends
        for nurse in board.nurses.values()
        if nurse.wrap_up_ends is not None
        and nurse.in_rotation
        and not nurse.busy
        and able >> board.profile(nurse) & 1
    )
    place = ahead + len(board.calling)
    return ends[place] - now if place < len(ends) else None


def soon_free(board: Board, nurse: Nurse, now: Millis) -> None:
    """Her wrap-up has begun, and its end is known: whoever is first for her may be rung now."""
    if not board.absent:
        return
    hers = 1 << board.profile(nurse)
    heads = [
        members[0][2]
        for need, members in board.line.groups.items()
        if board.reach.servers[need] & hers
    ]
    for name in heads:
        if board.contacts[name].look_at is not None:
            look(board, board.contacts[name], now)


def _before(board: Board, contact: Contact, nurses: int) -> Millis:
    """How much later she is served because of patients who are rung just now, before her."""
    rung = sum(
        1
        for other in board.calling.values()
        if other != contact.id and board.contacts[other].key < contact.key
    )
    assert board.policy is not None
    assert contact.language is not None
    own, _ = board.handle_times.means(contact.language, board.policy.handle_time)
    return rung * own // nurses


def site_loaded(board: Board, now: Millis) -> None:
    """The site rings people from now on, or no longer; not for what is long ago."""
    if board.policy is None or board.policy.callbacks is None:
        return
    for debt in list(board.owed):
        if max(debt.since, debt.callback_at or 0) >= now - STANDS:
            board.ring_back(debt, now)
    for callback in list(board.ledger):
        if callback.held == "off":
            board.put_callback(replace(callback, due_at=now))


def out_of_line(board: Board, now: Millis) -> None:
    """The site rings nobody any more: those in line wait until it does again."""
    for name in sorted(board.absent):
        callback = board.ledger.get(board.contacts[name].callback or "")
        if callback is not None and callback.now == name:
            callback_ends.out_of_line(board, callback, now)
            held = callback.move(CallbackMove.HOLD, now)
            board.put_callback(replace(held, held="off", due_at=None))
