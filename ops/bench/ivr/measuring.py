"""Measuring: calls whose callers note when each key went out and when the answer came in."""

import time
from dataclasses import dataclass
from typing import Final

from ops.bench.ears import Ears
from ops.bench.ivr.audio import Press, Recording
from ops.bench.ivr.caller import Caller
from ops.bench.ivr.people import Plan

# A key that has led to no new sound by now was lost; a person presses again.
_LOST_AFTER_S: Final = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One call that is over.

    Attributes:
        presses: Its keys, in their order.
        recording: What the caller was played.
    """

    plan: Plan
    presses: tuple[Press, ...]
    recording: Recording

    def answers_s(self, ears: Ears) -> list[float | None]:
        """From each key's end to the first packet of the prompt that followed; `None`: none did.

        Of keys pressed ahead only the last one is followed by a prompt for certain.
        """
        began = [self.recording.at(heard.start) for heard in ears.hear(self.recording.samples)]
        presses = self.presses[-1:] if self.plan.ahead else self.presses
        found: list[float | None] = []
        for press in presses:
            after = [at - press.ended for at in began if at >= press.ended]
            found.append(after[0] if after and after[0] <= _LOST_AFTER_S else None)
        return found


def call(server: str, exten: str, plan: Plan) -> Measured:
    """Make the call that `plan` says.

    Raises:
        NoAnswer: It was not answered.
        TimeoutError: No sound came.
    """
    with Caller(server, plan.number) as caller:
        caller.dial(exten)
        due = caller.wait_for_sound()
        presses = []
        for wait, key in plan.keys:
            due += wait
            _until(due)
            press = caller.press(key)
            press.sent.wait(1.0)
            presses.append(press)
        _until(due + plan.listens_s)
        return Measured(plan=plan, presses=tuple(presses), recording=caller.recording())


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))
