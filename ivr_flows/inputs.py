"""Inputs: what a runner tells a flow."""

import msgspec

from ivr_flows.facts import Facts


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The last list of verbs was carried out and asked for no answer; also the first input."""


class Digit(msgspec.Struct, frozen=True, tag="digit"):
    """One key answered a `Gather`. It may be a key that the flow did not ask for."""

    key: str


class NoDigit(msgspec.Struct, frozen=True, tag="no_digit"):
    """A `Gather` or `GatherNumber` ended in silence."""


class Typed(msgspec.Struct, frozen=True, tag="typed"):
    """A `GatherNumber` ended; the runner has the number.

    Attributes:
        usable: It is a number that we may ring (see `ivr_flows.numbers`).
        repeat: Nothing but `*` was typed: the caller wants to hear it again.
    """

    usable: bool
    repeat: bool = False


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """The answer to `Look`: the facts as they are by now, all of them."""

    facts: Facts


class Kept(msgspec.Struct, frozen=True, tag="kept"):
    """The answer to `KeepPlace`: whether the place is kept, for good."""

    kept: bool


Input = Done | Digit | NoDigit | Typed | Seen | Kept
