"""Message PIN: lets a supervisor record a message from any nurse's phone; kept as a hash only.

A telephone's PIN is short, so a fast hash would give it away to whoever reads the file: scrypt
(RFC 7914) makes each guess cost 16 MB and some 50 ms.
"""

import hashlib
import hmac
import os
import re
import secrets
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from callcenter.acd.ids import NurseId

_FILE: Final = "message-pin.json"
_SHAPE: Final = re.compile(r"[0-9]{6,10}")
LONGEST: Final = 10
_GENERATED: Final = 8
_HOUR_S: Final = 3600.0
_FAILURES: Final = 5


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    salt: bytes
    hash: bytes
    n: int = 2**14
    r: int = 8
    p: int = 1

    def of(self, pin: str) -> bytes:
        return hashlib.scrypt(pin.encode(), salt=self.salt, n=self.n, r=self.r, p=self.p)


def check_pin(pin: str) -> None:
    """See that `pin` is good enough.

    Raises:
        ValueError: It is not; the text does not quote it.
    """
    if not _SHAPE.fullmatch(pin):
        raise ValueError("a PIN has 6 to 10 digits")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1 or len(set(pin)) < 3:
        raise ValueError("this PIN is one of those that people try first: take another")


def new_pin() -> str:
    """A PIN by chance."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(_GENERATED))
        try:
            check_pin(pin)
        except ValueError:
            continue
        return pin


def set_pin(data: Path, pin: str) -> None:
    """Replace the PIN at once; what records by phone reads it anew each time.

    Args:
        data: `Settings.data`.

    Raises:
        ValueError: It is not good enough; the old one stays.
        OSError: The file cannot be written; the old one stays.
    """
    check_pin(pin)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = _Kept(salt=secrets.token_bytes(16), hash=b"")
    kept = msgspec.structs.replace(kept, hash=kept.of(pin))
    fresh = data / f".{_FILE}.new"
    fresh.unlink(missing_ok=True)  # a file that is there keeps its mode
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(kept))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / _FILE)


def has_pin(data: Path) -> bool:
    """Whether one was ever set."""
    return (data / _FILE).is_file()


def pin_is(data: Path, given: str) -> bool:
    """Whether `given` is the PIN; never, if none is set. Takes some 50 ms.

    Raises:
        ValueError: The file is damaged; the text does not quote it.
    """
    try:
        kept = msgspec.json.decode((data / _FILE).read_bytes(), type=_Kept)
    except FileNotFoundError:
        return False
    except msgspec.MsgspecError:
        raise ValueError(f"{data / _FILE} is damaged: `callcenter message pin` again") from None
    return hmac.compare_digest(kept.of(given), kept.hash)


class Attempts:
    """How often each phone has been wrong: five times in an hour, and it is refused for an hour.

    In memory: a restart forgets it, and whoever can restart the service needs no PIN.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failed: dict[NurseId, list[float]] = {}
        self._refused: dict[NurseId, float] = {}  # until when
        self._lock = threading.Lock()

    def begin(self, phone: NurseId) -> bool:
        """Whether `phone` may try; the try counts as failed until `good` is told.

        Counted before the PIN is looked at: many calls at once are no way around it.
        """
        with self._lock:
            now = self._monotonic()
            if now < self._refused.get(phone, now):
                return False
            recent = [at for at in self._failed.get(phone, []) if now - at < _HOUR_S]
            self._failed[phone] = [*recent, now]
            if len(self._failed[phone]) >= _FAILURES:
                self._refused[phone] = now + _HOUR_S
            return True

    def good(self, phone: NurseId) -> None:
        """The PIN was right: earlier failures are forgotten."""
        with self._lock:
            self._failed.pop(phone, None)
            self._refused.pop(phone, None)
