"""Witness: what Asterisk itself says of a race, by the time stamps that it gives its events.

Pure: told events in their order, it never looks at who brought a dial about.
"""

from collections import Counter
from dataclasses import dataclass, field

from callcenter.acd.ids import NurseId
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.channels import phone

# A caller who has come less than this before a nurse hung up may not stand in line yet.
_STANDS_AFTER_S = 0.5


@dataclass(slots=True)
class Witness:
    """One race.

    Attributes:
        exten: The number that the callers of this race dial; others are no part of it.
        nurses: Those on duty; by the time each became free.
        handovers: Seconds from a nurse's hang-up to her phone's next `DialBegin`, with a
            caller in line at the hang-up.
        idle: Seconds from a caller's arrival to her `DialBegin`, with more nurses free than
            callers before her.
        dialled: How many nurses were dialled for each caller; more than one is a failed try.
    """

    exten: str
    nurses: dict[NurseId, float | None]
    handovers: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    dialled: Counter[str] = field(default_factory=Counter)
    talked: set[str] = field(default_factory=set)
    _arrived: dict[str, float] = field(default_factory=dict)
    _line: dict[str, float] = field(default_factory=dict)
    _wanted: dict[str, None] = field(default_factory=dict)
    _freed: dict[NurseId, float] = field(default_factory=dict)

    @property
    def arrived(self) -> int:
        """How many callers there were."""
        return len(self._arrived)

    def tell(self, event: Event) -> None:
        """Look at one event."""
        at = float(event.get("Timestamp", "0"))
        channel = event.get("Uniqueid")
        match event.name:
            case "Newchannel" if event.get("Exten") == self.exten:
                self._arrives(channel, at)
            case "DialBegin":
                nurse = phone(event.get("DestChannel"))
                if nurse in self.nurses and channel in self._arrived:
                    self._dials(channel, nurse, at)
            case "BridgeEnter" if channel in self._arrived:
                self.talked.add(channel)
            case "BridgeLeave" | "Hangup":
                nurse = phone(event.get("Channel"))
                if nurse in self.nurses:
                    self._frees(nurse, at)
                self._line.pop(channel, None)
                self._wanted.pop(channel, None)

    def _arrives(self, caller: str, at: float) -> None:
        self._arrived[caller] = at
        free = sum(since is not None for since in self.nurses.values())
        if free > len(self._line):
            self._wanted[caller] = None
        self._line[caller] = at

    def _dials(self, caller: str, nurse: NurseId, at: float) -> None:
        self.dialled[caller] += 1
        self._line.pop(caller, None)
        self.nurses[nurse] = None
        since = self._freed.pop(nurse, None)
        if since is not None:
            self.handovers.append(at - since)
        if caller in self._wanted:
            del self._wanted[caller]
            self.idle.append(at - self._arrived[caller])

    def _frees(self, nurse: NurseId, at: float) -> None:
        if self.nurses[nurse] is not None:
            return  # her leg's hang-up after her leaving the bridge
        self.nurses[nurse] = at
        if any(at - since >= _STANDS_AFTER_S for since in self._line.values()):
            self._freed[nurse] = at


def rank(values: list[float], share: float) -> float | None:
    """The value below which `share` of `values` lie, in milliseconds."""
    if not values:
        return None
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000, 2)
