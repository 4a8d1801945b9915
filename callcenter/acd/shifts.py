"""Shifts: what nurses ask for, what their phones do, and how a call leaves them."""

from msgspec.structs import replace

from callcenter.acd.board import Board
from callcenter.acd.contact import IllegalMove
from callcenter.acd.events import (
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    OfferResult,
    PhoneChanged,
    SeenPhone,
)
from callcenter.acd.ids import Millis
from callcenter.acd.nurse import (
    ENGAGED,
    LINE_LOST,
    SHORT_TALK,
    SIGN_OUT_NEXT,
    TELL_AGAIN,
    UNTOLD,
    Nurse,
    NurseMove,
    NurseState,
)

_MOST_LINES_LOST = 2


def signed_in(board: Board, event: NurseSignedIn, now: Millis) -> None:
    nurse = board.nurse(event.nurse)
    if nurse.next == SIGN_OUT_NEXT:
        board.put_nurse(replace(nurse, next=None))
        return
    board.put_nurse(replace(nurse.move(NurseMove.SIGN_IN, now), reason="signed_in"))


def ready(board: Board, event: NurseReady, now: Millis) -> None:
    nurse = board.nurse(event.nurse)
    if nurse.state in ENGAGED and nurse.next is not None:
        board.put_nurse(replace(nurse, next=None))
        return
    board.put_nurse(replace(nurse.move(NurseMove.READY, now), next=None, misses=0, lost=0))


def paused(board: Board, event: NursePaused, now: Millis) -> None:
    """At once, or after the ringing or the conversation."""
    nurse = board.nurse(event.nurse)
    if nurse.state in ENGAGED:
        board.put_nurse(replace(nurse, next=event.reason))
        return
    board.put_nurse(replace(nurse.move(NurseMove.PAUSE, now), reason=event.reason, next=None))


def signed_out(board: Board, event: NurseSignedOut, now: Millis) -> None:
    """At once, or after the ringing or the conversation."""
    nurse = board.nurse(event.nurse)
    if nurse.state in ENGAGED:
        board.put_nurse(replace(nurse, next=SIGN_OUT_NEXT))
        return
    board.put_nurse(replace(nurse.move(NurseMove.SIGN_OUT, now), next=None))


def phone_changed(board: Board, event: PhoneChanged | SeenPhone) -> None:
    nurse = board.nurse(event.nurse)
    board.put_nurse(replace(nurse, reachable=event.reachable, busy=event.busy))


def changed_in_fallback(board: Board, phone: SeenPhone, now: Millis) -> None:
    """What she dialled while we were away changed only the fallback queue: she meant us too."""
    nurse = board.nurse(phone.nurse)
    if phone.fallback is None:
        board.put_nurse(replace(nurse, mirrored="unknown"))
        return
    changed = phone.fallback != nurse.mirrored
    # What we decided and could not tell is our news, not hers.
    told = nurse.mirroring is None and nurse.mirrored not in (UNTOLD, TELL_AGAIN)
    board.put_nurse(replace(nurse, mirrored=phone.fallback, mirroring=None))
    nurse = board.nurse(phone.nurse)
    if not (changed and told and nurse.languages) or nurse.state in ENGAGED:
        return
    wish = {"ready": NurseMove.READY, "paused": NurseMove.PAUSE, "out": NurseMove.SIGN_OUT}
    move = wish.get(phone.fallback)
    if move is None or not nurse.can(move) or nurse.to_mirror == phone.fallback:
        return
    reason = "backup" if move is NurseMove.PAUSE else None
    misses = 0 if move is NurseMove.READY else nurse.misses
    moved = nurse.move(move, now)
    board.put_nurse(replace(moved, reason=reason, next=None, misses=misses))


def tell_again(board: Board) -> None:
    """The gateway lives: what could not be told to the fallback queue is tried once more."""
    for nurse in list(board.nurses.values()):
        if nurse.mirrored == UNTOLD:
            board.put_nurse(replace(nurse, mirrored=TELL_AGAIN))


def wrapped(board: Board, nurse: Nurse, now: Millis) -> None:
    """The wrap-up is over: ready, or what she asked for meanwhile."""
    settle(board, nurse.move(NurseMove.WRAPPED, now), now)


def parted(board: Board, nurse: Nurse, now: Millis) -> None:
    """Her conversation is over."""
    assert board.policy is not None  # a nurse exists by the policy alone
    nurse = nurse.move(NurseMove.END, now)
    if board.policy.wrap_up == 0:
        wrapped(board, nurse, now)
    else:
        board.put_nurse(replace(nurse, wrap_up_ends=now + board.policy.wrap_up))


def spared(board: Board, nurse: Nurse, now: Millis) -> None:
    """Her phone stopped ringing, and it was none of her doing: she keeps her turn."""
    settle(board, nurse.move(NurseMove.WITHDRAW, now), now)


def missed(board: Board, nurse: Nurse, result: OfferResult, now: Millis) -> None:
    """She did not take the call. After `rona_after` misses in a row she is not ready."""
    assert board.policy is not None
    misses = nurse.misses + 1
    if nurse.next is not None:
        spared(board, nurse, now)
    elif misses < board.policy.rona_after:
        again = replace(nurse.move(NurseMove.WITHDRAW, now), misses=misses, idle_since=now)
        board.put_nurse(again)
    else:
        reason = "rona" if result is OfferResult.NO_ANSWER else str(result)
        out = nurse.move(NurseMove.MISS, now)
        board.put_nurse(replace(out, reason=reason, misses=misses))


def left_at_once(board: Board, nurse: Nurse, now: Millis) -> None:
    """She answered and hung up: a miss; there is nothing to wrap up."""
    assert board.policy is not None
    nurse = replace(nurse, misses=nurse.misses + 1)
    out = nurse.misses >= board.policy.rona_after
    if nurse.state in ENGAGED:  # she had no wrap-up, and the next call was quicker
        board.put_nurse(replace(nurse, next=nurse.next or (SHORT_TALK if out else None)))
    elif nurse.state is NurseState.WRAP_UP and (nurse.next is not None or not out):
        wrapped(board, nurse, now)
    elif out and nurse.state in (NurseState.WRAP_UP, NurseState.READY):
        board.put_nurse(replace(nurse.move(NurseMove.PAUSE, now), reason=SHORT_TALK))
    else:
        board.put_nurse(nurse)


def line_lost(board: Board, nurse: Nurse, now: Millis) -> None:
    """Once is no fault of hers; twice in a row is a phone that swallows callers."""
    nurse = replace(nurse, lost=nurse.lost + 1)
    out = nurse.lost >= _MOST_LINES_LOST
    if out and nurse.state in ENGAGED:
        board.put_nurse(replace(nurse, next=nurse.next or LINE_LOST))
    elif out and nurse.state in (NurseState.WRAP_UP, NurseState.READY) and nurse.next is None:
        board.put_nurse(replace(nurse.move(NurseMove.PAUSE, now), reason=LINE_LOST, lost=0))
    else:
        board.put_nurse(nurse)


def settle(board: Board, nurse: Nurse, now: Millis) -> None:
    """Put a nurse who has become ready, and do what she asked for meanwhile."""
    if nurse.next == SIGN_OUT_NEXT:
        board.put_nurse(replace(nurse.move(NurseMove.SIGN_OUT, now), next=None))
    elif nurse.next is not None:
        rest = nurse.move(NurseMove.PAUSE, now)
        board.put_nurse(replace(rest, reason=nurse.next, next=None))
    else:
        board.put_nurse(nurse)


def roster_changed(board: Board, now: Millis) -> None:
    """Bring the nurses in line with the policy that has just been loaded."""
    assert board.policy is not None
    listed = {spec.id: spec for spec in board.policy.nurses}
    for spec in board.policy.nurses:
        known = board.nurses.get(spec.id)
        if known is None:
            # What the fallback queue still holds of an earlier life of hers is not known.
            known = Nurse(
                id=spec.id,
                languages=spec.languages,
                state=NurseState.SIGNED_OUT,
                since=now,
                mirrored="unknown",
            )
        board.put_nurse(replace(known, languages=spec.languages))
    for nurse in list(board.nurses.values()):
        if nurse.id in listed:
            continue
        if nurse.state in ENGAGED:
            board.put_nurse(replace(nurse, languages=(), next=SIGN_OUT_NEXT))
        elif nurse.state is not NurseState.SIGNED_OUT:
            gone = nurse.move(NurseMove.SIGN_OUT, now)
            board.put_nurse(replace(gone, languages=(), next=None))
        else:
            board.put_nurse(replace(nurse, languages=()))


def freed(board: Board, nurse: Nurse, now: Millis) -> None:
    """Whatever call she had is gone.

    Raises:
        IllegalMove: She had none.
    """
    if nurse.state is NurseState.RINGING:
        spared(board, nurse, now)
    elif nurse.state is NurseState.TALKING:
        parted(board, nurse, now)
    else:
        raise IllegalMove(f"{nurse.id}: freed while {nurse.state}")
