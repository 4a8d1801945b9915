"""`callcenter demo`: the service with a bounded stream of simulated people, all over real SIP."""

import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Annotated

import typer

from callcenter.acd.contact import ContactState
from callcenter.acd.nurse import NurseState
from callcenter.cli.service import running
from callcenter.credentials import load_credentials
from callcenter.journal.journal import Journal
from callcenter.router.follower import Follower
from callcenter.settings import Settings
from callcenter.site import Site, load_site
from callcenter.softphone.call import CallState
from callcenter.softphone.dial import CARRIER
from callcenter.softphone.patients import Patients
from callcenter.softphone.phone import Account, Phone
from callcenter.softphone.sipp import Scenario, SippRun
from callcenter.softphone.tone import NURSE_TONE_HZ
from callcenter.store import connect

_REPORT_EVERY_S = 5.0
# A share of callers for each language, about as a big city has them.
_SHARES = {"sv": 12, "en": 4, "ar": 4, "fi": 2, "so": 2}


def register(app: typer.Typer) -> None:
    """Add this command."""

    @app.command("demo")
    def _demo(
        calls: Annotated[int, typer.Option(min=1, max=2_000, help="How many callers.")] = 60,
        rate: Annotated[float, typer.Option(min=0.1, max=5, help="New callers a second.")] = 0.7,
    ) -> None:
        """Run the service with simulated nurses who answer and callers who call."""
        settings = Settings.from_environment()
        site = load_site(settings.site)
        stop = threading.Event()
        with running(settings, site, keep_calls=False), ExitStack() as people:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda _number, _frame: stop.set())
            try:
                _nurses(settings, site, people)
                print(
                    f"{len(site.nurses)} nurses are ready; {calls} callers come. Watch: make watch"
                )
                if site.outbound is not None:
                    people.enter_context(Patients(site.outbound, settings))
                    print("Whoever is rung answers: see `callcenter callback book --help`.")
                _callers(settings, site, people, calls, rate)
                _report(settings, stop)
            finally:
                people.close()


def _nurses(settings: Settings, site: Site, people: ExitStack) -> None:
    """Every nurse of the site registers a phone, dials *51 and answers by herself."""
    names = [nurse.id for nurse in site.nurses]
    secrets = load_credentials(settings.data, names).nurses
    draw = random.Random(1177)  # noqa: S311  how long a simulated talk lasts
    server = f"{settings.host}:{settings.sip_port}"

    def sign_in(nurse: str) -> None:
        phone = Phone(
            Account(user=nurse, server=server, password=secrets[nurse]), say=NURSE_TONE_HZ
        )
        people.push(phone)
        phone.register()
        phone.dial("*51").wait(CallState.ENDED, 15)
        # Longer than a callback's preview: whoever hangs up in that has not served it.
        phone.auto_answer(draw.uniform(1, 4), draw.uniform(12, 24))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sign_in, names))


def _callers(settings: Settings, site: Site, people: ExitStack, calls: int, rate: float) -> None:
    """SIPp callers with keys for languages as a city has them."""
    keys = {choice.language: choice.key for choice in site.choices}
    spoken = [tag for tag, share in _SHARES.items() if tag in keys for _ in range(share)]
    draw = random.Random(46)  # noqa: S311  which language a simulated caller speaks
    rows = [(f"+4670174{number:04}", keys[draw.choice(spoken)]) for number in range(200)]
    scenario = Scenario(
        name="caller",
        rows=rows,
        service="1177",
        calls=calls,
        rate=rate,
        hold_seconds=240,
        variables={"key_ms": 2_000},
        seconds=min(7_200, int(calls / rate) + 300),
    )
    run = SippRun(
        scenario, target=f"{settings.host}:{settings.sip_port}", address=CARRIER, settings=settings
    )
    people.callback(run.close)


def _report(settings: Settings, stop: threading.Event) -> None:
    """A line every few seconds, until everybody has been served or somebody stops it."""
    client = connect(settings)
    follower = Follower(client, settings.shard, Journal(client, settings.shard, "demo"))
    follower.rebuild()
    while not stop.wait(_REPORT_EVERY_S):
        follower.catch_up()
        board = follower.shard.board
        states = [contact.state for contact in board.contacts.values()]
        ready = sum(nurse.state is NurseState.READY for nurse in board.nurses.values())
        tallies = board.tallies
        print(
            f"in the menu {states.count(ContactState.IVR)}, "
            f"in line {states.count(ContactState.WAITING)}, "
            f"ringing {states.count(ContactState.OFFERED)}, "
            f"talking {states.count(ContactState.TALKING)}; nurses ready {ready}; "
            f"so far answered {sum(t.answered for t in tallies)}, "
            f"gave up {sum(t.abandoned + t.left_ivr for t in tallies)}",
            flush=True,
        )
