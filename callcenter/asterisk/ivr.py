"""IVR: the FastAGI process. It plays flows to callers and answers nurses' feature codes.

A process of its own: a slow dialogue never stands in the way of the gateway's events.
"""

import hmac
import itertools
import re
import time

import structlog
from structlog.contextvars import bound_contextvars

from callcenter.asterisk.agi.errors import AGIProtocolError
from callcenter.asterisk.agi.server import Server
from callcenter.asterisk.agi.session import Session
from callcenter.asterisk.ivr_runner import run_flow
from callcenter.asterisk.nurse_codes import NurseCodes
from callcenter.credentials import load_credentials
from callcenter.journal.journal import Journal
from callcenter.settings import ROOT, Settings
from callcenter.site import Site
from callcenter.speech.manifest import read_manifest
from callcenter.store import connect
from ivr_flows.load import load_flow
from ivr_flows.prompts import load_catalog

log = structlog.get_logger()

_FLOWS = ROOT / "ivr_flows" / "flows"
_MOST_SESSIONS = 1_000
_CONTACT = re.compile(r"[a-z0-9-]{1,40}-\d{1,12}\.\d{1,12}")


class Ivr:
    """Routes a dialogue by its path: `/ivr/<flow>` or `/nurse/<what she asks>`."""

    def __init__(self, settings: Settings, site: Site) -> None:
        """Load every flow of the site.

        Raises:
            YamlError: A flow is wrong, with file and line.
            OSError: A flow is not there, or the port is taken.
        """
        catalog = load_catalog()
        self._flows = {
            entry.flow: load_flow(_FLOWS / f"{entry.flow}.yaml", site.choices, catalog)
            for entry in site.entry_points.values()
        }
        self._prompts = settings.prompts
        # The manifest says the length of each prompt; `callcenter up` renders before we start.
        self._seconds = {
            name: entry.seconds for name, entry in read_manifest(settings.prompts).items()
        }
        nurses = [nurse.id for nurse in site.nurses]
        self._key = load_credentials(settings.data, nurses).ami["agi"]
        client = connect(settings)
        numbers = itertools.count()

        def journal() -> Journal:
            # A producer per dialogue would grow the table of producers: a few take turns.
            part = f"codes-{settings.node}-{next(numbers) % 64}"
            return Journal(client, settings.shard, part)

        self._codes = NurseCodes(settings, site, journal)
        self.server = Server("127.0.0.1", settings.agi_port, self._serve, _MOST_SESSIONS)

    def _serve(self, session: Session) -> None:
        given = session.request.query.get("key", "")
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise AGIProtocolError("the dialogue does not know our key")
        kind, _, name = session.path.removeprefix("/").partition("/")
        if kind == "nurse":
            self._codes.serve(session, name)
        elif kind == "ivr" and name in self._flows:
            given_contact = next(iter(session.request.arguments), "")
            contact = given_contact if _CONTACT.fullmatch(given_contact) else None
            with bound_contextvars(contact=contact):
                outcome = run_flow(
                    session, self._flows[name], self._prompts, _clock_ms, self._seconds
                )
                log.info("flow ended", stage=name, outcome=outcome.value)
        else:
            raise AGIProtocolError("no such flow")


def _clock_ms() -> int:
    return time.monotonic_ns() // 1_000_000
