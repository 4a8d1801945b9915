"""Speaker: a SIP endpoint over plain UDP that says what it is told, right or wrong.

    with Speaker(center.server) as speaker:
        call = speaker.call(b'"\\r\\n evil" <sip:+46701740605@127.0.0.2>')
        assert call.invite("1177") == 200
        call.info(b"Signal=1\\r\\nDuration=160\\r\\n")
        call.hang_up()

Everything is bytes: a phone library would not send most of it.
"""

import itertools
import re
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

CARRIER: Final = "127.0.0.2"
_NUMBERS: Final = itertools.count(1)
_DTMF: Final = "0123456789*#ABCD"


def header(message: bytes, name: bytes) -> bytes:
    """The first header of that name, or nothing."""
    match = re.search(rb"(?im)^" + re.escape(name) + rb"[ \t]*:[ \t]*([^\r\n]*)", message)
    return match[1] if match else b""


def status(message: bytes) -> int:
    """The code of an answer; 0 for a request."""
    match = re.match(rb"SIP/2\.0 (\d{3})", message)
    return int(match[1]) if match else 0


def sdp(address: str, port: int) -> bytes:
    """An offer of a-law and RFC 4733."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
    ).encode()


def answer_to(
    request: bytes, line: str, *lines: bytes, tag: bytes = b"", body: bytes = b""
) -> bytes:
    """An answer to `request`, with these further headers."""
    kept = (b"via", b"from", b"to", b"call-id", b"cseq", b"record-route")
    head = request.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]
    copied = [each for each in head if each.split(b":", 1)[0].strip().lower() in kept]
    if tag:
        copied = [e + b";tag=" + tag if e.lower().startswith(b"to:") else e for e in copied]
    length = f"Content-Length: {len(body)}".encode()
    return b"\r\n".join([b"SIP/2.0 " + line.encode(), *copied, *lines, length, b"", body])


class Speaker:
    """One socket. What comes is kept; a request that comes is answered with 200.

    Attributes:
        heard: Every message so far.
    """

    def __init__(self, server: str, address: str = CARRIER, port: int = 0) -> None:
        host, _, number = server.partition(":")
        self.server = (host, int(number))
        self.address = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self._socket.bind((address, port))
        self.port: int = self._socket.getsockname()[1]
        self.heard: list[bytes] = []
        self.changed = threading.Condition()
        self._open: list[SpokenCall] = []
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Speaker":
        return self

    def __exit__(self, *_: object) -> None:
        for call in self._open:
            call.hang_up()
            call.rtp.close()
        self._closed = True
        self._reader.join(1.0)
        self._socket.close()

    def send(self, data: bytes) -> None:
        """One datagram, as it is."""
        self._socket.sendto(data, self.server)

    def wait(self, wanted: Callable[[bytes], bool], seconds: float, seen: int = 0) -> bytes:
        """The first message after `seen` others that is `wanted`; nothing if none came."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while True:
                for message in self.heard[seen:]:
                    if wanted(message):
                        return message
                seen = len(self.heard)
                if not self.changed.wait(max(0.0, deadline - time.monotonic())):
                    return b""

    def message(
        self,
        method: str,
        uri: str,
        *,
        from_: bytes = b"<sip:+46701740605@127.0.0.2>;tag=1",
        to: bytes = b"",
        call_id: str = "",
        cseq: str = "",
        extra: Iterable[bytes] = (),
        body: bytes = b"",
        body_type: str = "application/sdp",
    ) -> bytes:
        """A request, well formed but for what the arguments break."""
        where = f"{self.address}:{self.port}"
        lines = [
            f"{method} {uri} SIP/2.0".encode(),
            f"Via: SIP/2.0/UDP {where};branch=z9hG4bK{secrets.token_hex(6)};rport".encode(),
            b"From: " + from_,
            b"To: " + (to or f"<{uri}>".encode()),
            f"Call-ID: {call_id or secrets.token_hex(8)}".encode(),
            f"CSeq: {cseq or f'{next(_NUMBERS)} {method}'}".encode(),
            f"Contact: <sip:speaker@{where}>".encode(),
            b"Max-Forwards: 70",
            *extra,
        ]
        if body:
            lines.append(f"Content-Type: {body_type}".encode())
        lines.append(f"Content-Length: {len(body)}".encode())
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def uri(self, user: str) -> str:
        """`user` at the server."""
        return f"sip:{user}@{self.server[0]}:{self.server[1]}"

    def ask(self, request: bytes, seconds: float = 30.0) -> bytes:
        """Send a request, wait for its final answer; nothing if none came in time.

        UDP loses messages on a busy machine: it is sent again as RFC 3261, 17.1, wants.
        """
        call_id, cseq = header(request, b"Call-ID"), header(request, b"CSeq")
        seen = len(self.heard)
        pause = 0.5
        while True:
            self.send(request)
            answer = self.wait(
                lambda m: (
                    status(m) >= 200
                    and header(m, b"Call-ID") == call_id
                    and header(m, b"CSeq") == cseq
                ),
                min(pause, seconds),
                seen,
            )
            seconds, pause = seconds - pause, pause * 2
            if answer or seconds <= 0:
                return answer

    def end(self, answer: bytes) -> None:
        """Acknowledge and end the call that this 200 began."""
        to, call_id = header(answer, b"To"), header(answer, b"Call-ID").decode()
        contact = re.search(rb"<(sip:[^>]+)>", header(answer, b"Contact"))
        if status(answer) != 200 or contact is None:
            return
        number = int(header(answer, b"CSeq").split(b" ")[0])
        for method, cseq in (("ACK", number), ("BYE", number + 1)):
            made = self.message(
                method, contact[1].decode(), from_=header(answer, b"From"), to=to,
                call_id=call_id, cseq=f"{cseq} {method}",
            )  # fmt: skip
            self.send(made)

    def call(self, from_: bytes = b"<sip:+46701740605@127.0.0.2>") -> "SpokenCall":
        """A call that is not yet made; it ends with the speaker at the latest."""
        made = SpokenCall(self, from_)
        self._open.append(made)
        return made

    def _read(self) -> None:
        self._socket.settimeout(0.1)
        while not self._closed:
            try:
                data, source = self._socket.recvfrom(65_535)
            except TimeoutError:
                continue
            if not data.strip(b"\r\n\0"):
                continue  # keep-alives
            with self.changed:
                self.heard.append(data)
                self.changed.notify_all()
            answer = self.reply(data)
            if answer:
                self._socket.sendto(answer, source)

    def reply(self, request: bytes) -> bytes:
        """What is sent back at once: 200 to every request."""
        if status(request) or request.startswith(b"ACK "):
            return b""
        return answer_to(request, "200 OK")


class SpokenCall:
    """One call of a speaker.

    Attributes:
        from_: Who calls, as it stands in the From header.
        answer: The final answer to the INVITE.
        rtp: The socket that its audio comes from.
    """

    def __init__(self, speaker: Speaker, from_: bytes) -> None:
        self._speaker = speaker
        self.call_id = secrets.token_hex(8)
        self.from_ = from_
        self._from = from_ + b";tag=" + secrets.token_hex(4).encode()
        self._to = b""
        self._uri = ""
        self._cseq = 0
        self._up = False
        self.answer = b""
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind((speaker.address, 0))
        self._sequence = 1
        self._clock = 160

    def invite(
        self,
        number: str,
        *,
        extra: Iterable[bytes] = (),
        body: bytes | None = None,
        seconds: float = 30.0,
    ) -> int:
        """Call and acknowledge; the code of the answer, 0 if there was none."""
        self._uri = self._uri or self._speaker.uri(number)
        offer = sdp(self._speaker.address, self.rtp.getsockname()[1]) if body is None else body
        answer = self._speaker.ask(self._message("INVITE", extra=extra, body=offer), seconds)
        if not answer:
            return 0
        self.answer = answer
        self._to = self._to or header(answer, b"To")
        contact = re.search(rb"<(sip:[^>]+)>", header(answer, b"Contact"))
        if status(answer) == 200 and contact:
            self._uri, self._up = contact[1].decode(), True
        self._speaker.send(self._message("ACK", cseq=f"{self._cseq} ACK"))
        return status(answer)

    def request(
        self,
        method: str,
        body: bytes = b"",
        body_type: str = "application/sdp",
        *,
        extra: Iterable[bytes] = (),
        cseq: str = "",
        seconds: float = 30.0,
    ) -> int:
        """A request within the call; the code of its answer, 0 if there was none."""
        made = self._message(method, extra=extra, body=body, body_type=body_type, cseq=cseq)
        return status(self._speaker.ask(made, seconds))

    def info(self, body: bytes, body_type: str = "application/dtmf-relay") -> int:
        """A key press, or what pretends to be one."""
        return self.request("INFO", body, body_type)

    def throw(self, method: str, body: bytes = b"", body_type: str = "application/sdp") -> None:
        """As `request`, without waiting for an answer."""
        self._speaker.send(self._message(method, body=body, body_type=body_type))

    def press(self, key: str) -> None:
        """A key as RFC 4733 events: three packets and three ends, all at once."""
        found = re.search(rb"m=audio (\d+)", self.answer)
        assert found is not None, "the call has no audio"
        target = (self._speaker.server[0], int(found[1]))
        event = _DTMF.index(key)
        for index, (end, duration) in enumerate(
            ((0, 160), (0, 320), (0, 480), (0x80, 640), (0x80, 640), (0x80, 640))
        ):
            mark = 0x80 if index == 0 else 0
            self.rtp.sendto(
                struct.pack("!BBHII", 0x80, mark | 101, self._sequence & 0xFFFF, self._clock, 7)
                + struct.pack("!BBH", event, end | 10, duration),
                target,
            )
            self._sequence += 1
        self._clock += 1600

    def hang_up(self) -> int:
        """End it, if it is up."""
        if not self._up:
            return 0
        self._up = False
        return self.request("BYE")

    @property
    def ended(self) -> bool:
        """Whether the other end hung up."""
        with self._speaker.changed:
            return any(
                m.startswith(b"BYE ") and header(m, b"Call-ID") == self.call_id.encode()
                for m in self._speaker.heard
            )

    def _message(
        self,
        method: str,
        *,
        extra: Iterable[bytes] = (),
        body: bytes = b"",
        body_type: str = "application/sdp",
        cseq: str = "",
    ) -> bytes:
        if not cseq:
            self._cseq += 1
            cseq = f"{self._cseq} {method}"
        return self._speaker.message(
            method, self._uri, from_=self._from, to=self._to, call_id=self.call_id, cseq=cseq,
            extra=extra, body=body, body_type=body_type,
        )  # fmt: skip
