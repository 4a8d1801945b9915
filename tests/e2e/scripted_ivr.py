"""Scripted IVR: a FastAGI server of the test's own, so that a dialogue dies just where it should.

It stands in for `callcenter ivr` while a test asks what the dialplan does by itself. A test gives
`visit` as it wants it; by default a visit says one long prompt, and the next is far away.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from callcenter.asterisk.agi.server import Server
from callcenter.asterisk.agi.session import Session
from tests.e2e.center import Center, until

FAR_S = 600


class Dies(Exception):
    """The dialogue breaks off here, as when its process is killed."""


@dataclass
class ScriptedIvr:
    """Attributes:
    visits: Key and number of visits before, of each visit that has begun.
    visit: What happens in a visit; says nothing by default.
    """

    prompts: str
    visits: list[tuple[str, str]] = field(default_factory=list)
    visit: Callable[["ScriptedIvr", Session], None] = lambda ivr, session: ivr.done(session)

    def serve(self, session: Session) -> None:
        kind = session.path.split("/")[1]
        if kind == "ivr":
            for name, value in (("CC_LANG", "sv"), ("CC_SPOKEN", "sv"), ("CC_PHASE", "line")):
                session.set_variable(name, value)
            session.exec_command("UserEvent", "CcQueued", "CcLanguage: sv")
            session.set_variable("CC_QUEUED", "1")
            session.set_variable("CC_OK", "1")
        elif kind == "wait":
            _, key, visit = session.request.arguments[:3]
            self.visits.append((key, visit))
            self.visit(self, session)

    def says(self, session: Session, prompt: str) -> None:
        """Say a prompt to its end; no key ends it."""
        session.set_variable("TIMEOUT(absolute)", "60")
        session.stream_file(f"{self.prompts}/sv/{prompt}", "")

    def done(self, session: Session) -> None:
        """A visit that was carried out; the next one is far away."""
        _, _, visit = session.request.arguments[:3]
        session.set_variable("CC_VISIT", str(int(visit or 0) + 1))
        session.set_variable("CC_TELL_AT", str(int(time.time()) + FAR_S))
        session.set_variable("CC_OK", "1")

    def keeps(self, session: Session) -> None:
        """Ask to keep the place, as `ivr_effects` does."""
        session.set_variable("CC_KEEPING", "1")
        session.exec_command("UserEvent", "CcKeep", "CcKeepNumber: caller")


@contextmanager
def scripted_ivr(center: Center) -> Iterator[ScriptedIvr]:
    """In place of the service's own IVR."""
    center.control("stop", "ivr")
    ivr = ScriptedIvr(prompts=str(center.settings.prompts))
    server = Server("127.0.0.1", center.settings.agi_port, ivr.serve, 50)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ivr
    finally:
        server.stop(1.0)
        thread.join(10)
        center.control("start", "ivr")
        until(lambda: center.alive_again("ivr"), 60, "the ivr is not back")
