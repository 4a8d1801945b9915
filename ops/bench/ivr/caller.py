"""Caller: a real SIP call over UDP, by a caller who notes the moment of everything.

    with Caller("127.0.0.1:15060", "+46701740605") as caller:
        caller.dial("1177")
        press = caller.press("4")
        ...
    for heard in ears.hear(caller.recording().samples): ...

It speaks A-law and RFC 4733 (RFC 3261, 3264, 3551), and sends sound as any phone does. One
thread a call: a key goes out at the next 20 ms.
"""

import re
import secrets
import select
import socket
import threading
import time
from types import TracebackType
from typing import Final

from ops.bench.ivr.audio import EVENT, PACKET_S, Audio, Press, Recording

CARRIER: Final = "127.0.0.2"
_ANSWER_S: Final = 30.0
_RESEND_S: Final = 0.5


class NoAnswer(Exception):
    """The call was not answered; the text is the code of the refusal, or says that none came."""


class Caller:
    """One caller, one call.

    Attributes:
        number: Who calls.
        answered_at: When the 200 came, as `time.time`; 0 before.
        ended: Set once either end has hung up.
        ended_at: When, as `time.time`; 0 before.
        ended_by: "us" or "them"; empty before.
    """

    def __init__(self, server: str, number: str, address: str = CARRIER) -> None:
        host, _, port = server.partition(":")
        self.number = number
        self.answered_at = 0.0
        self.ended = threading.Event()
        self.ended_at = 0.0
        self.ended_by = ""
        self._server = (host, int(port))
        self._address = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.connect(self._server)
        self._socket.setblocking(False)
        self._audio = Audio(address)
        self._call_id = secrets.token_hex(12)
        self._from = f"<sip:{number}@{address}>;tag={secrets.token_hex(4)}"
        self._to = ""
        self._uri = ""
        self._numbers = 0
        self._answers: dict[str, bytes] = {}
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Caller":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def dial(self, exten: str) -> None:
        """Call, and wait until it is answered.

        Raises:
            NoAnswer: It was refused, or nobody answered within half a minute.
        """
        self._uri = f"sip:{exten}@{self._server[0]}:{self._server[1]}"
        offer = (
            f"v=0\r\no=- 1 1 IN IP4 {self._address}\r\ns=-\r\nc=IN IP4 {self._address}\r\n"
            f"t=0 0\r\nm=audio {self._audio.port} RTP/AVP 8 {EVENT}\r\na=rtpmap:8 PCMA/8000\r\n"
            f"a=rtpmap:{EVENT} telephone-event/8000\r\na=fmtp:{EVENT} 0-15\r\na=ptime:20\r\n"
        )
        answer = self._ask("INVITE", offer, "application/sdp", _ANSWER_S)
        self._to = _header(answer, "To")
        code = answer[8:11].decode()
        contact = re.search(r"<(sip:[^>]+)>", _header(answer, "Contact"))
        media = re.search(rb"m=audio (\d+)", answer)
        if code == "200" and contact is not None:
            self._uri = contact[1]
        self._send("ACK", self._numbers)
        if code != "200" or contact is None or media is None:
            raise NoAnswer(code or "no answer")
        self._audio.target = (self._server[0], int(media[1]))
        self.answered_at = time.time()

    def press(self, key: str, held_s: float = 0.1) -> Press:
        """Press a key, as RFC 4733 events; returns at once, `Press.sent` waits.

        Raises:
            ValueError: A telephone has no such key.
        """
        return self._audio.press(key, held_s)

    def press_by_info(self, key: str) -> bool:
        """Press a key, as SIP INFO (application/dtmf-relay); whether it was taken."""
        body = f"Signal={key}\r\nDuration=160\r\n"
        answer = self._ask("INFO", body, "application/dtmf-relay", _ANSWER_S)
        return answer.startswith(b"SIP/2.0 200")

    def wait_for_sound(self, seconds: float = 10.0) -> float:
        """When the first packet of sound came, as `time.time`.

        Raises:
            TimeoutError: None came for so many seconds.
        """
        deadline = time.monotonic() + seconds
        while not self._audio.came:
            if time.monotonic() > deadline:
                raise TimeoutError("no sound comes")
            time.sleep(PACKET_S / 4)  # until the other thread has a packet
        return self._audio.came[0].at

    def recording(self) -> Recording:
        """What came so far."""
        return Recording(list(self._audio.came))

    def hang_up(self) -> None:
        """End the call, if it is up and the other end has not."""
        if self.answered_at and not self.ended.is_set():
            self._ask("BYE", "", "", 5.0)
            self._end("us")

    def close(self) -> None:
        """Hang up, and let go of the sockets. Twice is once."""
        if self._over:
            return
        self.hang_up()
        self._over = True
        self._thread.join()
        self._socket.close()
        self._audio.socket.close()

    # -- inside -------------------------------------------------------------------------

    def _run(self) -> None:
        due = time.monotonic()
        while not self._over:
            rest = max(0.0, due - time.monotonic())
            readable, _, _ = select.select([self._socket, self._audio.socket], [], [], rest)
            if self._audio.socket in readable:
                self._audio.take()
            if self._socket in readable:
                self._take()
            if time.monotonic() >= due:
                self._audio.tick()
                due += PACKET_S

    def _take(self) -> None:
        try:
            message = self._socket.recv(65_536)
        except OSError:
            return  # nobody listens there any more
        if message.startswith(b"SIP/2.0 "):
            if message[8:9] != b"1":
                with self._changed:
                    self._answers[_header(message, "CSeq")] = message
                    self._changed.notify_all()
            return
        if not message.startswith(b"ACK "):
            kept = ("via", "from", "to", "call-id", "cseq")
            lines = message.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
            copied = [e for e in lines if e.partition(b":")[0].strip().lower().decode() in kept]
            self._socket.send(
                b"\r\n".join([b"SIP/2.0 200 OK", *copied, b"Content-Length: 0", b"", b""])
            )
        if message.startswith(b"BYE "):
            self._end("them")

    def _end(self, whose: str) -> None:
        """The call is over; the first word counts."""
        self._audio.target = None  # the port may be another call's by now
        if not self.ended.is_set():
            self.ended_at, self.ended_by = time.time(), whose
            self.ended.set()

    def _ask(self, method: str, body: str, body_type: str, seconds: float) -> bytes:
        """Send a request until its final answer comes; nothing if none does."""
        self._numbers += 1
        number = self._numbers
        branch = secrets.token_hex(8)
        deadline, pause = time.monotonic() + seconds, _RESEND_S
        while True:
            self._send(method, number, body, body_type, branch)
            with self._changed:
                wait = min(pause, deadline - time.monotonic())
                self._changed.wait_for(lambda: f"{number} {method}" in self._answers, wait)
                found = self._answers.get(f"{number} {method}", b"")
            if found or time.monotonic() >= deadline:
                return found
            pause *= 2

    def _send(
        self, method: str, number: int, body: str = "", body_type: str = "", branch: str = ""
    ) -> None:
        where = "{}:{}".format(*self._socket.getsockname())
        lines = [
            f"{method} {self._uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {where};branch=z9hG4bK{branch or secrets.token_hex(8)};rport",
            f"From: {self._from}",
            f"To: {self._to or f'<{self._uri}>'}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{self.number}@{where}>",
            "Max-Forwards: 70",
            *([f"Content-Type: {body_type}"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._socket.send("\r\n".join([*lines, "", body]).encode())


def _header(message: bytes, name: str) -> str:
    """The first header of that name, or nothing."""
    found = re.search(rf"(?im)^{name}[ \t]*:[ \t]*([^\r\n]*)".encode(), message)
    return found[1].decode() if found else ""
