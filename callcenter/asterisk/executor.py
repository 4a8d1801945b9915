"""Executor: commands to AMI actions, and their answers to events. It decides nothing.

A command states what it presumes; that is checked against our own view of the channel
just before the action, so that crossing commands lose cleanly and never pull a caller
out of a conversation. Pure, but for the view that it is handed, and the opening of numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from callcenter.acd.commands import (
    AnyCommand,
    CallNurse,
    CallPatient,
    DismissCaller,
    LookUpChannels,
    MirrorNurse,
    ReturnToLine,
    RingNurse,
    TellSurge,
)
from callcenter.acd.ends import UNSEALABLE
from callcenter.acd.events import (
    AnyEvent,
    CommandDone,
    CommandFailed,
    CommandUnknown,
    Phase,
)
from callcenter.acd.ids import Millis
from callcenter.asterisk import outgoing
from callcenter.asterisk.ami.errors import AMIError
from callcenter.asterisk.ami.messages import Action, Response
from callcenter.asterisk.channels import Channel
from callcenter.asterisk.switchboard import Switchboard
from callcenter.seal import Unsealable
from ivr_flows.numbers import usable


@dataclass(frozen=True, slots=True)
class Refused:
    """The command cannot be carried out; nothing was sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The actions to send, and whether each of them must succeed.

    Attributes:
        unless_bridged: A channel that Asterisk itself is asked about just before: our
            view may lag behind an answer, and nobody is pulled out of a conversation.
    """

    actions: tuple[Action, ...]
    all_must_succeed: bool = True
    unless_bridged: str | None = None


def plan(
    command: AnyCommand,
    view: Switchboard,
    now: Millis,
    open_number: Callable[[str], str] | None = None,
) -> Planned | Refused:
    """What to send for `command`, by what we see now.

    Args:
        now: The journal's time.
        open_number: Reads a sealed number, or raises `Unsealable`; `None`: the site has no
            carrier that takes calls of ours.
    """
    if now > command.valid_until:
        return Refused("stale")
    match command:
        case RingNurse() | ReturnToLine() | DismissCaller():
            return _move(command, view.channel_of(command.contact))
        case MirrorNurse():
            return _mirror(command)
        case TellSurge():
            refuse = "1" if command.refusing else "0"
            told = (("CC_SURGE", str(command.level)), ("CC_REFUSE", refuse))
            return Planned(
                tuple(Action("Setvar", {"Variable": name, "Value": word}) for name, word in told)
            )
        case CallNurse() | CallPatient():
            return _call(command, view, open_number)
        case LookUpChannels():
            return Planned(())  # the gateway asks on its reading connection
        case _:
            assert_never(command)


def _move(
    command: RingNurse | ReturnToLine | DismissCaller, channel: Channel | None
) -> Planned | Refused:
    """Lead a caller elsewhere in the dialplan, out of no conversation."""
    if channel is None:
        return Refused("gone")
    if isinstance(command, ReturnToLine):
        if channel.bridge is not None or channel.offer != command.offer:
            return Refused("not_ringing")
        redirect = _redirect(command, channel, "cc-line", "s")
        return Planned((redirect,), unless_bridged=channel.name)
    if channel.bridge is not None or channel.phase is not Phase.LINE:
        return Refused("not_in_line")
    if isinstance(command, DismissCaller):
        says = _set(channel, "CC_SAYS", f"{command.language}/{command.prompt}")
        redirect = _redirect(command, channel, "cc-dismiss", "s")
        return Planned((says, redirect), unless_bridged=channel.name)
    exten = f"{command.nurse}_{command.id.replace('-', '_')}" + "_i" * command.interpreter
    return Planned((*_shown(command, channel), _redirect(command, channel, "cc-offer", exten)))


def _call(
    command: CallNurse | CallPatient, view: Switchboard, open_number: Callable[[str], str] | None
) -> Planned | Refused:
    """Begin the call of a callback, which is in no call yet."""
    if view.channel_of(command.contact) is not None:
        return Refused("there")
    if open_number is None:
        return Refused("no_trunk")
    try:
        number = open_number(command.sealed)
    except Unsealable:
        return Refused(UNSEALABLE)
    if (
        not outgoing.can_ring(number) or usable(number) is None
    ):  # also a caller's own: she may have made it up
        return Refused(UNSEALABLE)  # to the fold it is the same: there is no number to ring
    try:
        return Planned((outgoing.call(command, number),))
    except ValueError:
        return Refused("malformed")


def _shown(command: RingNurse, channel: Channel) -> tuple[Action, ...]:
    """Language and class as they are by now: a supervisor may have changed them."""
    told = (
        ("CC_LANG", command.language),
        ("CC_CLASS", command.priority_class),
        ("CC_PROMISED", "1" if command.promised else ""),
    )
    return tuple(
        _set(channel, name, word)
        for name, word in told
        if word and channel.variables.get(name) != word
    )


def _set(channel: Channel, name: str, word: str) -> Action:
    return Action("Setvar", {"Channel": channel.name, "Variable": name, "Value": word})


def _redirect(command: AnyCommand, channel: Channel, context: str, exten: str) -> Action:
    headers = {"Channel": channel.name, "Context": context, "Exten": exten, "Priority": "1"}
    return Action("Redirect", headers, action_id=command.id)


def _mirror(command: MirrorNurse) -> Planned:
    member = {"Queue": "fallback", "Interface": f"Local/{command.nurse}@cc-ring"}
    if not command.member:
        return Planned((Action("QueueRemove", member),), all_must_succeed=False)
    paused = {"Paused": "true" if command.paused else "false"}
    add = {
        **member,
        **paused,
        "MemberName": command.nurse,
        "StateInterface": f"PJSIP/{command.nurse}",
    }
    # One of the two applies: the first refuses a member that is there already.
    actions = (Action("QueueAdd", add), Action("QueuePause", {**member, **paused}))
    return Planned(actions, all_must_succeed=False)


def verdict(command: AnyCommand, planned: Planned, outcomes: list[Response | AMIError]) -> AnyEvent:
    """How the command ended, from the answers to its actions."""
    failures = [outcome for outcome in outcomes if isinstance(outcome, AMIError)]
    if any(failure.sent for failure in failures):
        return CommandUnknown(command=command.id)
    if failures:
        return CommandFailed(command=command.id, reason="no_switch")
    refused = [o for o in outcomes if isinstance(o, Response) and not o.ok]
    if refused and planned.all_must_succeed:
        return CommandFailed(command=command.id, reason="refused")
    return CommandDone(command=command.id)
