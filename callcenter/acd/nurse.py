"""Nurse: one nurse as the ACD sees her (an "agent" in the textbooks).

    SIGNED_OUT --sign in--> NOT_READY --ready--> READY --offer--> RINGING --answer--> TALKING
                              ^  ^                ^ ^                |                   |
                              |  +---- pause -----+ +--- withdraw ---+                  end
                              +------- miss (RONA) ------------------+                   v
                                                    READY <------- wrapped --------- WRAP_UP

RONA ("ring on no answer") takes the nurse out of rotation with a reason she sees, so
that one empty chair cannot swallow every call. A pause or a sign-out that is asked for
while she rings or talks is remembered (`next`) and takes effect when that has ended.
Whether her phone can be reached is no state of hers: it only keeps her from being offered.
"""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from callcenter.acd.contact import IllegalMove
from callcenter.acd.ids import ContactId, Millis, NurseId, OfferId
from language_routing.languages import Language
from language_routing.skills import Skills


class NurseState(StrEnum):
    SIGNED_OUT = "signed_out"
    NOT_READY = "not_ready"  # signed in, takes no calls
    READY = "ready"  # waits for a call
    RINGING = "ringing"  # a call is offered
    TALKING = "talking"  # bridged to a caller
    WRAP_UP = "wrap_up"  # after-call work


class NurseMove(StrEnum):
    SIGN_IN = "sign_in"
    READY = "ready"
    PAUSE = "pause"
    SIGN_OUT = "sign_out"
    OFFER = "offer"
    ADOPT = "adopt"
    ANSWER = "answer"
    MISS = "miss"
    WITHDRAW = "withdraw"
    END = "end"
    WRAPPED = "wrapped"


_S, _M = NurseState, NurseMove

# Every legal move is in this table, and nowhere else.
NURSE_MOVES: Final[dict[tuple[NurseState, NurseMove], NurseState]] = {
    (_S.SIGNED_OUT, _M.SIGN_IN): _S.NOT_READY,
    (_S.SIGNED_OUT, _M.READY): _S.READY,
    (_S.NOT_READY, _M.READY): _S.READY,
    (_S.WRAP_UP, _M.READY): _S.READY,
    (_S.SIGNED_OUT, _M.PAUSE): _S.NOT_READY,
    (_S.NOT_READY, _M.PAUSE): _S.NOT_READY,
    (_S.READY, _M.PAUSE): _S.NOT_READY,
    (_S.WRAP_UP, _M.PAUSE): _S.NOT_READY,
    (_S.NOT_READY, _M.SIGN_OUT): _S.SIGNED_OUT,
    (_S.READY, _M.SIGN_OUT): _S.SIGNED_OUT,
    (_S.WRAP_UP, _M.SIGN_OUT): _S.SIGNED_OUT,
    (_S.READY, _M.OFFER): _S.RINGING,
    (_S.RINGING, _M.MISS): _S.NOT_READY,
    (_S.RINGING, _M.WITHDRAW): _S.READY,
    (_S.RINGING, _M.ANSWER): _S.TALKING,
    # What was observed is a fact: she rings or talks, whatever we believed.
    (_S.SIGNED_OUT, _M.ADOPT): _S.RINGING,
    (_S.NOT_READY, _M.ADOPT): _S.RINGING,
    (_S.READY, _M.ADOPT): _S.RINGING,
    (_S.WRAP_UP, _M.ADOPT): _S.RINGING,
    (_S.SIGNED_OUT, _M.ANSWER): _S.TALKING,
    (_S.NOT_READY, _M.ANSWER): _S.TALKING,
    (_S.READY, _M.ANSWER): _S.TALKING,
    (_S.WRAP_UP, _M.ANSWER): _S.TALKING,
    (_S.TALKING, _M.END): _S.WRAP_UP,
    (_S.WRAP_UP, _M.WRAPPED): _S.READY,
}

_ROTATION: Final = (
    NurseState.READY,
    NurseState.RINGING,
    NurseState.TALKING,
    NurseState.WRAP_UP,
)
ENGAGED: Final = (NurseState.RINGING, NurseState.TALKING)
SIGN_OUT_NEXT: Final = "sign_out"
SHORT_TALK: Final = "short_talk"
LINE_LOST: Final = "line_lost"
PHONE_LOST: Final = "phone_lost"
# `mirrored` of a nurse whom the fallback queue could not be told about: not yet again, and now.
UNTOLD: Final = "untold"
TELL_AGAIN: Final = "tell_again"
_AFTERWARDS: Final = {NurseState.SIGNED_OUT: SIGN_OUT_NEXT}


class Served(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The conversation that a wrap-up belongs to: whose figures it counts in.

    Attributes:
        at: When that contact first stood in line.
    """

    language: Language | None
    priority_class: str
    at: Millis
    talked: Millis


class Nurse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One nurse of the site.

    Attributes:
        languages: All she speaks; none once the site no longer lists her.
        skills: What she serves with today.
        since: When `state` was entered.
        signed_in: Since when she has been signed in, and by whom.
        chosen: Those of her languages that she signed in with; none: all.
        reason: Why she is not ready: a pause's reason, `rona`, `short_talk` or `line_lost`.
        idle_since: Since when she has been free; a ringing that came to nothing keeps it.
        next: What follows the ringing or the conversation: a pause's reason, `sign_out`,
            or `None` for ready.
        planned: How long that pause is meant to last.
        pause_ends: When the present pause is meant to be over.
        served: The conversation that the present wrap-up belongs to.
        gone_at: When a phone that is gone makes her not ready.
        misses: Offers missed in a row.
        lost: Conversations that her phone or line lost in a row.
        wrap_up_ends: When the wrap-up runs out.
        reachable: Her phone is registered and answers.
        busy: Her phone is in use for something that is none of our offers.
        mirrored: What the fallback queue was last told: out, paused or ready; or unknown.
        mirroring: The command that tells it.
    """

    id: NurseId
    languages: tuple[Language, ...]
    state: NurseState
    since: Millis
    reason: str | None = None
    contact: ContactId | None = None
    offer: OfferId | None = None
    idle_since: Millis = 0
    next: str | None = None
    misses: int = 0
    lost: int = 0
    wrap_up_ends: Millis | None = None
    reachable: bool = False
    busy: bool = False
    mirrored: str = "out"
    mirroring: str | None = None
    skills: Skills = Skills()
    chosen: tuple[Language, ...] = ()
    signed_in: Millis | None = None
    actor: str = ""
    planned: Millis | None = None
    pause_ends: Millis | None = None
    served: Served | None = None
    gone_at: Millis | None = None

    @property
    def available(self) -> bool:
        """Whether a call may be offered to her now."""
        return self.state is NurseState.READY and self.reachable and not self.busy

    @property
    def in_rotation(self) -> bool:
        """Whether she is one of those who will take the next callers."""
        return self.state in _ROTATION and self.next is None and self.reachable

    @property
    def to_mirror(self) -> str:
        """What the fallback queue should know of her."""
        if self.state is NurseState.SIGNED_OUT or self.next == SIGN_OUT_NEXT:
            return "out"
        return "paused" if self.state is NurseState.NOT_READY or self.next else "ready"

    def can(self, move: NurseMove) -> bool:
        return (self.state, move) in NURSE_MOVES

    def move(self, move: NurseMove, now: Millis) -> "Nurse":
        """The nurse after `move`, free of what the old state held.

        Raises:
            IllegalMove: `move` is not allowed in the present state.
        """
        try:
            state = NURSE_MOVES[self.state, move]
        except KeyError:
            raise IllegalMove(f"{self.id}: {move} while {self.state}") from None
        was = self.state
        takes_turn = state is NurseState.READY and move is not NurseMove.WITHDRAW
        adopted = move is NurseMove.ADOPT and was is not NurseState.READY
        after = self.next
        if state in ENGAGED and was not in ENGAGED:
            # A call found her where she was not offered any: afterwards she goes back there.
            after = _AFTERWARDS.get(was, after)
            if was is NurseState.NOT_READY:
                after = self.reason or "not_ready"
        out = state is NurseState.SIGNED_OUT
        return replace(
            self,
            state=state,
            since=now,
            reason=None,
            contact=None,
            offer=None,
            wrap_up_ends=None,
            idle_since=now if takes_turn or adopted else self.idle_since,
            next=after,
            pause_ends=None,
            served=None,
            gone_at=None,
            signed_in=None if out else (now if self.signed_in is None else self.signed_in),
            chosen=() if out else self.chosen,
        )
