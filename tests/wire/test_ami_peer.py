"""Peer: a small manager on a real TCP port, as good or as bad as a test wants it. And its tests."""

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType

SECRET = "hunter2"
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"

Action = dict[str, list[str]]


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


class Link:
    """One connection that the peer accepted."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.actions: list[Action] = []
        self.raw = bytearray()
        self.ended = threading.Event()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def event(self, name: str, **headers: str) -> None:
        lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in headers.items())]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def close(self) -> None:
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


class Peer:
    """A manager that knows Challenge, Login, Ping, Logoff and one list.

    Attributes:
        mute: Names of actions that it leaves unanswered.
        booted: Whether it says FullyBooted after a login.
        reading: Clear it, and nothing is read from the sockets any more.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        greeting: bytes = GREETING,
        tls: ssl.SSLContext | None = None,
        booted: bool = True,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        self._greeting = greeting
        self._tls = tls
        self.booted = booted
        self.mute: set[str] = set()
        self.links: list[Link] = []
        self.reading = threading.Event()
        self.reading.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _tb: TracebackType | None,
    ) -> None:
        self.close()
        for link in self.links:
            link.close()

    def close(self) -> None:
        """Accept no more."""
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
        self._listener.close()

    @property
    def link(self) -> Link:
        """The latest connection."""
        until(lambda: self.links)
        return self.links[-1]

    def actions(self, name: str) -> list[Action]:
        """The actions of that name, over all connections."""
        return [each for link in self.links for each in link.actions if each["Action"] == [name]]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls:
                    sock = self._tls.wrap_socket(sock, server_side=True)
            except OSError:
                return
            link = Link(sock)
            link.send(self._greeting)
            self.links.append(link)
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: Link) -> None:
        try:
            rest = b""
            while self.reading.wait() and (data := link.sock.recv(65536)):
                link.raw += data
                rest += data
                *blocks, rest = rest.split(b"\r\n\r\n")
                for block in blocks:
                    action: Action = {}
                    for line in block.decode().split("\r\n"):
                        key, _, value = line.partition(": ")
                        action.setdefault(key, []).append(value)
                    link.actions.append(action)
                    self._answer(link, action)
        except OSError:
            pass
        finally:
            link.ended.set()

    def _answer(self, link: Link, action: Action) -> None:
        name = action["Action"][0]
        if name in self.mute:
            return
        action_id = action.get("ActionID", [""])[0]
        extra = ""
        status = "Success"
        match name:
            case "Challenge":
                extra = "Challenge: 4711\r\n"
            case "Login":
                key = hashlib.md5(("4711" + SECRET).encode()).hexdigest()
                if action.get("Key") != [key] and action.get("Secret") != [SECRET]:
                    status = "Error"
            case "Logoff":
                status = "Goodbye"
            case "CoreShowChannels":
                extra = "EventList: start\r\n"
            case "Bad":
                status = "Error"
        link.send(f"Response: {status}\r\nActionID: {action_id}\r\n{extra}\r\n".encode())
        if name == "Login" and status == "Error":
            link.close()
        if name == "Login" and status == "Success" and self.booted:
            link.send(BOOTED)
        if name == "CoreShowChannels":
            link.event("CoreShowChannel", ActionID=action_id, Channel="PJSIP/a-1")
            link.event("Newchannel", Channel="PJSIP/b-2")
            link.event("CoreShowChannel", ActionID=action_id, Channel="PJSIP/b-2")
            done = {"EventList": "Complete", "ListItems": "2"}
            link.event("CoreShowChannelsComplete", ActionID=action_id, **done)
        if name == "Logoff":
            link.close()


def test_the_peer_greets_and_answers_under_the_action_id_it_was_given() -> None:
    with Peer() as peer, socket.create_connection(("127.0.0.1", peer.port)) as sock:
        sock.sendall(b"Action: Ping\r\nActionID: x-1\r\n\r\n")
        want = GREETING + b"Response: Success\r\nActionID: x-1\r\n\r\n"
        got = b""
        while len(got) < len(want):
            got += sock.recv(1000)
    assert got == want
    assert peer.actions("Ping") == [{"Action": ["Ping"], "ActionID": ["x-1"]}]
