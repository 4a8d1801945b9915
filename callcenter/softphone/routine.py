"""Routine: what a phone does with a call by itself, as a simulated nurse."""

from dataclasses import dataclass, field

from callcenter.softphone.call import Call, CallState


@dataclass(kw_only=True, slots=True)
class Routine:
    """The phone's habits; all off at first.

    Attributes:
        answer_after: Seconds of ringing before it answers; `None` never does.
        talk: Seconds from the answer until it hangs up; `None` never does.
        decline: Refuses every call at once.
    """

    answer_after: float | None = None
    talk: float | None = None
    decline: bool = False
    _done: set[tuple[str, str]] = field(default_factory=set)

    def due(self, call: Call, now: float) -> str | None:
        """The command that is due for `call` at `now`, each once; `None` if none is."""
        if not call.incoming:
            return None
        since = now - call.times[call.state]
        if call.state is CallState.RINGING:
            if self.decline:
                return self._once(call, "hangup")
            if self.answer_after is not None and since >= self.answer_after:
                return self._once(call, "accept")
        elif call.state is CallState.UP and self.talk is not None and since >= self.talk:
            return self._once(call, "hangup")
        return None

    def _once(self, call: Call, command: str) -> str | None:
        if (call.id, command) in self._done:
            return None
        self._done.add((call.id, command))
        return command
