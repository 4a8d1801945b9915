"""Registered: many nurses' phones at one SIPp, registered again and again."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from callcenter.softphone.sipp import Scenario, SippFailed, SippRun

_AGAIN_AFTER_S: Final = 25.0  # a registration lasts for a minute
_A_SECOND: Final = 60


@contextmanager
def registered(
    server: str, nurses: Sequence[str], secrets: Mapping[str, str], port: int
) -> Iterator[None]:
    """The nurses' phones, at `port` of the loopback, stay registered while the context lasts.

    Raises:
        SippFailed: One could not register at first.
        TimeoutError: They were not done within half a minute.
    """
    scenario = Scenario(
        name="nurse_register", rows=[(nurse, secrets[nurse]) for nurse in nurses],
        calls=len(nurses), rate=_A_SECOND, seconds=30,
        keys={"uas_port": str(port), "expires": "60"},
    )  # fmt: skip

    def register() -> None:
        with SippRun(scenario, target=server, address="127.0.0.1") as run:
            if run.wait().failed:
                raise SippFailed("a nurse's phone could not register")

    done = threading.Event()

    def keep() -> None:
        while not done.wait(_AGAIN_AFTER_S):
            with suppress(TimeoutError, SippFailed):
                register()

    register()
    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
