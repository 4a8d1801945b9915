"""The red flag: a caller's own key at the question, and what it changes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import RedisError

from callcenter.acd.contact import ContactState
from callcenter.acd.events import ContactClassed
from callcenter.acd.nurse import NurseState
from callcenter.router.follower import JournalLost
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.conftest import write_site
from tests.e2e.listener import Listener

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

FIRST, FLAGGED, SILENT = "+46701740641", "+46701740642", "+46701740643"


@pytest.fixture(scope="module")
def _own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("red-flag")
    with Center(folder / "home", write_site(folder)) as center:
        yield center


@pytest.fixture
def center(_own: Center) -> Iterator[Center]:
    """A service whose Redis nobody else misses."""
    yield _own
    _own.hang_up_all()


def test_who_presses_one_is_told_to_dial_112_and_is_served_before_those_who_came_earlier(
    center: Center,
) -> None:
    before = center.position()
    first = Listener(center, FIRST)
    flagged = Listener(center, FLAGGED, visited=True)
    silent = Listener(center, SILENT, visited=True)
    old = flagged.now
    assert (old.priority_class, first.now.key < old.key) == ("public", True)

    def presses_one() -> None:
        flagged.until_said("red-flag")
        flagged.presses("1")
        flagged.until_said("red-flag-112")

    def says_nothing() -> None:
        silent.until_said("red-flag")
        silent.until_said("recording")

    with ThreadPoolExecutor(2) as pool:
        for act in (pool.submit(presses_one), pool.submit(says_nothing)):
            act.result()

    until(lambda: flagged.now.priority_class == "red_flag", 30, "she is of the old class")
    # Within twenty seconds of her arrival, instead of three minutes.
    assert old.deadline - flagged.now.deadline == 160_000
    assert flagged.now.key < first.now.key
    assert flagged.now.arrived == old.arrived
    classed = [e for e in center.events(before) if isinstance(e, ContactClassed)]
    assert [(e.contact, e.priority_class, e.actor, e.reason) for e in classed] == [
        (flagged.contact.id, "red_flag", "caller", "own_key")
    ]
    assert flagged.variable("CC_CLASS") == "red_flag"
    assert (silent.now.priority_class, silent.variable("CC_CLASS")) == ("public", "public")
    flagged.until_said("recording", "keep-offer", "repeat-hint")  # the visit goes on
    assert len(flagged.hears("red-flag")) == len(silent.hears("red-flag")) == 1
    assert not silent.hears("red-flag-112")

    nurse = center.on_duty("n001")
    nurse.wait_for_call(30)
    assert nurse.calls[-1].peer_name.split()[:2] == ["sv", "red_flag"]
    nurse.answer()
    assert center.until_state("n001", NurseState.TALKING).contact == flagged.contact.id


def test_who_has_a_red_flag_is_not_asked_again_and_keeps_it_though_redis_lost_everything(
    center: Center,
) -> None:
    first = Listener(center, FIRST)
    flagged = Listener(center, FLAGGED, visited=True)
    flagged.until_said("red-flag")
    flagged.presses("1")
    until(lambda: flagged.now.priority_class == "red_flag", 30, "she is of the old class")
    flagged.until_said("red-flag-112")
    arrived = flagged.now.arrived

    center.control("stop", "standby", "router", "gateway", "redis")
    for path in sorted((center.settings.data / "redis").rglob("*")):
        if path.is_file():
            path.unlink()
    center.control("start", "all")

    def adopted() -> bool:
        try:
            return flagged.is_here and first.is_here
        except (JournalLost, RedisError):
            return False

    until(adopted, 60, "callers are not found again")
    until(lambda: flagged.now.state is ContactState.WAITING, 30, "not in line")
    assert flagged.now.priority_class == "red_flag"
    assert flagged.now.key < first.now.key
    assert abs(flagged.now.arrived - arrived) < 2_000

    flagged.until_music()
    flagged.is_visited(None)  # as when she comes into line, whatever was said to her before
    flagged.until_said("emergency", times=2)
    flagged.until_said("recording", times=2)
    assert len(flagged.hears("red-flag")) == 1
    assert [flagged.call.state, first.call.state] == [CallState.UP] * 2
    nurse = center.on_duty_patiently("n001")
    nurse.wait_for_call(30)
    assert center.nurse("n001").contact == flagged.contact.id
