"""Metrics of the IVR. Neither keys nor numbers are in them."""

from enum import StrEnum
from typing import Final

from prometheus_client import Counter, Histogram


class Outcome(StrEnum):
    """How a flow ended."""

    ENQUEUED = "enqueued"  # the caller stands in line, also if the rest was cut short
    TRANSFERRED = "transferred"  # the caller is to be connected to another number
    KEPT = "kept"  # the caller has kept the place, and is told so
    DONE = "done"  # all was said to somebody who stands in line, or was served
    HANGUP = "hangup"  # the channel left, or the flow ended the call
    ERROR = "error"  # something failed; the dialplan falls back


FLOWS: Final = Counter(
    "callcenter_ivr_flows", "Flows that ended, by how they ended", ["flow", "outcome"]
)
SECONDS: Final = Histogram(
    "callcenter_ivr_seconds",
    "From a flow's first prompt to its end, in seconds",
    ["flow"],
    buckets=(1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 90),
)
KEY_SECONDS: Final = Histogram(
    "callcenter_ivr_key_seconds",
    "From a key's arrival here to the command that plays the next sound, in seconds",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.08, 0.15, 0.3, 0.6, 1.5, 4),
)
VISITS: Final = Counter(
    "callcenter_ivr_visits",
    "Callers in line who were spoken to, by what was known of their wait",
    ["wait"],
)
KEPT_SECONDS: Final = Histogram(
    "callcenter_ivr_keep_seconds",
    "From asking that a place be kept to knowing that it is, in seconds",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3),
)
NOT_KEPT: Final = Counter(
    "callcenter_ivr_places_not_kept", "Callers who were told that their place is not kept"
)
