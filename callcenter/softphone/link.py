"""Link: the control connection to one baresip process."""

import contextlib
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

from callcenter.softphone import event
from callcenter.softphone.event import Event, Reply
from callcenter.softphone.netstring import BadFrame, Deframer, frame

_TICK_SECONDS: Final = 0.1


class LinkLost(Exception):
    """The phone's process is gone, or does not answer."""


class Refused(Exception):
    """baresip could not do what it was told; the text is its own."""


class Link:
    """Sends commands, hands on events.

    One thread of its own reads the connection and, between two readings, calls `on_tick`.
    So `on_event`, `on_tick` and `on_lost` all run in that thread, one at a time: they may
    `tell`, but must not `ask`, whose answer that same thread would have to read.
    """

    def __init__(
        self,
        port: int,
        *,
        on_event: Callable[[Event], None],
        on_tick: Callable[[float], None],
        on_lost: Callable[[], None],
    ) -> None:
        """Connect to 127.0.0.1:`port`.

        Raises:
            OSError: Nobody listens there (yet).
        """
        self._on_event, self._on_tick, self._on_lost = on_event, on_tick, on_lost
        self._tokens = itertools.count(1)
        self._replies: dict[str, Reply | None] = {}
        self._arrived = threading.Condition()
        self._sending = threading.Lock()
        self._lost = False
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30.0)
        self._socket.settimeout(_TICK_SECONDS)
        self._acknowledge_at_once()
        self._thread = threading.Thread(target=self._read, name=f"phone-{port}", daemon=True)
        self._thread.start()

    def tell(self, command: str, params: str = "") -> None:
        """Give a command and do not wait; a lost connection is noticed elsewhere."""
        try:
            self._send(command, params, "")
        except LinkLost:
            return

    def ask(self, command: str, params: str = "", timeout: float = 30.0) -> Reply:
        """Give a command and wait for its reply, `timeout` seconds at most.

        Raises:
            LinkLost: The process is gone or does not answer.
            Refused: baresip could not do it.
        """
        token = str(next(self._tokens))
        with self._arrived:
            self._replies[token] = None
        try:
            self._send(command, params, token)
            with self._arrived:
                self._arrived.wait_for(lambda: self._lost or self._replies[token], timeout)
                reply = self._replies[token]
        finally:
            with self._arrived:
                del self._replies[token]
        if reply is None:
            raise LinkLost(f"no answer to `{command}`")
        if not reply.ok:
            raise Refused(f"{command}: {reply.data.strip() or 'failed'}")
        return reply

    def close(self) -> None:
        """Drop the connection and end the thread. Not from that thread; twice does no harm."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the reader, which may be in recv
        self._thread.join(2.0)
        self._socket.close()

    def _send(self, command: str, params: str, token: str) -> None:
        words = {"command": command, "token": token}
        if params:
            words["params"] = params
        try:
            with self._sending:
                self._socket.sendall(frame(json.dumps(words, ensure_ascii=False).encode()))
        except OSError:
            raise LinkLost("the phone's process is gone") from None

    def _acknowledge_at_once(self) -> None:
        """Or baresip's next message waits 40 ms: its Nagle (RFC 896) for our delayed ACK.

        tcp(7): the option does not stay, so it is set again after each reading.
        """
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def _read(self) -> None:
        deframer = Deframer()
        try:
            while True:
                try:
                    data = self._socket.recv(65536)
                except TimeoutError:
                    data = None
                if data == b"":
                    break
                self._acknowledge_at_once()
                for payload in deframer.feed(data or b""):
                    self._take(event.read(payload, time.monotonic()))
                self._on_tick(time.monotonic())
        except (OSError, BadFrame):
            pass
        finally:
            with self._arrived:
                self._lost = True
                self._arrived.notify_all()
            self._on_lost()

    def _take(self, said: Event | Reply | None) -> None:
        match said:
            case Reply(token=token):
                with self._arrived:
                    if token in self._replies:
                        self._replies[token] = said
                        self._arrived.notify_all()
            case Event():
                self._on_event(said)
            case None:
                return
