"""Texts: what a patient reads in a text message. What, when, how to cancel; nothing of health.

Whoever reads over her shoulder learns that 1177 rings her, and nothing else. The wording is in
`wording/<language>.ftl` (Project Fluent), a draft until somebody has reviewed it.
"""

import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fluent.runtime import FluentBundle, FluentResource

from callbacks.callback import Callback, TextKind

LANGUAGES: Final = ("sv", "fi", "en", "ar", "so")
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_WORDING: Final = Path(__file__).with_name("wording")
# What an answer must have one of to cancel, in any of the languages: people answer in their own.
# No "no": beside another word it means the opposite ("ei peruuta"), alone it may answer anything.
_CANCEL: Final = frozenset(
    {
        "avboka", "avbryt", "avbokar", "stopp", "stop",  # sv
        "peru", "peruuta",  # fi
        "cancel",  # en
        "إلغاء", "الغاء", "ألغ",  # ar
        "baaji", "jooji",  # so
    }
)  # fmt: skip
# What may stand beside it. Any other word may mean the opposite: that is for people to read.
_POLITE: Final = frozenset(
    {
        "hej",
        "tack",
        "snälla",
        "hei",
        "kiitos",
        "hello",
        "hi",
        "please",
        "thanks",
        "شكرا",
        "mahadsanid",
    }
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def body(
    kind: TextKind,
    language: str,
    now: int,
    *,
    start: int | None = None,
    end: int | None = None,
    answerable: bool = True,
) -> str:
    """The message's words.

    Args:
        language: Swedish, where we have no words in it.
        now: For "today" and "tomorrow"; like the others in milliseconds (UTC).
        start, end: Between when she is rung; of `TRIED`: `start` is when she is rung again.
        answerable: Whether an answer to the message comes back to us.
    """
    wording = _wording(language if language in LANGUAGES else "sv")
    match kind:
        case TextKind.BOOKED:
            assert start is not None
            when = _when(wording, start, end if end is not None else start, now)
            return _said(wording, "booked", when=when, cancel=_cancel(wording, answerable))
        case TextKind.TRIED:
            again = _said(wording, "part-again-soon")
            if start is not None and start > now:
                again = _said(wording, "part-again", at=_clock(wording, start))
            return _said(wording, "tried", again=again, cancel=_cancel(wording, answerable))
        case TextKind.UNREACHED | TextKind.CANCELLED:
            return _said(wording, str(kind))


def cancellable(callback: Callback) -> bool:
    """Whether an answer may cancel it; else the message says to ring.

    An answer proves no more than a number, and numbers are forged. What was promised her may be
    cancelled so; not that we see whether she is well, and not her place in line.
    """
    return callback.latest is not None and callback.reason != "welfare_check"


def cancels(words: str) -> bool:
    """Whether an answer asks for the callback to be cancelled."""
    found = set(_WORD.findall(unicodedata.normalize("NFKC", words).casefold()))
    return len(found & _CANCEL) == 1 and found <= _CANCEL | _POLITE


def _cancel(wording: Any, answerable: bool) -> str:
    return _said(wording, "part-reply" if answerable else "part-ring")


def _when(wording: Any, start: int, end: int, now: int) -> str:
    begin, today = _local(start), _local(now).date()
    clocks = {"from": _clock(wording, start), "to": _clock(wording, end)}
    match (begin.date() - today).days:
        case 0:
            return _said(wording, "part-today", **clocks)
        case 1:
            return _said(wording, "part-tomorrow", **clocks)
    return _said(wording, "part-date", date=f"{begin.day}/{begin.month}", **clocks)


def _clock(wording: Any, instant: int) -> str:
    """`14:05`; in the hour that comes twice with its season."""
    local = _local(instant)
    clock = local.strftime("%H:%M")
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return clock
    return _said(wording, "part-summer" if local.dst() else "part-winter", clock=clock)


def _local(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(_STOCKHOLM)


def _said(wording: Any, name: str, **parts: str) -> str:
    message = wording.get_message(name)
    text, errors = wording.format_pattern(message.value, parts)
    assert not errors, f"wording: {name}"
    return str(text)


@cache
def _wording(language: str) -> Any:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource((_WORDING / f"{language}.ftl").read_text("utf-8")))
    return bundle
