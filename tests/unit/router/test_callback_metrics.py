"""What a scrape says of callbacks: levels, counts, and how late a nurse hears of one."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from callbacks.callback import DialResult, Kind
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    DialEnded,
    PatientAnswered,
    PatientDialled,
)
from callcenter.acd.events import NurseRang
from callcenter.acd.ids import ContactId, NurseId
from callcenter.router.callback_metrics import ReleaseLag, copied
from callcenter.router.metrics import RouterMetrics
from language_routing.languages import Language
from tests.unit.acd.world import AR, SV, World

MINUTE = 60_000


class Scrape:
    """One router's metrics in a registry of their own, read as Prometheus reads them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.registry = CollectorRegistry()
        self.metrics = RouterMetrics(self.registry)

    def value(self, name: str, **labels: str) -> float | None:
        self.metrics.refresh(self.world.shard, self.world.now)
        for family in text_string_to_metric_families(generate_latest(self.registry).decode()):
            for sample in family.samples:
                if sample.name == f"callcenter_{name}" and sample.labels == labels:
                    return sample.value
        return None


@pytest.fixture
def world() -> World:
    return World({"n1": "sv"}, callbacks=CallbackPolicy())


def booked(
    world: World, name: str, *, due: int = MINUTE, language: Language = SV, **more: object
) -> None:
    """A callback to be rung within an hour of `due`, from now."""
    world.tell(
        CallbackBooked(
            callback=name, language=language, earliest=world.now + due,
            latest=world.now + due + 60 * MINUTE, reason="advice", caller=f"hash-{name}",
            sealed=f"sealed-{name}", actor="cli:test", **more,
        )
    )  # fmt: skip


def is_rung(world: World, name: str, nurse: str = "n1") -> None:
    """The nurse's phone rings for it."""
    contact = ContactId(f"{name}-1.0")
    world.tell(NurseRang(offer=world.offer_of(contact), contact=contact, nurse=NurseId(nurse)))


def is_kept(world: World, name: str) -> None:
    """Due by now, and a nurse free: she answers, the patient does, they talk."""
    contact = ContactId(f"{name}-1.0")
    is_rung(world, name)
    world.connects(contact, "n1")
    world.tell(PatientDialled(contact=contact))
    world.now += 5_000
    world.tell(PatientAnswered(contact=contact))
    world.now += MINUTE
    world.hangs_up(contact)


def test_open_callbacks_are_counted_by_state_and_language(world: World) -> None:
    booked(world, "a")
    booked(world, "b", due=10 * MINUTE)
    booked(world, "c", due=10 * MINUTE, language=AR)
    world.after(MINUTE)
    scrape = Scrape(world)
    assert scrape.value("callbacks", language="sv", state="waiting") == 1
    assert scrape.value("callbacks", language="sv", state="scheduled") == 1
    assert scrape.value("callbacks", language="ar", state="scheduled") == 1
    assert scrape.value("callbacks", language="so", state="waiting") == 0
    assert scrape.value("callbacks_booked_total", language="sv", kind="medical") == 2


def test_whose_patient_is_not_on_the_phone_is_no_caller_in_line(world: World) -> None:
    booked(world, "a")
    world.after(MINUTE)
    scrape = Scrape(world)
    assert scrape.value("queue_calls_waiting", language="sv") == 0
    world.queues("c1")
    assert scrape.value("queue_calls_waiting", language="sv") == 1


def test_a_broken_promise_shows_while_it_lasts(world: World) -> None:
    booked(world, "a")
    world.after(61 * MINUTE)
    scrape = Scrape(world)
    assert scrape.value("callbacks_late_open", language="sv") == 0
    world.after(1)
    assert scrape.value("callbacks_late_open", language="sv") == 1
    assert scrape.value("callbacks_late_open", language="ar") == 0


def test_what_is_due_and_in_no_line_shows_for_how_long(world: World) -> None:
    booked(world, "a")
    world.now += MINUTE + 7_000  # and nobody ticks
    scrape = Scrape(world)
    assert scrape.value("callback_most_overdue_seconds", language="sv") == 7
    world.after(0)
    assert scrape.value("callback_most_overdue_seconds", language="sv") == 0


def test_kept_late_and_unreached_make_the_kept_rate(world: World) -> None:
    world.is_ready("n1")
    scrape = Scrape(world)
    booked(world, "a")
    assert scrape.value("callback_kept_rate", language="sv") is None
    world.after(MINUTE)
    is_kept(world, "a")
    assert scrape.value("callback_kept_rate", language="sv") == 1
    booked(world, "b")
    world.after(MINUTE)
    contact = ContactId("b-1.0")
    world.connects(contact, "n1")
    world.tell(PatientDialled(contact=contact))
    world.tell(DialEnded(contact=contact, result=DialResult.INVALID))
    world.hangs_up(contact)
    booked(world, "c")
    world.tell(CallbackCancelled(callback="c", reason="patient", actor="cli:test"))
    labels = {"language": "sv", "kind": "medical"}
    assert scrape.value("callback_kept_rate", language="sv") == 0.5
    for name in ("kept", "unreached", "tried_in_time", "cancelled"):
        assert scrape.value(f"callbacks_{name}_total", **labels) == 1, name
    assert scrape.value("callbacks_late_total", **labels) == 0
    assert scrape.value("callbacks_dials_total", **labels) == 2
    assert scrape.value("callback_dials_failed_total", result="invalid", **labels) == 1
    assert scrape.value("callback_dials_failed_total", result="busy", **labels) == 0
    assert scrape.value("callback_tasks_open") == 1


def test_the_error_of_the_prediction_is_a_sum_and_a_count(world: World) -> None:
    booked(world, "a")
    counts = next(iter(world.board.ledger.rows))
    counts.predicted, counts.error_sum, counts.early_sum = 4, 20_000, 6_000
    scrape = Scrape(world)
    labels = {"language": "sv", "kind": "medical"}
    assert scrape.value("callback_prediction_error_seconds_count", **labels) == 4
    assert scrape.value("callback_prediction_error_seconds_sum", **labels) == 20
    assert scrape.value("callback_prediction_early_seconds_total", **labels) == 6


def test_copied_counts_stay_as_they_were(world: World) -> None:
    booked(world, "a")
    before = copied(world.board.ledger.rows)
    next(iter(world.board.ledger.rows)).failed["busy"] = 3
    booked(world, "b")
    assert [(row.kind, row.booked, row.failed) for row in before] == [(Kind.MEDICAL, 1, {})]


class Lag:
    """A leader's look at its entries."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.registry = CollectorRegistry()
        self.lag = ReleaseLag(self.registry)

    def look(self) -> None:
        self.lag.look(self.world.board, self.world.now)

    def rings(self, callback: str) -> None:
        """The callback's present call, or a caller's, is offered, and the phone rings."""
        found = self.world.board.ledger.get(callback)
        name = ContactId((found.now if found is not None else None) or callback)
        event = NurseRang(
            offer=self.world.offer_of(name), contact=name, nurse=NurseId("n1")
        )  # fmt: skip
        self.world.tell(event)
        self.lag.saw(event, self.world.board, self.world.now)

    @property
    def seen(self) -> tuple[float | None, float | None]:
        """How many, and their sum in seconds."""
        name = "callcenter_callback_release_lag_seconds"
        return (
            self.registry.get_sample_value(f"{name}_count"),
            self.registry.get_sample_value(f"{name}_sum"),
        )


def test_the_release_lag_counts_from_the_due_time(world: World) -> None:
    booked(world, "a")
    lag = Lag(world)
    world.is_ready("n1")
    world.now += MINUTE - 2_000
    lag.look()
    world.after(2_400)  # the tick came 400 ms late
    world.now += 100
    lag.rings("a")
    assert lag.seen == (1, 0.5)


def test_a_second_ringing_for_the_same_is_no_release(world: World) -> None:
    booked(world, "a")
    world.is_ready("n1")
    lag = Lag(world)
    world.after(MINUTE)
    lag.rings("a")
    world.rings_out("a-1.0")
    world.now += 5_000
    lag.look()
    world.is_ready("n1")
    lag.rings("a")
    lag.look()
    assert lag.seen == (1, 0)


def test_the_next_attempt_is_another_release(world: World) -> None:
    booked(world, "a")
    world.is_ready("n1")
    lag = Lag(world)
    for times in (1, 2):
        world.after(12 * MINUTE)
        lag.rings("a")
        assert lag.seen[0] == times
        contact = world.board.ledger.get("a").now  # type: ignore[union-attr]
        world.connects(contact, "n1")
        world.tell(PatientDialled(contact=contact))
        world.tell(DialEnded(contact=contact, result=DialResult.BUSY))
        world.hangs_up(contact)
        lag.look()


def test_a_router_that_has_just_taken_the_lead_counts_from_the_place_in_line(world: World) -> None:
    booked(world, "a")
    world.is_ready("n1")
    world.after(MINUTE)
    world.now += 300
    lag = Lag(world)
    lag.rings("a")
    assert lag.seen == (1, pytest.approx(0.3))


def test_callers_are_no_callbacks(world: World) -> None:
    world.is_ready("n1")
    world.queues("c1")
    lag = Lag(world)
    lag.rings("c1")
    assert lag.seen == (0, 0)
