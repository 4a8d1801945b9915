"""Seal: callers' numbers, so that the journal never holds one in clear.

`seal` encrypts with the key of the day (AES-256-GCM); destroying a day's key is the
erasure of all that day's numbers. `recognise` is a keyed hash with a key of its own:
it tells that two calls came from the same number, and nothing else. Keys are files of
mode 0600 outside Redis; only the gateway and whoever may call back hold them.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION: Final = "v1"
_NONCE: Final = 12
_NUMBER: Final = re.compile(r"\+?[0-9]{3,15}")  # E.164: at most 15 digits


class Unsealable(Exception):
    """The number cannot be opened: its day's key is destroyed, or the text is damaged."""


def dialable(number: str) -> str | None:
    """A caller's number in E.164, or `None` if it was withheld or is no number.

    Swedish spellings are made one: `0701234567`, `0046701234567` and `+46701234567`
    are the same caller.
    """
    text = number.strip()
    if not _NUMBER.fullmatch(text):
        return None
    if text.startswith("+"):
        return text
    if text.startswith("00"):
        return "+" + text[2:] if len(text) > 5 else None
    if text.startswith("0"):
        return "+46" + text[1:] if len(text) > 3 else None
    return "+" + text if text.startswith("46") and len(text) >= 9 else text


class Seal:
    """Keys in `folder`: `recognise.key` and one `<day>.key` for each day."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._recognise = self._key("recognise")

    def seal(self, number: str, day: date) -> str:
        """`number`, readable only with the key of `day` (UTC)."""
        nonce = secrets.token_bytes(_NONCE)
        name = day.isoformat()
        sealed = AESGCM(self._key(name)).encrypt(nonce, number.encode(), name.encode())
        return f"{_VERSION}.{name}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str) -> str:
        """The number again.

        Raises:
            Unsealable: The day's key is destroyed, or the text is not one of ours.
        """
        version, _, rest = sealed.partition(".")
        day, _, text = rest.partition(".")
        if version != _VERSION or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
            raise Unsealable("sealed number: not of this version")
        path = self._folder / f"{day}.key"
        try:
            data = base64.urlsafe_b64decode(text)
            opened = AESGCM(path.read_bytes()).decrypt(data[:_NONCE], data[_NONCE:], day.encode())
        except (OSError, ValueError, InvalidTag):
            raise Unsealable("sealed number: its key is gone, or it is damaged") from None
        return opened.decode()

    def recognise(self, number: str) -> str:
        """A name for the caller that says nothing about the number."""
        return hmac.new(self._recognise, number.encode(), hashlib.sha256).hexdigest()[:24]

    def erase(self, before: date) -> int:
        """Destroy the keys of all days before `before`; how many there were."""
        count = 0
        for path in sorted(self._folder.glob("????-??-??.key")):
            if path.stem < before.isoformat():
                path.write_bytes(bytes(path.stat().st_size))
                path.unlink()
                count += 1
        return count

    def _key(self, name: str) -> bytes:
        path = self._folder / f"{name}.key"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            pass
        # Two processes may both find it missing: the link lets one of them win, whole.
        fresh = path.with_suffix(f".{secrets.token_hex(4)}.new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(AESGCM.generate_key(256))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_bytes()
