"""Level: how loud a sound file is where it is not silent."""

import array
import math
import sys
import wave
from pathlib import Path
from typing import Final

_FRAME_S: Final = 0.02
# Frames this much below the loudest one are pauses, not speech.
_PAUSE_DB: Final = 30.0
_FULL_SCALE: Final = 32768.0


def measure(path: Path) -> tuple[float, float]:
    """Length in seconds and level in dBFS of a mono 16-bit WAV.

    The level is the RMS over the frames that are no pauses, close to the "active speech
    level" of ITU-T P.56; -inf for digital silence.

    Raises:
        ValueError: The file is no mono 16-bit WAV.
    """
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise ValueError(f"{path.name} is not mono 16 bit")
            rate = file.getframerate()
            samples = array.array("h", file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path.name} is no WAV: {error}") from error
    if sys.byteorder == "big":
        samples.byteswap()
    size = max(1, int(rate * _FRAME_S))
    powers = [
        sum(sample * sample for sample in frame) / len(frame)
        for frame in (samples[at : at + size] for at in range(0, len(samples), size))
    ]
    loudest = max(powers, default=0.0)
    if loudest == 0:
        return len(samples) / rate, -math.inf
    active = [power for power in powers if power >= loudest / 10 ** (_PAUSE_DB / 10)]
    level = 10 * math.log10(sum(active) / len(active) / _FULL_SCALE**2)
    return len(samples) / rate, level
