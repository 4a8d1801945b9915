"""The crash matrix: each fault once, with a caller in every phase at the same time.

What each caller experiences stands in ops/runbooks/dead-parts.md; the long stops are in
tests/chaos.
"""

from collections.abc import Iterator

import pytest

from tests.e2e.center import Center
from tests.e2e.faults import Fault
from tests.e2e.scene import Scene, patient_center, play
from tests.e2e.witness import Witness

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SURVIVED = [
    *(Fault(victim=victim) for victim in ("gateway", "leader", "redis", "ivr")),
    *(Fault(victim=victim, stopped_s=5) for victim in ("gateway", "leader", "redis", "ivr")),
    Fault(victim="asterisk", stopped_s=10),
]


@pytest.fixture(scope="module")
def _patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    # Whatever it takes to set the scene: her phone still rings when the fault comes.
    with patient_center(tmp_path_factory.mktemp("patient"), ring=60) as center:
        yield center


@pytest.fixture
def center(_patient: Center) -> Iterator[Center]:
    _patient.hang_up_all()
    yield _patient
    _patient.hang_up_all()


@pytest.mark.parametrize("fault", SURVIVED, ids=str)
def test_nobody_is_lost_and_all_are_served_in_their_order_after(
    center: Center, fault: Fault
) -> None:
    play(center, fault)


def test_everybody_is_owed_a_call_and_no_nurse_stays_busy_after_a_kill_of_asterisk(
    center: Center,
) -> None:
    with Witness(center) as witness:
        scene = Scene(center)
        with Fault(victim="asterisk").strike(center):
            pass
        scene.everybody_is_owed()
        scene.they_call_again()
        assert witness.violations == []
