"""FastAGI: Asterisk asks for a step of a call to be run; `Server` gives each a `Session`."""

from callcenter.asterisk.agi.errors import AGIProtocolError, AGITimeout, Hangup
from callcenter.asterisk.agi.request import Request
from callcenter.asterisk.agi.server import Server
from callcenter.asterisk.agi.session import Session

__all__ = ["AGIProtocolError", "AGITimeout", "Hangup", "Request", "Server", "Session"]
