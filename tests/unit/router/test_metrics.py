"""What a scrape of a router shows: names, sums, and nobody's identity."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from callcenter.acd.events import NurseReady, Tick
from callcenter.acd.ids import NurseId
from callcenter.journal.entry import Entry
from callcenter.router.metrics import RouterMetrics
from callcenter.shard.shard import Shard
from tests.unit.acd.world import AR, START, SV, World


class Scrape:
    """One router's metrics in a registry of their own, read as Prometheus reads them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.metrics = RouterMetrics(self.registry)

    def text(self) -> str:
        return generate_latest(self.registry).decode()

    def samples(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float | None:
        return self.samples().get((f"callcenter_{name}", tuple(sorted(labels.items()))))


@pytest.fixture
def scrape() -> Scrape:
    return Scrape()


def shift() -> World:
    """One talks, one rings, two wait (one of them in Arabic), one is in the menu."""
    world = World({"n017": "sv", "n018": "sv", "n019": "ar"}, wrap_up=10_000)
    world.queues("secret-1")
    world.is_ready("n017")
    world.now += 7_000
    world.connects("secret-1", "n017")
    world.is_ready("n018")
    for contact, language in (("secret-2", SV), ("secret-3", AR), ("secret-4", SV)):
        world.queues(contact, language)
        world.now += 1_000
    world.arrives("secret-5")
    world.phone("n019", reachable=False)
    return world


def test_the_state_is_shown_by_language_and_by_state(scrape: Scrape) -> None:
    world = shift()
    scrape.metrics.refresh(world.shard, world.now)
    assert scrape.value("queue_calls_waiting", language="sv") == 2  # one of them rings
    assert scrape.value("queue_calls_waiting", language="ar") == 1
    assert scrape.value("queue_calls_waiting", language="so") == 0
    assert scrape.value("queue_longest_wait_seconds", language="sv") == 3
    assert scrape.value("queue_longest_wait_seconds", language="ar") == 2
    assert scrape.value("queue_longest_wait_seconds", language="so") == 0
    assert scrape.value("contacts", state="talking") == 1
    assert scrape.value("contacts", state="waiting") == 2
    assert scrape.value("contacts", state="offered") == 1
    assert scrape.value("contacts", state="ivr") == 1
    assert scrape.value("contacts", state="fallback") == 0
    assert scrape.value("nurses", state="talking") == 1
    assert scrape.value("nurses", state="ringing") == 1
    assert scrape.value("nurses", state="signed_out") == 1
    assert scrape.value("nurse_phones_reachable") == 2
    assert scrape.value("events_late_total") == 0


def test_calls_are_counted_by_language_and_class(scrape: Scrape) -> None:
    world = shift()
    world.hangs_up("secret-5")
    world.hangs_up("secret-4")
    world.rings_out("secret-2")
    scrape.metrics.refresh(world.shard, world.now)
    swedish = {"language": "sv", "class": "public"}
    expected = {"queued": 3, "answered": 1, "abandoned": 1, "offered": 2, "missed": 1, "cut_off": 0}
    for name, count in expected.items():
        assert scrape.value(f"calls_{name}_total", **swedish) == count, name
    assert scrape.value("calls_left_ivr_total", **{"language": "none", "class": "public"}) == 1
    assert scrape.value("calls_queued_total", **{"language": "ar", "class": "public"}) == 1


def test_the_speed_of_answer_is_a_histogram_whose_buckets_cumulate(scrape: Scrape) -> None:
    world = World(wrap_up=0)
    for contact, wait in (("a", 4_000), ("b", 7_000), ("c", 8_000), ("d", 5_000_000)):
        world.queues(contact)
        world.now += wait
        world.connects(contact, "n1")
        world.hangs_up(contact)
    scrape.metrics.refresh(world.shard, world.now)
    labels = {"language": "sv", "class": "public"}

    def within(bound: str) -> float | None:
        return scrape.value("speed_of_answer_seconds_bucket", le=bound, **labels)

    counts = {bound: within(bound) for bound in ("5.0", "10.0", "20.0", "180.0", "2400.0", "+Inf")}
    assert counts == {"5.0": 1, "10.0": 3, "20.0": 3, "180.0": 3, "2400.0": 3, "+Inf": 4}
    assert scrape.value("speed_of_answer_seconds_count", **labels) == 4
    assert scrape.value("speed_of_answer_seconds_sum", **labels) == 5_019


def test_no_label_and_no_text_names_a_caller_a_call_or_a_nurse(scrape: Scrape) -> None:
    world = shift()
    scrape.metrics.refresh(world.shard, world.now)
    text = scrape.text()
    assert "callcenter_nurses" in text
    for secret in ("secret-", "n017", "n018", "n019", "hash-", "sealed-", "PJSIP"):
        assert secret not in text
    labels = {label for (_, pairs) in scrape.samples() for label, _ in pairs}
    assert labels <= {"language", "class", "state", "le"}


def test_every_name_of_ours_begins_alike_and_every_count_ends_in_total(scrape: Scrape) -> None:
    scrape.metrics.refresh(shift().shard, START)
    families = list(text_string_to_metric_families(scrape.text()))
    assert len(families) > 12
    for family in families:
        assert family.name.startswith("callcenter_")
        assert family.documentation
        if family.type == "counter":
            assert all(s.name.endswith(("_total", "_created")) for s in family.samples)


def test_a_standby_shows_no_state_so_that_two_routers_are_not_added_up(scrape: Scrape) -> None:
    world = shift()
    scrape.metrics.refresh(world.shard, world.now)
    scrape.metrics.leads.set(1)
    assert scrape.value("contacts", state="ivr") == 1
    scrape.metrics.clear()
    assert scrape.value("contacts", state="ivr") is None
    assert scrape.value("router_leads") == 1


def test_a_scrape_shows_the_fold_as_it_was_at_the_last_refresh(scrape: Scrape) -> None:
    world = shift()
    scrape.metrics.refresh(world.shard, world.now)
    world.hangs_up("secret-5")
    assert scrape.value("contacts", state="ivr") == 1
    scrape.metrics.refresh(world.shard, world.now)
    assert scrape.value("contacts", state="ivr") == 0


def test_a_shard_before_any_site_can_be_shown(scrape: Scrape) -> None:
    scrape.metrics.refresh(Shard(), 0)
    assert scrape.value("nurse_phones_reachable") == 0
    assert scrape.value("contacts", state="waiting") == 0


def test_a_clock_that_is_estimated_too_early_makes_no_negative_wait(scrape: Scrape) -> None:
    world = World()
    world.queues("c1")
    scrape.metrics.refresh(world.shard, world.now - 5_000)
    assert scrape.value("queue_longest_wait_seconds", language="sv") == 0


def test_what_a_leader_publishes_is_counted_and_the_delay_of_its_commands(scrape: Scrape) -> None:
    world = World()
    world.queues("c1")
    silent = world.tell(Tick(deadline=0))
    offering = world.tell(NurseReady(nurse=NurseId("n1"), actor="test"))
    assert (len(silent.commands), bool(offering.commands)) == (0, True)
    outcomes = [silent, offering]
    entries = [Entry(id=outcome.entry, data=b"") for outcome in outcomes]
    scrape.metrics.published(entries, outcomes, world.now + 15)
    assert scrape.value("journal_entries_total") == 2
    assert scrape.value("publish_delay_seconds_count") == 1
    assert scrape.value("publish_delay_seconds_sum") == pytest.approx(0.015)
    assert scrape.value("publish_delay_seconds_bucket", le="0.01") == 0
    assert scrape.value("publish_delay_seconds_bucket", le="0.02") == 1
    scrape.metrics.published(entries, outcomes, world.now - 500)
    assert scrape.value("publish_delay_seconds_sum") == pytest.approx(0.015)  # never below zero
