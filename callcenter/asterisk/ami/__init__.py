"""AMI: Asterisk's manager interface, as actions that end one of three ways and events in order.

`Supervisor` keeps a connection up and hands over its events; `Connection` is one TCP
connection; `wire` is the pure protocol below both.
"""

from callcenter.asterisk.ami.connection import Connection
from callcenter.asterisk.ami.errors import (
    AMIDisconnected,
    AMIError,
    AMIProtocolError,
    AMIRefused,
    AMITimeout,
)
from callcenter.asterisk.ami.messages import Action, Event, Response
from callcenter.asterisk.ami.supervisor import Credentials, Supervisor

__all__ = [
    "AMIDisconnected",
    "AMIError",
    "AMIProtocolError",
    "AMIRefused",
    "AMITimeout",
    "Action",
    "Connection",
    "Credentials",
    "Event",
    "Response",
    "Supervisor",
]
