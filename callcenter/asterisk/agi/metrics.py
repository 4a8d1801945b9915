"""Metrics of the FastAGI server."""

from typing import Final

from prometheus_client import Counter, Gauge

# Not "callcenter_agi_sessions": the client library keeps that name for the counter below.
ACTIVE: Final = Gauge("callcenter_agi_active_sessions", "Connections open now")
SESSIONS: Final = Counter(
    "callcenter_agi_sessions",
    "Connections by how they ended: done, hangup, failed, protocol, probe, refused, cut",
    ("outcome",),
)
PROTOCOL_ERRORS: Final = Counter(
    "callcenter_agi_protocol_errors", "Peers that did not speak AGI, or not in time"
)
