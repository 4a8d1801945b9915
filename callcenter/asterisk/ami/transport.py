"""Transport: one TCP connection (with TLS if asked) that one thread reads and many write."""

import select
import socket
import ssl
import threading
import time
from typing import Final

_RECEIVE: Final = 256 << 10
_WAITS: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Transport:
    """A non-blocking socket with deadlines.

    OpenSSL allows one call at a time on a connection, so each short read or write is made
    under a lock; the waiting is done outside of it.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._calls = threading.Lock()
        self._writing = threading.Lock()
        self._readable = select.poll()
        self._readable.register(sock, select.POLLIN)

    @classmethod
    def connect(
        cls, host: str, port: int, *, timeout: float, tls: ssl.SSLContext | None = None
    ) -> "Transport":
        """Connect by IPv4 or IPv6, whichever answers, within about `timeout` seconds.

        Raises:
            OSError: Nobody listens there, or TLS does not trust who does.
        """
        sock = socket.create_connection((host, port), timeout)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            # Asterisk cuts a reader that is too slow (`writetimeout`): leave it room.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            return cls(tls.wrap_socket(sock, server_hostname=host) if tls else sock)
        except BaseException:
            sock.close()
            raise

    def read(self, seconds: float) -> bytes | None:
        """What has come; `None` if nothing came in `seconds`, `b""` at the end.

        Raises:
            OSError: The connection broke.
        """
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
        if not pending and not self._readable.poll(seconds * 1000):
            return None
        try:
            with self._calls:
                return self._socket.recv(_RECEIVE)
        except _WAITS:
            return None

    def write(self, data: bytes, deadline: float) -> None:
        """Write all of `data` by `deadline` (`time.monotonic` seconds).

        Raises:
            TimeoutError: The turn to write did not come; nothing was written.
            OSError: The connection broke, or a part was written when time ran out: the
                stream is then of no use and has been shut down.
        """
        if not self._writing.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise TimeoutError
        try:
            view = memoryview(data)
            while view:
                view = view[self._write_some(view, deadline) :]
        finally:
            self._writing.release()

    def _write_some(self, view: memoryview, deadline: float) -> int:
        try:
            with self._calls:
                return self._socket.send(view)
        except _WAITS as full:
            side = select.POLLIN if isinstance(full, ssl.SSLWantReadError) else select.POLLOUT
        left = deadline - time.monotonic()
        if left <= 0:
            self.shutdown()
            raise BrokenPipeError("the peer reads too slowly")
        room = select.poll()
        room.register(self._socket, side)
        room.poll(min(left, 0.5) * 1000)
        return 0

    def shutdown(self) -> None:
        """End it from any thread: whoever reads or writes is woken."""
        try:
            # On the plain socket: TLS would first want to say goodbye.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except (OSError, ValueError):
            return  # has ended already

    def close(self) -> None:
        """Free the descriptor, once no writer is left; call it from the reading thread."""
        self.shutdown()
        with self._writing:
            self._socket.close()
