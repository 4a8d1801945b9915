"""StolenPhone: a nurse's phone, with her password, in the hands of somebody else."""

import hashlib
import re
import threading
from typing import Self

from callcenter.acd.events import NurseReady, NurseSignedOut
from callcenter.acd.ids import NurseId
from callcenter.credentials import load_credentials
from tests.e2e.center import Center, until
from tests.e2e.speaker import Speaker, answer_to, header, sdp, status

_TAG = b"stolen"


class StolenPhone(Speaker):
    """Registered and ready while the context lasts; each call to it is forwarded or answered.

    Attributes:
        refused: Codes of the answers to its attempts to transfer the caller, 0 for none.
    """

    def __init__(self, center: Center, nurse: str, target: str, *, answers: bool) -> None:
        """Prepare.

        Args:
            target: URI of where it wants to send the caller.
            answers: Whether it answers and then transfers; otherwise it says 302.
        """
        super().__init__(center.server, "127.0.0.1")
        self._center, self._nurse = center, nurse
        names = [nurse.id for nurse in center.board.nurses.values()]
        self._password = load_credentials(center.settings.data, names).nurses[nurse]
        self._target = target.encode()
        self._answers = answers
        self.refused: list[int] = []

    def __enter__(self) -> Self:
        center, nurse = self._center, NurseId(self._nurse)
        self._register(60)
        until(lambda: center.nurse(nurse).reachable, 30, "the phone is not reachable")
        center.tell(NurseReady(nurse=nurse, actor="test"))
        return self

    def __exit__(self, *_: object) -> None:
        self._center.tell(NurseSignedOut(nurse=NurseId(self._nurse), actor="test"))
        self._register(0)
        super().__exit__()

    def reply(self, request: bytes) -> bytes:
        """See the class."""
        if request.startswith(b"INVITE "):
            if not self._answers:
                forward = [b"Contact: <" + self._target + b">",
                           b"Diversion: <" + self._target + b">;reason=unconditional"]  # fmt: skip
                return answer_to(request, "302 Moved Temporarily", *forward, tag=_TAG)
            threading.Thread(target=self._transfer, args=(request,), daemon=True).start()
            contact = f"Contact: <sip:{self._nurse}@{self.address}:{self.port}>".encode()
            kind = b"Content-Type: application/sdp"
            offer = sdp(self.address, 4_000)
            return answer_to(request, "200 OK", contact, kind, tag=_TAG, body=offer)
        return super().reply(request)

    def _transfer(self, invite: bytes) -> None:
        self.wait(lambda m: m.startswith(b"ACK "), 30)
        there = re.search(rb"<(sip:[^>]+)>", header(invite, b"Contact"))
        assert there is not None
        replaces = b"?Replaces=1%3Bto-tag%3D1%3Bfrom-tag%3D1"
        for number, refer in enumerate((self._target, self._target + replaces), 1):
            made = self.message(
                "REFER", there[1].decode(), from_=header(invite, b"To") + b";tag=" + _TAG,
                to=header(invite, b"From"), call_id=header(invite, b"Call-ID").decode(),
                cseq=f"{number} REFER", extra=[b"Refer-To: <" + refer + b">"],
            )  # fmt: skip
            self.refused.append(status(self.ask(made, 3.0)))

    def _register(self, expires: int) -> None:
        realm_uri = f"sip:{self.server[0]}:{self.server[1]}"
        who = f"<sip:{self._nurse}@{self.server[0]}:{self.server[1]}>".encode()
        lines = [f"Expires: {expires}".encode()]
        for _ in range(2):
            made = self.message(
                "REGISTER", realm_uri, from_=who + b";tag=1", to=who, extra=lines
            )  # fmt: skip
            answer = self.ask(made)
            if status(answer) == 200:
                return
            given = header(answer, b"WWW-Authenticate").decode()
            asked = dict(re.findall(r'(\w+)="?([^",]*)"?', given))
            lines = [lines[0], self._credentials(asked, realm_uri).encode()]
        raise AssertionError("the stolen phone cannot register")

    def _credentials(self, asked: dict[str, str], uri: str) -> str:
        """RFC 2617, 3.2.2."""

        def digest(*parts: str) -> str:
            return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

        secret = digest(self._nurse, asked["realm"], self._password)
        response = digest(secret, asked["nonce"], "00000001", "c", "auth", digest("REGISTER", uri))
        return (
            f'Authorization: Digest username="{self._nurse}",realm="{asked["realm"]}",'
            f'nonce="{asked["nonce"]}",uri="{uri}",response="{response}",algorithm=MD5,'
            f'cnonce="c",qop=auth,nc=00000001,opaque="{asked.get("opaque", "")}"'
        )
