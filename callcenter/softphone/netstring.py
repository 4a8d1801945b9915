"""Netstring: the frames of baresip's `ctrl_tcp`, as in `3:abc,`. Pure; it opens no socket.

D. J. Bernstein, "Netstrings" (1997), https://cr.yp.to/proto/netstrings.txt.
"""

from typing import Final

_LONGEST: Final = 1_000_000


class BadFrame(Exception):
    """The peer does not speak netstrings; drop the connection."""


def frame(payload: bytes) -> bytes:
    """`payload` as one netstring."""
    return b"%d:%s," % (len(payload), payload)


class Deframer:
    """Takes bytes as they come, gives whole payloads."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that `data` completes, in order.

        Raises:
            BadFrame: What came is no netstring; the deframer is of no further use.
        """
        self._rest += data
        payloads: list[bytes] = []
        while True:
            head, colon, tail = self._rest.partition(b":")
            if not colon:
                if len(head) > len(str(_LONGEST)):
                    raise BadFrame("no length")
                return payloads
            if not head.isdigit() or int(head) > _LONGEST:
                raise BadFrame("bad length")
            size = int(head)
            if len(tail) <= size:
                return payloads
            if tail[size : size + 1] != b",":
                raise BadFrame("no comma")
            payloads.append(tail[:size])
            self._rest = tail[size + 1 :]
