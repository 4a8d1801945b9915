"""Loading the steps that ask a caller something."""

from collections.abc import Sequence
from typing import Any

from ivr_flows.languages import Choice
from ivr_flows.load_speech import SpeechLoader
from ivr_flows.load_targets import Targets
from ivr_flows.steps import GatherStep, Key, NumberStep, SurveyStep
from ivr_flows.verbs import ANY_KEY
from language_routing.yaml_lines import Located


class QuestionLoader:
    """Reads questions for one entry point. Each method raises `YamlError`.

    Args:
        choices: The site's language menu.
    """

    def __init__(self, speech: SpeechLoader, choices: Sequence[Choice], targets: Targets) -> None:
        self._speech = speech
        self._choices = choices
        self._targets = targets

    def gather(self, place: Located, parts: dict[str, Located]) -> GatherStep:
        speech, keys = self._speech.items(place), self._keys(parts["keys"])
        for prompt, spoken, key in self._speech.spoken_keys(speech):
            if key not in keys:
                raise place.error(
                    f"{prompt} in {spoken} speaks of key {key}, which this question does not take"
                )
        return GatherStep(
            speech=speech,
            keys=keys,
            otherwise=self._targets.target(parts["otherwise"]),
            **self._patience(parts, "wrong"),
        )

    def number(self, place: Located, parts: dict[str, Located]) -> NumberStep:
        return NumberStep(
            speech=self._speech.items(place),
            good=self._targets.target(parts["good"]),
            otherwise=self._targets.target(parts["otherwise"]),
            **self._patience(parts, "bad"),
        )

    def survey(self, place: Located, parts: dict[str, Located]) -> SurveyStep:
        question, speech = self._speech.question(place)
        return SurveyStep(
            speech=speech,
            question=question,
            scale=parts["scale"].integer(2, 9),
            otherwise=self._targets.target(parts["next"]),
            **self._patience(parts, "wrong"),
        )

    def _patience(self, parts: dict[str, Located], wrong: str) -> dict[str, Any]:
        """How long and how often a question is asked."""
        wrongs = parts[wrong].mapping(("times", "say"), ("times",))
        silences = parts["silence"].mapping(("times", "say"), ("times",))
        times = wrongs["times"].integer(1, 5)
        if times > 1 and "say" not in wrongs:
            raise parts[wrong].error("say is missing: what a caller hears who may try again")
        silent_times = silences["times"].integer(1, 5)
        if silent_times == 1 and "say" in silences:
            raise silences["say"].error("the first silence ends this question: nobody hears this")
        return {
            "timeout_ms": parts["timeout_ms"].integer(500, 30_000),
            "wrong_speech": self._speech.items(wrongs["say"]) if "say" in wrongs else (),
            "wrong_times": times,
            "silent_speech": self._speech.items(silences["say"]) if "say" in silences else (),
            "silent_times": silent_times,
        }

    def _keys(self, place: Located) -> dict[str, Key]:
        keys: dict[str, Key] = {}
        for pressed, target in place.mapping().items():
            if pressed != "languages" and (len(pressed) != 1 or pressed not in ANY_KEY):
                raise target.error(f"{pressed} is not a key of a telephone")
            if self._targets.known(target) in self._targets.left_out:
                continue
            to = self._targets.target(target)
            found = {pressed: Key(to=to)}
            if pressed == "languages":
                found = {c.key: Key(to=to, language=c.language) for c in self._choices}
            if keys.keys() & found.keys():
                raise target.error(f"key {min(keys.keys() & found.keys())} is given twice")
            keys |= found
        return keys
