"""One call through both runners: the same entry point, keys and facts."""

from collections.abc import Sequence
from pathlib import Path

from callcenter.asterisk.ivr_runner import run_flow
from callcenter.asterisk.ivr_speech import Numbers
from callcenter.asterisk.visit import Occasion, Outlook, told_of
from callcenter.settings import ROOT
from callcenter.site import load_site
from callcenter.site_flows import flow_paths, setting_for, site_catalog
from callcenter.twilio_voice.contacts import Call
from callcenter.twilio_voice.entry import Entry
from callcenter.twilio_voice.store import MemoryStore
from callcenter.twilio_voice.twiml_runner import TwimlRunner
from ivr_flows.facts import Facts, Wait
from ivr_flows.flow import Flow
from ivr_flows.load import load_flow
from tests.unit.asterisk.scripted_view import CONTACT, InLine, ScriptedView, voice
from tests.unit.twilio_voice.fake_twilio import ADDRESSES, FakeTwilio
from tests.unit.twilio_voice.keyed_dialogue import KeyedDialogue
from tests.unit.twilio_voice.recorded_contacts import Effect, RecordedContacts

NOON = 1_764_154_800_000  # 26 November 2025, 12:00 in Stockholm
WAIT = Wait(place=4, low_ms=6 * 60_000, high_ms=9 * 60_000)
SITE = load_site(ROOT / "deploy" / "site" / "stockholm.yaml")
SID = "CA" + "0" * 31 + "1"
NUMBER = "+46701740605"


def _load(name: str) -> Entry:
    point, catalog = SITE.entry_points[name], site_catalog(SITE)
    setting, paths = setting_for(SITE, point), flow_paths(point)
    return Entry(
        flow=load_flow(paths.entry, setting, catalog),
        waiting=load_flow(paths.waiting, setting, catalog),
        after=None if paths.after is None else load_flow(paths.after, setting, catalog),
        transfers=point.transfers,
        relay=SITE.relay_number or "",
    )


ENTRIES = {name: _load(name) for name in SITE.entry_points}


def facts_of(entry: str, messages: dict[str, str] | None = None) -> Facts:
    """How things stand for a caller of `entry`: a wait of some minutes."""
    return Facts(
        priority_class=SITE.entry_points[entry].priority_class,
        wait=WAIT,
        offered=True,
        sampled=True,
        messages=messages or {},
    )


def by_twilio(
    entry: str,
    keys: Sequence[str],
    *,
    number: str = NUMBER,
    contacts: RecordedContacts | None = None,
) -> tuple[FakeTwilio, RecordedContacts]:
    """A call through TwiML, until the caller leaves or we hang up."""
    contacts = contacts or RecordedContacts(facts_of(entry))
    runner = TwimlRunner(ENTRIES[entry], ADDRESSES, MemoryStore(), lambda: NOON)
    call = Call.read(SID, number)
    return FakeTwilio(runner, call, contacts, keys).ring(), contacts


def by_asterisk(
    entry: str, keys: Sequence[str], folder: Path, *, number: str = NUMBER
) -> tuple[list[str], list[Effect]]:
    """What the caller of the same call hears through FastAGI, and what the journal is told."""
    call = _AsteriskCall(entry, keys, folder, number)
    effects = call.effects()
    return call.heard, effects


class _AsteriskCall:
    """The dialplan's part: it runs the entry flow, then visit upon visit."""

    def __init__(self, entry: str, keys: Sequence[str], folder: Path, number: str) -> None:
        self._entry = ENTRIES[entry]
        self._name = entry
        self._keys = iter(keys)
        self._folder = folder
        self._numbers = Numbers(caller=number, relay=self._entry.relay)
        self._variables = {"CC_CLASS": SITE.entry_points[entry].priority_class}
        self._events: list[tuple[str, ...]] = []
        self.heard: list[str] = []

    def effects(self) -> list[Effect]:
        self._run(self._entry.flow, "entry", 0, "")
        if target := self._variables.get("CC_TRANSFER"):
            return [*map(self._effect, self._events), ("transferred", target)]
        key: str | None = ""
        visit = 0
        while self._variables.get("CC_QUEUED") == "1" and key is not None:
            self._run(self._entry.waiting, "line", visit, key)
            if self._variables.get("CC_KEPT") == "1":
                break
            visit += 1
            key = next(self._keys, None)
        return [*map(self._effect, self._events)]

    def _run(self, flow: Flow, phase: str, visit: int, key: str) -> None:
        dialogue = KeyedDialogue(self._keys, self._variables)
        occasion = Occasion(
            entry=self._name,
            contact=CONTACT,
            phase=phase,
            caller="known" if self._numbers.caller else "anonymous",
            priority_class=self._variables["CC_CLASS"],
            visit=visit,
            key=key,
            told=told_of(self._variables.get("CC_TOLD", "")),
        )
        outlook = Outlook(occasion, ScriptedView(InLine(wait=WAIT, offered=True), keeps=0))
        run_flow(
            dialogue,
            flow,
            outlook,
            numbers=self._numbers,
            voice=voice(self._folder),
            clock_ms=lambda: NOON,
            language=None if phase == "entry" else self._variables.get("CC_SPOKEN"),
        )
        assert dialogue.variables.get("CC_OK") == "1"
        self._variables = {**dialogue.variables, "CC_OK": ""}
        self._events += dialogue.events
        self.heard += dialogue.heard

    def _effect(self, event: tuple[str, ...]) -> Effect:
        name, *headers = event
        value = [header.partition(": ")[2] for header in headers]
        match name:
            case "CcQueued":
                return "queued", value[0]
            case "CcClassed":
                return "classed", value[0]
            case "CcNeed":
                return "needs", value[0]
            case "CcWaitTold":
                place, *span = map(int, value[:3])
                # By then some moments of speech have gone by, on this machine's own clock.
                return "told", place, *(round(ms / 10_000) * 10_000 for ms in span)
            case "CcKeep":
                own = value[0] == "caller"
                return "keep", self._numbers.caller if own else value[0], True
            case "CcConsent":
                return "consent", value[0], value[1] == "yes"
            case "CcScore":
                return "score", value[0], int(value[1])
            case _:
                raise AssertionError(f"{name} has no counterpart at Twilio")
