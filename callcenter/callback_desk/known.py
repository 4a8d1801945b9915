"""Known: what the fold says by which a booking is measured."""

from callbacks.booking import Known
from callbacks.policy import CallbackPolicy
from callcenter.acd.board import Board
from callcenter.acd.contact import ContactState
from callcenter.acd.policy import Policy
from callcenter.callback_desk.records import Refused


def rules(board: Board) -> tuple[Policy, CallbackPolicy]:
    """The site's rules, as they are in force.

    Raises:
        Refused: This site rings nobody.
    """
    policy = board.policy
    if policy is None:
        raise Refused("the journal is empty: is `callcenter up` running?")
    if policy.callbacks is None:
        raise Refused("this site rings nobody: it has no `callbacks` section")
    return policy, policy.callbacks


def known(board: Board, caller: str | None = None) -> Known:
    """What is known now; of the calls of `caller` as well.

    Raises:
        Refused: This site rings nobody.
    """
    policy, callbacks = rules(board)
    return Known(
        ledger=board.ledger,
        policy=callbacks,
        routing=policy.routing,
        languages=policy.languages,
        competences={name for nurse in policy.nurses for name in nurse.competences},
        nurses={nurse.id for nurse in policy.nurses},
        on_phone=() if caller is None else on_phone(board, caller),
    )


def on_phone(board: Board, caller: str) -> tuple[str, ...]:
    """Calls of `caller` that are in line or with a nurse, and are none of ours to her."""
    calls = (board.contacts[name] for name in board.on_the_phone.get(caller, ()))
    return tuple(
        call.id
        for call in calls
        if call.queued is not None
        and call.dismissed is None
        and call.state is not ContactState.AFTER
        and call.callback is None
    )
