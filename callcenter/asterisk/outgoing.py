"""Outgoing: the AMI action that begins the call of a callback. Pure.

It makes a Local channel whose two halves run in the dialplan each: the first (`;1`) is the
contact's channel, which rings nurses as any caller's does; the second (`;2`) rings the patient
(extensions.conf, cc-callback). `/n`: it stays between them, so that the first is there to be led.
The number goes along as a variable that no event carries and no log line shows.
"""

import re
from typing import Final

from callbacks.callback import Kind
from callcenter.acd.commands import CallNurse, CallPatient
from callcenter.acd.events import Phase
from callcenter.asterisk.ami.messages import Action

_E164: Final = re.compile(r"\+[1-9][0-9]{5,14}")
# Asterisk reads a comma in a variable as the beginning of another one, a line break as a header.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]{0,60}")
_OFFER: Final = re.compile(r"\d{1,16}-\d{1,10}-\d{1,6}")
_NURSE: Final = re.compile(r"[a-z][a-z0-9]{0,15}")
# So long the dialplan may take over its own time limits before Asterisk ends the call.
_SPARE_MS: Final = 120_000


def can_ring(number: str) -> bool:
    """Whether `number` is a whole one of E.164; nothing else is dialled."""
    return _E164.fullmatch(number) is not None


def call(command: CallNurse | CallPatient, number: str) -> Action:
    """The action that carries `command` out.

    Args:
        number: In E.164 (`can_ring`).

    Raises:
        ValueError: A part of the command is of no form of ours.
    """
    variables = {
        "CC_CONTACT": command.contact,
        "CC_CALLBACK": command.callback,
        "CC_ARRIVED": str(command.arrived),
        "CC_ENTRY": command.entry_point,
        "CC_CLASS": command.priority_class,
        "CC_LANG": command.language,
        "CC_RING_S": _seconds(command.ring),
    }
    if isinstance(command, CallNurse):
        far, near = "nurse", ("cc-offer", _exten(command))
        variables |= {
            "CC_PHASE": Phase.OFFER,
            "CC_KIND": "medical" if command.kind is Kind.MEDICAL else "kept",
            "CC_PREVIEW_S": _seconds(command.preview),
            "CC_LATEST": "" if command.latest is None else str(command.latest),
            "CC_TRY": str(command.attempt),
            "CC_PROMISED": "1" if command.promised else "",
        }
        lasts = command.ring + _SPARE_MS  # it is answered at once
    else:
        far, near = "patient", ("cc-called", "s")
        variables |= {"CC_PHASE": Phase.CALLING, "CC_READY_S": _seconds(command.ready_within)}
        lasts = command.ring + 2 * command.ready_within + _SPARE_MS
    if not can_ring(number) or not all(map(_PLAIN.fullmatch, variables.values())):
        raise ValueError("callback: a part of the command is of no form of ours")
    headers = {
        "Channel": f"Local/{far}@cc-callback/n",
        "Context": near[0],
        "Exten": near[1],
        "Priority": "1",
        "Timeout": str(lasts),
        "Async": "true",
        "Codecs": "alaw",  # what the phones and the carrier speak: else each frame is changed twice
    }
    return Action("Originate", headers, {**variables, "CC_DIAL": number}, action_id=command.id)


def _exten(command: CallNurse) -> str:
    """As of `RingNurse`: the offer has the command's id."""
    if not _OFFER.fullmatch(command.id) or not _NURSE.fullmatch(command.nurse):
        raise ValueError("callback: a part of the command is of no form of ours")
    return f"{command.nurse}_{command.id.replace('-', '_')}" + "_i" * command.interpreter


def _seconds(span: int) -> str:
    return str(max(1, span // 1000))
