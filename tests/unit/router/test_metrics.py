"""What a scrape of a router shows: names, sums, and nobody's identity."""

import time

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.events import (
    MessageSet,
    NursePaused,
    NurseReady,
    PlaceKept,
    SurveyScored,
    Tick,
    WaitTold,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.acd.policy import Policy, SurgeLevel
from callcenter.acd.surge import SurgeState
from callcenter.acd.tally import COUNTS, HALF_HOUR
from callcenter.journal.entry import Entry
from callcenter.router.metrics import RouterMetrics
from callcenter.shard.shard import Shard
from language_routing.languages import Language
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Skills
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


def test_what_the_shares_are_made_of_is_counted(scrape: Scrape) -> None:
    world = shift()
    tally = world.board.figures.tally(SV, "public", world.now)
    for number, name in enumerate(COUNTS, 1):
        setattr(tally, name, number)
    scrape.metrics.refresh(world.shard, world.now)
    counts = {name: getattr(tally, name) for name in COUNTS}
    swedish = {"language": "sv", "class": "public"}
    for name in (
        "answered_within", "abandoned_within", "abandoned_short", "withdrawn", "refused",
        "returned", "moved", "inversions", "estimated_within", "estimated_early", "estimated_late",
    ):  # fmt: skip
        assert scrape.value(f"calls_{name}_total", **swedish) == counts[name] > 0, name
    for name, count, total in (
        ("talk", "talks", "talk_sum"), ("wrap_up", "wraps", "wrap_sum"),
        ("hand_over", "hand_overs", "hand_over_sum"),
    ):  # fmt: skip
        assert scrape.value(f"{name}_seconds_count", **swedish) == counts[count]
        assert scrape.value(f"{name}_seconds_sum", **swedish) == counts[total] / 1000


def test_nurses_time_is_counted_also_while_a_state_lasts_and_never_runs_back(
    scrape: Scrape,
) -> None:
    world = World({"n1": "sv ar"})
    world.is_ready("n1")
    world.now += 30_000

    def ready(language: str) -> float | None:
        return scrape.value("nurse_seconds_total", language=language, state="ready")

    scrape.metrics.refresh(world.shard, world.now)
    assert (ready("sv"), ready("ar"), ready("all")) == (30, 30, 30)
    world.now += 30_000
    scrape.metrics.refresh(world.shard, world.now + 5_000)  # the clock is estimated too late
    assert ready("sv") == 65
    world.pauses("n1")
    scrape.metrics.refresh(world.shard, world.now)
    assert ready("sv") == 65
    assert scrape.value("nurse_seconds_total", language="all", state="not_ready") == 0


def test_idle_while_eligible_is_counted_by_cause_with_the_hand_over(scrape: Scrape) -> None:
    world = World()
    world.board.figures.idle(SV, "gateway", 2_500, world.now)
    world.board.figures.idle(SV, "gateway", 500, world.now + 7_200_000)
    world.board.figures.tally(SV, "public", world.now).hand_overs += 1
    world.board.figures.tally(SV, "public", world.now).hand_over_sum += 40
    scrape.metrics.refresh(world.shard, world.now)
    name = "idle_while_eligible_seconds_total"
    assert scrape.value(name, language="sv", cause="gateway") == 3
    assert scrape.value(name, language="sv", cause="hand_over") == pytest.approx(0.04)


def test_those_in_line_are_shown_by_class_and_by_the_ring_that_is_open(scrape: Scrape) -> None:
    swedish = Line(language=SV, rings=(Ring(level=Level.NATIVE), Ring(after=60_000)))
    world = World({"n1": "sv"}, routing=Routing(lines=(swedish,)))
    world.queues("c1")
    world.now += 70_000
    world.queues("c2", priority="staff")
    world.queues("c3", AR)
    scrape.metrics.refresh(world.shard, world.now)
    waiting = {name: scrape.value("class_calls_waiting", **{"class": name}) for name in
               ("public", "staff")}  # fmt: skip
    assert waiting == {"public": 2, "staff": 1}
    rings = {
        (language, ring): scrape.value("ring_calls_waiting", language=language, ring=ring)
        for language in ("sv", "ar", "so")
        for ring in ("0", "1")
    }
    assert rings == {
        ("sv", "0"): 1, ("sv", "1"): 1, ("ar", "0"): 1, ("ar", "1"): None,
        ("so", "0"): 0, ("so", "1"): None,
    }  # fmt: skip


def test_nurses_who_are_not_ready_are_shown_by_reason_and_overlong_pauses(scrape: Scrape) -> None:
    world = World({f"n{n}": "sv" for n in range(1, 5)})
    for name, reason, planned in (("n1", "lunch", 600_000), ("n2", "lunch", 60_000)):
        world.signs_in(name)
        paused = NursePaused(nurse=NurseId(name), reason=reason, planned=planned, actor="test")
        world.tell(paused)
    world.signs_in("n3")
    world.now += 60_001
    scrape.metrics.refresh(world.shard, world.now)
    assert scrape.value("nurses_not_ready", reason="lunch") == 2
    assert scrape.value("nurses_not_ready", reason="signed_in") == 1
    assert scrape.value("nurse_pauses_overlong") == 1
    scrape.metrics.refresh(world.shard, world.now - 1)
    assert scrape.value("nurse_pauses_overlong") == 0


def test_however_many_reasons_a_journal_holds_the_commonest_alone_are_shown(
    scrape: Scrape,
) -> None:
    world = World({f"n{n}": "sv" for n in range(60)})
    for n in range(60):
        world.signs_in(f"n{n}")
        world.pauses(f"n{n}", "lunch" if n < 3 else "other" if n < 5 else f"word{n}")
    scrape.metrics.refresh(world.shard, world.now)
    shown = {pairs: value for (name, pairs), value in scrape.samples().items()
             if name == "callcenter_nurses_not_ready"}  # fmt: skip
    assert (len(shown), sum(shown.values())) == (24, 60)
    assert shown[(("reason", "lunch"),)] == 3
    assert shown[(("reason", "other"),)] == 35


def test_a_kept_place_has_left_the_line_and_is_owed_when_she_has_left(scrape: Scrape) -> None:
    world = World()
    world.queues("c1")
    world.queues("c2")
    world.tell(WaitTold(contact=ContactId("c1"), place=1, low=0, high=1, ahead=0, nurses=1))
    world.now += 2_000
    world.tell(WaitTold(contact=ContactId("c1"), place=1, low=0, high=9, ahead=0, nurses=1))
    world.tell(PlaceKept(contact=ContactId("c1")))
    scrape.metrics.refresh(world.shard, world.now)
    assert scrape.value("queue_calls_waiting", language="sv") == 1
    assert scrape.value("calls_owed", kind="kept_place") == 0
    world.hangs_up("c1")
    scrape.metrics.refresh(world.shard, world.now)
    kind = {"language": "sv", "class": "public"}
    assert scrape.value("calls_owed", kind="kept_place") == 1
    assert scrape.value("calls_owed", kind="cut_off") == 0
    assert scrape.value("calls_kept_total", **kind) == 1
    assert scrape.value("calls_told_total", **kind) == 2
    assert scrape.value("told_grew_total", **kind, cause="overrun") == 1
    assert scrape.value("told_grew_total", **kind, cause="unexplained") == 0


def test_scores_and_messages_are_counted_without_anybodys_name(scrape: Scrape) -> None:
    world = World()
    for score in (5, 5, 1):
        world.tell(
            SurveyScored(entry_point="public", language=SV, question="survey-helped", score=score)
        )
    world.tell(
        MessageSet(
            id="m1", entry_point=None, language=None, until=world.now + 1_000, sound="m1/sv",
            text="secret-words", actor="secret-anna",
        )
    )  # fmt: skip
    scrape.metrics.refresh(world.shard, world.now)
    asked = {"language": "sv", "entry_point": "public", "question": "survey-helped"}
    assert scrape.value("survey_answers_total", **asked, score="5") == 2
    assert scrape.value("survey_answers_total", **asked, score="1") == 1
    assert scrape.value("survey_answers_total", **asked, score="2") is None
    assert scrape.value("messages_in_force") == 1
    assert "secret-" not in scrape.text()
    scrape.metrics.refresh(world.shard, world.now + 1_000)
    assert scrape.value("messages_in_force") == 0


def test_the_level_of_surge_is_a_number(scrape: Scrape) -> None:
    world = World()
    for level, number in ((SurgeLevel.NORMAL, 0), (SurgeLevel.HIGH, 1), (SurgeLevel.CRISIS, 2)):
        world.board.surge = SurgeState(level=level, refusing=level is SurgeLevel.CRISIS)
        scrape.metrics.refresh(world.shard, world.now)
        assert scrape.value("surge_level") == number
        assert scrape.value("surge_refusing") == (number == 2)


def test_52_a_scrape_of_a_large_site_is_soon_done_and_its_series_do_not_grow_with_it(
    scrape: Scrape,
) -> None:
    tags = ["sv", "ar", "so", "fi", "en", "fa", "ti", "pl", "es", "uk", "ru", "tr"]
    languages = tuple(Language(tag) for tag in tags)
    shard = Shard()
    board = shard.board
    board.policy = Policy(
        languages=languages, default_language=SV, nurses=(),
        targets={"public": 180_000, "staff": 60_000, "ambulance": 30_000, "red": 10_000},
    )  # fmt: skip
    states = [state for state in NurseState if state is not NurseState.SIGNED_OUT]
    for n in range(2_000):
        spoken = (languages[n % 12], languages[(n + 1 + n // 12) % 12])
        skills = Skills(languages=tuple((tag, Level.FLUENT) for tag in dict.fromkeys(spoken)))
        board.nurses[NurseId(f"n{n}")] = Nurse(
            id=NurseId(f"n{n}"), languages=skills.spoken, skills=skills, since=START,
            state=states[n % 5], reason=f"reason{n}" if states[n % 5] == "not_ready" else None,
        )  # fmt: skip
    for n in range(10_000):
        contact = ContactId(f"secret-{n}")
        board.contacts[contact] = Contact(
            id=contact, node=NodeId("node1"), channel="PJSIP/trunk", entry_point="1177",
            priority_class=list(board.policy.targets)[n % 4], arrived=START, deadline=START,
            order=n, state=ContactState.WAITING, since=START, queued=START,
            language=languages[n % 12],
        )  # fmt: skip
    for half in range(49):
        at = START + half * HALF_HOUR
        for language in languages:
            for name in board.policy.targets:
                board.figures.tally(language, name, at).answered_after(1_000)
            board.figures.staffed((language,), "ready", at, at + HALF_HOUR)
            board.figures.idle(language, "gateway", 5, at)
    for name in board.policy.targets:
        board.figures.tally(None, name, START).left_ivr += 1
    began = time.process_time()
    scrape.metrics.refresh(shard, START + 49 * HALF_HOUR)
    text = scrape.text()
    assert time.process_time() - began < 3  # three times the bound of a second
    series = [line for line in text.splitlines() if not line.startswith("#")]
    assert scrape.value("queue_calls_waiting", language="sv") == 834
    answered = {"language": "sv", "class": "public"}
    assert scrape.value("calls_answered_total", **answered) == 49
    assert len(series) < 5_000
    assert "secret-" not in text


def test_no_label_and_no_text_names_a_caller_a_call_or_a_nurse(scrape: Scrape) -> None:
    world = shift()
    scrape.metrics.refresh(world.shard, world.now)
    text = scrape.text()
    assert "callcenter_nurses" in text
    for secret in ("secret-", "n017", "n018", "n019", "hash-", "sealed-", "PJSIP"):
        assert secret not in text
    labels = {label for (_, pairs) in scrape.samples() for label, _ in pairs}
    assert labels == {"language", "class", "state", "le", "ring", "cause", "kind"}


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
