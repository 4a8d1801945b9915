"""Turn: what follows in a flow from one input, up to the next question or the end."""

from typing import Final, assert_never

import msgspec

from ivr_flows import verbs as do
from ivr_flows.branching import Standing, opening, value
from ivr_flows.dialogue import Flow, State
from ivr_flows.facts import Facts
from ivr_flows.spoken import CALLER, Item, speak
from ivr_flows.steps import (
    END,
    BranchStep,
    ClassStep,
    ConsentStep,
    EnqueueStep,
    GatherStep,
    HangupStep,
    InterpreterStep,
    KeepStep,
    LanguageStep,
    LaterStep,
    LookStep,
    NumberStep,
    Question,
    SayStep,
    SurveyStep,
    TellStep,
    TransferStep,
)
from ivr_flows.telling import telling, values

# The key that repeats what was said, wherever a flow does not give it another meaning.
REPEAT: Final = "*"
# Of one question, at most.
MOST_REPEATS: Final = 5
# How often one caller can come to the same question; then it is passed over.
MOST_ASKED: Final = 3

_change: Final = msgspec.structs.replace
Answer = tuple[State, list[do.Verb]]


class Turn:
    """One input's consequences. Used once: each of its methods ends it."""

    def __init__(self, flow: Flow, state: State, now_ms: int) -> None:
        self._flow = flow
        self._state = state
        self._now_ms = now_ms
        self._verbs: list[do.Verb] = []

    def answered(self, to: str, language: str | None = None) -> Answer:
        """The question is answered; its key may have chosen a language."""
        self._forget()
        if language is not None:
            self._speak_in(language)
        return self.run(to)

    def scored(self, survey: SurveyStep, score: int) -> Answer:
        self._verbs.append(do.Score(question=survey.question, score=score))
        return self.answered(survey.otherwise)

    def look(self, facts: Facts, to: str) -> Answer:
        self._state = _change(self._state, facts=facts)
        return self.run(to)

    def repeat(self, question: Question) -> Answer:
        """Say again all that was said with this question. Not a wrong answer."""
        self._state = _change(self._state, repeats=self._state.repeats + 1)
        if not self._in_time or self._state.repeats > MOST_REPEATS:
            return self.answered(question.otherwise)
        return self._state, [*self._state.heard, _asked(question)]

    def wrong(self, question: Question) -> Answer:
        self._state = _change(self._state, wrong=self._state.wrong + 1)
        if not self._in_time or self._state.wrong >= question.wrong_times:
            return self.answered(question.otherwise)
        speech = self._speech((*question.wrong_speech, *question.speech), interruptible=True)
        return self._state, [*speech, _asked(question)]

    def silence(self, question: Question) -> Answer:
        self._state = _change(self._state, silent=self._state.silent + 1)
        if not self._in_time or self._state.silent >= question.silent_times:
            return self.answered(question.otherwise)
        speech = self._speech(question.silent_speech or question.speech, interruptible=True)
        return self._state, [*speech, _asked(question)]

    def run(self, at: str) -> Answer:
        """Go on from step `at`.

        Terminates: `load_flow` refuses steps that go round without asking.
        """
        while at != END:
            current = self._flow.steps[at]
            match current:
                case SayStep(speech=items, interruptible=interruptible):
                    self._say(self._speech(items, interruptible=interruptible))
                case TellStep(interruptible=interruptible):
                    self._tell(interruptible)
                case LanguageStep(language=language):
                    self._speak_in(language)
                case ClassStep(priority_class=name):
                    self._know(priority_class=name)
                    self._verbs.append(do.SetClass(priority_class=name))
                case InterpreterStep(wanted=wanted):
                    self._verbs.append(do.NeedInterpreter(wanted=wanted))
                case EnqueueStep(language=language):
                    caller = language == CALLER
                    line = self._state.language if caller else language
                    self._verbs.append(do.Enqueue(language=line))
                case ConsentStep(about=about, given=given):
                    self._verbs.append(do.RecordConsent(about=about, given=given))
                case LaterStep(seconds=seconds):
                    self._verbs.append(do.Later(seconds=seconds))
                case BranchStep():
                    at = self._branch(current)
                    continue
                case GatherStep() | NumberStep() | SurveyStep():
                    if self._may_ask(at):
                        return self._ask(at, current)
                    at = current.otherwise
                    continue
                case LookStep():
                    return self._stop(at, do.Look())
                case KeepStep(whose=whose):
                    return self._stop(at, do.KeepPlace(whose=whose))
                case TransferStep(target=target):
                    self._verbs.append(do.Transfer(target=target))
                    break
                case HangupStep():
                    self._verbs.append(do.Hangup())
                    break
                case _:
                    assert_never(current)
            at = current.next
        self._state = _change(self._state, at=END, heard=())
        return self._state, self._verbs

    @property
    def _in_time(self) -> bool:
        began = self._state.began_ms
        return began is None or self._now_ms - began < self._flow.limit_ms

    def _may_ask(self, at: str) -> bool:
        asked = self._state.asked.get(at, 0)
        return asked == 0 or (asked < MOST_ASKED and self._in_time)

    def _ask(self, at: str, question: Question) -> Answer:
        state = self._state
        asked = {**state.asked, at: state.asked.get(at, 0) + 1}
        self._state = _change(state, wrong=0, silent=0, repeats=0, asked=asked)
        self._say(self._speech(question.speech, interruptible=True))
        return self._stop(at, _asked(question))

    def _stop(self, at: str, verb: do.Verb) -> Answer:
        self._state = _change(self._state, at=at)
        self._verbs.append(verb)
        return self._state, self._verbs

    def _branch(self, branch: BranchStep) -> str:
        target = branch.when.get(value(branch.on, branch.when, self._how()), branch.otherwise)
        if target is None:  # every value was listed: facts of a later version
            target = next(iter(branch.when.values()))
        return target

    def _how(self) -> Standing:
        return Standing(
            facts=self._state.facts,
            language=self._state.language,
            routing=self._flow.routing,
            now_ms=self._now_ms,
            relay=self._flow.relay,
        )

    def _tell(self, interruptible: bool) -> None:
        state = self._state
        self._say([*telling(state.facts, state.language, interruptible=interruptible)])
        self._verbs.append(do.Told())
        self._know(told=state.facts.wait)

    def _speech(self, items: tuple[Item, ...], *, interruptible: bool) -> list[do.Speech]:
        facts, language = self._state.facts, self._state.language
        known = values(facts) | opening(self._how())
        return speak(items, facts, language, known, interruptible=interruptible)

    def _say(self, speech: list[do.Speech]) -> None:
        self._verbs += speech
        self._state = _change(self._state, heard=(*self._state.heard, *speech))

    def _forget(self) -> None:
        self._state = _change(self._state, heard=())

    def _speak_in(self, language: str) -> None:
        self._state = _change(self._state, language=language)
        self._verbs.append(do.SetLanguage(language=language))

    def _know(self, **changed: object) -> None:
        facts = msgspec.structs.replace(self._state.facts, **changed)
        self._state = _change(self._state, facts=facts)


def _asked(question: Question) -> do.Verb:
    """The verb that waits for the answer."""
    match question:
        case GatherStep(keys=keys):
            digits = "".join(keys)
        case SurveyStep(scores=scores):
            digits = scores
        case _:
            return do.GatherNumber(timeout_ms=question.timeout_ms)
    if REPEAT not in digits:
        digits += REPEAT
    return do.Gather(digits=digits, timeout_ms=question.timeout_ms)
