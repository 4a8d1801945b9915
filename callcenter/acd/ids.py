"""Identifiers and time, as the whole fold uses them."""

from typing import NewType

ContactId = NewType("ContactId", str)
"""One person's inbound call; made by the dialplan: Asterisk's unique id behind the node's name."""
NurseId = NewType("NurseId", str)
"""A nurse's number at this site, like `n017`; also the name of her SIP endpoint."""
OfferId = NewType("OfferId", str)
"""One ringing of one nurse for one contact; it is the id of the command that starts it."""
NodeId = NewType("NodeId", str)
"""One Asterisk with the gateway beside it."""
EntryId = NewType("EntryId", str)
"""A journal entry, `<milliseconds>-<number>`; its milliseconds are the fold's `now`."""

Millis = int
"""Milliseconds of the journal's time (since 1970, UTC), or a span in milliseconds."""


def entry_time(entry: EntryId) -> Millis:
    """The instant at which an entry was stamped."""
    return int(entry.partition("-")[0])


def entry_key(entry: EntryId) -> tuple[int, int]:
    """For ordering: entry ids do not order as texts."""
    milliseconds, _, number = entry.partition("-")
    return int(milliseconds), int(number or 0)
