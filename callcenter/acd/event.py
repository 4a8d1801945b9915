"""Event: the base of everything that can happen (`events`, `callback_events`)."""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """Base of all events."""
