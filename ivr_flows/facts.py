"""Facts: what a flow may branch on and speak of, handed to it by its runner. Plain data."""

import msgspec


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """The wait of a caller in line, as the ACD estimates it now.

    Attributes:
        place: 1 is who is served next, of those who compete for the same nurses.
        low_ms, high_ms: The range, from now on.
        soon: A nurse is free for this caller, or rings already.
        cause: Why the far end moved away since it was told (`GrowthCause`); `None`: it did not.
    """

    place: int
    low_ms: int
    high_ms: int
    soon: bool = False
    cause: str | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand for one caller.

    Attributes:
        caller: `known`: the carrier told a number that can be rung; else `anonymous`.
        surge: The level of surge: `normal`, `high` or `crisis`.
        priority_class: The caller's class by now.
        messages: Supervisors' messages in force at this entry point: language to sound.
        visit: In line: how often the caller was spoken to before.
        key: In line: the key that the caller has pressed while waiting; empty: none.
        wait: In line: `None`, the wait is not known.
        told: In line: what was told last, with the range as it was then; `None`: nothing yet.
        offered: In line: to keep the place is offered at such a wait (policy of the site).
        sampled: After the call: this caller is asked for the survey.
    """

    caller: str = "anonymous"
    surge: str = "normal"
    priority_class: str = ""
    messages: dict[str, str] = {}
    visit: int = 0
    key: str = ""
    wait: Wait | None = None
    told: Wait | None = None
    offered: bool = False
    sampled: bool = False
