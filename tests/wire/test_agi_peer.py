"""Channel: Asterisk's side of a FastAGI dialogue, on a real socket, as odd as a test wants it."""

import socket
import threading
import time
from collections.abc import Callable

HEADERS = (
    b"agi_network: yes\n"
    b"agi_network_script: ivr/public?contact=c1\n"
    b"agi_request: agi://127.0.0.1:4573/ivr/public?contact=c1\n"
    b"agi_channel: PJSIP/trunk-00000001\n"
    b"agi_callerid: 0700000000\n"
    b"agi_calleridname: \xc5sa\n"  # Latin-1, as some PBXs send it
    b"agi_arg_1: first\n"
    b"agi_arg_2: \n"
    b"\n"
)


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


class Channel:
    """Sends a header block, then one of `replies` for each line that it receives.

    Attributes:
        lines: What it received.
    """

    def __init__(
        self,
        sock: socket.socket,
        *replies: bytes,
        headers: bytes = HEADERS,
        then_close: bool = False,
    ) -> None:
        self.sock = sock
        self.lines: list[str] = []
        self.ended = threading.Event()
        self._replies = replies
        self._then_close = then_close
        sock.sendall(headers)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        try:
            stream = self.sock.makefile("rb")
            for reply in self._replies:
                line = stream.readline()
                if not line:
                    return
                self.lines.append(line.decode("utf-8", "surrogateescape").removesuffix("\n"))
                self.sock.sendall(reply)
            if self._then_close:
                self.sock.shutdown(socket.SHUT_RDWR)
            else:
                stream.read()
        except OSError:
            return
        finally:
            self.ended.set()


def test_the_channel_sends_its_headers_and_answers_line_by_line() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(theirs, b"200 result=0\n", headers=b"agi_network: yes\n\n")
        assert ours.recv(100) == b"agi_network: yes\n\n"
        ours.sendall(b"NOOP\n")
        assert ours.recv(100) == b"200 result=0\n"
        assert channel.lines == ["NOOP"]
