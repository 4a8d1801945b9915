"""Lines: a socket read line by line and written, both with deadlines and limits."""

import select
import socket
import time
from typing import Final

from callcenter.asterisk.agi.errors import AGIProtocolError, AGITimeout, Hangup

LONGEST_LINE: Final = 16 << 10
_RECEIVE: Final = 16 << 10


class Lines:
    """One peer; used by one thread. Deadlines are `time.monotonic` seconds."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._buffer = bytearray()

    def read(self, deadline: float) -> str:
        """The next line without its end; bytes that are not UTF-8 become surrogates.

        Raises:
            AGITimeout: No whole line by `deadline`.
            AGIProtocolError: The line is longer than 16 KiB.
            Hangup: The stream ended; an unfinished line is not a line.
        """
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > LONGEST_LINE:
                raise AGIProtocolError("a line beyond the size limit")
            self._wait(select.POLLIN, deadline)
            self._receive()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r").decode("utf-8", "surrogateescape")

    def unread(self) -> bool:
        """Whether the peer has sent something that nobody read yet.

        Raises:
            Hangup: The stream ended.
        """
        if not self._buffer and self._poll(select.POLLIN, 0):
            self._receive()
        return bool(self._buffer)

    def write(self, data: bytes, deadline: float) -> None:
        """Send all of `data`.

        Raises:
            AGITimeout: The peer does not read.
            Hangup: The stream ended.
        """
        view = memoryview(data)
        while view:
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError:
                raise Hangup("the connection broke") from None

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_RECEIVE)
        except BlockingIOError:
            return
        except OSError:
            raise Hangup("the connection broke") from None
        if not data:
            raise Hangup("the peer closed the connection")
        self._buffer += data

    def _wait(self, side: int, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or not self._poll(side, left):
            raise AGITimeout("the peer is too slow")

    def _poll(self, side: int, seconds: float) -> bool:
        if self._socket.fileno() < 0:
            raise Hangup("the connection is closed")
        poll = select.poll()
        poll.register(self._socket, side)
        return bool(poll.poll(seconds * 1000))
