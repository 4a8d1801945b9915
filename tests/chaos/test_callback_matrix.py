"""All pairs of a fault and a state of the ledger: it strikes when the state has just been entered.

None is lost, none is rung twice who has talked to a nurse. What is promised is durable before
anybody hears of it: Redis is killed right after a booking was confirmed.
"""

from collections.abc import Iterator

import pytest

from callbacks.callback import CallbackState
from callcenter.callback_desk.desk import CallbackDesk
from callcenter.callback_desk.records import Actor, Request, new_id
from language_routing.languages import Language
from tests.e2e.callback_cast import NURSES, ORDER, Stage, matrix_center
from tests.e2e.callback_faults import Aim, kill, stand_still
from tests.e2e.callback_scene import CallbackScene
from tests.e2e.faults import Fault

pytestmark = [pytest.mark.chaos, pytest.mark.e2e, pytest.mark.timeout(420)]

HOUR = 3_600_000
VICTIMS = ("worker", "reconciler", "leader", "gateway", "redis", "asterisk")
STANDSTILLS = tuple(Fault(victim=victim, stopped_s=30) for victim in ("leader", "gateway"))
TWO_AT_ONCE = (
    ("leader", "gateway"), ("redis", "gateway"), ("redis", "leader"), ("asterisk", "leader"),
    ("asterisk", "redis"), ("worker", "reconciler"),
)  # fmt: skip
# In these somebody's phone rings, or somebody is on the phone.
BUSY_STAGES = (Stage.RINGING, Stage.PREVIEW, Stage.DIALLING, Stage.CALLING, Stage.HOLDING)


@pytest.fixture(scope="module")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallbackScene]:
    with matrix_center(tmp_path_factory.mktemp("matrix")) as scene:
        yield scene


@pytest.fixture
def scene(_scene: CallbackScene) -> Iterator[CallbackScene]:
    yield _scene
    _scene.clear()


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.name.lower())
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_callback_is_kept_after_a_kill_when_it_has_just_become(
    scene: CallbackScene, victim: str, stage: Stage
) -> None:
    kill(scene, (stage,), victim)


@pytest.mark.parametrize("fault", STANDSTILLS, ids=str)
def test_callbacks_in_every_state_are_kept_after_half_a_minute_of(
    scene: CallbackScene, fault: Fault
) -> None:
    stand_still(scene, ORDER, fault)


@pytest.mark.parametrize("stage", BUSY_STAGES, ids=lambda stage: stage.name.lower())
@pytest.mark.parametrize("victims", TWO_AT_ONCE, ids="+".join)
def test_a_callback_is_kept_after_a_kill_of_two_at_once(
    scene: CallbackScene, victims: tuple[str, ...], stage: Stage
) -> None:
    kill(scene, (stage,), *victims)


def test_what_was_confirmed_is_there_when_redis_dies_at_that_instant(
    scene: CallbackScene,
) -> None:
    center, desk = scene.center, CallbackDesk.of(scene.center.settings)
    nurse = Actor(name="cli:test")
    desk.list()  # from now on it knows the journal's time
    for _ in range(5):
        aim, patient = Aim(center, "redis"), scene.patient()
        asked = Request(
            id=new_id(), number=patient.number, language=Language("sv"), reason="other",
            earliest=desk.now + HOUR, latest=desk.now + 2 * HOUR - 60_000,
        )  # fmt: skip
        booked = desk.book(asked, nurse).callback
        aim.strike()
        aim.wait()
        there = scene.callback(booked.id)
        assert (there.state, there.due_at) == (CallbackState.SCHEDULED, asked.earliest)
        assert desk.book(asked, nurse).again
        assert not patient.rung


def test_every_stage_is_brought_about() -> None:
    assert set(ORDER) == set(Stage)
    assert set(NURSES) == set(Stage) - {Stage.FAR, Stage.CLOSED}
