"""Shifts: what nurses ask for, what their phones do, and how a call leaves them."""

from msgspec.structs import replace

from callcenter.acd import ringback, surge
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
    WrapUpExtended,
)
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import (
    ENGAGED,
    LINE_LOST,
    PHONE_LOST,
    SHORT_TALK,
    SIGN_OUT_NEXT,
    TELL_AGAIN,
    UNTOLD,
    Nurse,
    NurseMove,
    NurseState,
    Served,
)
from language_routing.skills import Skills

_MOST_LINES_LOST = 2


def signed_in(board: Board, event: NurseSignedIn, now: Millis) -> None:
    """She is there. A second sign-in changes only in which languages she takes calls.

    Raises:
        IllegalMove: She is signed in already, with the same languages.
    """
    nurse = board.nurse(event.nurse)
    chosen = tuple(tag for tag in event.languages if tag in nurse.languages)
    stays = nurse.next == SIGN_OUT_NEXT
    if nurse.state is NurseState.SIGNED_OUT:
        nurse = replace(nurse.move(NurseMove.SIGN_IN, now), reason="signed_in", actor=event.actor)
    elif not stays and chosen == nurse.chosen:
        raise IllegalMove(f"{nurse.id}: signed in already")
    after = None if stays else nurse.next
    board.put_nurse(_with_today(board, replace(nurse, chosen=chosen, next=after)))


def _with_today(board: Board, nurse: Nurse) -> Nurse:
    """The nurse with the skills of the languages that she takes calls in today."""
    skills = _skills(board, nurse)
    if nurse.chosen:
        languages = tuple(pair for pair in skills.languages if pair[0] in nurse.chosen)
        skills = replace(skills, languages=languages)
    return nurse if skills == nurse.skills else replace(nurse, skills=skills)


def _skills(board: Board, nurse: Nurse) -> Skills:
    assert board.policy is not None  # a nurse exists by the policy alone
    for spec in board.policy.nurses:
        if spec.id == nurse.id:
            return spec.skills
    return Skills()


def ready(board: Board, event: NurseReady, now: Millis) -> None:
    nurse = board.nurse(event.nurse)
    if nurse.state in ENGAGED and nurse.next is not None:
        board.put_nurse(replace(nurse, next=None, planned=None))
        return
    actor = event.actor if nurse.signed_in is None else nurse.actor
    ready = nurse.move(NurseMove.READY, now)
    board.put_nurse(replace(ready, next=None, misses=0, lost=0, actor=actor))
    _watch_phone(board, event.nurse, now)


def paused(board: Board, event: NursePaused, now: Millis) -> None:
    """At once, or after the ringing or the conversation."""
    nurse = board.nurse(event.nurse)
    if nurse.state in ENGAGED:
        board.put_nurse(replace(nurse, next=event.reason, planned=event.planned))
        return
    rest = nurse.move(NurseMove.PAUSE, now)
    ends = None if event.planned is None else now + event.planned
    board.put_nurse(replace(rest, reason=event.reason, next=None, pause_ends=ends))


def signed_out(board: Board, event: NurseSignedOut, now: Millis) -> None:
    """At once, or after the ringing or the conversation."""
    nurse = board.nurse(event.nurse)
    if nurse.state in ENGAGED:
        board.put_nurse(replace(nurse, next=SIGN_OUT_NEXT))
        return
    _go(board, nurse, now)


def _go(board: Board, nurse: Nurse, now: Millis) -> None:
    """She is signed out; what she chose for today is over."""
    gone = nurse.move(NurseMove.SIGN_OUT, now)
    board.put_nurse(_with_today(board, replace(gone, next=None, planned=None, actor="")))


def extended(board: Board, event: WrapUpExtended, _now: Millis) -> None:
    """A longer wrap-up, up to the most that the site allows.

    Raises:
        IllegalMove: She is not in wrap-up, or has all she can have.
    """
    nurse = board.nurse(event.nurse)
    if nurse.state is not NurseState.WRAP_UP or nurse.wrap_up_ends is None or event.by <= 0:
        raise IllegalMove(f"{nurse.id}: nothing to extend while {nurse.state}")
    assert board.policy is not None
    most = nurse.since + max(board.policy.wrap_up_most, board.policy.wrap_up)
    ends = min(nurse.wrap_up_ends + event.by, most)
    if ends <= nurse.wrap_up_ends:
        raise IllegalMove(f"{nurse.id}: the wrap-up is as long as it may be")
    board.put_nurse(replace(nurse, wrap_up_ends=ends))


def phone_changed(board: Board, event: PhoneChanged | SeenPhone, now: Millis) -> None:
    nurse = board.nurse(event.nurse)
    board.put_nurse(replace(nurse, reachable=event.reachable, busy=event.busy))
    nurse = board.nurse(event.nurse)
    if nurse.reachable and nurse.state is NurseState.NOT_READY and nurse.reason == PHONE_LOST:
        board.put_nurse(nurse.move(NurseMove.READY, now))
    else:
        _watch_phone(board, event.nurse, now)


def _watch_phone(board: Board, nurse_id: NurseId, now: Millis) -> None:
    """A ready nurse whose phone is gone is not ready after a while."""
    assert board.policy is not None
    nurse = board.nurse(nurse_id)
    gone = nurse.state is NurseState.READY and not nurse.reachable and board.policy.phone_gone > 0
    if not gone:
        if nurse.gone_at is not None:
            board.put_nurse(replace(nurse, gone_at=None))
    elif nurse.gone_at is None:
        board.put_nurse(replace(nurse, gone_at=now + board.policy.phone_gone))


def phone_gone(board: Board, nurse: Nurse, now: Millis) -> None:
    """It has been gone for too long: she sees why she gets no calls."""
    board.put_nurse(replace(nurse.move(NurseMove.PAUSE, now), reason=PHONE_LOST))


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
    for nurse_id in list(board.untold):
        board.put_nurse(replace(board.nurses[nurse_id], mirrored=TELL_AGAIN))


def wrapped(board: Board, nurse: Nurse, now: Millis) -> None:
    """The wrap-up is over: ready, or what she asked for meanwhile."""
    settle(board, nurse.move(NurseMove.WRAPPED, now), now)


def parted(board: Board, nurse: Nurse, served: Served | None, now: Millis) -> None:
    """Her conversation is over; `served` says whose figures the wrap-up counts in."""
    assert board.policy is not None  # a nurse exists by the policy alone
    nurse = nurse.move(NurseMove.END, now)
    wrap_up = surge.wrap_up(board.policy, board.surge.level)
    if wrap_up == 0:
        nurse = replace(nurse, served=served)
        board.put_nurse(nurse)
        wrapped(board, nurse, now)
    else:
        board.put_nurse(replace(nurse, served=served, wrap_up_ends=now + wrap_up))
        ringback.soon_free(board, board.nurses[nurse.id], now)


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
        _watch_phone(board, nurse.id, now)
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
        _go(board, nurse, now)
    elif nurse.next is not None and not (nurse.next == PHONE_LOST and nurse.reachable):
        rest = nurse.move(NurseMove.PAUSE, now)
        ends = None if nurse.planned is None else now + nurse.planned
        board.put_nurse(replace(rest, reason=nurse.next, next=None, planned=None, pause_ends=ends))
    else:
        board.put_nurse(replace(nurse, next=None) if nurse.next else nurse)
        if not nurse.reachable:
            _watch_phone(board, nurse.id, now)


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
        today = tuple(tag for tag in known.chosen if tag in spec.languages)
        known = replace(known, languages=spec.languages, chosen=today)
        board.put_nurse(_with_today(board, known))
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
        parted(board, nurse, None, now)
    else:
        raise IllegalMove(f"{nurse.id}: freed while {nurse.state}")
