"""Connection: one TCP connection to the manager, from greeting to end; never used twice.

    connection = Connection(host, port, on_events=...)
    connection.connect()
    connection.login(user, secret)
    response = connection.call("Redirect", {...}, timeout=2.0)

A reader thread does nothing but parse, wake the waiting callers and hand events to
`on_events`, in the order of the stream: when `call` returns, every event that Asterisk
sent before its answer has been handed over, rows of lists included.
"""

import hashlib
import itertools
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn

import structlog
from asterisk.ami.client import AMIClient

from callcenter.asterisk.ami.errors import (
    AMIDisconnected,
    AMIError,
    AMIProtocolError,
    AMIRefused,
    AMITimeout,
)
from callcenter.asterisk.ami.messages import Action, Event, Response
from callcenter.asterisk.ami.pending import Pending
from callcenter.asterisk.ami.transport import Transport
from callcenter.asterisk.ami.wire import LARGEST_MESSAGE, Message, Parser, Value

Outcome = Response | AMITimeout | AMIDisconnected

_POLL_SECONDS: Final = 0.5
_log = structlog.get_logger()


class Connection(AMIClient):  # type: ignore[misc]
    """One manager session.

    Attributes:
        epoch: The supervisor's number for this connection.
        finished: Set once it has ended; it never comes back.
        handler_errors: Exceptions of `on_events`, each of which lost its batch.
    """

    finished: threading.Event

    def __init__(
        self,
        address: str,
        port: int,
        *,
        on_events: Callable[[list[Event]], object],
        on_end: Callable[[], object] | None = None,
        connect_timeout: float = 3.0,
        dead_after: float = 15.0,
        largest: int = LARGEST_MESSAGE,
        tls: ssl.SSLContext | None = None,
        epoch: int = 0,
    ) -> None:
        """Prepare; nothing is sent yet. Next: `connect`.

        Args:
            on_events: Gets events in order, in the reader thread: be short, never `call`.
            on_end: Told once, in the reader thread, after the last event.
            connect_timeout: Seconds until the greeting must have come.
            dead_after: Seconds without a byte after which the peer is taken for dead.
            largest: Bytes of one message; a larger one ends the connection.
        """
        super().__init__(address, port, timeout=connect_timeout)
        self.epoch = epoch
        self.finished = threading.Event()
        self.handler_errors = 0
        self._on_events = on_events
        self._on_end = on_end
        self._dead_after = dead_after
        self._tls = tls
        self._parser = Parser(largest)
        self._greeted = threading.Event()
        self._lock = threading.Lock()  # guards `_futures` against `finished`
        self._futures: dict[str, Pending] = {}
        self._lists = 0  # how many of `_futures` want their list
        self._prefix = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._used = False
        self._transport: Transport | None = None
        self._thread: threading.Thread | None = None

    def connect(self) -> None:
        """Connect and wait for the greeting. Next: `login`.

        Raises:
            AMIDisconnected: Nobody there, or who is there does not greet as a manager.
            RuntimeError: The object was connected before.
        """
        if self._used:
            raise RuntimeError("one Connection is one TCP connection: make a new one")
        self._used = True
        try:
            self._transport = Transport.connect(
                self._address, self._port, timeout=self._timeout, tls=self._tls
            )
        except OSError as error:
            self.finished.set()
            raise AMIDisconnected("cannot connect to Asterisk's manager") from error
        self._thread = threading.Thread(target=self.listen, name="ami-reader", daemon=True)
        self._thread.start()
        self._greeted.wait(self._timeout)
        if self.finished.is_set() or not self._greeted.is_set():
            self.disconnect()
            raise AMIDisconnected("no greeting from Asterisk's manager")

    def login(self, username: str, secret: str, events: str = "on", timeout: float = 5.0) -> None:
        """Log in by MD5 challenge: the secret itself is never sent, kept or printed.

        Args:
            events: "on", "off", or the classes to receive ("call,user").

        Raises:
            AMIRefused: Wrong user or secret, or a limit of Asterisk's.
            AMITimeout, AMIDisconnected: As for `call`.
        """
        challenge = self.call("Challenge", {"AuthType": "MD5"}, timeout)
        text = challenge.get("Challenge")
        if not challenge.ok or not text:
            raise AMIRefused("Asterisk offers no MD5 challenge")
        # The protocol's own algorithm; it hides the secret on loopback, no more.
        key = hashlib.md5((text + secret).encode(), usedforsecurity=False).hexdigest()
        headers = {"AuthType": "MD5", "Username": username, "Key": key, "Events": events}
        if not self.call("Login", headers, timeout).ok:
            raise AMIRefused("Asterisk refused the login")

    def logoff(self, timeout: float = 1.0) -> None:
        """Say goodbye and end the connection; a peer that does not answer is left all the same."""
        try:
            self.call("Logoff", timeout=timeout)
        except AMIError:
            pass
        finally:
            self.disconnect()

    def call(
        self,
        name: str,
        headers: Mapping[str, Value] | None = None,
        timeout: float = 5.0,
        *,
        variables: Mapping[str, str | int] | None = None,
        action_id: str | None = None,
    ) -> Response:
        """Send one action and wait for its answer, which may be an error: see `Response.ok`.

        Raises:
            AMITimeout: No answer within `timeout` seconds: it may have been done (`sent`).
            AMIDisconnected: Not connected, or the connection ended first; see `sent`.
            ValueError: An illegal header (nothing was sent), or `action_id` is in use.
            RuntimeError: Called from the reader thread, which would wait for itself.
        """
        action = Action(name, headers, variables, action_id=action_id)
        outcome = self.call_many([action], timeout)[0]
        if isinstance(outcome, AMIError):
            raise outcome
        return outcome

    def call_many(self, actions: Sequence[Action], timeout: float = 5.0) -> list[Outcome]:
        """Send several actions in one write; one outcome for each, in their order.

        Asterisk carries them out one after the other. Failures are returned, not raised.

        Raises:
            ValueError: One of them is illegal; none was sent.
            RuntimeError: See `call`.
        """
        deadline = time.monotonic() + timeout
        return [
            outcome if isinstance(outcome, AMITimeout | AMIDisconnected) else outcome[0]
            for outcome in self._exchange(actions, deadline, wants_list=False)
        ]

    def call_list(
        self, name: str, headers: Mapping[str, Value] | None = None, timeout: float = 10.0
    ) -> tuple[Response, list[Event]]:
        """Send an action that answers with a list; wait for its answer and all its events.

        The same events, the completing one among them, also go to `on_events` in their
        place in the stream. An answer without a list has no events.

        Raises:
            AMITimeout, AMIDisconnected, ValueError, RuntimeError: As for `call`.
        """
        deadline = time.monotonic() + timeout
        outcome = self._exchange([Action(name, headers)], deadline, wants_list=True)[0]
        if isinstance(outcome, AMITimeout | AMIDisconnected):
            raise outcome
        return outcome

    def send_action(self, action: Action, callback: None = None) -> Response:
        """The package's way in; here it waits for the answer, as `call` does.

        Raises:
            TypeError: A callback was given: it would run in the reader thread.
        """
        if callback is not None:
            raise TypeError("send_action waits for its answer and takes no callback")
        outcome = self.call_many([action])[0]
        if isinstance(outcome, AMIError):
            raise outcome
        return outcome

    def next_action_id(self) -> str:
        """An ActionID that no other connection or process uses."""
        return f"{self._prefix}-{next(self._numbers)}"

    def kill(self) -> None:
        """End it from any thread, at once; the reader thread then fails all who wait."""
        self.finished.set()
        if self._transport is not None:
            self._transport.shutdown()

    def disconnect(self) -> None:
        """End it and wait up to a second until the reader thread has gone."""
        self.kill()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(1.0)

    def _exchange(
        self, actions: Sequence[Action], deadline: float, *, wants_list: bool
    ) -> list[tuple[Response, list[Event]] | AMITimeout | AMIDisconnected]:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a call from the reader thread would wait for its own answer")
        waiting: dict[str, Pending] = {}
        data = bytearray()
        for action in actions:
            action_id = str(action.keys.get("ActionID") or self.next_action_id())
            if action_id in waiting:
                raise ValueError("the same ActionID twice in one batch")
            waiting[action_id] = Pending(wants_list=wants_list)
            data += Action(action.name, action.keys, action.variables, action_id=action_id).render()
        with self._lock:
            if self.finished.is_set() or self._transport is None:
                return [AMIDisconnected("not connected to Asterisk") for _ in actions]
            if not self._futures.keys().isdisjoint(waiting):
                raise ValueError("an action with this ActionID is under way")
            self._futures.update(waiting)
            self._lists += len(waiting) if wants_list else 0
        try:
            self.send(bytes(data), deadline)
            return [_outcome(pending, deadline) for pending in waiting.values()]
        except AMITimeout as error:
            return [AMITimeout(str(error), sent=error.sent) for _ in actions]
        except AMIDisconnected as error:
            return [AMIDisconnected(str(error), sent=error.sent) for _ in actions]
        finally:
            with self._lock:
                for action_id in waiting:
                    self._futures.pop(action_id, None)
                self._lists -= len(waiting) if wants_list else 0

    def send(self, pack: bytes, deadline: float) -> None:
        """Write all of `pack`, not mixed with another thread's.

        Raises:
            AMITimeout: Others wrote until `deadline`; nothing of it was sent.
            AMIDisconnected: The connection broke, perhaps amid the action.
        """
        assert self._transport is not None
        try:
            self._transport.write(pack, deadline)
        except TimeoutError as error:
            raise AMITimeout("no turn to write in time", sent=False) from error
        except OSError as error:
            self.kill()
            raise AMIDisconnected("the connection broke while writing", sent=True) from error

    # The reader thread.

    def listen(self) -> None:
        """Read until the end, then clean up, whatever ended it."""
        assert self._transport is not None
        try:
            self._read(self._transport)
        except (OSError, AMIProtocolError) as error:
            _log.warning("ami connection ended", error=type(error).__name__, epoch=self.epoch)
        except Exception:
            _log.exception("ami reader failed", epoch=self.epoch)
        finally:
            self.finished.set()
            self._greeted.set()
            self._transport.close()
            with self._lock:
                for pending in self._futures.values():
                    pending.fail(AMIDisconnected("the connection ended", sent=True))
                self._futures.clear()
            if self._on_end is not None:
                self._on_end()

    def _read(self, transport: Transport) -> None:
        heard = time.monotonic()
        while not self.finished.is_set():
            data = transport.read(min(_POLL_SECONDS, self._dead_after / 4))
            if data is None:
                if time.monotonic() - heard > self._dead_after:
                    raise AMIProtocolError("the peer has been silent for too long")
                continue
            if not data:
                return
            heard = time.monotonic()
            self._take(self._parser.feed(data))
            if self._parser.version:
                self._ami_version = self._parser.version
                self._greeted.set()

    def _take(self, messages: list[Message]) -> None:
        batch: list[Event] = []
        for kind, value, headers in messages:
            if kind == "Event":
                event = Event(value, headers)
                batch.append(event)
                if self._lists and "ActionID" in headers:
                    batch = self._collect(event, batch)
            elif kind == "Response":
                batch = self._hand_over(batch)
                response = Response(value, headers)
                with self._lock:
                    pending = self._futures.get(response.get("ActionID"))
                if pending is not None:  # else: its sender has given up
                    pending.answer(response)
        self._hand_over(batch)

    def _collect(self, event: Event, batch: list[Event]) -> list[Event]:
        with self._lock:
            pending = self._futures.get(event.action_id)
        if pending is None or not pending.wants_list:
            return batch
        pending.collect(event)
        if event.get("EventList").lower() in ("complete", "cancelled"):
            batch = self._hand_over(batch)
            pending.complete()
        return batch

    def _hand_over(self, batch: list[Event]) -> list[Event]:
        """Give `batch` to `on_events`; a new, empty one comes back."""
        if batch:
            try:
                self._on_events(batch)
            except Exception:
                self.handler_errors += 1
                _log.exception("ami event handler failed", epoch=self.epoch, count=len(batch))
        return []

    # Doors of the package that lead around all this.

    def add_listener(self, *_: Any, **__: Any) -> NoReturn:
        """Raises TypeError: `on_events` is the one way to hear."""
        raise TypeError("use on_events")

    add_event_listener = add_listener


def _outcome(
    pending: Pending, deadline: float
) -> tuple[Response, list[Event]] | AMITimeout | AMIDisconnected:
    try:
        return pending.result(deadline), pending.events
    except (AMITimeout, AMIDisconnected) as error:
        return error
