"""The desk answers as the fold does; on a router that folds at once."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from callbacks.callback import CallbackId
from callbacks.policy import CallbackPolicy, Room
from callcenter.acd.callback_events import CallbackBooked, CallbackCancelled
from callcenter.acd.events import AnyEvent, SiteLoaded
from callcenter.callback_desk.desk import CallbackDesk
from callcenter.callback_desk.records import Actor, Refused, Request
from callcenter.seal import Seal
from callcenter.settings import ROOT
from callcenter.site import load_site
from language_routing.calendars import swedish
from language_routing.hours import Hours, Span
from language_routing.lines import Closed, Instead, Line, Routing
from tests.unit.acd.world import SV, policy
from tests.unit.router.stored import Stored

MINUTE = 60_000
HALF = 30 * MINUTE
HOUR = 60 * MINUTE
ANNA = Actor(name="cli:anna")
SITE = load_site(ROOT / "deploy" / "site" / "demo.yaml")


class Bench:
    """A desk whose router folds at once."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **parts: Any) -> None:
        self.stored = Stored()
        self.stored.tell(SiteLoaded(policy=replace(policy({"n1": "sv"}), **parts)))
        self.desk = CallbackDesk(self.stored, "test", SITE, Seal(folder / "keys"))
        link = self.desk._link

        def tell(event: AnyEvent, _unsure: str) -> Any:
            self.stored.tell(event)
            return link.look()

        monkeypatch.setattr(link, "tell", tell)
        monkeypatch.setattr(type(link), "now", property(lambda _self: self.stored.shard.now))

    def request(self, name: str, number: str, earliest: int, latest: int) -> Request:
        return Request(
            id=CallbackId(name), number=number, language=SV, earliest=earliest, latest=latest,
            reason="other",
        )  # fmt: skip


def test_a_callback_is_moved_within_its_own_full_half_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Room(language=SV, days=tuple(range(8)), slots=(1,) * 48)
    bench = Bench(tmp_path, monkeypatch, callbacks=CallbackPolicy(room=(one,)))
    start = (bench.stored.shard.now // HALF + 1) * HALF
    asked = bench.request("a", "0701740605", start, start + HALF)
    bench.desk.book(asked, ANNA)
    moved = bench.desk.move("a", start + 5 * MINUTE, start + HALF, ANNA)
    assert moved.earliest == start + 5 * MINUTE


def test_an_id_whose_callback_has_ended_promises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, monkeypatch, callbacks=CallbackPolicy())
    now = bench.stored.shard.now
    asked = bench.request("a", "0701740605", now + HALF, now + 2 * HALF)
    bench.desk.book(asked, ANNA)
    assert bench.desk.book(asked, ANNA).again
    bench.stored.tell(CallbackCancelled(callback=CallbackId("a"), reason="test", actor="t"))
    with pytest.raises(Refused, match=r"has ended \(cancelled\): choose another id"):
        bench.desk.book(asked, ANNA)


def test_a_promise_is_not_moved_beyond_two_hours_after_the_call_without_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, monkeypatch, callbacks=CallbackPolicy())
    booked = bench.stored.shard.now
    asked = bench.request("a", "0701740605", booked + 90 * MINUTE, booked + 2 * HOUR)
    bench.desk.book(asked, ANNA)
    bench.stored._now += 80 * MINUTE
    bench.stored.tell(SiteLoaded(policy=bench.desk._link.board.policy))
    now = bench.stored.shard.now
    with pytest.raises(Refused, match="later than is promised"):
        bench.desk.move("a", now + 85 * MINUTE, now + 2 * HOUR - 1, ANNA)  # four hours after it


@pytest.mark.parametrize("within", [None, 2 * HOUR])
def test_who_is_told_no_time_is_not_promised_one_after_closing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within: int | None
) -> None:
    hours = Hours(spans=tuple(Span(weekday=day, opens=0, closes=90) for day in range(7)))
    line = Line(language=SV, hours=hours, closed=Closed(instead=Instead.CALLBACK, language=SV))
    routing = Routing(calendar=swedish(holidays=True), lines=(line,))
    bench = Bench(tmp_path, monkeypatch, callbacks=CallbackPolicy(), routing=routing)
    now, closes = bench.stored.shard.now, 30 * MINUTE  # a quarter past one, and half past
    assert bench.desk.window(SV, None, within=within) == (now, closes)
    with pytest.raises(Refused, match="closes before"):
        bench.desk.book(bench.request("a", "0701740605", now, closes + MINUTE), ANNA)
    booked = bench.desk.book(bench.request("a", "0701740605", now, closes), ANNA).callback
    assert booked.latest == closes


def test_a_move_that_the_fold_refuses_is_not_told_as_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Room(language=SV, days=tuple(range(8)), slots=(1,) * 48)
    bench = Bench(tmp_path, monkeypatch, callbacks=CallbackPolicy(room=(one,)))
    start = (bench.stored.shard.now // HALF + 1) * HALF
    bench.desk.book(bench.request("a", "0701740605", start, start + 2 * HALF), ANNA)
    tell = bench.desk._link.tell
    other = CallbackBooked(
        callback=CallbackId("b"), language=SV, earliest=start + HALF, latest=start + 2 * HALF,
        reason="other", caller="another", sealed="s", actor="t",
    )  # fmt: skip

    def just_before(event: AnyEvent, unsure: str) -> Any:
        bench.stored.tell(other)  # another nurse takes the last place
        return tell(event, unsure)

    monkeypatch.setattr(bench.desk._link, "tell", just_before)
    # Only the beginning is another; the end stays.
    with pytest.raises(Refused, match="No more callbacks can be kept"):
        bench.desk.move("a", start + HALF, start + 2 * HALF, ANNA)


@pytest.mark.parametrize("name", ["0701740633", "a-070-174-06-33", "m-20001231", "0a"])
def test_an_id_that_could_be_a_number_is_not_taken_for_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    bench = Bench(tmp_path, monkeypatch, callbacks=CallbackPolicy())
    now = bench.stored.shard.now
    with pytest.raises(Refused, match="no six digits") as error:
        bench.desk.book(bench.request(name, "0701740605", now, now + HOUR), ANNA)
    assert name not in str(error.value)
    assert not list(bench.desk.list())


def test_what_is_offered_is_taken_to_the_last_place_and_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    five = Room(language=SV, days=tuple(range(8)), slots=(5,) * 48)
    bench = Bench(tmp_path, monkeypatch, callbacks=CallbackPolicy(room=(five,)))
    assert bench.desk.offers(SV)[0].left == 2  # of five, thirteen minutes before the end
    count = 0
    while offered := bench.desk.offers(SV):
        first = offered[0]
        name, number = f"a{count}", f"+467017406{count + 5:02}"
        bench.desk.book(bench.request(name, number, first.earliest, first.latest), ANNA)
        count += 1
    full = bench.desk.offers(SV, full=True)
    assert count == 2 + 5 * (len(full) - 1)
    over = CallbackBooked(
        callback=CallbackId("b"), language=SV, earliest=full[-1].earliest, latest=full[-1].latest,
        reason="other", caller="another", sealed="s", actor="t",
    )  # fmt: skip
    bench.stored.tell(over)
    assert bench.stored.shard.board.ledger.get("b") is None
