"""Patients: simulated people at the carrier who answer whenever we ring them, over real SIP.

They send back what they hear, and stay until we hang up.
"""

import subprocess
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final

from callcenter.provision.programs import find
from callcenter.settings import Settings

_STOP_SECONDS: Final = 5.0
_MOST_CALLS: Final = 10_000


class Patients(AbstractContextManager["Patients"]):
    """While it lives, a phone answers at the carrier's address."""

    def __init__(self, outbound: str, settings: Settings) -> None:
        """Start.

        Args:
            outbound: Where the carrier takes calls of ours, `address:port`.

        Raises:
            MissingProgram: SIPp is not provisioned.
        """
        address, _, port = outbound.partition(":")
        program = find("sipp", settings)
        command = program.command(
            "-sn", "uas", "-i", address, "-p", port, "-mi", address, "-rtp_echo",
            "-m", str(_MOST_CALLS), "-nostdin",
        )  # fmt: skip
        self._process = subprocess.Popen(
            command,
            env=program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
