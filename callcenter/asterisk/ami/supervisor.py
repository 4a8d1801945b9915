"""Supervisor: keeps one manager connection up and hands over its events, epoch by epoch.

    connect -> login -> (FullyBooted) -> on_up -> on_events, again and again -> on_down
       ^                                                                          |
       +-------- jittered back-off 0.25 s .. 5 s; 30 s after a refused login -----+

What happened while no connection was up is gone for good: `on_up` asks Asterisk for its
channels and states anew. All three handlers run in one dispatch thread, so they never
overlap; they may `call` on the connection.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, assert_never

import structlog

from callcenter.asterisk.ami import metrics
from callcenter.asterisk.ami.connection import Connection
from callcenter.asterisk.ami.errors import AMIDisconnected, AMIError, AMIRefused
from callcenter.asterisk.ami.inbox import Batch, Down, Inbox, Up
from callcenter.asterisk.ami.messages import Event

_log = structlog.get_logger()
_jitter = random.SystemRandom()

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Who logs in, and where.

    Attributes:
        events: What to receive: "on", "off", or classes such as "call,user,system".
    """

    host: str
    port: int
    username: str
    secret: str = field(repr=False)
    events: str = "on"


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """How patient the supervisor is; all in seconds.

    Attributes:
        first_delay: Before the second attempt; doubled at each failure up to `last_delay`,
            times a random factor between 0.5 and 1.5.
        refused_delay: After a refused login: an operator must act, and Asterisk logs each try.
        ping: Between two pings.
        dead_after: Silence after which the connection is given up.
        connect: For TCP and greeting; for login it is `dead_after`.
    """

    first_delay: float = 0.25
    last_delay: float = 5.0
    refused_delay: float = 30.0
    ping: float = 5.0
    dead_after: float = 15.0
    connect: float = 3.0


def _nothing(*_: object) -> None:
    """Not everybody wants every notice."""


class Supervisor:
    """Owner of the connection "reading" or "acting". Next: `start`."""

    def __init__(
        self,
        which: Literal["reading", "acting"],
        credentials: Credentials,
        *,
        on_events: Callable[[list[Event]], object] = _nothing,
        on_up: Callable[[Connection, int], object] = _nothing,
        on_down: Callable[[int], object] = _nothing,
        await_boot: bool = True,
        capacity: int = 20_000,
        timing: Timing | None = None,
    ) -> None:
        """Prepare; nothing is connected yet.

        Args:
            on_events: Gets 1 to 200 events in order. If it raises, that is counted and the
                batch is lost: take care of single events inside of it.
            on_up: Told once per epoch, before its first event. If it raises, the connection
                is dropped and tried anew: without a resync there is no truth.
            on_down: Told once per epoch that was up, after its last event (or after its
                `on_up` has raised).
            await_boot: Wait for Asterisk's `FullyBooted`, which needs `read=system` and
                events on; without, the login is enough (the acting connection).
            capacity: Events that may wait for `on_events`; one more drops the connection.
        """
        self._which = which
        self._credentials = credentials
        self._on_events = on_events
        self._on_up = on_up
        self._on_down = on_down
        self._await_boot = await_boot
        self._timing = timing or Timing()
        self._inbox = Inbox(capacity)
        self._stop = threading.Event()
        self._epoch = 0
        self._link: Connection | None = None  # the present one, up or not
        self._up: Connection | None = None
        self._threads = [
            threading.Thread(target=self._run, name=f"ami-{which}", daemon=True),
            threading.Thread(target=self._dispatch, name=f"ami-{which}-dispatch", daemon=True),
        ]

    def start(self) -> None:
        """Connect, and stay connected until `stop`."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the connection and the threads; no handler is called any more, `on_down` neither.

        Takes less than a second. A handler that is busy for longer finishes alone.
        """
        self._stop.set()
        self._inbox.close()
        if self._link is not None:
            self._link.kill()
        deadline = time.monotonic() + 0.9
        for thread in self._threads:
            if thread is not threading.current_thread() and thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))

    def current(self) -> Connection:
        """The connection that is up.

        Raises:
            AMIDisconnected: None is; nothing was sent.
        """
        up = self._up
        if up is None or up.finished.is_set():
            raise AMIDisconnected("no connection to Asterisk is up")
        return up

    # The supervising thread.

    def _run(self) -> None:
        delay = self._timing.first_delay
        while not self._stop.is_set():
            started = time.monotonic()
            wait = self._attempt()
            if time.monotonic() - started > self._timing.last_delay:
                delay = self._timing.first_delay
            if wait is None:
                wait = delay * _jitter.uniform(0.5, 1.5)
                delay = min(delay * 2, self._timing.last_delay)
            self._stop.wait(wait)

    def _attempt(self) -> float | None:
        """One connection from start to end; the seconds to wait after it if not the usual."""
        self._epoch += 1
        if self._epoch > 1:
            metrics.RECONNECTS.labels(self._which).inc()
        link = self._connection(self._epoch)
        self._link = link
        try:
            self._keep(link)
        except AMIRefused:
            _log.error("ami login refused", where=self._which, epoch=link.epoch)
            return self._timing.refused_delay
        except AMIError as error:
            if not self._stop.is_set():
                reason = type(error).__name__
                _log.warning("ami down", where=self._which, epoch=link.epoch, reason=reason)
        except Exception:
            _log.exception("ami supervisor", where=self._which, epoch=link.epoch)
        finally:
            link.disconnect()
        return None

    def _keep(self, link: Connection) -> None:
        """Connect, log in, ping until the end.

        Raises:
            AMIError: It could not be made, or is no more.
        """
        who, timing = self._credentials, self._timing
        link.connect()
        if self._stop.is_set():
            return
        link.login(who.username, who.secret, who.events, timing.dead_after)
        if not self._await_boot:
            self._inbox.mark(Up(link))
        while not link.finished.wait(timing.ping):
            link.call("Ping", timeout=timing.dead_after)
        raise AMIDisconnected("the connection ended")

    def _connection(self, epoch: int) -> Connection:
        """A connection whose reader thread feeds the inbox."""
        booted = not self._await_boot

        def on_events(events: list[Event]) -> None:
            nonlocal booted
            if link.finished.is_set():
                return  # killed amid what had been read
            if not booted:
                names = [event.name for event in events]
                if "FullyBooted" not in names:
                    return  # Asterisk is starting; `on_up` will ask for all there is
                booted = True
                events = events[names.index("FullyBooted") :]
                self._inbox.mark(Up(link))
            metrics.EVENTS.labels(self._which).inc(len(events))
            if not self._inbox.put(Batch(epoch, events)):
                metrics.OVERFLOWS.labels(self._which).inc()
                _log.error("ami inbox full", where=self._which, epoch=epoch)
                self._inbox.drop(epoch)
                link.kill()

        link = Connection(
            self._credentials.host,
            self._credentials.port,
            on_events=on_events,
            on_end=lambda: self._inbox.mark(Down(epoch)),
            connect_timeout=self._timing.connect,
            dead_after=self._timing.dead_after,
            epoch=epoch,
        )
        return link

    # The dispatch thread.

    def _dispatch(self) -> None:
        while (item := self._inbox.take(MOST_AT_ONCE)) is not None:
            up = self._up
            match item:
                case Up(connection=connection):
                    self._rise(connection)
                case Batch(epoch=epoch, events=events):
                    if up is not None and up.epoch == epoch:
                        self._guard(partial(self._on_events, events))
                case Down(epoch=epoch):
                    if up is not None and up.epoch == epoch:
                        self._fall(epoch)
                case _:
                    assert_never(item)

    def _rise(self, connection: Connection) -> None:
        if connection.finished.is_set():
            return  # the next one will tell more
        self._up = connection
        _log.info("ami up", where=self._which, epoch=connection.epoch)
        if not self._guard(partial(self._on_up, connection, connection.epoch)):
            connection.kill()
            self._fall(connection.epoch)

    def _fall(self, epoch: int) -> None:
        self._up = None  # from here on, what is left of this epoch is ignored
        self._guard(partial(self._on_down, epoch))

    def _guard(self, handler: Callable[[], object]) -> bool:
        """Call `handler`; whether it came through."""
        try:
            handler()
        except Exception:
            metrics.HANDLER_ERRORS.labels(self._which).inc()
            _log.exception("ami handler failed", where=self._which)
            return False
        return True
