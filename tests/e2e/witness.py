"""Witness: a second listener at Asterisk, who trusts none of our own processes.

It counts the legs that ring or talk at each nurse's phone, by AMI alone, and keeps every
moment at which a nurse had two, or a caller rang at two nurses.
"""

import re
import threading
from collections import defaultdict
from types import TracebackType

from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.ami.supervisor import Credentials, Supervisor
from callcenter.credentials import load_credentials
from tests.e2e.center import Center, until

_NURSE = re.compile(r"PJSIP/(n\d+)-")
_CALLER = "PJSIP/trunk-"


class Witness:
    """Listens while it is open.

    Attributes:
        arrived: Callers' channels that came, by their unique id.
        talked: Those of them that were in a bridge with a nurse.
        ended: Those of them that are gone.
        violations: What must never be, a sentence each.
    """

    def __init__(self, center: Center) -> None:
        self.arrived: set[str] = set()
        self.talked: set[str] = set()
        self.ended: set[str] = set()
        self.violations: list[str] = []
        self._listening = threading.Event()
        self._forget()
        settings = center.settings
        secret = load_credentials(settings.data, []).ami["reading"]
        self._link = Supervisor(
            "reading",
            Credentials(
                host="127.0.0.1", port=settings.ami_port, username="reading", secret=secret
            ),
            on_events=self._take,
            on_up=lambda *_: self._listening.set(),
            on_down=lambda *_: self._forget(),
        )

    def __enter__(self) -> "Witness":
        self._link.start()
        until(self._listening.is_set, 30, "the witness does not hear Asterisk")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._link.stop()

    def _forget(self) -> None:
        """Asterisk is gone, and every leg with it."""
        self._at_nurse: dict[str, set[str]] = defaultdict(set)
        self._of_caller: dict[str, set[str]] = defaultdict(set)

    def _take(self, events: list[Event]) -> None:
        for event in events:
            self._one(event)

    def _one(self, event: Event) -> None:
        channel, own, caller = (event.get(k) for k in ("Channel", "Uniqueid", "Linkedid"))
        if channel.startswith(_CALLER):
            if event.name == "Newchannel":
                self.arrived.add(own)
            elif event.name == "Hangup":
                self.ended.add(own)
            return
        nurse = _NURSE.match(channel)
        if nurse is None or caller == own:
            return  # nobody's phone, or her own call to a feature code
        if event.name == "Newchannel":
            self._began(nurse[1], own, caller)
        elif event.name == "BridgeEnter":
            self.talked.add(caller)
        elif event.name == "Hangup":
            self._at_nurse[nurse[1]].discard(own)
            self._of_caller[caller].discard(own)

    def _began(self, nurse: str, leg: str, caller: str) -> None:
        self._at_nurse[nurse].add(leg)
        self._of_caller[caller].add(leg)
        if len(self._at_nurse[nurse]) > 1:
            self.violations.append(f"{nurse} is rung while she has another call")
        if len(self._of_caller[caller]) > 1:
            self.violations.append(f"caller {caller} is led to a second nurse ({nurse})")
