"""Inputs: what a runner tells a flow."""

import msgspec


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The last list of verbs was carried out and asked for no key; also the first input."""


class Digit(msgspec.Struct, frozen=True, tag="digit"):
    """One key answered a `Gather`. It may be a key that the flow did not ask for."""

    key: str


class NoDigit(msgspec.Struct, frozen=True, tag="no_digit"):
    """A `Gather` ended in silence."""


Input = Done | Digit | NoDigit
