"""Loading the steps of a flow, each by its kind."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from ivr_flows.branching import OPEN_ENDED, VALUES, turns
from ivr_flows.load_questions import QuestionLoader
from ivr_flows.load_speech import SpeechLoader
from ivr_flows.load_targets import Targets
from ivr_flows.phases import BRANCHES, STEPS
from ivr_flows.spoken import CALLER
from ivr_flows.steps import (
    BranchStep,
    ClassStep,
    ConsentStep,
    EnqueueStep,
    HangupStep,
    InterpreterStep,
    KeepStep,
    LanguageStep,
    LaterStep,
    LookStep,
    SayStep,
    Step,
    TellStep,
    TransferStep,
)
from ivr_flows.verbs import Whose
from language_routing.languages import language
from language_routing.yaml_lines import Located

# Each kind with what it needs and what it may have besides (`only` may stand everywhere).
_KINDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "say": (("next",), ("keys",)),
    "play": (("next",), ("keys",)),
    "gather": (("keys", "timeout_ms", "wrong", "silence", "otherwise"), ()),
    "number": (("timeout_ms", "good", "bad", "silence", "otherwise"), ()),
    "language": (("next",), ()),
    "branch": (("when",), ("otherwise",)),
    "set": (("next",), ()),
    "enqueue": (("next",), ()),
    "look": (("next",), ()),
    "tell": (("next",), ("keys",)),
    "keep": (("kept", "refused"), ()),
    "consent": (("given", "next"), ()),
    "survey": (("scale", "timeout_ms", "wrong", "silence", "next"), ()),
    "later": (("next",), ()),
    "transfer": ((), ()),
    "hangup": ((), ()),
}

_QUESTIONS: Final = ("gather", "number", "survey")
_LONGEST_PAUSE_S: Final = 3600

Read = Callable[[Located, dict[str, Located]], Step]


class StepLoader:
    """Reads the steps of one flow for one entry point."""

    def __init__(
        self,
        speech: SpeechLoader,
        questions: QuestionLoader,
        targets: Targets,
        phase: str,
    ) -> None:
        self._speech = speech
        self._questions = questions
        self._target = targets.target
        self._phase = phase

    def step(self, place: Located) -> Step:
        """The step that stands at `place`.

        Raises:
            YamlError: It cannot be used.
        """
        kinds = [kind for kind in _KINDS if kind in place.mapping()]
        if len(kinds) != 1:
            raise place.error(f"a step needs exactly one of {', '.join(_KINDS)}")
        kind = kinds[0]
        needed, other = _KINDS[kind]
        parts = place.mapping((kind, *needed, *other, "only"), needed)
        self._check_phase(STEPS, kind, parts[kind], f"{kind} has no place")
        read: Read = getattr(self._questions if kind in _QUESTIONS else self, kind)
        return read(parts[kind], parts)

    def _check_phase(
        self, table: Mapping[str, tuple[str, ...]], name: str, place: Located, words: str
    ) -> None:
        phases = table.get(name, (self._phase,))
        if self._phase not in phases:
            raise place.error(f"{words} in a flow for: {self._phase}, only for: {phases[0]}")

    def say(self, place: Located, parts: dict[str, Located]) -> Step:
        return SayStep(
            speech=self._speech.items(place),
            interruptible=_interruptible(parts),
            next=self._target(parts["next"]),
        )

    def play(self, place: Located, parts: dict[str, Located]) -> Step:
        return SayStep(
            speech=self._speech.messages(place),
            interruptible=_interruptible(parts),
            next=self._target(parts["next"]),
        )

    def language(self, place: Located, parts: dict[str, Located]) -> Step:
        return LanguageStep(language=self._speech.language(place), next=self._target(parts["next"]))

    def branch(self, place: Located, parts: dict[str, Located]) -> Step:
        on = _one_of(place, VALUES, "a branch is on")
        self._check_phase(BRANCHES, on, place, f"nothing is known of the {on}")
        values = VALUES[on]
        when: dict[str, str] = {}
        for value, target in parts["when"].mapping().items():
            if on == "language":
                self._speech.check_language(target, value)
            elif values is not None and value not in values:
                raise target.error(f"{on} is never {value}; it can be: {', '.join(values)}")
            when[value] = self._target(target)
        if not when:
            raise parts["when"].error("a branch needs at least one value")
        if on == "turn":
            values = tuple(str(turn) for turn in range(turns(when)))
        complete = on not in OPEN_ENDED and values is not None and set(values) == set(when)
        if complete and "otherwise" in parts:
            raise parts["otherwise"].error(f"every value of {on} is listed; nobody gets here")
        if not complete and "otherwise" not in parts:
            raise place.error(f"otherwise is missing: not every value of {on} is listed")
        otherwise = None if complete else self._target(parts["otherwise"])
        return BranchStep(on=on, when=when, otherwise=otherwise)

    def set(self, place: Located, parts: dict[str, Located]) -> Step:
        found = place.mapping(("class", "interpreter"))
        if len(found) != 1:
            raise place.error("set needs exactly one of class, interpreter")
        onward = self._target(parts["next"])
        if "class" in found:
            return ClassStep(priority_class=found["class"].text(), next=onward)
        wanted = found["interpreter"]
        if self._phase != "entry":
            raise wanted.error("an interpreter is set before the line only, in a flow for: entry")
        try:
            return InterpreterStep(wanted=language(wanted.text()), next=onward)
        except ValueError as error:
            raise wanted.error(str(error)) from None

    def enqueue(self, place: Located, parts: dict[str, Located]) -> Step:
        if place.text() not in (CALLER, "default"):
            raise place.error("enqueue can only be: caller, default")
        return EnqueueStep(
            language=self._speech.language(place, or_caller=True),
            next=self._target(parts["next"]),
        )

    def look(self, place: Located, parts: dict[str, Located]) -> Step:
        _one_of(place, ("wait",), "look can only be")
        return LookStep(next=self._target(parts["next"]))

    def tell(self, place: Located, parts: dict[str, Located]) -> Step:
        _one_of(place, ("wait",), "tell can only be")
        return TellStep(interruptible=_interruptible(parts), next=self._target(parts["next"]))

    def keep(self, place: Located, parts: dict[str, Located]) -> Step:
        whose = Whose(_one_of(place, (Whose.CALLER, Whose.TYPED), "keep can only be"))
        return KeepStep(
            whose=whose, kept=self._target(parts["kept"]), refused=self._target(parts["refused"])
        )

    def consent(self, place: Located, parts: dict[str, Located]) -> Step:
        return ConsentStep(
            about=_one_of(place, ("survey", "recording"), "consent can only be about"),
            given=_one_of(parts["given"], ("yes", "no"), "given can only be") == "yes",
            next=self._target(parts["next"]),
        )

    def later(self, place: Located, parts: dict[str, Located]) -> Step:
        return LaterStep(
            seconds=place.integer(1, _LONGEST_PAUSE_S), next=self._target(parts["next"])
        )

    def transfer(self, place: Located, _: dict[str, Located]) -> Step:
        return TransferStep(target=place.text())

    def hangup(self, place: Located, _: dict[str, Located]) -> Step:
        if place.mapping():
            raise place.error("hangup takes nothing: {}")
        return HangupStep()


def _interruptible(parts: dict[str, Located]) -> bool:
    if "keys" not in parts:
        return False
    if parts["keys"].text() != "any":
        raise parts["keys"].error("keys of a step that asks nothing can only be: any")
    return True


def _one_of(place: Located, known: Collection[str], words: str) -> str:
    text = place.text()
    if text not in known:
        raise place.error(f"{words}: {', '.join(known)}")
    return text
