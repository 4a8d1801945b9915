"""Audio: one caller's RTP, 20 ms at a time, with the moment of every packet.

What comes is stamped by the kernel, what goes just before it is sent: this process may be late
by a few milliseconds on a busy machine, its figures are not.
"""

import itertools
import secrets
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ops.bench.ears import PCMA, PCMU, Samples, decode

PACKET_S: Final = 0.02
EVENT: Final = 101  # the payload type under which we offer RFC 4733
_SAMPLES: Final = 160
_HUSH: Final = b"\xd5" * _SAMPLES  # silence in A-law
_KEYS: Final = "0123456789*#ABCD"
_ENDS: Final = 3  # how often the end is told (RFC 4733, 2.5.1.4)
_SO_TIMESTAMPNS: Final = 35  # asm-generic/socket.h
_STAMP: Final = struct.Struct("@qq")


@dataclass(kw_only=True, slots=True)
class Press:
    """One key.

    Attributes:
        packets: For how many of 20 ms it is held.
        began, ended: When its first packet and its first end packet were sent, as `time.time`.
        sent: Set at that end.
    """

    key: str
    packets: int
    began: float = 0.0
    ended: float = 0.0
    sent: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, kw_only=True, slots=True)
class Packet:
    """One packet that came.

    Attributes:
        at: When, as `time.time`.
        number, clock, source: RTP's sequence number, time stamp and SSRC.
    """

    at: float
    number: int
    payload_type: int
    payload: bytes
    clock: int = 0
    source: int = 0


class Audio:
    """The socket, and both directions. `tick` every 20 ms, `take` whenever something came."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((address, 0))
        self.socket.setblocking(False)
        self.port: int = self.socket.getsockname()[1]
        self.target: tuple[str, int] | None = None
        self.came: list[Packet] = []
        self._source = secrets.randbits(31)
        self._number = itertools.count(secrets.randbits(15))
        self._clock = secrets.randbits(24)
        self._presses: deque[Press] = deque()
        self._step = 0
        self._began = 0

    def press(self, key: str, held_s: float = 0.1) -> Press:
        """Send this key next, as RFC 4733 events, held for so long.

        Raises:
            ValueError: A telephone has no such key.
        """
        if len(key) != 1 or key not in _KEYS:
            raise ValueError("a key is one of 0-9, *, # and A-D")
        made = Press(key=key, packets=round(held_s / PACKET_S))
        self._presses.append(made)
        return made

    def tick(self) -> None:
        """Send what is due: silence, or a part of a key."""
        if self.target is None:
            return
        if self._presses:
            self._send_part(self._presses[0], self.target)
        else:
            self.socket.sendto(self._packet(PCMA, self._clock, _HUSH), self.target)
        self._clock += _SAMPLES

    def take(self) -> None:
        """Take everything that has come by now."""
        while True:
            try:
                data, notes, _, _ = self.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            if len(data) < 12 or data[0] >> 6 != 2:
                continue
            seconds, nanos = _STAMP.unpack(notes[0][2][: _STAMP.size])
            _, kind, number, clock, source = struct.unpack_from("!BBHII", data)
            packet = Packet(
                at=seconds + nanos / 1e9, number=number, payload_type=kind & 0x7F,
                payload=data[12:], clock=clock, source=source,
            )  # fmt: skip
            self.came.append(packet)

    def _send_part(self, press: Press, target: tuple[str, int]) -> None:
        """One packet of a key: held for a while, then the end, three times."""
        first, end = self._step == 0, self._step >= press.packets
        duration = _SAMPLES * min(self._step + 1, press.packets + 1)
        body = struct.pack("!BBH", _KEYS.index(press.key), (0x80 if end else 0) | 10, duration)
        if first:
            self._began = self._clock  # all packets of a key bear the time of its beginning
        packet = self._packet(EVENT, self._began, body, mark=first)
        now = time.time()
        self.socket.sendto(packet, target)
        if first:
            press.began = now
        if end and not press.sent.is_set():
            press.ended = now
            press.sent.set()
        self._step += 1
        if self._step == press.packets + _ENDS:
            self._presses.popleft()
            self._step = 0

    def _packet(self, kind: int, clock: int, payload: bytes, *, mark: bool = False) -> bytes:
        head = struct.pack(
            "!BBHII", 0x80, (0x80 if mark else 0) | kind, next(self._number) & 0xFFFF,
            clock & 0xFFFFFFFF, self._source,
        )  # fmt: skip
        return head + payload


class Recording:
    """What came, as one stretch of sound without the pauses in which nothing was sent."""

    def __init__(self, came: list[Packet]) -> None:
        packets = [packet for packet in came if packet.payload_type in (PCMU, PCMA)]
        first = packets[0].number if packets else 0
        packets.sort(key=lambda packet: (packet.number - first + 0x8000) & 0xFFFF)
        sounds = [decode(packet.payload, packet.payload_type) for packet in packets]
        self._at = [packet.at for packet in packets]
        self._ends = np.cumsum([len(sound) for sound in sounds])
        self.samples: Samples = np.concatenate(sounds) if sounds else np.zeros(0, np.float32)

    def at(self, sample: int) -> float:
        """When the packet with this sample came, as `time.time`."""
        return self._at[int(np.searchsorted(self._ends, sample, side="right"))]
