"""Contact: one person to be served, as the ACD sees her: who rings us, or is to be rung.

    IVR --queue--> WAITING --offer--> OFFERED --connect--> TALKING --part--> AFTER
                      ^                  |                        |
                      +----- return -----+------- return ---------+    (any) --end--> gone

    IVR --transfer--> TRANSFERRED --queue--> WAITING  (nobody answered there)
    WAITING --call--> CALLING --queue--> WAITING      (a callback, the patient first)

`connect` is also taken from every other state: a bridge that was observed is a fact.
`return` from AFTER: the conversation was none, and the caller has the old place in line.
A callback (`callback`) waits without a channel until a nurse, or the patient, is rung for it.
A contact that leaves is dropped, not kept as a state; `outcome` says how it ended.
"""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from callbacks.callback import CallbackId
from callcenter.acd.expected import Estimate
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from language_routing.languages import Language


class ContactState(StrEnum):
    IVR = "ivr"  # hears the menu
    WAITING = "waiting"  # stands in line
    OFFERED = "offered"  # stands in line, and a nurse's phone rings
    TALKING = "talking"  # bridged to a nurse
    FALLBACK = "fallback"  # in the plain app_queue; not ours to offer
    AFTER = "after"  # the nurse has left, the caller not yet
    TRANSFERRED = "transferred"  # by the menu, to a place that is none of ours
    CALLING = "calling"  # the patient of a callback is rung, and will stand in line


class Outcome(StrEnum):
    """How a contact ended; every caller ends in exactly one of these."""

    ANSWERED = "answered"  # talked to a nurse
    LEFT_IVR = "left_ivr"  # hung up before choosing a language
    ABANDONED = "abandoned"  # hung up in line or while a phone rang
    CUT_OFF = "cut_off"  # lost with the Asterisk: we owe a call
    DISMISSED = "dismissed"  # told that we ring back, and hung up on: we owe a call
    KEPT = "place_kept"  # has kept the place, by her own key: we owe a call
    TRANSFERRED = "transferred"  # to another place, by her own key
    CALLED = "called"  # the call of a callback is over; the ledger says what follows


class Dismissal(StrEnum):
    """Why a caller is out of the line and rung back."""

    WITHDRAWN = "withdrawn"  # by a supervisor
    CLOSED = "closed"  # the language line is closed; we ring back when it opens
    KEPT = "kept"  # by her own key; the IVR tells her, no command of ours


class ContactMove(StrEnum):
    QUEUE = "queue"
    OFFER = "offer"
    RETURN = "return"
    CONNECT = "connect"
    PART = "part"
    FALL_BACK = "fall_back"
    TRANSFER = "transfer"
    CALL = "call"


_S, _M = ContactState, ContactMove

# Every legal move is in this table, and nowhere else.
CONTACT_MOVES: Final[dict[tuple[ContactState, ContactMove], ContactState]] = {
    (_S.IVR, _M.QUEUE): _S.WAITING,
    (_S.FALLBACK, _M.QUEUE): _S.WAITING,
    (_S.TRANSFERRED, _M.QUEUE): _S.WAITING,
    (_S.IVR, _M.TRANSFER): _S.TRANSFERRED,
    (_S.CALLING, _M.QUEUE): _S.WAITING,
    (_S.WAITING, _M.CALL): _S.CALLING,
    (_S.CALLING, _M.RETURN): _S.WAITING,
    (_S.WAITING, _M.OFFER): _S.OFFERED,
    (_S.OFFERED, _M.RETURN): _S.WAITING,
    (_S.AFTER, _M.RETURN): _S.WAITING,
    (_S.IVR, _M.CONNECT): _S.TALKING,
    (_S.WAITING, _M.CONNECT): _S.TALKING,
    (_S.OFFERED, _M.CONNECT): _S.TALKING,
    (_S.FALLBACK, _M.CONNECT): _S.TALKING,
    (_S.AFTER, _M.CONNECT): _S.TALKING,
    (_S.TRANSFERRED, _M.CONNECT): _S.TALKING,
    (_S.CALLING, _M.CONNECT): _S.TALKING,
    (_S.TALKING, _M.PART): _S.AFTER,
    (_S.IVR, _M.FALL_BACK): _S.FALLBACK,
    (_S.WAITING, _M.FALL_BACK): _S.FALLBACK,
    (_S.OFFERED, _M.FALL_BACK): _S.FALLBACK,
    (_S.AFTER, _M.FALL_BACK): _S.FALLBACK,
    (_S.TRANSFERRED, _M.FALL_BACK): _S.FALLBACK,
    (_S.CALLING, _M.FALL_BACK): _S.FALLBACK,
}


class IllegalMove(Exception):
    """The move is not in the table: a late or doubled event. Nothing has changed."""


class Contact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One contact that has not ended.

    Attributes:
        channel: Asterisk's name of the caller's channel.
        arrived: When the caller reached us.
        first_arrived: When we first had her, if she was cut off since and has rung again.
        deadline: When this contact should have been answered; the order of the line.
        order: Breaks ties between equal deadlines: the order of arrival.
        since: When `state` was entered.
        queued: When the caller first stood in line.
        placed: The opening hours have said in which line; once.
        answered: When the first nurse was connected.
        unproven: That answer is not counted yet: the nurse may hang up at once.
        offer: The ringing in progress.
        nurse: Whom it rings for, or who talks.
        rang: Her phone has been tried.
        unwanted: The contact has been moved to a line that she cannot serve.
        withdraw: The command that takes the caller back; `withdrawals` counts the tries.
        doubt: What the gateway knows of the offer must be looked up.
        backstop: When to ask the gateway about the offer, or a kept place; it never decides.
        caller: A keyed hash of the number; `sealed`: the number itself, unreadable here.
        classed: The class was changed since she came, by her own key or a supervisor.
        wanted: The language that was asked for, where another line serves it.
        interpreter: To be served by any nurse with an interpreter, from the start; with
            `wanted`, every nurse needs one.
        ring: The outermost ring of the line that is open; the next opens at `ring_ends`.
        prefers: The nurse whom this caller had last; kept for her until `held_until`.
        served_by: The nurse who was connected last.
        dismissed: Why the caller is out of the line, and is told so.
        dismiss: The command that tells it; `dismissals` counts the tries.
        callback_at: From when she is to be rung back.
        kept: When she kept her place; `None`: she has not, or it came to nothing.
        typed_caller, typed_sealed: The number that she typed for it, as `caller` and `sealed`.
        estimate: The wait that was expected when she first stood in line.
        told: What she has heard of her wait last.
        callback: Which callback it is; then what follows counts.
        competences: What the nurse must be trained in, besides the entry point's.
        dialled: When the patient's phone is rung since; `reached`: when she answered, or pressed 1.
        look_at: When to look whether a nurse will soon be free.
        expected: When one should be: the patient is to be rung now, or is.
        call: The command that rings the patient.
        shuts: When the line of a callback closes.
    """

    id: ContactId
    node: NodeId
    channel: str
    entry_point: str
    priority_class: str
    arrived: Millis
    deadline: Millis
    order: int
    state: ContactState
    since: Millis
    language: Language | None = None
    queued: Millis | None = None
    placed: bool = False
    answered: Millis | None = None
    unproven: bool = False
    first_arrived: Millis | None = None
    offer: OfferId | None = None
    nurse: NurseId | None = None
    rang: bool = False
    unwanted: bool = False
    withdrawing: bool = False
    withdraw: str | None = None
    withdrawals: int = 0
    doubt: bool = False
    backstop: Millis | None = None
    caller: str | None = None
    sealed: str | None = None
    classed: bool = False
    wanted: Language | None = None
    interpreter: bool = False
    ring: int = 0
    ring_ends: Millis | None = None
    prefers: NurseId | None = None
    held_until: Millis = 0
    served_by: NurseId | None = None
    dismissed: Dismissal | None = None
    dismiss: str | None = None
    dismissals: int = 0
    callback_at: Millis | None = None
    kept: Millis | None = None
    typed_caller: str | None = None
    typed_sealed: str | None = None
    estimate: Estimate | None = None
    told: Estimate | None = None
    callback: CallbackId | None = None
    competences: tuple[str, ...] = ()
    dialled: Millis | None = None
    reached: Millis | None = None
    look_at: Millis | None = None
    expected: Millis | None = None
    call: str | None = None
    shuts: Millis | None = None

    @property
    def absent(self) -> bool:
        """Whether nobody is on the phone: the patient of a callback, not reached yet."""
        return self.callback is not None and self.reached is None

    @property
    def original(self) -> Millis:
        """The arrival that the place in line counts from."""
        return self.arrived if self.first_arrived is None else self.first_arrived

    @property
    def in_line_since(self) -> Millis:
        """From when the language rings count the wait."""
        if self.first_arrived is not None:
            return self.first_arrived
        return self.arrived if self.queued is None else self.queued

    @property
    def key(self) -> tuple[int, int]:
        """The place in line."""
        return self.deadline, self.order

    @property
    def in_need(self) -> bool:
        """Whether whoever serves her needs an interpreter, whatever she speaks herself."""
        return self.interpreter and self.wanted is not None

    def stays(self) -> "Contact":
        """The contact in line after all: the kept place came to nothing."""
        return replace(
            self,
            dismissed=None,
            kept=None,
            typed_caller=None,
            typed_sealed=None,
            backstop=self.backstop if self.doubt else None,
        )

    def move(self, move: ContactMove, now: Millis) -> "Contact":
        """The contact after `move`.

        Raises:
            IllegalMove: `move` is not allowed in the present state.
        """
        try:
            state = CONTACT_MOVES[self.state, move]
        except KeyError:
            raise IllegalMove(f"contact: {move} while {self.state}") from None
        if state is ContactState.OFFERED:
            return replace(self, state=state, since=now)
        # A ringing belongs to OFFERED alone.
        waits = state is ContactState.WAITING or state is ContactState.FALLBACK
        return replace(
            self,
            state=state,
            since=now,
            offer=None,
            nurse=self.nurse if state is ContactState.TALKING else None,
            # Back in line: an answer that was none is forgotten.
            answered=None if waits and self.unproven else self.answered,
            unproven=self.unproven and not waits,
            rang=False,
            unwanted=False,
            withdrawing=False,
            withdraw=None,
            withdrawals=0,
            doubt=False,
            backstop=None,
            ring_ends=self.ring_ends if state is ContactState.WAITING else None,
        )
