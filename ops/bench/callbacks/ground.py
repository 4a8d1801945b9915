"""Ground: a whole private service that rings patients; SIPp's nurses and patients around it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from callbacks.callback import CallbackId
from callcenter.acd.callback_events import CallbackBooked, PatientAnswered
from callcenter.acd.events import NurseRang
from callcenter.acd.ids import EntryId, Millis, entry_time
from callcenter.asterisk.ami.connection import Connection
from callcenter.journal.codec import decode_event
from callcenter.seal import Seal
from callcenter.softphone.dial import CARRIER
from callcenter.softphone.sipp import Scenario, SippRun
from language_routing.languages import Language
from ops.bench.callbacks.release import Rang, callback_of
from ops.bench.race.ground import Ground
from ops.bench.registered import registered

_PORT_BASE: Final = 18_400
_NURSES_PORT: Final = 26_980
_CARRIER_PORT: Final = 26_970
_BATCH: Final = 50
_READ: Final = 500

LOOK_MS: Final = 800
RINGS_MS: Final = 200
TALK_MS: Final = 1_000

_SITE: Final = """\
name: callbacks
languages:
  - {{tag: sv, key: 1}}
classes:
  public: {{target_seconds: 180}}
entry_points:
  public: {{flow: direct, class: public}}
numbers:
  "1177": public
  "+46812341177": public
trunk: {{addresses: [{carrier}], outbound: "{carrier}:{port}"}}
ring_seconds: 20
wrap_up_seconds: 0
short_talk_seconds: 0
callbacks: {{margin_seconds: 60, again_after_seconds: 30, preview_seconds: 10}}
nurses:
{nurses}
"""


class CallbackGround(Ground):
    """As the race's, with nurses who do nothing but ring patients."""

    def __init__(self, home: Path, nurses: int) -> None:
        super().__init__(home, nurses)
        lines = [f"  - {{id: {nurse}, name: {nurse}, languages: [sv]}}" for nurse in self.nurses]
        self.settings.site.write_text(
            _SITE.format(carrier=CARRIER, port=_CARRIER_PORT, nurses="\n".join(lines))
        )
        self.settings = replace(self.settings, port_base=_PORT_BASE, shard="callbacks")

    def __enter__(self) -> "CallbackGround":
        super().__enter__()
        return self

    def _login(self, user: str, _events: str) -> Connection:
        return super()._login(user, "off")  # nobody here listens

    def book(self, due: Sequence[tuple[CallbackId, str, Millis]]) -> None:
        """Promise to ring these numbers from then on, for an hour.

        Raises:
            RuntimeError: The router does not follow.
        """
        seal = Seal(self.settings.data / "keys")
        for first in range(0, len(due), _BATCH):
            for name, number, at in due[first : first + _BATCH]:
                self._journal.append(
                    CallbackBooked(
                        callback=name,
                        language=Language("sv"),
                        earliest=at,
                        latest=at + 3_600_000,
                        reason="bench",
                        caller=seal.recognise(number),
                        sealed=seal.seal(number, datetime.fromtimestamp(at / 1000, UTC).date()),
                        actor="bench",
                    )
                )
        self.tell()

    def said(self, after: EntryId) -> tuple[list[Rang], dict[str, list[Millis]]]:
        """What the journal says of nurses' phones that rang, and of patients who were connected.

        Returns:
            The latter by the callback's id.
        """
        rang: list[Rang] = []
        reached: dict[str, list[Millis]] = {}
        while entries := self._journal.read(after, _READ):
            for entry in entries:
                event, at = decode_event(entry.data), entry_time(entry.id)
                if isinstance(event, NurseRang):
                    rang.append(Rang(at=at, contact=event.contact, nurse=event.nurse))
                elif isinstance(event, PatientAnswered):
                    reached.setdefault(callback_of(event.contact), []).append(at)
            after = entries[-1].id
        return rang, reached

    def position(self) -> EntryId:
        """How far the router is."""
        return self._journal.position()


@dataclass(frozen=True, kw_only=True)
class Logged(Scenario):
    """A scenario whose `<log>` lines are kept in a file."""

    log: Path

    def arguments(self, rows: Path) -> list[str]:
        """As of any scenario, and the log."""
        return [*super().arguments(rows), "-trace_logs", "-log_file", str(self.log)]


@contextmanager
def phones(ground: CallbackGround, nurses: Path, patients: Path) -> Iterator[None]:
    """Every nurse's phone registered, and the patients' carrier there; each with its log."""
    ready = Logged(name="callback_nurse", seconds=3_600, log=nurses,
                   variables={"look_ms": LOOK_MS})  # fmt: skip
    carrier = Logged(name="callback_patient", seconds=3_600, log=patients,
                     variables={"rings_ms": RINGS_MS, "talk_ms": TALK_MS})  # fmt: skip
    with (
        SippRun(ready, target=ground.server, address="127.0.0.1", port=_NURSES_PORT),
        SippRun(carrier, target=ground.server, address=CARRIER, port=_CARRIER_PORT),
        registered(ground.server, ground.nurses, ground.secrets.nurses, _NURSES_PORT),
    ):
        yield
