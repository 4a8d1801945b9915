"""A process that stands still for a minute: long enough for the dead-man's switch.

Callers in line go to the fallback queue meanwhile, and come back in their order.
"""

import pytest

from tests.e2e.center import Center
from tests.e2e.faults import Fault
from tests.e2e.scene import Scene, play

pytestmark = [pytest.mark.chaos, pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.parametrize("victim", ["leader", "ivr"])
def test_nobody_is_lost_and_all_are_served_in_their_order_after_a_minute_of(
    center: Center, victim: str
) -> None:
    play(center, Fault(victim=victim, stopped_s=60))


@pytest.mark.parametrize("victim", ["gateway", "redis"])
def test_callers_fall_back_and_return_in_their_order_after_a_minute_of(
    center: Center, victim: str
) -> None:
    def meanwhile(scene: Scene) -> None:
        scene.nurse_answers()
        scene.all_in_fallback()

    play(center, Fault(victim=victim, stopped_s=60), meanwhile)


@pytest.mark.parametrize("victim", ["gateway", "redis"])
def test_a_conversation_begun_in_the_fallback_queue_is_adopted_after_a_minute_of(
    center: Center, victim: str
) -> None:
    """The phone rings out; the queue rings it again, for the oldest who waits: the same caller.

    The fallback queue orders by whole seconds.
    """
    fault = Fault(victim=victim, stopped_s=60)
    play(center, fault, Scene.nurse_answers_the_fallback_queue, apart_s=1.1)
