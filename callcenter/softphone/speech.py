"""Speech: the file that a phone plays to the other end."""

from pathlib import Path
from typing import Final

from callcenter.softphone.tone import RATE, read_wav, tone, wav_bytes

_LEAST_SECONDS: Final = 60
# baresip ends the call when its file ends; so it is told to begin again this much before.
_MARGIN_SECONDS: Final = 10


def prepare(say: Path | int, target: Path) -> float:
    """Write `target`, which holds `say` and then silence; when to begin it again, in seconds.

    Args:
        say: A mono 16-bit wav at 8 or 16 kHz, or a tone's frequency in hertz; 0 is silence.

    Raises:
        ValueError: The wav is of another kind, or the tone cannot be told by telephone.
        OSError: The wav cannot be read, or the target not be written.
    """
    if isinstance(say, int):
        if say != 0 and not 50 <= say <= 3400:
            raise ValueError("a telephone carries 300 to 3400 Hz")
        target.write_bytes(wav_bytes(tone(say, _LEAST_SECONDS)))
        return _LEAST_SECONDS - _MARGIN_SECONDS
    samples, rate = read_wav(say)
    if rate not in (RATE, 2 * RATE):
        raise ValueError(f"{say.name}: give a wav at 8 or 16 kHz")
    said = len(samples) / rate
    whole = max(_LEAST_SECONDS, said + _MARGIN_SECONDS)
    samples.extend(tone(0, whole - said, rate=rate))
    target.write_bytes(wav_bytes(samples, rate))
    return whole - _MARGIN_SECONDS
