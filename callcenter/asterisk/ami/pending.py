"""Pending: an action that waits for its answer."""

import threading
import time

from callcenter.asterisk.ami.errors import AMIError, AMITimeout
from callcenter.asterisk.ami.messages import Event, Response


class Pending:
    """One answer to come, and the events of its list if it is one.

    The reader thread tells it what came; the thread that called `call` waits in `result`.
    """

    __slots__ = ("_done", "_error", "_response", "events", "wants_list")

    def __init__(self, *, wants_list: bool = False) -> None:
        self.wants_list = wants_list
        self.events: list[Event] = []
        self._response: Response | None = None
        self._error: AMIError | None = None
        self._done = threading.Event()

    def answer(self, response: Response) -> None:
        self._response = response
        if not (self.wants_list and response.ok and response.starts_list):
            self._done.set()

    def collect(self, event: Event) -> None:
        self.events.append(event)

    def complete(self) -> None:
        """The last event of the list has come; without an answer before it, it says nothing."""
        if self._response is not None:
            self._done.set()

    def fail(self, error: AMIError) -> None:
        """The connection ended; an answer that came before it stands."""
        if self._done.is_set():
            return
        self._error = error
        self._done.set()

    def result(self, deadline: float) -> Response:
        """Wait until `deadline` (`time.monotonic` seconds).

        Raises:
            AMITimeout: No answer, or only a part of the list. Whether it was done is unknown.
            AMIDisconnected: The connection ended first.
        """
        if not self._done.wait(max(0.0, deadline - time.monotonic())):
            raise AMITimeout("no answer from Asterisk in time", sent=True)
        if self._error is not None:
            raise self._error
        assert self._response is not None  # only `fail` is done without one
        return self._response
