"""Gateway: one Asterisk and the journal. It turns events into entries and commands into actions.

Three threads of work, each with a producer of its own in the journal:

- the reading connection's dispatch thread: AMI events, translated and appended in order;
- the command thread: commands in their order, journalled as started before they act;
- the thread of `run`: every two seconds a sign of life, and the dead-man's switch.

While Redis is away the dispatch thread waits with what it has; if too much piles up,
the connection is dropped and everything is asked for anew (`ChannelsSeen`).
"""

import re
import threading
import time
from collections.abc import Sequence
from functools import partial

import structlog
from prometheus_client import Counter, Histogram
from redis.exceptions import RedisError

from callcenter.acd.commands import AnyCommand
from callcenter.acd.events import AnyEvent, GatewayAlive, SwitchLost
from callcenter.acd.ids import Millis, NodeId, entry_key
from callcenter.asterisk import executor
from callcenter.asterisk.ami.connection import Connection
from callcenter.asterisk.ami.errors import AMIDisconnected, AMIError
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.ami.supervisor import Credentials, Supervisor
from callcenter.asterisk.callers_words import tells_a_key
from callcenter.asterisk.numbers import Numbers
from callcenter.asterisk.nurse_words import words_of
from callcenter.asterisk.orders import Orders
from callcenter.asterisk.translator import Translator
from callcenter.credentials import load_credentials
from callcenter.journal.clock import JournalClock
from callcenter.journal.journal import Journal
from callcenter.journal.patience import Patience, Stopped
from callcenter.journal.trouble import Trouble, wrong_keys
from callcenter.seal import Seal, Unsealable
from callcenter.settings import Settings
from callcenter.site import Site
from callcenter.store import connect

log = structlog.get_logger()

ALIVE_EVERY_S = 2.0
_PUBLISHED_WITHIN_S = 1.5
_BEHIND_S = 0.25
_STAMP = re.compile(r"\d{1,12}\.\d{1,6}")
_STUCK_S = 5.0  # a gateway that can only say that it lives serves nobody
APPENDS = Histogram(
    "callcenter_journal_append_seconds",
    "From having events to having them in the journal",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30),
)
LAG = Histogram(
    "callcenter_ami_lag_seconds",
    "From Asterisk's own stamp on an event to our translating it",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30),
)
IGNORED = Counter("callcenter_ami_events_ignored_total", "Events of ours in no known form")


class Gateway:
    """One node's gateway. Next: `run`, in the main thread; `stop` from a signal handler."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self._node = NodeId(settings.node)
        self._stopping = threading.Event()
        clock = JournalClock()
        client = connect(settings)

        def journal(part: str) -> Journal:
            return Journal(client, settings.shard, f"gateway-{settings.node}-{part}", clock)

        self._events, self._beats = journal("events"), journal("beats")
        examine = partial(wrong_keys, client, settings.shard)
        self._patience, self._trouble = Patience(self._stopping, examine), Trouble(examine)
        secrets = load_credentials(settings.data, [nurse.id for nurse in site.nurses]).ami
        seal = Seal(settings.data / "keys")
        own = frozenset(number for number in site.numbers if number.startswith("+"))

        def open_number(sealed: str) -> str:
            number = seal.open(sealed)
            if number in own:  # somebody has sent it as hers
                raise Unsealable("sealed number: our own")
            return number

        self._open_number = open_number if site.outbound is not None else None
        self._view = Translator(
            self._node,
            [nurse.id for nurse in site.nurses],
            Numbers(seal),
            words=words_of(site),
        )
        self._viewing = threading.Lock()
        self._snapshots = 0
        self._switch = ""
        self._generation: str | None = None
        self._telling_since: float | None = None
        self._reading = Supervisor(
            "reading",
            Credentials(
                host="127.0.0.1",
                port=settings.ami_port,
                username="reading",
                secret=secrets["reading"],
            ),
            on_events=self._on_events,
            on_up=self._on_up,
            on_down=self._on_down,
        )
        self._acting = Supervisor(
            "acting",
            Credentials(
                host="127.0.0.1",
                port=settings.ami_port,
                username="acting",
                secret=secrets["acting"],
                events="off",
            ),
            await_boot=False,
        )
        self._orders = Orders(
            self._node,
            journal("orders"),
            self._patience,
            plan=self._plan,
            acting=self._acting.current,
            look_up=lambda: self._ask(self._reading.current()),
        )

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()

    def run(self) -> None:
        """Serve until stopped."""
        try:
            self._patience.retry(self._events.load)
        except Stopped:
            return
        self._reading.start()
        self._acting.start()
        orders = threading.Thread(target=self._orders.run, name="orders", daemon=True)
        orders.start()
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                self._sign_of_life()
                self._trouble.over()
            except RedisError as error:
                self._trouble.note(error)
            except AMIError as error:
                log.warning("asterisk out of reach", stage="sign of life", exc_info=error)
            self._stopping.wait(max(0.1, ALIVE_EVERY_S - (time.monotonic() - started)))
        orders.join(2.0)
        self._reading.stop()
        self._acting.stop()
        try:
            self._beats.append(SwitchLost(node=self._node))
        except RedisError as error:
            log.warning("journal out of reach", stage="stop", exc_info=error)

    # -- the reading connection -------------------------------------------------------

    def _on_up(self, connection: Connection, _epoch: int) -> None:
        """A new connection: whatever happened meanwhile is asked for as a whole."""
        status = connection.call("CoreStatus")
        before = self._switch
        self._switch = f"{status.get('CoreStartupDate')} {status.get('CoreStartupTime')}"
        self._ask(connection)
        if self._switch != before:
            self._find_phones(connection)

    def _find_phones(self, connection: Connection) -> None:
        """A fresh Asterisk asks the phones that it remembers one by one, for ten seconds: have it
        ask them all at once. Who is not registered is none, and has no answer.

        Raises:
            AMIError: The connection is lost.
        """
        nurses = list(self._view.board.devices)
        for nurse in nurses:
            connection.call("PJSIPQualify", {"Endpoint": nurse})
        log.info("phones asked", count=len(nurses))

    def _ask(self, connection: Connection) -> None:
        """Ask for the devices, then for the channels; the answers come as events.

        Raises:
            AMIError: There was no answer; nothing is known.
        """
        with self._viewing:
            self._snapshots += 1
            action_id = f"look-{connection.epoch}-{self._snapshots}"
            self._view.begin_snapshot(self._switch, action_id)
        lists: tuple[tuple[str, dict[str, str], str], ...] = (
            ("DeviceStateList", {}, f"{action_id}d"),
            ("QueueStatus", {"Queue": "fallback"}, f"{action_id}q"),
            ("CoreShowChannels", {}, action_id),
        )
        for action, headers, given in lists:
            answer = connection.call(action, headers, action_id=given)
            if not answer.ok:
                log.error("asterisk refused a list", action=action)

    def _on_events(self, events: list[Event]) -> None:
        found: list[AnyEvent] = []
        with self._viewing:
            ignored = self._view.ignored
            for event in events:
                try:
                    found += self._view.translate(event)
                except Exception as error:  # one event's misfortune
                    IGNORED.inc()
                    log.error("event not translated", type=event.name, exc_info=error)
            IGNORED.inc(self._view.ignored - ignored)
        stamp = events[-1].get("Timestamp")  # manager.conf, timestampevents
        if _STAMP.fullmatch(stamp):
            LAG.observe(max(0.0, time.time() - float(stamp)))
        if found:
            self._tell(found)

    def _on_down(self, _epoch: int) -> None:
        with self._viewing:
            self._view.forget()
        self._tell([SwitchLost(node=self._node)])

    def _plan(
        self, commands: Sequence[AnyCommand], now: Millis
    ) -> list[executor.Planned | executor.Refused]:
        """What to send, by a view that is up to date; an old one could cut a conversation."""
        since = self._telling_since
        if since is not None and time.monotonic() - since > _BEHIND_S:
            return [executor.Refused("behind") for _ in commands]
        with self._viewing:
            return [
                executor.plan(command, self._view.board, now, self._open_number)
                for command in commands
            ]

    # -- signs of life ----------------------------------------------------------------

    def _sign_of_life(self) -> None:
        """Tell the journal, and tell Asterisk once the router has gone past it."""
        try:
            acting, reading = self._acting.current(), self._reading.current()
        except AMIDisconnected:
            return  # the supervisors tell of it; no sign of life is the sign
        entry = self._beats.append(GatewayAlive(node=self._node))
        generation = self._beats.generation()
        lost = [journal.lost() for journal in (self._events, self._beats)]
        if any(lost) or (self._generation is not None and generation != self._generation):
            log.warning("another journal: telling it the truth")
            self._ask(reading)
        self._generation = generation
        if self._patience.waits_s() > _STUCK_S:
            log.error("commands or events are held up: not alive", delay_s=_STUCK_S)
            return
        deadline = time.monotonic() + _PUBLISHED_WITHIN_S
        while entry_key(self._beats.position()) < entry_key(entry):
            if time.monotonic() >= deadline or self._stopping.wait(0.02):
                log.warning("the router does not follow", entry=entry)
                return
        acting.call("Setvar", {"Variable": "CC_ALIVE", "Value": str(int(time.time()))})

    def _tell(self, events: list[AnyEvent]) -> None:
        started = self._telling_since = time.monotonic()
        self._patience.retry(lambda: self._events.append(*events))
        self._telling_since = None
        APPENDS.observe(time.monotonic() - started)
        for event in events:
            contact = getattr(event, "contact", None)
            if contact is not None and not tells_a_key(event):
                log.info("journalled", type=type(event).__name__, contact=contact)
