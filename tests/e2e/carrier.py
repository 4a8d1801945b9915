"""Carrier: takes calls of ours, and rings the patients' phones.

One socket, as `trunk.outbound` names it; who is meant stands in the request's URI. It speaks
A-law and RFC 4733 (RFC 3261, 3264, 3551). Nothing of what was asked of it is forgotten.
"""

import re
import secrets
import select
import socket
import threading
import time
from typing import Final, Self

from callcenter.seal import dialable
from ops.bench.ivr.audio import PACKET_S
from tests.e2e.center import CARRIER
from tests.e2e.patients import ANSWERS, Manner, Patient, Rung, Voice
from tests.e2e.speaker import answer_to, header, sdp, status

_REASONS: Final = {200: "OK", 404: "Not Found", 486: "Busy Here", 503: "Service Unavailable"}
_MOST_PAUSE_S: Final = 4.0  # T2 (RFC 3261, 17.1.2.2)


def free_port() -> int:
    """A port of the carrier's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((CARRIER, 0))
        return int(probe.getsockname()[1])


class Carrier:
    """Takes calls of ours.

    Attributes:
        strangers: Numbers that were dialled and are nobody's.
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((CARRIER, port))
        self._socket.setblocking(False)
        self._port = port
        self.strangers: list[str] = []
        self._patients: dict[str, Patient] = {}
        self._calls: dict[bytes, Rung] = {}
        self._lock = threading.RLock()
        self._over = False
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for rung in list(self._calls.values()):
            if rung.up:
                self.bye(rung)
        self._over = True
        self._thread.join(2.0)
        self._socket.close()
        for rung in self._calls.values():
            rung.voice.socket.close()
        if self.failure is not None:
            raise self.failure

    def patient(self, number: str, *manners: Manner, hz: int = 520) -> Patient:
        """Somebody who is called by this number.

        Args:
            manners: What her phone does, time by time; the last one from then on.
            hz: What she says, once she has answered.
        """
        made = Patient(number, manners or (ANSWERS,), hz, self.bye)
        with self._lock:
            self._patients[number] = made
        return made

    def bye(self, rung: Rung) -> None:
        """The patient hangs up."""
        with self._lock:
            if not rung.up:
                return
            contact = re.search(rb"<(sip:[^>]+)>", header(rung.invite, b"Contact"))
            assert contact is not None
            lines = [
                b"BYE " + contact[1] + b" SIP/2.0",
                f"Via: SIP/2.0/UDP {CARRIER}:{self._port};".encode()
                + f"branch=z9hG4bK{secrets.token_hex(8)};rport".encode(),
                b"From: " + header(rung.invite, b"To") + b";tag=" + rung.tag,
                b"To: " + header(rung.invite, b"From"),
                b"Call-ID: " + header(rung.invite, b"Call-ID"),
                b"CSeq: 1 BYE",
                b"Max-Forwards: 70",
                b"Content-Length: 0",
            ]
            self._socket.sendto(b"\r\n".join([*lines, b"", b""]), rung.source)
            self._end(rung, "patient")

    # -- inside -------------------------------------------------------------------------

    def _run(self) -> None:
        due = time.monotonic()
        try:
            while not self._over:
                with self._lock:
                    voices = [r.voice for r in self._calls.values() if not r.ended_at]
                sockets = [self._socket, *(voice.socket for voice in voices)]
                rest = max(0.0, due - time.monotonic())
                readable, _, _ = select.select(sockets, [], [], rest)
                with self._lock:
                    for voice in voices:
                        if voice.socket in readable:
                            voice.take()
                    if self._socket in readable:
                        self._take(*self._socket.recvfrom(65_535))
                    if time.monotonic() >= due:
                        self._tick()
                        due += PACKET_S
        except BaseException as error:  # the test is told when it lets go of the carrier
            self.failure = error

    def _tick(self) -> None:
        now = time.time()
        for rung in self._calls.values():
            if rung.ended_at:
                continue
            if rung.up:
                rung.voice.tick()
                if not rung.acknowledged and now >= rung.again_at:
                    self._socket.sendto(rung.last, rung.source)
                    rung.pause = min(2 * rung.pause, _MOST_PAUSE_S)
                    rung.again_at = now + rung.pause
            elif rung.manner.code is not None and now >= rung.at + rung.manner.after_s:
                self._final(rung, rung.manner.code, now)

    def _final(self, rung: Rung, code: int, now: float) -> None:
        if code != 200:
            self._answer(rung, f"{code} {_REASONS[code]}")
            self._end(rung, "refused")
            return
        port = rung.voice.port
        self._answer(rung, "200 OK", body=sdp(CARRIER, port))
        media = re.search(rb"(?s)c=IN IP4 ([0-9.]+).*m=audio (\d+)", rung.invite)
        assert media is not None, "an INVITE without audio"
        rung.voice.target = (media[1].decode(), int(media[2]))
        rung.answered_at, rung.again_at = now, now + rung.pause
        for key in rung.manner.presses:
            rung.voice.press(key)

    def _answer(self, rung: Rung, line: str, body: bytes = b"", to: bytes = b"") -> None:
        lines = [f"Contact: <sip:{CARRIER}:{self._port}>".encode()]
        if body:
            lines.append(b"Content-Type: application/sdp")
        made = answer_to(to or rung.invite, line, *lines, tag=b"" if to else rung.tag, body=body)
        if not to:
            rung.last = made
        self._socket.sendto(made, rung.source)

    def _take(self, data: bytes, source: tuple[str, int]) -> None:
        if status(data) or not data.strip(b"\r\n\0"):
            return
        method = data.partition(b" ")[0]
        rung = self._calls.get(header(data, b"Call-ID"))
        if method == b"INVITE":
            self._invited(data, source, rung)
            return
        if method == b"ACK":
            if rung is not None:
                rung.acknowledged = True
            return
        self._socket.sendto(answer_to(data, "200 OK"), source)
        if rung is None or rung.ended_at:
            return
        if method == b"BYE":
            self._end(rung, "us")
        elif method == b"CANCEL" and not rung.answered_at:
            self._answer(rung, "487 Request Terminated")
            self._end(rung, "cancelled")

    def _invited(self, data: bytes, source: tuple[str, int], rung: Rung | None) -> None:
        if rung is not None:
            if header(data, b"CSeq") == header(rung.invite, b"CSeq"):  # told again
                self._socket.sendto(rung.last, source)
            else:  # other media, say, within the call
                self._answer(rung, "200 OK", body=sdp(CARRIER, rung.voice.port), to=data)
            return
        uri = re.match(rb"INVITE sip:([^@ ;]+)", data)
        number = dialable(uri[1].decode()) if uri else None
        patient = self._patients.get(number or "")
        if patient is None:
            self.strangers.append(uri[1].decode() if uri else "")
            self._socket.sendto(answer_to(data, "404 Not Found", tag=b"nobody"), source)
            return
        made = Rung(data, patient.manner(), Voice(patient.hz), source)
        self._calls[header(data, b"Call-ID")] = made
        patient.rung.append(made)
        self._answer(made, "180 Ringing")

    def _end(self, rung: Rung, whose: str) -> None:
        rung.voice.target = None
        rung.ended_at, rung.ended_by = time.time(), whose
