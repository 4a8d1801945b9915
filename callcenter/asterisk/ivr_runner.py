"""Runs a flow on a caller's channel, verb by verb, over a FastAGI dialogue.

What the dialplan reads afterwards:

- `CC_QUEUED=1`: the caller stands in line (`UserEvent(CcQueued)` has told the gateway);
- `CC_LANG`: the language chosen so far;
- `CC_OK=1`: the flow was carried out to its end. A server that dies in mid-dialogue leaves
  `AGISTATUS=SUCCESS` behind, so only this variable, set last of all, means success.

A hang-up seen here may be a Redirect to a nurse who has answered; it is counted, never
reported to anybody. Which key was pressed is neither logged nor counted.
"""

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol, assert_never

import structlog
from prometheus_client import Counter, Histogram

from callcenter.asterisk.agi.errors import Hangup
from ivr_flows import verbs
from ivr_flows.flow import Flow, State, begin, step
from ivr_flows.inputs import Digit, Done, Input, NoDigit

# How long a caller hears nothing of a dialogue that hangs, in seconds; then the channel's
# absolute timer takes her on to the line. It is set anew for each prompt and each question.
SILENCE_S: Final = 5
_LONGEST_PROMPT_S: Final = 60

_log = structlog.get_logger()

FLOWS: Final = Counter(
    "callcenter_ivr_flows", "Flows that ended, by how they ended", ["flow", "outcome"]
)
SECONDS: Final = Histogram(
    "callcenter_ivr_seconds",
    "From a flow's first prompt to its end, in seconds",
    ["flow"],
    buckets=(1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 90),
)


class Outcome(StrEnum):
    ENQUEUED = "enqueued"  # the caller stands in line, also if the rest was cut short
    HANGUP = "hangup"  # the channel left, or the flow ended the call, before the line
    ERROR = "error"  # something failed; the dialplan falls back


class Dialogue(Protocol):
    """The part of an AGI `Session` that a flow needs.

    Every method raises `Hangup` when the channel has left, and anything else when the
    command failed.
    """

    def stream_file(self, path: str, escape_digits: str, /) -> str:
        """Play a file (no extension); the key that ended it, or an empty string."""
        ...

    def wait_for_digit(self, timeout_ms: int, /) -> str:
        """The key pressed, or an empty string after `timeout_ms`."""
        ...

    def set_variable(self, name: str, value: str, /) -> None: ...

    def exec_command(self, application: str, /, *arguments: str) -> object:
        """Run a dialplan application; an argument holds no comma."""
        ...

    def hangup(self) -> None: ...


def run_flow(
    dialogue: Dialogue,
    flow: Flow,
    prompts_dir: Path,
    clock_ms: Callable[[], int],
    seconds: Mapping[str, float] | None = None,
) -> Outcome:
    """Run `flow` to its end. Never raises: an error is an outcome, logged and counted.

    Args:
        prompts_dir: Holds `<language>/<prompt>` sound files.
        clock_ms: Milliseconds of a monotonic clock.
        seconds: How long each `<language>/<prompt>` plays, for the timer; 60 where unknown.
    """
    began_ms = clock_ms()
    run = _Run(dialogue, prompts_dir, seconds or {})
    try:
        _play(run, flow, clock_ms)
        outcome = Outcome.ENQUEUED if run.queued else Outcome.HANGUP
    except Hangup:
        outcome = Outcome.ENQUEUED if run.queued else Outcome.HANGUP
    except Exception as error:
        _log.error("ivr flow failed", stage=flow.name, exc_info=error)
        outcome = Outcome.ERROR
    FLOWS.labels(flow.name, outcome.value).inc()
    SECONDS.labels(flow.name).observe((clock_ms() - began_ms) / 1000)
    return outcome


def _play(run: "_Run", flow: Flow, clock_ms: Callable[[], int]) -> None:
    state: State = begin(flow)
    given: Input = Done()
    while not state.over:
        state, todo = step(flow, state, given, clock_ms())
        given = Done()
        for verb in todo:
            given = run.carry_out(verb)
    run.dialogue.set_variable("CC_OK", "1")  # the last act of all


class _Run:
    """One caller's dialogue.

    Attributes:
        queued: The caller stands in line.
    """

    def __init__(self, dialogue: Dialogue, prompts_dir: Path, seconds: Mapping[str, float]) -> None:
        self.dialogue = dialogue
        self.queued = False
        self._prompts = prompts_dir
        self._seconds = seconds
        self._ahead = ""  # a key pressed during a prompt, for the next Gather

    def carry_out(self, verb: verbs.Verb) -> Input:
        match verb:
            case verbs.Say():
                return self._say(verb)
            case verbs.Gather():
                return self._gather(verb)
            case verbs.SetLanguage(language=language):
                self._set_language(language)
                self.dialogue.set_variable("CHANNEL(language)", language)
            case verbs.Enqueue(language=language):
                self._set_language(language)
                self.dialogue.set_variable("CC_PHASE", "line")
                self.dialogue.exec_command("UserEvent", "CcQueued", f"CcLanguage: {language}")
                self.queued = True
                self.dialogue.set_variable("CC_QUEUED", "1")
            case verbs.Hangup():
                self.dialogue.hangup()
            case _:
                assert_never(verb)
        return Done()

    def _say(self, say: verbs.Say) -> Input:
        if say.interruptible and self._ahead:
            return Done()
        path = str(self._prompts / say.language / say.prompt)
        self._allow(self._seconds.get(f"{say.language}/{say.prompt}", _LONGEST_PROMPT_S))
        self._ahead = self.dialogue.stream_file(path, say.interruptible) or self._ahead
        return Done()

    def _gather(self, gather: verbs.Gather) -> Input:
        if not self._ahead:
            self._allow(gather.timeout_ms / 1000)
        key = self._ahead or self.dialogue.wait_for_digit(gather.timeout_ms)
        self._ahead = ""
        return Digit(key) if key else NoDigit()

    def _allow(self, seconds: float) -> None:
        """The next command may take so long; if we hang, the caller is taken on soon after."""
        limit = math.ceil(seconds) + SILENCE_S
        self.dialogue.set_variable("TIMEOUT(absolute)", str(limit))

    def _set_language(self, language: str) -> None:
        self.dialogue.set_variable("CC_LANG", language)
