"""What can go wrong with an action, as far as its sender must tell the cases apart."""


class AMIError(Exception):
    """Any failure of the manager interface.

    Attributes:
        sent: Whether Asterisk may have got the action. `True` means *unknown*: look the
            channel up before anything is repeated.
    """

    def __init__(self, text: str, *, sent: bool = False) -> None:
        super().__init__(text)
        self.sent = sent


class AMITimeout(AMIError):
    """No answer in time; the connection may well be alive."""


class AMIDisconnected(AMIError):
    """The connection was not up, or ended before the answer came."""


class AMIRefused(AMIError):
    """Asterisk refused the login: user, secret, or its limits."""


class AMIProtocolError(AMIError):
    """The peer does not speak AMI, or sent a message beyond the size limit."""
