"""What ends a dialogue. No text here quotes what the peer sent: it may be a key or a number."""

from asterisk.agi import AGIError, AGIHangup


class Hangup(AGIHangup):  # type: ignore[misc]
    """Asterisk took the channel away: HANGUP, 511, result -1, or the end of the stream.

    A Redirect looks exactly the same, so this is never reported as a hang-up of the
    caller: only AMI's `Hangup` event is.
    """


class AGIProtocolError(AGIError):  # type: ignore[misc]
    """The peer sent something that is not AGI, too much of it, or out of turn."""


class AGITimeout(AGIProtocolError):
    """The peer did not send its whole header block, or an answer, in time."""
