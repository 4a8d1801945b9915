"""Ground: the demo site, served by a whole private service, with nobody on duty."""

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

from callcenter.asterisk.ami.messages import Event
from callcenter.settings import ROOT
from ops.bench.race.ground import Ground

_NURSES = 12  # of the demo site
_SESSIONS = re.compile(r"^callcenter_agi_active_sessions (\S+)", re.MULTILINE)
_FAILED = re.compile(r'^callcenter_ivr_flows_total\{.*outcome="error".*\} (\S+)', re.MULTILINE)
# So many callers with nobody to answer them would be a surge, and hear of it.
_SURGE = ("waiting: 250", "waiting: 900")


class IvrGround(Ground):
    """As the race's, with the site that a newcomer gets.

    Attributes:
        on_event: Told of every event of Asterisk's.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home, _NURSES)
        site = (ROOT / "deploy" / "site" / "demo.yaml").read_text()
        assert _SURGE[0] in site
        self.settings.site.write_text(site.replace(*_SURGE))
        self.on_event: Callable[[Event], None] = lambda _: None

    def __enter__(self) -> "IvrGround":
        super().__enter__()
        return self

    def dialogues(self) -> int:
        """How many callers the IVR serves now."""
        found = _SESSIONS.search(self._metrics())
        return int(float(found[1])) if found else 0

    def flows_failed(self) -> int:
        """How many flows ended by an error so far."""
        return int(sum(float(count) for count in _FAILED.findall(self._metrics())))

    def pid(self, process: str) -> int:
        """Its process id."""
        return self._pid(process)

    def _on_events(self, events: list[Event]) -> None:
        for event in events:
            self.on_event(event)

    def _metrics(self) -> str:
        port = self.settings.metrics_port("ivr")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            return str(answer.read().decode())
