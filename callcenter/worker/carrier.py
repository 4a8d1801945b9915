"""Carrier: text messages by Twilio's own client, with its traps closed.

Its HTTP client has no time-out unless it is given one, and repeats nothing; a POST that failed
with 5xx or got no answer may have been taken (https://www.twilio.com/docs/api/errors/20500). Its
exceptions quote addresses with the patient's number: none of them leaves this file.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

import msgspec
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from callcenter.settings import TwilioAccount

T = TypeVar("T")

TIMEOUT_S: Final = 10.0
# Their clock and ours; their times have whole seconds.
_CLOCKS: Final = timedelta(seconds=60)
_LOOKED_AT: Final = 50
# A trial account puts it before every message.
_TRIAL: Final = "Sent from your Twilio trial account - "
# 401: the account's secret is wrong, and can be mended; 429: too many requests.
_LATER: Final = (401, 429)
# 408: it gave up waiting for us, or for another part of it.
_UNCLEAR: Final = 408
# Nothing was sent: the connection did not come to be.
_NOT_SENT: Final = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)


class Refused(Exception):
    """It does not take this text, and never will. The text of it is a status or a code."""


class NotTaken(Exception):
    """It has certainly not taken it, and may do so later."""


class Unsure(Exception):
    """Nobody knows whether it has taken it: look before sending again."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A text message to us. Its number and words are personal: it is shown nowhere."""

    reference: str
    number: str
    words: str
    at: int

    def __repr__(self) -> str:
        return "Reply(...)"


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """Their client; for tests, to another address."""

    def __init__(self, base: str, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s, max_retries=0)
        self._base = urlsplit(base) if base else None
        if self._base is not None:
            self.session.trust_env = False  # no proxy lies before this machine

    def request(self, method: str, url: str, **rest: Any) -> Any:
        if self._base is not None:
            parts = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, *parts[2:]))
        return super().request(method, url, **rest)

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Not at all: theirs writes the query, with the number, at INFO."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Not at all."""


class Carrier:
    """Twilio, for one account."""

    def __init__(self, account: TwilioAccount, timeout_s: float = TIMEOUT_S) -> None:
        self._sender = account.sender
        self._client: Any = Client(
            account.user,
            account.secret,
            account.account,
            http_client=_Http(account.base, timeout_s),
            environment={"-": "-"},  # an empty one would mean: the process's
        )

    def send(self, number: str, body: str) -> str:
        """Its own name for the message that it has taken.

        Raises:
            Refused: Any other 4xx.
            NotTaken: 401, 429, or no connection came to be.
            Unsure: No answer, 5xx, or an answer that is none.
        """
        messages = self._client.messages
        taken = _clean(lambda: messages.create(to=number, from_=self._sender, body=body))
        return _name(taken)

    def find(self, number: str, ours: Callable[[str], bool], since: int) -> str | None:
        """Its name for a message of `ours` to this number, taken since then (ms, UTC).

        It is known by its words, for nothing else of ours is kept with a message.

        Not by `date_sent_after`: a message that still waits to be sent has no such date.

        Raises:
            Refused, NotTaken, Unsure: It does not say.
        """
        messages = self._client.messages
        found: list[Any] = _clean(
            lambda: messages.list(to=number, from_=self._sender, limit=_LOOKED_AT)
        )
        after = datetime.fromtimestamp(since / 1000, UTC) - _CLOCKS
        for message in found:
            created = getattr(message, "date_created", None)
            if isinstance(created, datetime) and created < after:
                continue
            if ours(str(getattr(message, "body", "")).removeprefix(_TRIAL)):
                return _name(message)
        return None

    def replies(self, since: int, until: int | None, most: int) -> tuple[Sequence[Reply], bool]:
        """What was sent to our number in that time (ms, UTC), the oldest first.

        Twilio begins with the newest: where there are more than `most`, the oldest are missing.

        Returns:
            The answers, and whether there may be older ones.

        Raises:
            Refused, NotTaken, Unsure: It does not say.
        """
        messages = self._client.messages
        span: dict[str, Any] = {"date_sent_after": datetime.fromtimestamp(since / 1000, UTC)}
        if until is not None:
            span["date_sent_before"] = datetime.fromtimestamp(until / 1000, UTC)
        found: list[Any] = _clean(lambda: messages.list(to=self._sender, limit=most, **span))
        read = [_reply(message) for message in found]
        known = sorted((one for one in read if one is not None), key=lambda one: one.at)
        return known, len(found) >= most


def _clean(ask: Callable[[], T]) -> T:
    """Ask, and tell in words of our own what came of it."""
    word = "no answer that can be read"
    kind: type[Exception] = Unsure
    try:
        return ask()
    except TwilioException as error:
        status = _status(error)
        if status:
            word, kind = f"status {status}", _meaning(status)
    except _NOT_SENT:
        word, kind = "no connection", NotTaken
    except requests.exceptions.ConnectionError as error:
        # urllib3 says so by the type of the reason alone.
        made = "NewConnectionError" not in repr(error.args)
        word, kind = ("cut off", Unsure) if made else ("no connection", NotTaken)
    except requests.exceptions.Timeout:
        word = "no answer"
    except (requests.exceptions.RequestException, ValueError, TypeError, KeyError, AttributeError):
        pass  # no JSON, or JSON of another form
    raise kind(word)  # outside the handlers: theirs is not this one's context


def _status(error: TwilioException) -> int:
    """The answer's status; 0 if there was none. A list that fails has it in another place."""
    if isinstance(error, TwilioRestException):
        return int(error.status)
    return max((int(getattr(one, "status_code", 0)) for one in error.args), default=0)


def _meaning(status: int) -> type[Exception]:
    if status in _LATER:
        return NotTaken
    return Refused if 400 <= status < 500 and status != _UNCLEAR else Unsure


def _name(message: Any) -> str:
    sid = getattr(message, "sid", None)
    if not isinstance(sid, str) or not sid.isalnum() or len(sid) > 64:
        raise Unsure("no answer that can be read")
    return sid


def _reply(message: Any) -> Reply | None:
    sid, number = getattr(message, "sid", None), getattr(message, "from_", None)
    at = getattr(message, "date_sent", None) or getattr(message, "date_created", None)
    inbound = str(getattr(message, "direction", "")).startswith("inbound")
    if not isinstance(sid, str) or not isinstance(number, str) or not inbound:
        return None
    if not sid.isalnum() or not isinstance(at, datetime):
        return None
    words = str(getattr(message, "body", ""))[:1_600]
    return Reply(reference=sid, number=number, words=words, at=int(at.timestamp() * 1000))
