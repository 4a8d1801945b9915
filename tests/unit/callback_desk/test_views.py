"""What the desk shows: which callbacks, which times, and what is late."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, Kind
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackBooked, CallbackCancelled
from callcenter.acd.events import SiteLoaded
from callcenter.callback_desk.link import Link
from callcenter.callback_desk.records import Filters, Refused
from callcenter.callback_desk.views import Views, is_late
from callcenter.seal import Seal
from language_routing.languages import Language
from tests.unit.acd.world import AR, SV, policy
from tests.unit.router.stored import Stored

HOUR = 3_600_000


def booking(now: int, name: str, language: Language, hours: int) -> CallbackBooked:
    return CallbackBooked(
        callback=CallbackId(name), language=language, earliest=now + hours * HOUR,
        latest=now + hours * HOUR + HOUR, reason="other", caller=f"h{name}", sealed="s", actor="t",
    )  # fmt: skip


@pytest.fixture
def views(tmp_path: Path) -> Views:
    """Three callbacks; `c` is cancelled."""
    stored = Stored()
    stored.tell(SiteLoaded(policy=policy({"n1": "sv"}, callbacks=CallbackPolicy())))
    now = stored.shard.now
    stored.tell(booking(now, "a", SV, 2), booking(now, "b", AR, 1), booking(now, "c", SV, 1))
    stored.tell(CallbackCancelled(callback=CallbackId("c"), reason="test", actor="t"))
    return Views(Link(stored, "test", 1.0), Seal(tmp_path / "keys"))


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), "ba"),
        (Filters(ended=True), "bac"),
        (Filters(language="sv"), "a"),
        (Filters(state="cancelled", ended=True), "c"),
        (Filters(kind="kept_place"), ""),
    ],
)
def test_a_filter_leaves_what_it_says_in_the_order_of_the_deadlines(
    views: Views, filters: Filters, names: str
) -> None:
    assert "".join(one.id for one in views.list(filters)) == names


def test_who_is_told_no_time_is_rung_within_the_promise(views: Views) -> None:
    earliest, latest = views.window(SV, None)
    assert latest - earliest == CallbackPolicy().promise
    assert views.window(SV, None, within=HOUR) == (earliest, earliest + HOUR)
    assert views.beyond() == CallbackPolicy().beyond
    with pytest.raises(Refused, match="this site has the languages sv, ar, so"):
        views.window(Language("fi"), None)


def test_an_id_that_is_none_or_nobodys_is_refused(views: Views) -> None:
    assert views.found("a").id == "a"
    with pytest.raises(Refused, match="there is no such callback"):
        views.found("x")
    with pytest.raises(Refused, match="1 to 30"):
        views.found("A B")


ONE = Callback(
    id=CallbackId("a"), kind=Kind.MEDICAL, state=CallbackState.SCHEDULED, since=0, language=SV,
    booked=0, earliest=0, deadline=0, arrived=0, caller=None, sealed="s", latest=100,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "now", "late"),
    [
        ({}, 100, False),
        ({}, 101, True),
        ({"talked": 100}, 999, False),
        ({"talked": 101}, 999, True),
        ({"state": CallbackState.DONE, "ended": 100}, 999, False),  # rang in, or was settled
        ({"state": CallbackState.DONE, "ended": 101}, 999, True),
        ({"state": CallbackState.GIVEN_UP, "ended": 50}, 999, True),  # never talked to
        ({"latest": None}, 999, False),
    ],
)
def test_late_is_whose_promised_time_was_over_before_a_nurse(
    changes: dict[str, object], now: int, late: bool
) -> None:
    assert is_late(replace(ONE, **changes), now) is late
