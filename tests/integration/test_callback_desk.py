"""The callback desk on a real Redis with a real router: what is confirmed is so, once."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from callbacks.callback import CallbackId, CallbackState, DialResult
from callbacks.policy import CallbackPolicy, Room
from callcenter.acd.callback_events import (
    CallbackShown,
    DialEnded,
    PatientAnswered,
    PatientDialled,
)
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    ChannelsSeen,
    Connected,
    GatewayAlive,
    NurseReady,
    SeenPhone,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId
from callcenter.acd.policy import Policy
from callcenter.callback_desk.desk import CallbackDesk
from callcenter.callback_desk.records import Actor, Filters, NotConfirmed, Refused, Request, Role
from callcenter.journal.codec import decode_event
from callcenter.journal.journal import START, Journal
from callcenter.router.follower import Follower
from callcenter.router.metrics import RouterMetrics
from callcenter.router.router import Router
from callcenter.seal import Seal
from callcenter.settings import ROOT, Settings
from callcenter.site import load_site
from language_routing.languages import Language
from tests.conftest import RedisServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

SITE = load_site(ROOT / "deploy" / "site" / "demo.yaml")
SV, AR = Language("sv"), Language("ar")
MINUTE = 60_000
NUMBER = "0701740605"
ANNA = Actor(name="cli:anna")
BOSS = Actor(name="cli:boss", role=Role.SUPERVISOR)
NODE = NodeId("node1")
NURSE = SITE.nurses[0].id


def policy(**rules: Any) -> Policy:
    return msgspec.structs.replace(SITE.policy, callbacks=CallbackPolicy(**rules))


def until(what: Callable[[], object], why: str) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(0.02)  # until the router has moved on


class Ground:
    """A site on the test's Redis, a router for it, and desks."""

    def __init__(self, server: RedisServer, folder: Path) -> None:
        self.server = server
        url = f"unix://{server.settings.redis_socket}"
        self.settings = Settings(home=folder / "home", shard="test", redis_url=url)
        self.settings.run.mkdir(parents=True)
        self.seal = Seal(self.settings.data / "keys")
        self.policy = policy()
        self.journal = Journal(server.client(), "test", "test")
        self.journal.load()

    @contextmanager
    def router(self) -> Iterator[None]:
        made = Router(self.settings, lambda: self.policy, RouterMetrics(CollectorRegistry()))
        thread = threading.Thread(target=made.run)
        thread.start()
        try:
            until(lambda: self.board().policy is not None, "the site was never loaded")
            yield
        finally:
            made.stop()
            thread.join(60)
            assert not thread.is_alive()

    def desk(self, within_s: float = 20.0) -> CallbackDesk:
        return CallbackDesk(self.server.client(), "test", SITE, self.seal, within_s=within_s)

    def board(self) -> Any:
        follower = Follower(self.server.client(), "test", self.journal)
        follower.rebuild()
        return follower.shard.board

    def tell(self, *events: AnyEvent) -> None:
        last = self.journal.append(*events)
        until(lambda: self.journal.position() >= last, "the router has not gone past it")

    def talks(self, name: str) -> None:
        """A nurse comes to work, and has talked to the patient of `name`, which is due."""
        contact = ContactId(f"{name}-1.0")
        self.works()
        until(lambda: self.board().contacts[contact].nurse == NURSE, "no nurse is rung")
        self.tell(
            Connected(contact=contact, nurse=NurseId(NURSE)),
            PatientDialled(contact=contact),
            PatientAnswered(contact=contact),
            CallHungUp(contact=contact),
        )

    def works(self) -> None:
        self.tell(
            ChannelsSeen(
                node=NODE, switch="a", contacts=(),
                phones=(SeenPhone(nurse=NurseId(NURSE), reachable=True, busy=False),),
            ),
            NurseReady(nurse=NurseId(NURSE), actor="test"),
        )  # fmt: skip

    def events(self, kind: type[AnyEvent]) -> list[Any]:
        found = [decode_event(entry.data) for entry in self.journal.read(START, count=10_000)]
        return [event for event in found if isinstance(event, kind)]

    def request(self, name: str, number: str | None = NUMBER, **more: Any) -> Request:
        now = int(time.time() * 1000)
        known = {"language": SV, "earliest": now + 30 * MINUTE, "latest": now + 90 * MINUTE}
        return Request(
            id=CallbackId(name), number=number, reason="follow_up_symptom", **known | more
        )  # fmt: skip


@pytest.fixture
def ground(redis_server: RedisServer, redis_client: Any, tmp_path: Path) -> Ground:
    assert redis_client.dbsize() == 0
    return Ground(redis_server, tmp_path)


@pytest.fixture
def running(ground: Ground) -> Iterator[Ground]:
    with ground.router():
        yield ground


def test_what_is_confirmed_is_in_the_ledger_and_nothing_of_it_is_in_clear(running: Ground) -> None:
    asked = running.request("a", note="feber sedan i torsdags", nurse=NURSE)
    booked = running.desk().book(asked, ANNA)
    assert (booked.again, booked.callback.state) == (False, CallbackState.SCHEDULED)
    found = running.board().ledger.get("a")
    assert found == booked.callback
    assert (found.actor, found.nurse, found.reason) == ("cli:anna", NURSE, "follow_up_symptom")
    assert (found.earliest, found.latest) == (asked.earliest, asked.latest)
    written = b"".join(entry.data for entry in running.journal.read(START, count=10_000))
    assert b"feber" not in written
    assert b"701740605" not in written


def test_a_promise_is_kept_when_redis_is_killed_the_moment_it_was_given(tmp_path: Path) -> None:
    server = RedisServer(Settings(home=tmp_path / "redis", shard="test"))
    server.start()
    try:
        ground = Ground(server, tmp_path)
        with ground.router():
            for number in range(5):
                name = f"a{number}"
                ground.desk().book(ground.request(name, f"+4670174060{number}"), ANNA)
                server.kill()
                server.start()
                until(
                    lambda name=name: ground.board().ledger.get(name) is not None,
                    "the promise is lost",
                )
                again = ground.request(name, f"+4670174060{number}")
                until(lambda again=again: _asked_again(ground, again), "it cannot be asked again")
            assert [one.id for one in ground.board().ledger] == ["a0", "a1", "a2", "a3", "a4"]
    finally:
        server.kill()


def _asked_again(ground: Ground, request: Request) -> bool:
    try:
        return ground.desk().book(request, ANNA).again
    except NotConfirmed:
        return False  # the router has not found the new Redis yet


def test_fifty_who_ask_with_one_id_are_promised_one_call(running: Ground) -> None:
    asked = running.request("a")
    desks = [running.desk() for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(lambda desk: desk.book(asked, ANNA), desks))
    board = running.board()
    assert [one.id for one in board.ledger] == ["a"]
    assert [row.booked for row in board.ledger.rows] == [1]
    assert {one.callback for one in found} == {board.ledger.get("a")}
    assert [one.again for one in found].count(False) == 1


def test_an_id_that_is_somebody_elses_is_refused(running: Ground) -> None:
    running.desk().book(running.request("a"), ANNA)
    with pytest.raises(Refused, match="this id is another callback's"):
        running.desk().book(running.request("a", "0701740606"), ANNA)
    assert [row.booked for row in running.board().ledger.rows] == [1]


def test_without_a_router_nothing_is_promised_and_asking_again_gives_the_truth(
    ground: Ground,
) -> None:
    with ground.router():
        pass
    asked = ground.request("a")
    with pytest.raises(NotConfirmed, match="promise nothing; ask again with the same id, a"):
        ground.desk(within_s=0.2).book(asked, ANNA)
    with pytest.raises(NotConfirmed):
        ground.desk(within_s=0.2).book(asked, ANNA)
    with ground.router():
        found = ground.desk().book(asked, ANNA)
    assert found.again
    assert [row.booked for row in ground.board().ledger.rows] == [1]


def test_without_redis_nothing_is_promised_and_nothing_is_shown(tmp_path: Path) -> None:
    server = RedisServer(Settings(home=tmp_path / "redis", shard="test"))
    server.start()
    ground = Ground(server, tmp_path)
    with ground.router():
        desk = ground.desk()
        desk.book(ground.request("a"), ANNA)
        found = desk.found("a")
    server.kill()
    with pytest.raises(NotConfirmed, match="ask again with the same id, b"):
        desk.book(ground.request("b", "0701740606"), ANNA)
    with pytest.raises(NotConfirmed, match="Redis cannot be reached"):
        desk.show("a", ANNA)
    assert found.id == "a"


def test_the_last_place_is_given_once(running: Ground) -> None:
    always = Room(language=SV, days=tuple(range(8)), slots=(1,) * 48)
    running.policy = policy(room=(always,))
    until(lambda: running.board().policy.callbacks.room, "the site was never loaded")
    numbers = [f"+467017406{number:02}" for number in range(5, 15)]
    first = running.request("r0", numbers[0])

    def ask(pair: tuple[CallbackDesk, str]) -> str:
        desk, number = pair
        try:
            desk.book(replace(first, id=CallbackId(f"r{number[-2:]}"), number=number), ANNA)
        except Refused as error:
            return str(error)
        return "booked"

    desks = [running.desk() for _ in numbers]
    with ThreadPoolExecutor(len(numbers)) as pool:
        found = list(pool.map(ask, zip(desks, numbers, strict=True)))
    assert found.count("booked") == 1
    refused = [text for text in found if text != "booked"]
    assert {text.partition(" Free: ")[0] for text in refused} == {
        "No more callbacks can be kept then; choose another time, or ask a supervisor."
    }
    assert all(" Free: " in text for text in refused)
    assert [row.booked for row in running.board().ledger.rows] == [1]
    more = replace(first, id=CallbackId("x"), number="+46701740690", overbook=True)
    with pytest.raises(Refused, match="say why it is overbooked"):
        running.desk().book(more, BOSS)
    with pytest.raises(Refused, match="Only a supervisor may book beyond"):
        running.desk().book(replace(more, why="medical_need"), ANNA)
    assert running.desk().book(replace(more, why="medical_need"), BOSS).callback.overbooked
    assert [row.overbooked for row in running.board().ledger.rows] == [1]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("112", "emergency number"), ("1177", "our own"), ("+46771117700", "our own"),
     ("+358401234567", "a number abroad"), ("199001011234", "personal identity"),
     ("0939 1234567", "costs more"), ("abc", "only digits"), ("", "Give a telephone number")],
)  # fmt: skip
def test_a_number_that_nobody_is_rung_on_is_refused_in_words_that_do_not_name_it(
    running: Ground, number: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as error:
        running.desk().book(running.request("a", number), ANNA)
    assert not number or number not in str(error.value)
    assert running.board().ledger.get("a") is None


def test_a_number_abroad_is_taken_when_it_is_meant(running: Ground) -> None:
    asked = running.request("a", "+358401234567", foreign=True)
    assert running.desk().book(asked, ANNA).callback.state is CallbackState.SCHEDULED


def test_the_conversations_own_number_is_taken_while_it_lasts_and_after_it(
    running: Ground,
) -> None:
    plain = "+46701740605"
    running.tell(
        GatewayAlive(node=NODE),
        CallArrived(
            contact=ContactId("node1-1.1"), node=NODE, channel="PJSIP/trunk-1",
            entry_point="child", priority_class="public", caller=running.seal.recognise(plain),
            sealed=running.seal.seal(plain, date(2026, 11, 26)),
        ),
        CallQueued(contact=ContactId("node1-1.1"), language=AR),
    )  # fmt: skip
    asked = running.request("a", None, contact="node1-1.1", language=None)
    one = running.desk().book(asked, ANNA).callback
    assert (one.language, one.entry_point, one.contact) == (AR, "child", "node1-1.1")
    assert running.desk().show("a", ANNA).number == plain
    running.tell(CallHungUp(contact=ContactId("node1-1.1")))
    assert not running.board().contacts
    with pytest.raises(Refused, match="say in which language"):
        running.desk().book(running.request("b", None, contact="node1-1.1", language=None), ANNA)
    later = running.request("b", None, contact="node1-1.1", twice=True)
    assert running.desk().book(later, ANNA).callback.caller == one.caller
    with pytest.raises(Refused, match="no such conversation lately"):
        running.desk().book(running.request("c", None, contact="node1-9.9"), ANNA)


def test_whoever_is_being_talked_to_is_not_to_be_rung_unless_that_is_meant(
    running: Ground,
) -> None:
    running.tell(
        GatewayAlive(node=NODE),
        CallArrived(
            contact=ContactId("c1"), node=NODE, channel="PJSIP/trunk-1", entry_point="public",
            priority_class="public", caller=running.seal.recognise("+46701740605"),
        ),
        CallQueued(contact=ContactId("c1"), language=SV),
    )  # fmt: skip
    with pytest.raises(Refused, match="on the phone with us now"):
        running.desk().book(running.request("a"), ANNA)
    assert running.desk().book(running.request("a", twice=True), ANNA).callback.open


def test_looking_is_in_the_journal_and_an_erased_day_shows_nothing(running: Ground) -> None:
    desk = running.desk()
    desk.book(running.request("a", note="ring på kvällen"), ANNA)
    shown = desk.show("a", BOSS)
    assert (shown.number, shown.note, shown.erased) == ("+46701740605", "ring på kvällen", False)
    assert [event.actor for event in running.events(CallbackShown)] == ["cli:boss"]
    assert "0701740605" not in repr(shown)
    assert "kvällen" not in repr(shown)
    running.seal.erase(date(2999, 1, 1))
    shown = desk.show("a", BOSS)
    assert (shown.number, shown.note, shown.erased) == (None, None, True)
    with pytest.raises(Refused, match="there is no such callback"):
        desk.show("b", BOSS)
    assert len(running.events(CallbackShown)) == 2


def test_a_callback_is_moved_once_and_then_it_is_cancelled_once(running: Ground) -> None:
    desk = running.desk()
    one = desk.book(running.request("a"), ANNA).callback
    earliest, latest = one.earliest + 10 * MINUTE, one.earliest + 40 * MINUTE
    moved = desk.move("a", earliest, latest, ANNA)
    assert (moved.earliest, moved.latest) == (earliest, latest)
    assert desk.move("a", earliest, latest, ANNA) == moved
    assert [row.moved for row in running.board().ledger.rows] == [1]
    with pytest.raises(Refused, match="later than is promised"):
        desk.move("a", earliest + 300 * MINUTE, latest + 300 * MINUTE, ANNA)
    with pytest.raises(Refused, match="reason: one word"):
        desk.cancel("a", ANNA, "0701740605")
    assert desk.cancel("a", ANNA, "patient_asked").state is CallbackState.CANCELLED
    assert desk.cancel("a", BOSS, "patient_asked").why == "patient_asked"
    with pytest.raises(Refused, match="it was cancelled"):
        desk.move("a", earliest, latest + MINUTE, ANNA)
    with pytest.raises(Refused, match="it was cancelled"):
        desk.settle("a", ANNA, "rang_by_hand")


def test_what_people_have_done_is_done(running: Ground) -> None:
    desk = running.desk()
    desk.book(running.request("a"), ANNA)
    desk.book(running.request("b", "0701740606", language=AR), ANNA)
    assert [one.id for one in desk.list()] == ["a", "b"]
    assert [one.id for one in desk.list(Filters(language="ar"))] == ["b"]
    assert desk.settle("a", ANNA, "rang_by_hand").state is CallbackState.DONE
    assert [one.id for one in desk.list()] == ["b"]
    assert {one.id for one in desk.list(Filters(ended=True))} == {"a", "b"}
    assert [one.id for one in desk.list(Filters(state="done", ended=True))] == ["a"]
    for rows in (desk.report(), desk.report(since=desk.now - MINUTE)):
        swedish = next(row for row in rows if row.language == SV)
        assert (swedish.booked, swedish.kept, swedish.kept_rate) == (1, 0, None)
        assert swedish.settled == 1
        arabic = next(row for row in rows if row.language == AR)
        assert (arabic.booked, arabic.open, arabic.kept_rate) == (1, 1, None)
    with pytest.raises(Refused, match="kept for 24 hours only"):
        desk.report(since=desk.now - 25 * 60 * MINUTE)


def test_a_patient_who_was_not_reached_is_a_task_for_a_supervisor(running: Ground) -> None:
    desk = running.desk()
    now = int(time.time() * 1000)
    desk.book(running.request("a", earliest=now, latest=now + 60 * MINUTE), ANNA)
    running.works()
    contact = ContactId("a-1.0")
    until(lambda: running.board().contacts[contact].nurse == NURSE, "no nurse is rung")
    with pytest.raises(Refused, match="it is ringing by now"):
        desk.cancel("a", ANNA, "patient_asked")
    running.tell(
        Connected(contact=contact, nurse=NurseId(NURSE)),
        PatientDialled(contact=contact),
        DialEnded(contact=contact, result=DialResult.INVALID),
        CallHungUp(contact=contact),
    )
    assert [one.id for one in desk.tasks()] == ["a"]
    with pytest.raises(Refused, match="only a supervisor may settle this"):
        desk.settle_task("a", ANNA, "welfare_check")
    assert desk.settle_task("a", BOSS, "welfare_check").settled == "welfare_check"
    assert desk.settle_task("a", BOSS, "again").settled == "welfare_check"
    assert desk.tasks() == ()


def test_offers_are_times_that_can_be_booked(running: Ground) -> None:
    desk = running.desk()
    found = desk.offers(SV)
    assert found
    last = found[-1]
    asked = running.request("a", earliest=last.earliest, latest=last.latest)
    assert desk.book(asked, ANNA).callback.latest == last.latest
    with pytest.raises(Refused, match="this site has the languages sv"):
        desk.offers(Language("xx"))


def test_a_site_that_rings_nobody_says_so(running: Ground) -> None:
    running.policy = msgspec.structs.replace(SITE.policy, callbacks=None)
    until(lambda: running.board().policy.callbacks is None, "the site was never loaded")
    with pytest.raises(Refused, match="this site rings nobody"):
        running.desk().book(running.request("a"), ANNA)
