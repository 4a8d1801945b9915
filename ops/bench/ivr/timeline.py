"""Timeline: what reached a caller's ear, rebuilt from the RTP that came.

Every packet lies behind the one that was sent before it, whenever it came; where packets were
lost there is silence of their length, and where nothing was sent for a while there is a pause.
"""

import bisect
from collections.abc import Iterable
from typing import Final

import numpy as np

from ops.bench.ears import PCMA, PCMU, RATE, Samples, decode
from ops.bench.ivr.audio import Packet

# A sender that is late by less than this has been busy, not silent: a phone plays on.
_PAUSE: Final = RATE // 2
_PACKET: Final = 160
_HALF: Final = 1 << 31


class Timeline:
    """Grows by `take`.

    Attributes:
        lost: How many packets were sent, by their numbers, and have not come.
    """

    def __init__(self, came: Iterable[Packet] = ()) -> None:
        self.lost = 0
        self._samples: Samples = np.zeros(60 * RATE, np.float32)
        self._length = 0
        self._starts: list[int] = []
        self._at: list[float] = []
        self._last: Packet | None = None  # of any kind
        self._sound: Packet | None = None
        self.take(came)

    @property
    def samples(self) -> Samples:
        """Everything so far."""
        return self._samples[: self._length]

    def at(self, sample: int) -> float:
        """When the packet with this sample came, as `time.time`.

        Raises:
            IndexError: No sound has come.
        """
        return self._at[max(0, bisect.bisect_right(self._starts, sample) - 1)]

    def take(self, came: Iterable[Packet]) -> None:
        """Add what came next."""
        for packet in came:
            steps = self._steps(packet)
            if steps <= 0:
                self._fill(packet, -steps)
                continue
            self.lost += steps - 1
            self._last = packet
            if packet.payload_type in (PCMU, PCMA):
                self._append(decode(packet.payload, packet.payload_type), packet, steps - 1)

    def _steps(self, packet: Packet) -> int:
        """How many packets after the last one it was sent."""
        last = self._last
        if last is None or last.source != packet.source:
            return 1
        return (packet.number - last.number + 0x8000 & 0xFFFF) - 0x8000

    def _append(self, sound: Samples, packet: Packet, missing: int) -> None:
        gap = self._gap(packet, missing)
        start = self._length + gap
        end = start + len(sound)
        if end > len(self._samples):
            self._samples = np.concatenate([self._samples, np.zeros(end, np.float32)])
        self._samples[start:end] = sound
        self._starts.append(start)
        self._at.append(packet.at)
        self._length = end
        self._sound = packet

    def _gap(self, packet: Packet, missing: int) -> int:
        """How many samples of silence there are before it."""
        last = self._sound
        if last is None:
            return 0
        length = len(last.payload)
        by_arrival = round((packet.at - last.at) * RATE) - length
        by_clock = ((packet.clock - last.clock + _HALF) % (2 * _HALF)) - _HALF - length
        # A new source has a clock of its own, and a bridge may set another one.
        same = last.source == packet.source and abs(by_clock - by_arrival) <= 2 * RATE
        pause = by_clock if same else by_arrival
        return max(missing * _PACKET, pause if pause >= _PAUSE else 0)

    def _fill(self, packet: Packet, back: int) -> None:
        """Put a packet that was overtaken into the silence that was left for it."""
        place = self._length - (back + 1) * _PACKET
        if back == 0 or place < 0 or packet.payload_type not in (PCMU, PCMA):
            return
        hole = self._samples[place : place + len(packet.payload)]
        if not hole.any():
            hole[:] = decode(packet.payload, packet.payload_type)
            self.lost -= 1
