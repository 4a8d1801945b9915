"""`callcenter flow play`: walk a flow in the terminal, with keys typed and a clock to push.

What is typed where the caller may press a key:

    4      the key (after a number was asked for: all its keys)
    +30    half a minute goes by
    x      the caller hangs up
           (nothing) silence
"""

import re
from collections.abc import Callable
from typing import Final, assert_never

from msgspec.structs import replace

from callcenter.acd.ids import Millis
from callcenter.cli.flow_line import PretendLine
from callcenter.cli.flow_site import EntryFlows
from callcenter.cli.flow_speech import SpeechTexts
from callcenter.cli.flow_typist import HungUp, Typist
from callcenter.people_time import clock_time
from ivr_flows import verbs
from ivr_flows.facts import Facts
from ivr_flows.flow import Flow, begin, step
from ivr_flows.inputs import Digit, Done, Input, Kept, NoDigit, Seen, Typed
from ivr_flows.numbers import usable
from ivr_flows.prompts import sound_id
from ivr_flows.verbs import Verb, Whose

_PUSH: Final = re.compile(r"\+([0-9]{1,5})")
_KEY: Final = re.compile(r"[0-9*#]?")
_KEYS: Final = re.compile(r"[0-9*]{0,20}#?")
_LATER_S: Final = 60
_LAST_VISIT: Final = 200  # a flow that never lets an hour go by is not walked for ever


class _Answered(Exception):
    """The line has come to an end, maybe in the middle of an announcement."""


class Walk:
    """One pretended call.

    Attributes:
        now_ms: The pretended clock.
    """

    def __init__(
        self,
        flows: EntryFlows,
        facts: Facts,
        speech: SpeechTexts,
        *,
        now_ms: Millis,
        say: Callable[[str], None],
        typist: Typist,
        language: str | None = None,
    ) -> None:
        """Make ready.

        Args:
            facts: How things stand when the call comes.
            say: Takes each line of what happens.
            language: The language that is spoken from the start; `None`: the entry's.
        """
        self.now_ms = now_ms
        self._flows = flows
        self._facts = facts
        self._speech = speech
        self._say = say
        self._typist = typist
        self._language = language
        self._line: PretendLine | None = None
        self._over = False
        self._later_s = _LATER_S

    def run(self, phase: str = "entry") -> None:
        """Walk from `phase` on (`entry`, `line` or `after`), until the call is over."""
        try:
            if phase == "after" or self._is_answered(phase):
                self._after()
        except HungUp:
            self._tell("the caller hangs up")

    def _is_answered(self, phase: str) -> bool:
        """Walk up to the nurse; whether there was one."""
        try:
            if phase == "entry":
                self._play(self._flows.entry)
            else:
                self._queued(self._language or self._flows.waiting.default_language)
            if self._line is not None:
                self._wait(self._line)
        except _Answered:
            self._tell("a nurse answers, and later hangs up")
            self._line = None
            return True
        return False

    def _after(self) -> None:
        if self._flows.after is None:
            self._tell("nothing is asked after the call")
            return
        self._facts = replace(self._facts, sampled=True)
        self._play(self._flows.after)

    def _wait(self, line: PretendLine) -> None:
        """Visits to the caller in line, until a nurse answers or the place is kept."""
        key = ""
        for _ in range(_LAST_VISIT):
            self._facts = replace(self._facts, key=key, wait=line.wait(self.now_ms))
            self._later_s = _LATER_S
            self._play(self._flows.waiting)
            if self._over:
                return
            self._facts = replace(self._facts, visit=self._facts.visit + 1)
            until = self.now_ms + self._later_s * 1000
            key = self._key(f"music until {clock_time(until)}", until)

    def _play(self, flow: Flow) -> None:
        state = begin(flow, self._facts, self._language)
        given: Input = Done()
        while not state.over:
            state, following = step(flow, state, given, self.now_ms)
            self._facts, self._language = state.facts, state.language
            given = Done()
            for verb in following:
                given = self._carry_out(verb)

    def _carry_out(self, verb: Verb) -> Input:
        match verb:
            case verbs.Say() | verbs.Play() | verbs.SayNumber():
                self._speak(verb)
            case verbs.Gather(digits=digits, timeout_ms=timeout_ms):
                return self._ask_key(digits, timeout_ms)
            case verbs.GatherNumber(timeout_ms=timeout_ms):
                return self._ask_number(timeout_ms)
            case verbs.Look():
                return Seen(self._look())
            case verbs.KeepPlace(whose=whose):
                self._over = True
                self._tell(f"the place is kept, to ring back {_WHOSE[whose]}")
                return Kept(True)
            case verbs.Enqueue(language=language):
                self._queued(language)
            case verbs.Told():
                pass  # the flow's own facts have it
            case verbs.Later(seconds=seconds):
                self._later_s = seconds
            case verbs.Hangup():
                self._over = True
                self._tell("the call is ended")
            case _:
                self._tell(_noted(verb))
        return Done()

    def _look(self) -> Facts:
        if self._line is None:
            return self._facts
        return replace(self._facts, wait=self._line.wait(self.now_ms), offered=True)

    def _queued(self, language: str) -> None:
        self._line = PretendLine(joined_ms=self.now_ms)
        self._facts = replace(self._facts, offered=True)
        self._tell(f"a place in the line for {language}")

    def _speak(self, speech: verbs.Speech) -> None:
        match speech:
            case verbs.Say(language=language, prompt=prompt, arguments=arguments):
                sound = sound_id(prompt, arguments)
                text = self._speech.text(language, sound)
                seconds = self._speech.seconds(language, sound)
            case verbs.SayNumber(whose=whose, language=language):
                text, seconds = f"({_WHOSE[whose]}, digit by digit)", 6.0
            case verbs.Play(sound=sound):
                language, text, seconds = "  ", f"(the supervisor's message {sound})", 10.0
            case _:
                assert_never(speech)
        self._say(f"{clock_time(self.now_ms)}  {language}  {text}  ({seconds:.1f} s)")
        self._pass(self.now_ms + round(seconds * 1000))

    def _pass(self, now_ms: Millis) -> None:
        """Let time go by.

        Raises:
            _Answered: A nurse has answered meanwhile.
        """
        self.now_ms = max(self.now_ms, now_ms)
        if self._line is not None and not self._over and self.now_ms >= self._line.answered_ms:
            self.now_ms = self._line.answered_ms
            raise _Answered

    def _tell(self, what: str) -> None:
        self._say(f"{clock_time(self.now_ms)}  ->  {what}")

    def _ask_key(self, digits: str, timeout_ms: int) -> Input:
        key = self._key(f"one of {' '.join(digits)}", self.now_ms + timeout_ms)
        return Digit(key) if key else NoDigit()

    def _ask_number(self, timeout_ms: int) -> Input:
        keys = self._type("a number, then #", _KEYS, self.now_ms + timeout_ms).removesuffix("#")
        if not keys:
            return NoDigit()
        if not keys.strip("*"):
            return Typed(usable=False, repeat=True)
        return Typed(usable=usable(keys) is not None)

    def _key(self, question: str, until_ms: Millis) -> str:
        return self._type(question, _KEY, until_ms)

    def _type(self, question: str, wanted: re.Pattern[str], until_ms: Millis) -> str:
        """What is typed before `until_ms`; empty: nothing, and so long went by.

        Raises:
            HungUp: The caller hangs up.
        """
        while True:
            typed = self._typist(f"{clock_time(self.now_ms)}  ?   {question}: ").strip()
            if typed == "x":
                raise HungUp
            if pushed := _PUSH.fullmatch(typed):
                self._pass(self.now_ms + int(pushed[1]) * 1000)
                if self.now_ms >= until_ms:
                    return ""
            elif wanted.fullmatch(typed):
                if not typed:
                    self._pass(until_ms)
                return typed
            else:
                self._say("          give a key, +seconds, x to hang up, or nothing for silence")


_WHOSE: Final = {
    Whose.CALLER: "the caller's own number",
    Whose.TYPED: "the number that was typed",
    Whose.RELAY: "the number for text telephones",
}


def _noted(
    verb: verbs.SetLanguage
    | verbs.SetClass
    | verbs.NeedInterpreter
    | verbs.RecordConsent
    | verbs.Score
    | verbs.Transfer,
) -> str:
    match verb:
        case verbs.SetLanguage(language=language):
            return f"the language is {language}"
        case verbs.SetClass(priority_class=priority_class):
            return f"the priority class is {priority_class}"
        case verbs.NeedInterpreter(wanted=wanted):
            return f"with an interpreter for {wanted}"
        case verbs.RecordConsent(about=about, given=given):
            return f"{'agreed' if given else 'not agreed'} to: {about}"
        case verbs.Score(question=question, score=score):
            return f"{question}: {score}"
        case verbs.Transfer(target=target):
            return f"connected to {target}"
        case _:
            assert_never(verb)
