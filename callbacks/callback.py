"""Callback: somebody whom we are to ring, from the promise to its end.

    SCHEDULED --come due--> DUE --line up--> WAITING --ring--> RINGING --answer--> PREVIEW
        ^                    ^                | |  ^              |                   |
        |                    +---- hold ------+ |  +--- spare ----+                 dial
        |                                     dial                                    v
        +---- fail -------------- DIALLING <----+------------------------------- DIALLING
                                   |     |                                            |
                (the patient first) reach +- reach -> HOLDING --serve--> TALKING <- reach
                                                                              |
    (any) --finish--> DONE    (tried often enough) --give up--> GIVEN_UP <----+

Nurse first: a nurse answers, sees what it is about (PREVIEW), then the patient is rung. The
patient first: she is rung when a nurse is about to be free, and stands in line (HOLDING).
From WAITING to TALKING the state follows what is observed of the call; before and after that
it moves by decisions of the ledger's own.
"""

from enum import StrEnum
from typing import Final, NewType

import msgspec
from msgspec.structs import replace

from language_routing.languages import Language

CallbackId = NewType("CallbackId", str)
"""One promise to ring; chosen by whoever books it, so that booking twice books once."""


class Kind(StrEnum):
    """Why we ring."""

    MEDICAL = "medical"  # booked by a nurse: she wants to hear how it goes
    KEPT_PLACE = "kept_place"  # kept the place in line
    CUT_OFF = "cut_off"  # lost with an Asterisk
    WITHDRAWN = "withdrawn"  # taken out of the line by a supervisor
    CLOSED = "closed"  # the language line was closed


class CallbackState(StrEnum):
    SCHEDULED = "scheduled"  # its time, or the next attempt's, has not come
    DUE = "due"  # its time has come, and it is held back: see `held`
    WAITING = "waiting"  # in line, for a nurse
    RINGING = "ringing"  # a nurse's phone rings for it
    PREVIEW = "preview"  # a nurse has it; the patient is not rung yet
    DIALLING = "dialling"  # the patient's phone is rung
    HOLDING = "holding"  # the patient is on the phone, and waits for a nurse
    TALKING = "talking"  # with a nurse
    DONE = "done"
    GIVEN_UP = "given_up"  # the policy's attempts are used up: a task for a supervisor
    CANCELLED = "cancelled"


class CallbackMove(StrEnum):
    COME_DUE = "come_due"
    LINE_UP = "line_up"
    HOLD = "hold"
    RING = "ring"
    SPARE = "spare"
    ANSWER = "answer"
    DIAL = "dial"
    REACH = "reach"
    SERVE = "serve"
    LOSE_NURSE = "lose_nurse"
    FAIL = "fail"
    FINISH = "finish"
    GIVE_UP = "give_up"
    CANCEL = "cancel"
    MOVE = "move"


_S, _M = CallbackState, CallbackMove

# Every legal move is in this table, and nowhere else.
CALLBACK_MOVES: Final[dict[tuple[CallbackState, CallbackMove], CallbackState]] = {
    (_S.SCHEDULED, _M.COME_DUE): _S.DUE,
    (_S.DUE, _M.LINE_UP): _S.WAITING,
    (_S.SCHEDULED, _M.HOLD): _S.DUE,
    (_S.DUE, _M.HOLD): _S.DUE,
    (_S.WAITING, _M.HOLD): _S.DUE,
    (_S.WAITING, _M.RING): _S.RINGING,
    (_S.HOLDING, _M.RING): _S.RINGING,
    (_S.RINGING, _M.SPARE): _S.WAITING,
    (_S.PREVIEW, _M.SPARE): _S.WAITING,
    (_S.RINGING, _M.LOSE_NURSE): _S.HOLDING,
    (_S.TALKING, _M.LOSE_NURSE): _S.HOLDING,
    (_S.RINGING, _M.ANSWER): _S.PREVIEW,
    (_S.WAITING, _M.ANSWER): _S.PREVIEW,
    (_S.WAITING, _M.DIAL): _S.DIALLING,
    (_S.RINGING, _M.DIAL): _S.DIALLING,
    (_S.PREVIEW, _M.DIAL): _S.DIALLING,
    (_S.DIALLING, _M.REACH): _S.HOLDING,
    (_S.DIALLING, _M.SERVE): _S.TALKING,
    (_S.HOLDING, _M.SERVE): _S.TALKING,
    (_S.RINGING, _M.SERVE): _S.TALKING,
    (_S.PREVIEW, _M.SERVE): _S.TALKING,
    (_S.DIALLING, _M.SPARE): _S.WAITING,
    # An attempt has failed, and there is another one.
    (_S.WAITING, _M.FAIL): _S.SCHEDULED,
    (_S.RINGING, _M.FAIL): _S.SCHEDULED,
    (_S.PREVIEW, _M.FAIL): _S.SCHEDULED,
    (_S.DIALLING, _M.FAIL): _S.SCHEDULED,
    (_S.HOLDING, _M.FAIL): _S.SCHEDULED,
    (_S.TALKING, _M.FAIL): _S.SCHEDULED,
    # ... or there is none.
    (_S.WAITING, _M.GIVE_UP): _S.GIVEN_UP,
    (_S.RINGING, _M.GIVE_UP): _S.GIVEN_UP,
    (_S.PREVIEW, _M.GIVE_UP): _S.GIVEN_UP,
    (_S.DIALLING, _M.GIVE_UP): _S.GIVEN_UP,
    (_S.HOLDING, _M.GIVE_UP): _S.GIVEN_UP,
    (_S.TALKING, _M.GIVE_UP): _S.GIVEN_UP,
    # Done: she was talked to, also because she rang herself.
    (_S.SCHEDULED, _M.FINISH): _S.DONE,
    (_S.DUE, _M.FINISH): _S.DONE,
    (_S.WAITING, _M.FINISH): _S.DONE,
    (_S.DIALLING, _M.FINISH): _S.DONE,
    (_S.HOLDING, _M.FINISH): _S.DONE,
    (_S.RINGING, _M.FINISH): _S.DONE,
    (_S.PREVIEW, _M.FINISH): _S.DONE,
    (_S.TALKING, _M.FINISH): _S.DONE,
    # From a nurse's ringing on it is too late.
    (_S.SCHEDULED, _M.CANCEL): _S.CANCELLED,
    (_S.DUE, _M.CANCEL): _S.CANCELLED,
    (_S.WAITING, _M.CANCEL): _S.CANCELLED,
    (_S.SCHEDULED, _M.MOVE): _S.SCHEDULED,
    (_S.DUE, _M.MOVE): _S.SCHEDULED,
    (_S.WAITING, _M.MOVE): _S.SCHEDULED,
}

ENDED: Final = (_S.DONE, _S.GIVEN_UP, _S.CANCELLED)
IN_LINE: Final = (_S.WAITING, _S.RINGING, _S.PREVIEW, _S.DIALLING, _S.HOLDING, _S.TALKING)
"""While it has a contact on the ACD's board."""


class CallbackError(Exception):
    """The move is not in the table. Nothing has changed."""


class DialResult(StrEnum):
    """How the ringing of a patient ended, where it led to no conversation."""

    NO_ANSWER = "no_answer"  # the ring time ran out
    BUSY = "busy"
    INVALID = "invalid"  # there is no such number
    FAILED = "failed"  # the network could not, or any other SIP failure
    MACHINE = "machine"  # voice mail, says the nurse's key
    WRONG_PERSON = "wrong_person"  # says the nurse's key, or whoever answered
    NO_KEY = "no_key"  # somebody or something answered, and was not ready
    UNKNOWN = "unknown"  # a process died meanwhile: nobody knows whether the phone rang
    ABANDONED = "abandoned"  # we hung up before an answer: the nurse's line was lost


FINAL: Final = (DialResult.INVALID, DialResult.WRONG_PERSON)
"""Nobody is rung again after these: the number is not hers."""


class Done(StrEnum):
    """How a callback that is DONE came to its end."""

    TALKED = "talked"  # we rang, she answered, a nurse talked to her
    RANG_IN = "rang_in"  # she rang herself meanwhile
    HUNG_UP = "hung_up"  # we rang, she answered, and hung up before a nurse came
    CUT_OFF = "cut_off"  # the conversation ended with an Asterisk: another callback follows
    SETTLED = "settled"  # by people


class Attempt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One ringing of the patient's phone that failed.

    Attributes:
        at: When it began.
        ended: When we knew.
    """

    at: int
    ended: int
    result: DialResult


class TextKind(StrEnum):
    """What a text message (SMS) says."""

    BOOKED = "booked"  # when we ring, and how to cancel
    TRIED = "tried"  # we tried to reach you, and try again
    UNREACHED = "unreached"  # we could not reach you: ring 1177
    CANCELLED = "cancelled"  # we do not ring


class Text(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A text message that is owed to the patient, or was sent.

    Attributes:
        owed: Since when.
        outcome: `sent`, `failed`, `off` or `obsolete`; empty: not yet.
    """

    kind: TextKind
    owed: int
    outcome: str = ""


class Callback(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One callback. Instants are the journal's milliseconds (UTC).

    Attributes:
        since: When `state` was entered.
        language: Whose line serves it; `wanted`, `interpreter`: as of a contact of the ACD.
        competences: What the nurse must be trained in.
        booked: When it was promised; `actor`: by whom.
        earliest: Not to be rung before.
        latest: Promised to be reached by; `None`: no time was promised (a kept place).
        deadline: When a nurse should have it: its place in the ACD's line.
        arrived: The original arrival, of a kept place; else when it is due.
        caller: Keyed hash of the number; `sealed`: the number, unreadable here.
        note: For the next nurse, sealed; health data.
        reason: Why she is to be rung, as a code.
        nurse: Who is wished to ring.
        contact: The call that it came from.
        overbooked: Promised by a supervisor beyond what staffing can keep.
        due_at: When it comes due, or the next attempt; `None`: not waiting for a time.
        resume: While she is on the phone with us: when it would have been due.
        held: While DUE: why it is not in line (`closed`, `on_the_phone`, `talked`, `off`).
        held_by: The call of hers that holds it back; `talks_with`: the nurse of that call.
        shared: Several have called from that number at once: nobody's call holds it back.
        over: She rang in while her phone was rung: whatever comes of that is the end of it.
        calls: How many contacts it has had on the board; `now`: the present one.
        dialled: When her phone is rung since; `reached`: when somebody answered, or pressed 1.
        result: What is known of the present attempt.
        first_tried: When her phone was rung for the first time.
        talked: When a nurse first talked to her.
        done: How it came to its end; `ended`: when.
        task: Since when a supervisor has to do something about it; `settled`: how it was.
    """

    id: CallbackId
    kind: Kind
    state: CallbackState
    since: int
    language: Language | None
    booked: int
    earliest: int
    deadline: int
    arrived: int
    caller: str | None
    sealed: str
    latest: int | None = None
    wanted: Language | None = None
    interpreter: bool = False
    entry_point: str = ""
    priority_class: str = ""
    competences: tuple[str, ...] = ()
    note: str | None = None
    reason: str = ""
    nurse: str | None = None
    contact: str | None = None
    actor: str = ""
    overbooked: bool = False
    due_at: int | None = None
    resume: int | None = None
    held: str = ""
    held_by: str | None = None
    talks_with: str | None = None
    shared: bool = False
    over: bool = False
    calls: int = 0
    now: str | None = None
    dialled: int | None = None
    reached: int | None = None
    result: DialResult | None = None
    attempts: tuple[Attempt, ...] = ()
    broken: int = 0
    first_tried: int | None = None
    talked: int | None = None
    done: Done | None = None
    ended: int | None = None
    why: str = ""
    task: int | None = None
    settled: str = ""
    texts: tuple[Text, ...] = ()

    @property
    def open(self) -> bool:
        """Whether she is still to be rung."""
        return self.state not in ENDED

    @property
    def settled_for_good(self) -> bool:
        """Whether nobody has anything left to do about it."""
        return not self.open and (self.task is None or bool(self.settled))

    @property
    def served(self) -> int | None:
        """When a nurse talked to her, in our call or in one of hers; `None`: none did."""
        if self.talked is None and self.done is Done.RANG_IN:
            return self.ended
        return self.talked

    def can(self, move: CallbackMove) -> bool:
        return (self.state, move) in CALLBACK_MOVES

    def follow(self, state: CallbackState, now: int) -> "Callback":
        """The callback in line as its call is seen to stand, by whichever way it came there.

        Raises:
            CallbackError: It is not in line, or `state` is none of those.
        """
        if self.state not in IN_LINE or state not in IN_LINE:
            raise CallbackError(f"callback: {state} while {self.state}")
        return self if state is self.state else replace(self, state=state, since=now)

    def move(self, move: CallbackMove, now: int) -> "Callback":
        """The callback after `move`.

        Raises:
            CallbackError: `move` is not allowed in the present state.
        """
        try:
            state = CALLBACK_MOVES[self.state, move]
        except KeyError:
            raise CallbackError(f"callback: {move} while {self.state}") from None
        held = state is CallbackState.DUE
        line = state in IN_LINE
        return replace(
            self,
            state=state,
            since=now,
            due_at=self.due_at if state in (CallbackState.SCHEDULED, CallbackState.DUE) else None,
            resume=self.resume if held else None,
            held=self.held if held else "",
            held_by=self.held_by if held else None,
            talks_with=self.talks_with if held else None,
            now=self.now if line else None,
            dialled=self.dialled if line else None,
            reached=self.reached if line else None,
            result=self.result if line else None,
            ended=now if state in ENDED else None,
        )
