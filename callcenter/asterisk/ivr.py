"""IVR: the FastAGI process. It plays flows to callers and answers nurses' feature codes.

A process of its own: a slow dialogue never stands in the way of the gateway's events.
"""

import hmac
import itertools
import re
import time
from collections.abc import Callable

import structlog
from msgspec.structs import replace
from structlog.contextvars import bound_contextvars

from callcenter.asterisk.agi.errors import AGIProtocolError
from callcenter.asterisk.agi.server import Server
from callcenter.asterisk.agi.session import Session
from callcenter.asterisk.ivr_effects import Effects
from callcenter.asterisk.ivr_metrics import VISITS, Outcome
from callcenter.asterisk.ivr_runner import Voice, run_flow
from callcenter.asterisk.ivr_speech import Numbers
from callcenter.asterisk.message_codes import MessageCodes
from callcenter.asterisk.nurse_codes import NurseCodes
from callcenter.asterisk.silence import Silence
from callcenter.asterisk.view import View
from callcenter.asterisk.visit import KEYS, Occasion, Outlook, count_of, is_sampled, told_of
from callcenter.credentials import load_credentials
from callcenter.journal.journal import Journal
from callcenter.seal import dialable
from callcenter.settings import Settings
from callcenter.site import Site
from callcenter.site_flows import load_flows, site_catalog
from callcenter.speech.sounds import Sounds
from callcenter.store import connect
from ivr_flows.numbers import usable

log = structlog.get_logger()

_MOST_SESSIONS = 1_000
_CONTACT = re.compile(r"[a-z0-9-]{1,48}-\d{1,12}\.\d{1,12}")
# When a caller in line is spoken to again, if the flow does not say.
_LATER_S = 60


class Ivr:
    """Routes a dialogue by its path.

    - `/ivr/<entry point>`: a caller who has just come; argument: contact;
    - `/wait/<entry point>`: one in line; arguments: contact, key, visits before, what was told;
    - `/after/<entry point>`: one who was served; argument: contact;
    - `/nurse/<what she asks>`, `/message/record`: staff at a nurse's phone.
    """

    def __init__(self, settings: Settings, site: Site, view: View) -> None:
        """Load every flow of the site.

        Raises:
            YamlError: A flow is wrong, with file and line.
            OSError: A flow is not there, or the port is taken.
        """
        self._site = site
        self._view = view
        self._own = frozenset(number for number in site.numbers if number.startswith("+"))
        self._flows = load_flows(site, site_catalog(site))
        self._voice = Voice(Sounds(settings), Silence(settings.run / "silence"))
        nurses = [nurse.id for nurse in site.nurses]
        self._key = load_credentials(settings.data, nurses).ami["agi"]
        client = connect(settings)
        parts = itertools.count()

        def journal() -> Journal:
            # A producer per dialogue would grow the table of producers: a few take turns.
            part = f"codes-{settings.node}-{next(parts) % 64}"
            return Journal(client, settings.shard, part)

        self._codes = NurseCodes(settings, site, journal, view.promised)
        self._messages = MessageCodes(settings, site, journal)
        self.server = Server("127.0.0.1", settings.agi_port, self._serve, _MOST_SESSIONS)

    def _serve(self, session: Session) -> None:
        given = session.request.query.get("key", "")
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise AGIProtocolError("the dialogue does not know our key")
        kind, _, name = session.path.removeprefix("/").partition("/")
        phase = {"ivr": "entry", "wait": "line", "after": "after"}.get(kind)
        if kind == "nurse":
            self._codes.serve(session, name)
        elif kind == "message":
            self._messages.serve(session, name)
        elif phase is not None and name in self._flows:
            self._run(session, name, phase)
        else:
            raise AGIProtocolError("no such flow")

    def _run(self, session: Session, name: str, phase: str) -> None:
        flows = self._flows[name]
        flow = {"entry": flows.entry, "line": flows.waiting, "after": flows.after}[phase]
        if flow is None:  # nobody is asked here, and the dialplan need not know
            session.set_variable("CC_OK", "1")
            return
        routing = self._view.routing()
        if routing is not None:  # the hours may have been changed since we started
            flow = replace(flow, routing=routing)
        numbers = Numbers(
            caller=self._caller(session), relay=self._site.relay_number or "", own=self._own
        )
        occasion = self._occasion(session, name, phase, known=bool(numbers.caller))
        in_line = phase == "line"
        language = None if phase == "entry" else session.get_variable("CC_SPOKEN")
        outlook = Outlook(occasion, self._view)
        with bound_contextvars(contact=occasion.contact or None):
            outcome = run_flow(
                session,
                flow,
                outlook,
                numbers=numbers,
                voice=self._voice,
                clock_ms=_unix_clock(),
                language=language or None,
                at_end=_visited(occasion) if in_line else lambda _: None,
            )
            if not in_line:
                log.info("flow ended", stage=flow.name, outcome=outcome.value)
            elif outcome in (Outcome.DONE, Outcome.KEPT):
                VISITS.labels("known" if outlook.knows_wait else "unknown").inc()

    def _caller(self, session: Session) -> str:
        """The caller's number in E.164, if it can be rung and is not hidden; else empty."""
        if session.get_variable("CC_PRIVATE") == "1":
            return ""
        # Some carriers leave the + of a number with a country code out.
        number = dialable(session.env.get("agi_callerid", "")) or ""
        return usable(number, self._own) or ""

    def _occasion(self, session: Session, entry: str, phase: str, *, known: bool) -> Occasion:
        contact, key, visit, told = _arguments(session, 4)
        contact = contact if _CONTACT.fullmatch(contact) else ""
        asked = self._site.entry_points[entry].survey
        return Occasion(
            entry=entry,
            contact=contact,
            phase=phase,
            caller="known" if known else "anonymous",
            priority_class=session.get_variable("CC_CLASS") or "",
            visit=count_of(visit),
            key=key if key in KEYS else "",
            told=told_of(told),
            sampled=asked and is_sampled(contact, self._site.survey_percent),
        )


def _arguments(session: Session, most: int) -> tuple[str, ...]:
    given = session.request.arguments[:most]
    return (*given, *("" for _ in range(most - len(given))))


def _visited(occasion: Occasion) -> Callable[[Effects], None]:
    """What the next visit must know of this one."""

    def tell(effects: Effects) -> None:
        effects.set(CC_VISIT=str(occasion.visit + 1))
        if not effects.later:
            effects.speak_again_in(_LATER_S)

    return tell


def _unix_clock() -> Callable[[], int]:
    """Unix milliseconds; they do not go back when the machine's clock is set."""
    last = 0

    def now() -> int:
        nonlocal last
        last = max(last, time.time_ns() // 1_000_000)
        return last

    return now
