"""Credentials: generated once, kept in one file of mode 0600, never logged or passed by argv."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec


class Credentials(msgspec.Struct, kw_only=True):
    """AMI users and nurses' SIP accounts, name to secret."""

    ami: dict[str, str] = msgspec.field(default_factory=dict)
    nurses: dict[str, str] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return "Credentials(...)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []  # rich would print the fields, and these are secrets


def load_credentials(data: Path, nurses: Sequence[str]) -> Credentials:
    """The credentials in `data`; what is missing is generated and kept.

    Raises:
        OSError: The file cannot be read or written.
        ValueError: The file is damaged; the text does not quote it.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data / "credentials.json"
    try:
        known = msgspec.json.decode(path.read_bytes(), type=Credentials)
    except FileNotFoundError:
        known = Credentials()
    except msgspec.MsgspecError:
        raise ValueError(f"{path} is damaged: move it away, new secrets are made") from None
    before = msgspec.json.encode(known)
    for user in ("reading", "acting", "agi"):
        known.ami.setdefault(user, secrets.token_urlsafe(32))
    for nurse in nurses:
        known.nurses.setdefault(nurse, secrets.token_urlsafe(18))
    if msgspec.json.encode(known) != before:
        fresh = path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(known), indent=1))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return known
