"""The live view answers from the fold, and knows nothing where that would be too old."""

import threading

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from callbacks.callback import CallbackId
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackBooked, PatientAnswered
from callcenter.acd.events import (
    AnyEvent,
    CallQueued,
    ChannelsSeen,
    Connected,
    MessageSet,
    NurseReady,
    PhoneChanged,
    PlaceKept,
    SiteLoaded,
    SurgeSet,
    Tick,
)
from callcenter.acd.ids import ContactId, NurseId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from callcenter.journal.clock import JournalClock
from callcenter.journal.journal import Journal
from callcenter.router.follower import Follower, JournalLost
from callcenter.router.live_view import LiveView
from language_routing.lines import Routing
from tests.unit.acd.world import NODE, SV, arrival, policy
from tests.unit.router.stored import KEYS, Stored

RULES = SurgeRules(
    callback_after=60_000,
    steps=(SurgeStep(level=SurgeLevel.HIGH, waiting=1_000, callback_after=1),),
)
OPENING: list[AnyEvent] = [
    SiteLoaded(policy=policy({"n1": "sv"}, surge=RULES)),
    ChannelsSeen(node=NODE, switch="a", contacts=(), phones=()),
]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Scene:
    """A stored journal, and a view that has followed it up to now."""

    def __init__(self, stored: Stored | None = None) -> None:
        self.stored = stored or Stored()
        self.clock = Clock()
        journal = Journal(self.stored, "test", "ivr", JournalClock(self.clock))
        self.view = LiveView(Follower(self.stored, "test", journal), self.clock)
        self.view.turn()
        self.tell(*OPENING)

    def tell(self, *events: AnyEvent) -> None:
        self.stored.tell(*events)
        self.view.turn()

    def queue(self, *contacts: str) -> None:
        for contact in contacts:
            self.tell(arrival(contact), CallQueued(contact=ContactId(contact), language=SV))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def busy(scene: Scene) -> None:
    """The only nurse talks to a caller."""
    scene.tell(
        PhoneChanged(nurse=NurseId("n1"), reachable=True, busy=False),
        NurseReady(nurse=NurseId("n1"), actor="test"),
    )
    scene.queue("c0")
    scene.tell(Connected(contact=ContactId("c0"), nurse=NurseId("n1")))


def test_the_hours_are_those_of_the_policy_in_force(scene: Scene) -> None:
    closing = Routing(night=(60, 120))
    assert scene.view.routing() == Routing()
    scene.tell(SiteLoaded(policy=policy({"n1": "sv"}, surge=RULES, routing=closing)))
    assert scene.view.routing() == closing


def test_a_service_without_news_for_ten_seconds_does_not_live(scene: Scene) -> None:
    assert scene.view.lives()
    scene.clock.now += 11
    scene.view.turn()
    assert not scene.view.lives()


def test_who_is_in_no_line_does_not_wait(scene: Scene) -> None:
    assert scene.view.wait("c1") is None
    scene.tell(arrival("c1"))
    assert scene.view.wait("c1") is None


def test_a_caller_whom_nobody_can_serve_waits_for_an_unknown_time(scene: Scene) -> None:
    scene.queue("c1")
    found = scene.view.wait("c1")
    assert found is not None
    assert found.wait is None
    assert found.offered  # a wait that nobody knows may be a long one


def test_place_and_range_are_those_of_the_estimate(scene: Scene) -> None:
    busy(scene)
    scene.queue("c1", "c2")
    first, second = scene.view.wait("c1"), scene.view.wait("c2")

    assert first is not None
    assert second is not None
    assert first.wait is not None
    assert second.wait is not None
    assert (first.ahead, second.ahead) == (0, 1)
    assert (first.wait.place, second.wait.place) == (1, 2)
    assert 0 <= first.wait.low_ms < first.wait.high_ms < second.wait.high_ms
    assert (second.nurses, second.priority_class) == (1, "public")


def test_a_kept_place_is_offered_from_the_wait_that_the_site_and_the_surge_say(
    scene: Scene,
) -> None:
    scene.tell(SiteLoaded(policy=policy({"n1": "sv"}, surge=SurgeRules())))
    busy(scene)
    scene.queue("c1")
    assert not scene.view.wait("c1").offered  # type: ignore[union-attr]  # 0: never

    long = SurgeRules(callback_after=3_600_000 * 20, steps=RULES.steps)
    scene.tell(SiteLoaded(policy=policy({"n1": "sv"}, surge=long)))
    assert not scene.view.wait("c1").offered  # type: ignore[union-attr]

    scene.tell(SurgeSet(level=SurgeLevel.HIGH, actor="test", reason="test"))
    assert scene.view.surge() == "high"
    assert scene.view.wait("c1").offered  # type: ignore[union-attr]


def test_a_place_is_kept_once_the_leader_has_taken_it_and_no_sooner(scene: Scene) -> None:
    busy(scene)
    scene.queue("c1")
    assert not scene.view.kept("c1")
    scene.stored.tell(PlaceKept(contact=ContactId("c1")))
    assert not scene.view.kept("c1")  # not followed yet
    scene.view.turn()
    assert scene.view.kept("c1")
    assert scene.view.wait("c1") is None


def test_messages_are_those_of_the_entry_point_until_their_end(scene: Scene) -> None:
    scene.tell(
        MessageSet(
            id="m-1", entry_point="public", language=None, until=10_000_000, sound="m-1/sv",
            text="", actor="test",
        )
    )  # fmt: skip
    assert scene.view.messages("public")["sv"] == "m-1/sv"
    assert scene.view.messages("staff") == {}
    scene.clock.now += 20_000
    assert scene.view.messages("public") == {}


def test_without_news_the_wait_is_not_known_and_what_is_slow_goes_on(scene: Scene) -> None:
    busy(scene)
    scene.queue("c1")
    scene.tell(SurgeSet(level=SurgeLevel.HIGH, actor="test", reason="test"))
    scene.clock.now += 11
    scene.view.turn()
    assert scene.view.wait("c1") is None
    assert not scene.view.kept("c1")
    assert scene.view.surge() == "high"

    scene.tell(arrival("c9"))
    assert scene.view.wait("c1") is not None


class Hanging(Stored):
    """A Redis that does not answer when it is asked for entries, until `go_on`."""

    def __init__(self) -> None:
        super().__init__()
        self.hung, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def xread(self, streams: dict[str, str], count: int, block: int | None) -> list[object]:
        self.hung.set()
        assert self.go_on.wait(30)
        return super().xread(streams, count, block)


def test_what_is_slow_is_known_while_the_follower_hangs_in_redis() -> None:
    stored = Hanging()
    scene = Scene(stored)
    busy(scene)
    scene.queue("c1")
    scene.tell(
        SurgeSet(level=SurgeLevel.HIGH, actor="test", reason="test"),
        MessageSet(
            id="m-1", entry_point=None, language=None, until=10_000_000, sound="m-1/sv",
            text="", actor="test",
        ),
    )  # fmt: skip
    stored.go_on.clear()
    stored.hung.clear()
    stored.tell(arrival("c9"))
    turn = threading.Thread(target=scene.view.turn)
    turn.start()
    try:
        assert stored.hung.wait(30)
        assert scene.view.wait("c1") is None
        assert scene.view.surge() == "high"
        assert scene.view.messages("public")["sv"] == "m-1/sv"
    finally:
        stored.go_on.set()
        turn.join(30)
    assert scene.view.wait("c1") is not None


def test_another_journal_is_followed_from_its_start(scene: Scene) -> None:
    busy(scene)
    scene.queue("c1")
    scene.stored.texts[KEYS.generation] = b"g2"
    scene.clock.now += 2
    with pytest.raises(JournalLost):
        scene.view.turn()


def test_before_the_first_turn_nothing_is_known() -> None:
    stored = Stored()
    view = LiveView(Follower(stored, "test", Journal(stored, "test", "ivr")))
    assert view.wait("c1") is None
    assert not view.kept("c1")
    assert (view.surge(), view.messages("public")) == ("normal", {})


class Away(Stored):
    """A Redis that is out of reach for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.away = True
        self.asked = threading.Event()

    def get(self, key: str) -> bytes | None:
        self.asked.set()
        if self.away:
            raise RedisConnectionError("away")
        return super().get(key)


def test_the_thread_outlives_a_redis_that_is_away_and_another_journal() -> None:
    stored = Away()
    stored.tell(*OPENING)
    view = LiveView(Follower(stored, "test", Journal(stored, "test", "ivr")))
    view.start()
    try:
        assert stored.asked.wait(30)
        stored.away = False
        _until_known(stored, view, "c1")
        stored.texts[KEYS.generation] = b"g2"
        _until_known(stored, view, "c2")
    finally:
        view.stop()


def _until_known(stored: Stored, view: LiveView, contact: str) -> None:
    stored.tell(arrival(contact), CallQueued(contact=ContactId(contact), language=SV))
    pause = threading.Event()
    for number in range(600):
        if view.wait(contact) is not None:
            return
        if number % 10 == 9:
            stored.tell(arrival(f"{contact}x{number}"))
        pause.wait(0.05)
    raise AssertionError("the view does not follow")


def test_whom_we_have_rung_back_is_not_asked_to_be_rung_back(scene: Scene) -> None:
    ringing = policy({"n1": "sv"}, surge=RULES, callbacks=CallbackPolicy())
    scene.tell(SiteLoaded(policy=ringing))
    now = scene.stored.shard.now
    scene.tell(
        CallbackBooked(
            callback=CallbackId("a"), language=SV, earliest=now, latest=now + 3_600_000,
            reason="other", caller="h", sealed="s", actor="test",
        ),
        Tick(deadline=now),
        PatientAnswered(contact=ContactId("a-1.0")),
    )  # fmt: skip
    found = scene.view.wait("a-1.0")
    assert found is not None
    assert found.wait is None  # a wait that nobody knows, and nothing is offered
    assert not found.offered
    scene.queue("c1")
    assert scene.view.wait("c1").offered  # type: ignore[union-attr]
