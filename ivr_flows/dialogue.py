"""Dialogue: a flow that can be walked, and where one caller is in it. Both are plain data."""

from collections.abc import Mapping

import msgspec

from ivr_flows.facts import Facts
from ivr_flows.steps import END, Step
from ivr_flows.verbs import Speech
from language_routing.lines import Routing


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A checked dialogue; made by `load_flow`.

    Attributes:
        phase: When it runs: `entry` (before the line), `line`, or `after` the call.
        start: Name of the first step.
        default_language: The caller's language until one is chosen.
        languages: In which a caller can be spoken to.
        limit_ms: Counted from the first step; no question is repeated later than this.
        routing: Opening hours.
        relay: The site has a number for text telephones.
    """

    name: str
    phase: str = "entry"
    start: str
    default_language: str
    languages: tuple[str, ...]
    limit_ms: int
    steps: Mapping[str, Step]
    routing: Routing = Routing()
    relay: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where one caller is in a flow. Plain data: a webhook may keep it between requests.

    No number is in it, and no key but the one of `Facts.key`.

    Attributes:
        at: The step that waits for an input; `END` when the flow is over.
        facts: As last seen, with what this flow itself has changed of them.
        language: The caller's language so far.
        wrong, silent, repeats: Wrong answers, silences and `*` at this question so far.
        asked: How often each question has come up.
        heard: What was said since the last question: what `*` repeats.
        began_ms: Instant of the first input; `None` before it.
    """

    at: str
    facts: Facts
    language: str
    wrong: int = 0
    silent: int = 0
    repeats: int = 0
    asked: dict[str, int] = {}
    heard: tuple[Speech, ...] = ()
    began_ms: int | None = None

    @property
    def over(self) -> bool:
        """Nothing follows the verbs that came with this state."""
        return self.at == END
