"""Sipp: many callers or nurses at once, from the scenarios in `ops/load`.

    caller = Scenario(name="caller", rows=[("+46701234567", "4")], service="1177", ...)
    with SippRun(caller, target="127.0.0.1:15060", address="127.0.0.2") as run:
        result = run.wait()

SIPp stays in the foreground of a process that we keep: with `-bg` it would outlive us.
"""

import ipaddress
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from callcenter.provision.programs import find
from callcenter.settings import ROOT, Settings
from callcenter.softphone.sipp_result import SippResult, result

_SCENARIOS: Final = ROOT / "ops" / "load"
_RTP_PORTS: Final = (25000, 27998)  # clear of the service's, the softphones' and the ephemeral
_STOP_SECONDS: Final = 10.0


class SippFailed(Exception):
    """SIPp could not run the scenario; the text is its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """What to run; each scenario file says at its top which of these it reads.

    Attributes:
        name: The file in `ops/load`, without `.xml`.
        rows: What each call reads as field0, field1, ...; used again from the top when used up.
        service: The number or user that is dialled.
        calls: How many calls in all; `None` goes on until `seconds` or `stop`.
        rate: New calls a second.
        at_once: The most calls at one time; `None` is no limit.
        hold_seconds: When this end hangs up by itself (`-recv_timeout`); `None` never.
        variables: Numbers for `-set`.
        keys: Words for `-key`.
        files: What the scenario finds in its working folder, as the audio of `rtp_stream`.
        seconds: The run ends after this long, come what may.
    """

    name: str
    rows: Sequence[tuple[str, ...]] = ()
    service: str = "service"
    calls: int | None = None
    rate: float = 10.0
    at_once: int | None = None
    hold_seconds: float | None = None
    variables: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    seconds: int = 60

    def arguments(self, rows: Path) -> list[str]:
        """SIPp's arguments that follow from this, with the rows in the file `rows`."""
        words = ["-sf", str(_SCENARIOS / f"{self.name}.xml"), "-s", self.service]
        words += ["-r", f"{self.rate:g}", "-timeout", str(self.seconds)]
        if self.rows:
            words += ["-inf", str(rows)]
        if self.calls is not None:
            words += ["-m", str(self.calls)]
        if self.at_once is not None:
            words += ["-l", str(self.at_once)]
        if self.hold_seconds is not None:
            words += ["-recv_timeout", str(int(self.hold_seconds * 1000))]
        for name, number in self.variables.items():
            words += ["-set", name, str(number)]
        for name, word in self.keys.items():
            words += ["-key", name, word]
        return words

    def table(self) -> str:
        """The rows as SIPp's injection file.

        Raises:
            ValueError: A field holds a semicolon or a line's end.
        """
        if any(set(cell) & set(";\r\n") for row in self.rows for cell in row):
            raise ValueError("a field holds a semicolon or a line's end")
        return "\n".join(["SEQUENTIAL", *(";".join(row) for row in self.rows), ""])


class SippRun:
    """One running SIPp. `wait` for its end, or `stop` it; leaving the context stops it."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        target: str,
        address: str,
        port: int | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Start it.

        Args:
            target: Host and port of the Asterisk, on the loopback.
            address: What SIP and RTP are bound to: 127.0.0.1 for nurses, 127.0.0.2 for the carrier.
            port: SIP port; `None` takes a free one. Nurses need the same one for both scenarios.

        Raises:
            ValueError: An address outside 127.0.0.0/8 (nobody else is to be loaded), or a bad row.
            MissingProgram: There is no SIPp on this machine.
            OSError: The disk is full.
        """
        for host in (target.rpartition(":")[0], address):
            if not ipaddress.ip_address(host).is_loopback:
                raise ValueError("load goes to 127.0.0.0/8 only")
        table = scenario.table()
        program = find("sipp", settings or Settings.from_environment())
        self._temporary = tempfile.TemporaryDirectory(prefix="sipp-")
        self._folder = Path(self._temporary.name)
        self._seconds = scenario.seconds
        (self._folder / "rows.csv").write_text(table)
        for name, content in scenario.files.items():
            (self._folder / name).write_bytes(content)
        words = [target, "-nostdin", "-i", address, "-mi", address]
        words += [] if port is None else ["-p", str(port)]
        words += ["-min_rtp_port", str(_RTP_PORTS[0]), "-max_rtp_port", str(_RTP_PORTS[1])]
        words += ["-trace_stat", "-stf", "stat.csv", "-fd", "1", "-trace_rtt", "-rtt_freq", "1"]
        words += ["-trace_counts", "-trace_error_codes", "-trace_err", "-error_file", "errors.log"]
        with (self._folder / "screen.log").open("wb") as screen:
            self._process = subprocess.Popen(
                program.command(*words, *scenario.arguments(self._folder / "rows.csv")),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
            )
        self._result: SippResult | None = None

    def __enter__(self) -> "SippRun":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait(self, timeout: float | None = None) -> SippResult:
        """What it came to, once it ends by itself.

        Args:
            timeout: Seconds; `None` waits a little longer than the scenario's `seconds`.

        Raises:
            TimeoutError: It still runs.
            SippFailed: SIPp could not run the scenario.
        """
        if self._result is None:
            try:
                self._process.wait(self._seconds + _STOP_SECONDS if timeout is None else timeout)
            except subprocess.TimeoutExpired:
                raise TimeoutError("SIPp still runs") from None
            self._result = self._read()
        return self._result

    def stop(self) -> SippResult:
        """Begin no new call, let the present ones end for a few seconds; what it came to.

        Raises:
            SippFailed: SIPp could not run the scenario.
        """
        for end in (signal.SIGUSR1, signal.SIGUSR1, signal.SIGKILL):  # see sipp(1), "Exit"
            if not self.running:
                break
            self._process.send_signal(end)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        return self.wait(_STOP_SECONDS)

    def close(self) -> None:
        """End it at once if it still runs, and remove its files. Twice does no harm."""
        if self.running:
            self._process.kill()
        self._process.wait()
        self._temporary.cleanup()

    def _read(self) -> SippResult:
        code = self._process.returncode
        try:
            return result(
                stat=self._file("stat.csv"),
                codes=self._file("*_error_codes.csv"),
                counts=self._file("*_counts.csv"),
                rtt=self._file("*_rtt.csv"),
                exit_code=code,
            )
        except ValueError:
            said = (self._file("errors.log") or self._file("screen.log")).strip()
            last = said.splitlines()[-1] if said else f"exit code {code}"
            raise SippFailed(last.rpartition("\t")[2]) from None

    def _file(self, pattern: str) -> str:
        return "".join(path.read_text(errors="replace") for path in self._folder.glob(pattern))
