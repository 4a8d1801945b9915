"""Server: accepts FastAGI connections and runs a handler for each, in a thread of its own.

It never makes the caller's fate worse: whatever goes wrong, the connection is closed, and
the dialplan sees that the variable which a handler sets last is missing.
"""

import socket
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import structlog

from callcenter.asterisk.agi import metrics
from callcenter.asterisk.agi.errors import AGIProtocolError, Hangup
from callcenter.asterisk.agi.session import COMMAND_SECONDS, HEADER_SECONDS, Session

_log = structlog.get_logger()

_RETRY_SECONDS: Final = 0.2
_BACKLOG: Final = 512


class Outcome(StrEnum):
    DONE = "done"  # the handler returned
    HANGUP = "hangup"  # Asterisk took the channel away
    FAILED = "failed"  # the handler raised
    PROTOCOL = "protocol"  # the peer did not speak AGI, or too slowly
    PROBE = "probe"  # connected and said nothing: a health check
    REFUSED = "refused"  # over `max_sessions`
    CUT = "cut"  # still busy when the server was stopped


class Server:
    """A FastAGI server. Next: `serve_forever`, from a thread that has nothing else to do."""

    def __init__(
        self,
        host: str,
        port: int,
        handler: Callable[[Session], object],
        max_sessions: int,
        *,
        header_seconds: float = HEADER_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
    ) -> None:
        """Listen; `port` 0 takes a free one, see `port`.

        Args:
            handler: Called in the session's thread; may raise `Hangup` and whatever else.
            max_sessions: Connections at a time; one more is closed at once.

        Raises:
            OSError: The port is taken.
        """
        self._handler = handler
        self._max_sessions = max_sessions
        self._header_seconds = header_seconds
        self._command_seconds = command_seconds
        self._sessions: dict[threading.Thread, socket.socket] = {}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        self.port: int = self._listener.getsockname()[1]

    def serve_forever(self) -> None:
        """Accept until `stop`; returns when that has, for a process that ends takes its
        sessions along."""
        with self._listener:
            self._accept()
        self._ended.wait()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError as error:  # no descriptors left, or the peer was quicker
                if self._stopping.is_set():
                    return
                _log.error("agi accept failed", error=type(error).__name__)
                self._stopping.wait(_RETRY_SECONDS)
                continue
            self._admit(sock)

    def stop(self, seconds: float = 10.0) -> None:
        """Accept no more, let the present sessions finish for `seconds`, then cut them off."""
        self._stopping.set()
        _shutdown(self._listener)  # wakes `accept`
        deadline = time.monotonic() + seconds
        with self._changed:
            while self._sessions and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            for sock in self._sessions.values():
                _shutdown(sock)
            if self._sessions:
                _log.warning("agi sessions cut", count=len(self._sessions))
                self._changed.wait_for(lambda: not self._sessions, 1.0)
        self._ended.set()

    def _admit(self, sock: socket.socket) -> None:
        thread = threading.Thread(target=self._run, args=(sock,), name="agi-session", daemon=True)
        with self._changed:
            if len(self._sessions) >= self._max_sessions or self._stopping.is_set():
                self._refuse(sock)
                return
            self._sessions[thread] = sock
            metrics.ACTIVE.set(len(self._sessions))
        try:
            thread.start()
        except RuntimeError:  # the machine has no more threads
            self._leave(thread)
            self._refuse(sock)

    def _refuse(self, sock: socket.socket) -> None:
        sock.close()
        metrics.SESSIONS.labels(Outcome.REFUSED).inc()
        _log.error("agi session refused", count=self._max_sessions)

    def _leave(self, thread: threading.Thread) -> None:
        with self._changed:
            del self._sessions[thread]
            metrics.ACTIVE.set(len(self._sessions))
            self._changed.notify_all()

    def _run(self, sock: socket.socket) -> None:
        outcome = Outcome.FAILED
        try:
            outcome = self._serve(sock)
        except AGIProtocolError as error:
            outcome = Outcome.PROTOCOL
            metrics.PROTOCOL_ERRORS.inc()
            _log.warning("agi peer dropped", error=type(error).__name__)
        except Hangup:
            outcome = Outcome.CUT if self._stopping.is_set() else Outcome.HANGUP
        except Exception:
            _log.exception("agi handler failed")
        finally:
            _shutdown(sock)
            sock.close()
            metrics.SESSIONS.labels(outcome).inc()
            self._leave(threading.current_thread())

    def _serve(self, sock: socket.socket) -> Outcome:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            session = Session(
                sock, header_seconds=self._header_seconds, command_seconds=self._command_seconds
            )
        except Hangup:
            return Outcome.PROBE
        self._handler(session)
        return Outcome.DONE


def _shutdown(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # has ended already
