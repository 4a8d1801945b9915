"""Evidence: what a hostile run must leave untouched, and where it must leave no word."""

import socket
import threading
import time
from pathlib import Path
from types import TracebackType

from callcenter.acd.nurse import NurseState
from callcenter.credentials import load_credentials
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until

PROCESSES = (
    "asterisk", "gateway", "ivr", "reconciler", "redis", "router", "standby", "worker",
)  # fmt: skip
METRICS = ("router", "standby", "gateway", "ivr", "worker", "reconciler")


def pids(center: Center) -> dict[str, int]:
    """Every process of the service; the same ones later means that none has died."""
    return {name: center.pid(name) for name in PROCESSES}


def sinks(center: Center) -> dict[str, bytes]:
    """Everything that the service has written down, by name."""
    settings = center.settings
    folders = (settings.run / "log", settings.data / "archive", settings.data / "redis")
    files: list[Path] = [path for folder in folders for path in folder.rglob("*")]
    found = {path.name: path.read_bytes() for path in files if path.is_file()}
    found |= {f"metrics of {name}": center.metrics(name).encode() for name in METRICS}
    found["up"] = center.output.read_bytes()
    return found


class Manager:
    """Asterisk's manager, heard as our gateway hears it, byte for byte."""

    def __init__(self, center: Center) -> None:
        names = [nurse.id for nurse in center.board.nurses.values()]
        secret = load_credentials(center.settings.data, names).ami["reading"]
        self._socket = socket.create_connection(("127.0.0.1", center.settings.ami_port))
        login = f"Action: Login\r\nUsername: reading\r\nSecret: {secret}\r\n\r\n"
        self._socket.sendall(login.encode())
        self._heard = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Manager":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(2)
        self._socket.close()

    def heard(self) -> bytes:
        """The stream so far, up to the answer to a ping: nothing is still on its way."""
        mark = f"p{time.monotonic_ns()}"
        self._socket.sendall(f"Action: Ping\r\nActionID: {mark}\r\n\r\n".encode())
        deadline = time.monotonic() + 30
        while mark.encode() not in self._heard:
            assert time.monotonic() < deadline, "the manager does not answer"
            time.sleep(0.02)  # until the reader has the answer; bounded by the deadline
        return bytes(self._heard)

    def _read(self) -> None:
        while True:
            try:
                data = self._socket.recv(65_536)
            except OSError:
                return
            if not data:
                return
            self._heard += data


class Conversation:
    """A caller and a nurse who talk while others misbehave."""

    def __init__(self, center: Center, nurse: str = "n001", number: str = "+46701740601") -> None:
        self._center, self._nurse = center, nurse
        self.phone = center.on_duty(nurse, say=660)
        self.caller, self.call = center.call("sv", number=number, say=880)
        self.phone.wait_for_call(30)
        self.answered = self.phone.answer()
        center.until_state(nurse, NurseState.TALKING)
        self.contact = center.nurse(nurse).contact

    def goes_on(self) -> None:
        """Both still hear each other, and the service knows it."""
        for call, tone in ((self.call, 660), (self.answered, 880)):
            assert call.state is CallState.UP, "the conversation was cut"
            assert call.recording is not None
            recording, size = call.recording, call.recording.stat().st_size
            until(
                lambda recording=recording, size=size: recording.stat().st_size > size + 8_000,
                30,
                "no more sound comes",
            )
            assert call.heard_tone(tone)
        nurse = self._center.nurse(self._nurse)
        assert (nurse.state, nurse.contact) == (NurseState.TALKING, self.contact)
