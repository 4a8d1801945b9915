"""Metrics of the manager connections; `connection` is "reading" or "acting"."""

from typing import Final

from prometheus_client import Counter

_LABELS: Final = ("connection",)

EVENTS: Final = Counter("callcenter_ami_events", "Events handed to the dispatch thread", _LABELS)
RECONNECTS: Final = Counter(
    "callcenter_ami_reconnects", "Attempts to connect after the first", _LABELS
)
HANDLER_ERRORS: Final = Counter(
    "callcenter_ami_handler_errors", "Exceptions of our own handlers", _LABELS
)
OVERFLOWS: Final = Counter(
    "callcenter_ami_overflows", "Connections dropped because handlers were too slow", _LABELS
)
