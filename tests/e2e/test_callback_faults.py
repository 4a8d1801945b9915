"""kill -9 of one process, with a callback in every state of the ledger at the same time.

None is lost, and nobody who has talked to a nurse is rung again. All pairs of fault and state,
each at the moment when the state is entered, are in tests/chaos.
"""

from collections.abc import Iterator

import pytest

from tests.e2e.callback_cast import ORDER, matrix_center
from tests.e2e.callback_faults import kill
from tests.e2e.callback_scene import CallbackScene

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

VICTIMS = ("worker", "reconciler", "leader", "gateway", "redis", "asterisk")


@pytest.fixture(scope="module")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallbackScene]:
    with matrix_center(tmp_path_factory.mktemp("matrix")) as scene:
        yield scene


@pytest.fixture
def scene(_scene: CallbackScene) -> Iterator[CallbackScene]:
    yield _scene
    _scene.clear()


@pytest.mark.parametrize("victim", VICTIMS)
def test_every_callback_is_kept_and_nobody_is_rung_twice_after_a_kill_of(
    scene: CallbackScene, victim: str
) -> None:
    kill(scene, ORDER, victim)
