"""FakeTwilio: its Messages resource as the official client sees it, and its bad days.

It keeps what it has taken, so that a test may count what a patient would have got.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from callcenter.settings import TwilioAccount

ACCOUNT = "AC" + "a" * 32
SECRET = "secret-of-the-test"
OURS = "+46100001177"


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _within(at: datetime, asked: dict[str, str]) -> bool:
    """Whether it lies within `DateSent>` and `DateSent<`."""
    after, before = (asked.get(f"DateSent{sign}") for sign in "><")
    seconds = at.replace(microsecond=0)
    return (after is None or datetime.fromisoformat(after) <= seconds) and (
        before is None or seconds <= datetime.fromisoformat(before)
    )


class Day(StrEnum):
    """How it answers a POST."""

    GOOD = "good"
    BUSY = "429"
    BROKEN = "500"
    WRONG = "400"
    LOCKED = "401"
    SILENT = "takes it, and does not answer"
    GARBLED = "takes it, and answers no JSON"
    CUT = "takes it, and closes"
    CUT_BEFORE = "closes, and has not taken it"


@dataclass
class Taken:
    sid: str
    to: str
    from_: str
    body: str
    at: datetime
    inbound: bool = False

    @property
    def shown(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "to": self.to,
            "from": self.from_,
            "body": self.body,
            "direction": "inbound" if self.inbound else "outbound-api",
            "status": "received" if self.inbound else "queued",
            "date_created": format_datetime(self.at),
            "date_sent": format_datetime(self.at) if self.inbound else None,
            "date_updated": format_datetime(self.at),
            "account_sid": ACCOUNT,
            "num_segments": "1",
        }


@dataclass
class FakeTwilio:
    """`days` are used up, one for each POST; then all is good. `blind`: GETs answer 500.

    `described`: where Prism serves Twilio's description of itself. It sees each request first,
    on a bad day too; what it refuses is in `undescribed`.
    """

    days: list[Day] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    blind: bool = False
    hold_s: float = 0.0
    described: str | None = None
    undescribed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"]))
                fake.ask_prism(self, said)
                form = parse_qs(said.decode())
                fake.post(self, {name: values[0] for name, values in form.items()})

            def do_GET(self) -> None:
                fake.ask_prism(self, None)
                fake.get(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def account(self) -> TwilioAccount:
        return TwilioAccount.of(
            {"account": ACCOUNT, "secret": SECRET, "from": OURS, "base": self.base}
        )

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "CALLCENTER_TWILIO_ACCOUNT": ACCOUNT,
            "CALLCENTER_TWILIO_SECRET": SECRET,
            "CALLCENTER_TWILIO_FROM": OURS,
            "CALLCENTER_TWILIO_BASE": self.base,
        }

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def receives(self, from_: str, body: str, sid: str = "", ago_s: float = 0.0) -> None:
        """A patient's answer comes in, or came in."""
        name = sid or f"SM{len(self.taken):032x}"
        at = _now() - timedelta(seconds=ago_s)
        self.taken.append(Taken(name, OURS, from_, body, at, inbound=True))

    @property
    def sent(self) -> list[Taken]:
        return [one for one in self.taken if not one.inbound]

    def ask_prism(self, handler: BaseHTTPRequestHandler, said: bytes | None) -> None:
        """Let Prism judge the request."""
        if self.described is None:
            return
        kept = ("Authorization", "Content-Type", "Accept")
        headers = {name: handler.headers[name] for name in kept if handler.headers[name]}
        request = urllib.request.Request(
            self.described + handler.path, data=said, headers=headers, method=handler.command
        )
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError as refused:
            self.undescribed.append(f"{handler.command} {refused.code}: {refused.read()[:300]!r}")

    # -- the resource -----------------------------------------------------------------

    def post(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        day = self.days.pop(0) if self.days else Day.GOOD
        self.asked.append(f"POST {day}")
        if day is Day.CUT_BEFORE:
            handler.close_connection = True
            return
        if day in (Day.BUSY, Day.BROKEN, Day.WRONG, Day.LOCKED):
            code = int(day)
            words = f"The number {form['To']} and the text {form['Body']} were refused"
            self._answer(handler, code, {"code": 20000 + code, "message": words, "status": code})
            return
        name = f"SM{len(self.taken):032x}"
        one = Taken(name, form["To"], form["From"], form["Body"], _now())
        self.taken.append(one)
        self._over.wait(self.hold_s)
        match day:
            case Day.SILENT:
                self._over.wait(60)
                handler.close_connection = True
            case Day.CUT:
                handler.close_connection = True
            case Day.GARBLED:
                self._write(handler, 201, b"<html>one moment</html>")
            case _:
                self._answer(handler, 201, one.shown)

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        if asked.get("To") != OURS:  # answers are read once a minute
            self.asked.append("GET")
        if self.blind:
            self._answer(handler, 500, {"code": 20500, "message": "?", "status": 500})
            return
        found = [
            one.shown
            for one in sorted(self.taken, key=lambda one: one.at, reverse=True)
            if asked.get("To") in (None, one.to) and asked.get("From") in (None, one.from_)
            if not one.inbound or _within(one.at, asked)
        ]
        page = {"messages": found, "next_page_uri": None, "page": 0, "page_size": 50}
        self._answer(handler, 200, page)

    def _answer(self, handler: BaseHTTPRequestHandler, code: int, answer: dict[str, Any]) -> None:
        self._write(handler, code, json.dumps(answer).encode())

    def _write(self, handler: BaseHTTPRequestHandler, code: int, answer: bytes) -> None:
        with suppress(OSError):  # whoever asked may be dead
            handler.send_response(code)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(answer)))
            handler.end_headers()
            handler.wfile.write(answer)
