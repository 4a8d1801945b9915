"""Runs a flow on a caller's channel, verb by verb, over a FastAGI dialogue.

What the dialplan reads afterwards:

- `CC_QUEUED=1`: the caller stands in line (`UserEvent(CcQueued)` has told the gateway);
- `CC_LANG`: the line's language, or the one chosen so far; `CC_SPOKEN`: the caller's;
- `CC_TRANSFER`: to connect the caller there; `CC_KEPT=1`: the place is kept;
- `CC_VISIT`, `CC_TELL_AT`, `CC_TOLD`: for the next visit in line;
- `CC_OK=1`: the flow was carried out to its end. A server that dies in mid-dialogue leaves
  `AGISTATUS=SUCCESS` behind, so only this variable, set last of all, means success.

Asterisk drops keys while it waits for our next command. So speech that a key may end, and the
silence behind a question, go into few commands of many files. After a key that is a few
milliseconds, and a telephone's next key comes at least 80 ms later (ITU-T Q.24: 40 ms of tone,
40 ms of pause).

A hang-up seen here may be a Redirect to a nurse who has answered; it is counted, never
reported to anybody. Which key was pressed is neither logged nor counted.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import structlog

from callcenter.asterisk.agi.errors import Hangup
from callcenter.asterisk.dialogue import Dialogue
from callcenter.asterisk.ivr_effects import SILENCE_S, Effects
from callcenter.asterisk.ivr_metrics import FLOWS, KEY_SECONDS, SECONDS, Outcome
from callcenter.asterisk.ivr_speech import Numbers, Sounds, Spoken, spoken
from callcenter.asterisk.silence import Silence
from callcenter.asterisk.visit import Outlook
from ivr_flows import verbs
from ivr_flows.flow import Flow, State, begin, step
from ivr_flows.inputs import Digit, Done, Input, Kept, NoDigit, Seen, Typed

__all__ = ["SILENCE_S", "Outcome", "Voice", "run_flow"]

_ASKS: Final = (verbs.Gather, verbs.GatherNumber, verbs.Look, verbs.KeepPlace)
_LONGEST_COMMAND_S: Final = 8.0
_MOST_DIGITS: Final = 20  # 15 of E.164 behind 00, and some that are too many

_log = structlog.get_logger()


class Voice:
    """What every dialogue speaks with."""

    def __init__(self, sounds: Sounds, silence: Silence) -> None:
        self.sounds = sounds
        self.silence = silence


def run_flow(
    dialogue: Dialogue,
    flow: Flow,
    outlook: Outlook,
    *,
    numbers: Numbers,
    voice: Voice,
    clock_ms: Callable[[], int],
    language: str | None = None,
    at_end: Callable[[Effects], None] = lambda _: None,
) -> Outcome:
    """Run `flow` to its end. Never raises: an error is an outcome, logged and counted.

    Args:
        clock_ms: Unix milliseconds (UTC) of a clock that does not go back.
        language: The caller's, if it is known by now.
        at_end: Sets what the dialplan needs beside; called when the flow is over.
    """
    began_ms = clock_ms()
    effects = Effects(dialogue, outlook, numbers)
    run = _Run(dialogue, effects, outlook, numbers, voice)
    try:
        if run.play(flow, clock_ms, language):
            at_end(effects)
        effects.set(CC_OK="1")  # the last act of all, before the flow's own hang-up
        effects.settle()
        if run.hangs_up:
            dialogue.hangup()
        outcome = _outcome(effects, left=run.hangs_up and outlook.before_line)
    except Hangup:
        outcome = _outcome(effects, left=True)
    except Exception as error:
        _log.error("ivr flow failed", stage=flow.name, exc_info=error)
        outcome = Outcome.ERROR
    FLOWS.labels(flow.name, outcome.value).inc()
    SECONDS.labels(flow.name).observe((clock_ms() - began_ms) / 1000)
    return outcome


def _outcome(effects: Effects, *, left: bool) -> Outcome:
    if effects.kept:
        return Outcome.KEPT
    if effects.queued:
        return Outcome.ENQUEUED
    if effects.transferred and not left:
        return Outcome.TRANSFERRED
    return Outcome.HANGUP if left else Outcome.DONE


class _Run:
    """One caller's dialogue.

    Attributes:
        hangs_up: The flow wants the call ended.
    """

    def __init__(
        self,
        dialogue: Dialogue,
        effects: Effects,
        outlook: Outlook,
        numbers: Numbers,
        voice: Voice,
    ) -> None:
        self.hangs_up = False
        self._dialogue = dialogue
        self._effects = effects
        self._outlook = outlook
        self._numbers = numbers
        self._voice = voice
        self._ahead = ""  # a key pressed during speech, for the next question
        self._key_at: float | None = None  # when a key came that no sound has followed yet
        self._speech: list[verbs.Speech] = []  # what is to be played next, in one go
        self._told: verbs.Told | None = None  # to be journalled when that has been heard
        self._tells_at = 0  # of what is to be played next, the piece that tells it

    def play(self, flow: Flow, clock_ms: Callable[[], int], language: str | None) -> bool:
        """Whether the flow was carried out to its end.

        A caller in line whose service gives no sign of life is not asked anything: the dialplan
        itself sees to her, and a later visit does it all again.
        """
        state: State = begin(flow, self._outlook.look(), language)
        given: Input = Done()
        while not state.over:
            state, todo = step(flow, state, given, clock_ms())
            if self._outlook.is_lost and any(isinstance(verb, _ASKS) for verb in todo):
                return False
            given = self._carry_out(todo)
        return True

    def _carry_out(self, todo: Sequence[verbs.Verb]) -> Input:
        given: Input = Done()
        for verb in todo:
            match verb:
                case verbs.Say() | verbs.Play() | verbs.SayNumber():
                    self._add(verb)
                case verbs.Gather(timeout_ms=timeout_ms):
                    given = self._gather(timeout_ms)
                case verbs.GatherNumber(timeout_ms=timeout_ms):
                    given = self._number(timeout_ms)
                case verbs.Told():
                    if self._speech:
                        self._told, self._tells_at = verb, len(self._speech)
                    else:
                        self._effects.carry_out(verb)
                case verbs.Look():
                    self._speak()
                    given = Seen(self._outlook.look(patiently=True))
                case verbs.KeepPlace(whose=whose):
                    self._speak()
                    given = Kept(self._effects.keep(whose))
                    self._key_at = None  # it has a measure of its own
                case verbs.Hangup():
                    self.hangs_up = True
                case _:
                    self._speak()
                    self._effects.carry_out(verb)
        self._speak()
        return given

    # -- speaking -----------------------------------------------------------------------

    def _add(self, speech: verbs.Speech) -> None:
        if self._speech and self._speech[-1].interruptible != speech.interruptible:
            self._speak()
        self._speech.append(speech)

    def _speak(self) -> None:
        """Play what is gathered; a key that ends it is kept for the next question."""
        speech, self._speech = self._speech, []
        if speech and not speech[0].interruptible:
            found = spoken(speech, self._voice.sounds, self._numbers)
            if found.paths:
                self._before_sound(found.seconds)
                self._dialogue.play(found.paths, playing_seconds=found.seconds)
        elif speech and not self._ahead:
            self._ahead = self._ask(speech, 0)
        elif speech:
            self._told = None  # passed over for a key pressed ahead: nobody has heard it
        self._tell()

    def _gather(self, timeout_ms: int) -> Input:
        key = self._key(timeout_ms)
        return Digit(key) if key else NoDigit()

    def _number(self, timeout_ms: int) -> Input:
        key = self._key(timeout_ms, more_s=_MOST_DIGITS * timeout_ms / 1000)
        if not key:
            return NoDigit()
        if key == "*":
            return Typed(usable=False, repeat=True)
        if key != "#":
            key += self._dialogue.collect(timeout_ms, _MOST_DIGITS - 1)
            self._key_at = time.monotonic()
        return Typed(usable=self._numbers.take(key))

    def _key(self, timeout_ms: int, more_s: float = 0.0) -> str:
        """Play what is gathered, and wait for a key.

        Args:
            more_s: What the caller may need beside, for more keys.
        """
        if self._speech and not self._speech[0].interruptible:
            self._speak()
        speech, self._speech = self._speech, []
        key = ahead = self._ahead
        self._ahead = ""
        if not key:
            key = self._ask(speech, timeout_ms, more_s)
        elif speech:
            self._told = None  # as in `_speak`
        if ahead and more_s:
            self._effects.allow(more_s)  # no sound has set it
        self._tell()
        return key

    def _ask(self, speech: Sequence[verbs.Speech], timeout_ms: int, more_s: float = 0.0) -> str:
        key = ""
        for part, pause_ms, pieces in self._parts(speech, timeout_ms):
            key = self._ask_part(part, pause_ms, more_s)
            if key:
                self._key_at = time.monotonic()
                if pieces < self._tells_at:
                    self._told = None  # passed over
                break
        return key

    def _parts(
        self, speech: Sequence[verbs.Speech], timeout_ms: int
    ) -> Iterator[tuple[Spoken, int, int]]:
        """Speech and the pause behind it, in commands of not too many seconds each.

        A key ends a command; if we hang just then, the caller is in silence for what would have
        been left of it, and `SILENCE_S` more.

        Returns:
            For each command the sounds, the pause, and how many pieces of speech have begun.
        """
        part = Spoken()
        for begun, each in enumerate(speech):
            more = spoken([each], self._voice.sounds, self._numbers)
            if part.paths and part.seconds + more.seconds > _LONGEST_COMMAND_S:
                yield part, 0, begun
                part = Spoken()
            part.add(more)
        if part.paths and timeout_ms and part.seconds + timeout_ms / 1000 > _LONGEST_COMMAND_S:
            yield part, 0, len(speech)
            part = Spoken()
        yield part, timeout_ms, len(speech)

    def _ask_part(self, part: Spoken, pause_ms: int, more_s: float) -> str:
        paths = list(part.paths)
        pause = self._voice.silence.find(pause_ms)
        if pause is not None:
            paths.append(pause)
        seconds = part.seconds + pause_ms / 1000
        self._before_sound(seconds + more_s)
        key = ""
        if paths:
            key = self._dialogue.ask(
                paths, pause_ms if pause is not None else 0, playing_seconds=seconds
            )
        if not key and pause is None and pause_ms:
            key = self._dialogue.wait_for_digit(pause_ms)
        return key

    def _before_sound(self, seconds: float) -> None:
        self._effects.allow(seconds)
        if self._key_at is not None:
            KEY_SECONDS.observe(time.monotonic() - self._key_at)
            self._key_at = None

    def _tell(self) -> None:
        told, self._told = self._told, None
        if told is not None:
            self._effects.carry_out(told)
