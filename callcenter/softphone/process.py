"""Process: one baresip, started in a folder of its own on ports that are free."""

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from callcenter.provision.programs import baresip_modules, find
from callcenter.settings import Settings
from callcenter.softphone.account import configuration
from callcenter.softphone.link import Link

_TRIES: Final = 4
_START_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 3.0
_UDP: Final = socket.SOCK_DGRAM
_TCP: Final = socket.SOCK_STREAM
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")


class PhoneFailed(Exception):
    """baresip did not start; the text is its own last line."""


def free_ports(address: str) -> tuple[int, int]:
    """A port for SIP on `address`, and one for the control connection on the loopback.

    baresip takes the SIP port for UDP and TCP, and the one above it for TLS: a control port
    right above the SIP port would be answered by TLS. Somebody else may take a free port
    before baresip does, so a start that fails is to be tried again with others.

    Raises:
        OSError: The address is not one of this machine's, or no port is free.
    """
    while True:
        with contextlib.ExitStack() as held:
            sockets = [held.enter_context(socket.socket(type=kind)) for kind in (_UDP, *[_TCP] * 3)]
            udp, tcp, tls, control = sockets
            udp.bind((address, 0))
            sip = int(udp.getsockname()[1])
            try:
                tcp.bind((address, sip))
                tls.bind((address, sip + 1))
            except OSError:
                continue
            control.bind(("127.0.0.1", 0))
            return sip, int(control.getsockname()[1])


class PhoneProcess:
    """One baresip process and its folder. `start` first; then `stop` or `kill`."""

    def __init__(
        self, folder: Path, settings: Settings, *, life_seconds: int, trace: bool = False
    ) -> None:
        """Nothing is started yet.

        Args:
            folder: Where `say.wav` lies and `heard.wav` will; holds the configuration too.
            life_seconds: When baresip ends by itself, should we be killed before.
            trace: Write every SIP message to `baresip.log`; else the log stays empty.

        Raises:
            MissingProgram: There is no baresip on this machine.
        """
        self.folder = folder
        self.control_port = 0
        self.sip_port = 0
        self._program = find("baresip", settings)
        self._modules = baresip_modules(self._program)
        self._life, self._trace = life_seconds, trace
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def start(self, address: str, rtp: tuple[int, int], connect: Callable[[int], Link]) -> Link:
        """Start baresip and connect to it; some 60 ms.

        Raises:
            PhoneFailed: It did not start, in any of several tries with different ports.
            OSError: The address is not one of this machine's.
        """
        for _ in range(_TRIES):
            self.sip_port, self.control_port = free_ports(address)
            text = configuration(
                address=address,
                sip_port=self.sip_port,
                control_port=self.control_port,
                rtp=rtp,
                modules=self._modules,
            )
            (self.folder / "config").write_text(text)
            self._launch()
            link = self._connect(connect)
            if link is not None:
                return link
            self.kill()
        raise PhoneFailed(self._last_words())

    def stop(self) -> None:
        """Wait for a process that was told to quit; make it end if it does not."""
        process = self._process
        if process is None:
            return
        for end in (None, process.terminate, process.kill):
            if end is not None:
                end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
                return

    def kill(self) -> None:
        """End the process at once: no BYE, no un-REGISTER, as when a phone loses its power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _launch(self) -> None:
        arguments = ["-4", "-f", str(self.folder), "-t", str(self._life)]
        with (self.folder / "baresip.log").open("wb") as log:
            self._process = subprocess.Popen(
                self._program.command(*arguments, *(["-s"] if self._trace else [])),
                cwd=self.folder,
                env={**os.environ, **self._program.environment()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is for us; we then hang up properly
            )

    def _connect(self, connect: Callable[[int], Link]) -> Link | None:
        deadline = time.monotonic() + _START_SECONDS
        while self.pid is not None and time.monotonic() < deadline:
            try:
                return connect(self.control_port)
            except OSError:
                time.sleep(0.02)
        return None

    def _last_words(self) -> str:
        lines = (self.folder / "baresip.log").read_text(errors="replace").split("\n")
        said = [_COLOUR.sub("", line).strip() for line in lines]
        return next((line for line in reversed(said) if line), "baresip said nothing")
