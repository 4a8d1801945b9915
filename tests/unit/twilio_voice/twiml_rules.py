"""What Twilio takes as a TwiML document, as a table, from Twilio's published reference.

Read in November 2026 (twilio.com, below /docs): voice/twiml and there gather, play, enqueue,
dial, number, pause, hangup, redirect, leave; the error pages 11750 (64 kB), 13320 (nested in
Gather), 13212 (timeout of Dial), 13338 (actionOnEmptyResult needs an action).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

MOST_BYTES = 64 * 1024

_URL = r"https://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~-]+)*/?"
_POSITIVE = r"[1-9]\d*"
_TRUTH = r"true|false"
_METHOD = r"GET|POST"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One element: where it may stand, its attributes with their values, what it holds.

    Attributes:
        text: What its text must be; `None`: it has none.
        only_if: Attributes that mean something only beside another.
    """

    inside: tuple[str, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    only_if: Mapping[str, str] = field(default_factory=dict)


RULES: Mapping[str, Rule] = {
    "Response": Rule(inside=("",)),
    "Gather": Rule(
        inside=("Response",),
        attributes={
            "input": r"dtmf|speech|dtmf speech",
            "action": _URL,
            "method": _METHOD,
            "timeout": _POSITIVE,
            "finishOnKey": r"[0-9*#]*",
            "numDigits": _POSITIVE,
            "actionOnEmptyResult": _TRUTH,
            "language": r"[a-z]{2}-[A-Z]{2}",
            "bargeIn": _TRUTH,
        },
        only_if={"actionOnEmptyResult": "action"},
    ),
    "Play": Rule(
        inside=("Response", "Gather"),
        attributes={"loop": r"\d|[1-9]\d{1,2}|1000", "digits": r"[0-9wWA-D*#]+"},
        text=_URL,
    ),
    "Say": Rule(inside=("Response", "Gather"), attributes={"language": r".+"}, text=r".{1,4096}"),
    "Pause": Rule(inside=("Response", "Gather"), attributes={"length": r"\d+"}),
    "Enqueue": Rule(
        inside=("Response",),
        attributes={
            "action": _URL,
            "method": _METHOD,
            "waitUrl": _URL,
            "waitUrlMethod": _METHOD,
            "workflowSid": r"WW[0-9a-f]{32}",
        },
        text=r".{1,64}",
    ),
    "Dial": Rule(
        inside=("Response",),
        attributes={
            "action": _URL,
            "method": _METHOD,
            "timeout": _POSITIVE,
            "timeLimit": _POSITIVE,
            "answerOnBridge": _TRUTH,
            "hangupOnStar": _TRUTH,
            "callerId": r"\+[1-9]\d{6,14}",
        },
    ),
    "Number": Rule(inside=("Dial",), text=r"\+[1-9]\d{6,14}"),
    "Redirect": Rule(inside=("Response",), attributes={"method": _METHOD}, text=_URL),
    "Leave": Rule(inside=("Response",)),
    "Hangup": Rule(inside=("Response",)),
}

# What may stand in a document that `waitUrl` leads to, nested elements included.
WHILE_WAITING = {"Response", "Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}
# After these in a document nothing is ever carried out.
LAST = {"Hangup", "Redirect", "Leave"}


def faults(document: str, *, waiting: bool = False) -> list[str]:
    """What Twilio would refuse or ignore in `document`; a sentence each.

    Args:
        waiting: It is played to a caller in a queue.
    """
    if len(document.encode()) > MOST_BYTES:
        return ["the document is larger than 64 kB"]
    if not document.startswith('<?xml version="1.0" encoding="UTF-8"?>'):
        return ["the document has no XML declaration"]
    try:
        root = ElementTree.fromstring(document.encode())
    except ElementTree.ParseError as error:
        return [f"this is not XML: {error}"]
    found = list(_faults(root, "", waiting))
    verbs = [child.tag for child in root]
    found += [f"{tag} is not the last verb" for tag in verbs[:-1] if tag in LAST]
    if any("actionOnEmptyResult" in child.attrib for child in root[:-1]):
        found.append("what follows a Gather that always acts is never carried out")
    return found


def _faults(element: ElementTree.Element, inside: str, waiting: bool) -> list[str]:
    tag = element.tag
    rule = RULES.get(tag)
    if rule is None or (waiting and tag not in WHILE_WAITING):
        return [f"{tag} may not stand here"]
    found = []
    if inside not in rule.inside:
        found.append(f"{tag} may not stand in {inside or 'nothing'}")
    for name, value in element.attrib.items():
        if name not in rule.attributes:
            found.append(f"{tag} has no attribute {name}")
        elif not re.fullmatch(rule.attributes[name], value):
            found.append(f"{tag} {name}={value!r} is not allowed")
    for name, needed in rule.only_if.items():
        if name in element.attrib and needed not in element.attrib:
            found.append(f"{tag} {name} needs {needed}")
    text = (element.text or "").strip()
    if rule.text is None and text:
        found.append(f"{tag} holds no text")
    tones = tag == "Play" and "digits" in element.attrib and not text
    if rule.text is not None and not tones and not re.fullmatch(rule.text, text):
        found.append(f"{tag} holds a text that is not allowed")
    for child in element:
        found += _faults(child, tag, waiting)
    return found
