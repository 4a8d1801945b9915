"""Witness: who came into which line, by what Asterisk itself tells.

Pure: told AMI events in their order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from callcenter.asterisk.ami.messages import Event
from ops.bench.ivr.people import Plan


@dataclass(kw_only=True, slots=True)
class _Caller:
    plan: Plan
    lines: list[str] = field(default_factory=list)
    urgent: bool = False
    astray: bool = False


class Witness:
    """One run, of callers whose numbers are all different."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        self._plans = {plan.number: plan for plan in plans}
        self._callers: dict[str, _Caller] = {}

    @property
    def arrived(self) -> int:
        """How many of them came."""
        return len(self._callers)

    @property
    def lost(self) -> list[str]:
        """Why each one failed who did not come into the right line, once, and as urgent as said."""
        found = []
        for caller in self._callers.values():
            plan = caller.plan
            how = "".join(key for _, key in plan.keys) + " ahead" * plan.ahead
            if caller.lines != [plan.wanted]:
                found.append(f"{how}: wanted {plan.wanted}, stood in {caller.lines or 'no line'}")
            elif caller.urgent != plan.red_flag:
                found.append("urgent, and not marked" if plan.red_flag else "marked as urgent")
            elif caller.astray:
                found.append("fell back")
        return found

    def tell(self, event: Event) -> None:
        """Look at one event."""
        if event.name != "UserEvent":
            return
        channel, kind = event.get("Uniqueid"), event.get("UserEvent")
        if kind == "CcArrived" and event.get("Number") in self._plans:
            self._callers[channel] = _Caller(plan=self._plans[event.get("Number")])
        caller = self._callers.get(channel)
        if caller is None:
            return
        match kind:
            case "CcQueued":
                caller.lines.append(event.get("CcLanguage"))
            case "CcClassed":
                caller.urgent = event.get("CcNewClass") == "red_flag"
            case "CcFellBack":
                caller.astray = True
