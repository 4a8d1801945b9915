"""Callback faults: kill -9 and SIGSTOP, and what must be true of every callback afterwards."""

import itertools
import os
import signal
from typing import Final

from callbacks.callback import Callback, CallbackId, CallbackState, Done, Kind
from callcenter.worker.check import overlooked
from tests.e2e.callback_cast import Cast, Part, Stage
from tests.e2e.callback_scene import CallbackScene
from tests.e2e.center import PATIENCE_S, Center, until
from tests.e2e.faults import Fault
from tests.e2e.patients import Rung
from tests.e2e.storm import doubled
from tests.e2e.witness import Witness

_S = CallbackState
_BACK_S: Final = 90
_MOST_LATE: Final = 40  # a fault leaves a few behind; more would be two that disagree


class Verdict:
    """What must be true of a cast in the end; made before anything happens to it."""

    def __init__(self, cast: Cast) -> None:
        self._cast, self._center, self._scene = cast, cast.center, cast.scene
        self._strangers = len(cast.scene.carrier.strangers)
        self._late = self._center.late
        self._unfit = self._center._follower.shard.unfit

    def judge(self) -> None:
        """None is lost, and nobody who has talked to a nurse is rung again."""
        cast, center = self._cast, self._center
        board = center.board
        by_name = {part.callback: stage for stage, part in cast.parts.items()}
        mine = {one.id: one for one in cast.mine()}
        assert set(by_name) <= set(mine), "a callback is gone"
        assert not list(overlooked(board, center._follower.shard.now))
        assert all(counts.overlooked == 0 for counts in board.ledger.rows)
        for name, stage in by_name.items():
            self._ended_well(stage, mine[name])
        self._only_these_came_of_it(mine, by_name)
        for part in cast.parts.values():
            self._rung_as_often_as(part, [c for c in mine.values() if c.caller == self._of(part)])
        assert len(self._scene.carrier.strangers) == self._strangers
        assert center._follower.shard.unfit == self._unfit
        late = center.late - self._late
        print(f"late or doubled events: {late}")
        assert late <= _MOST_LATE
        assert doubled(center.all_events(self._scene.before)) == []

    def _of(self, part: Part) -> str | None:
        return self._scene.callback(part.callback).caller

    def _ended_well(self, stage: Stage, callback: Callback) -> None:
        if stage is Stage.FAR:
            assert (callback.state, callback.due_at) == (_S.SCHEDULED, callback.earliest)
        elif stage is Stage.CLOSED:
            assert (callback.state, callback.held) == (_S.DUE, "closed")
            assert callback.due_at is not None
        else:
            assert callback.state is _S.DONE, callback
            assert callback.talked is not None, callback
            cut_off = self._cast.cut and stage is Stage.TALKING
            assert callback.done is (Done.CUT_OFF if cut_off else Done.TALKED), callback

    def _only_these_came_of_it(
        self, mine: dict[CallbackId, Callback], by_name: dict[CallbackId, Stage]
    ) -> None:
        """What was cut off with Asterisk is owed anew, and nothing else."""
        others = [(one.kind, one.state, one.done) for one in mine.values() if one.id not in by_name]
        cut = [stage for stage in (Stage.TALKING, Stage.ON_THE_PHONE) if stage in self._cast.parts]
        expected = [(Kind.CUT_OFF, _S.DONE, Done.TALKED)] * len(cut) if self._cast.cut else []
        assert others == expected, mine.values()

    def _rung_as_often_as(self, part: Part, callbacks: list[Callback]) -> None:
        """By what her own telephone has seen."""
        rung, stage = part.patient.rung, part.stage
        for one, other in itertools.pairwise(rung):
            assert 0 < one.ended_at <= other.at, f"{stage}: rung twice at once: {told(rung)}"
        if stage in (Stage.FAR, Stage.CLOSED):
            assert not rung
            return
        served = [one for one in rung if self._cast.people.was_served(one)]
        talked = len([one for one in callbacks if one.talked])
        # Cut off with the first word, she has not heard the nurse.
        unheard = int(self._cast.cut and stage is Stage.TALKING)
        assert talked - unheard <= len(served) <= talked, (stage, told(rung))
        answered = [one for one in rung if one.answered_at]
        if self._cast.cut:  # who answered, and was lost with Asterisk before there was a nurse
            lost = int(stage in (Stage.HOLDING, Stage.TALKING))
            assert len(answered) <= len(served) + lost, (stage, told(rung))
        else:
            assert len(served) == 1, (stage, told(rung))
            assert answered == served, (stage, told(rung))


def told(rung: list[Rung]) -> str:
    """A patient's telephone bill."""
    return "; ".join(
        f"rang {one.at:.1f}, answered {one.answered_at:.1f}, ended {one.ended_at:.1f} by "
        f"{one.ended_by or 'nobody'}"
        for one in rung
    )


class Aim:
    """kill -9 whose victims are looked up beforehand: it takes no time to strike."""

    def __init__(self, center: Center, *victims: str) -> None:
        self._center = center
        names = [center.leader() if victim == "leader" else victim for victim in victims]
        self.pids = {name: center.living(name) for name in names}

    def strike(self) -> None:
        """They are dead when this returns, and the center knows of it."""
        center = self._center
        center.mark(*self.pids)
        for pid in self.pids.values():
            os.kill(pid, signal.SIGKILL)
        center._killed.update(self.pids)
        until(
            lambda: not any(center.pid(name) == pid for name, pid in self.pids.items()),
            PATIENCE_S,
            "a killed process lives on",
        )
        if not center._unseeing:  # as in `Center.kill`
            center.mark(*self.pids)

    def wait(self) -> None:
        """Until the service works again from end to end."""
        for name in self.pids:
            until(
                lambda name=name: self._center.alive_again(name), _BACK_S, f"the {name} is not back"
            )


def kill(scene: CallbackScene, stages: tuple[Stage, ...], *victims: str) -> None:
    """kill -9 of these at the moment when the last of `stages` is entered, and what follows."""
    with Witness(scene.center) as witness:
        cast = Cast(scene)
        verdict = Verdict(cast)
        cast.bring(*stages[:-1])
        aim = Aim(scene.center, *victims)
        cast.bring(*stages[-1:])
        aim.strike()
        if "asterisk" in victims:
            cast.asterisk_is_gone()
        aim.wait()
        cast.live_on()
        verdict.judge()
        assert witness.violations == []


def stand_still(scene: CallbackScene, stages: tuple[Stage, ...], fault: Fault) -> None:
    """A process that stands still for a while, which everybody waits out, and what follows."""
    center = scene.center
    with Witness(center) as witness:
        cast = Cast(scene)
        verdict = Verdict(cast)
        cast.bring(*stages)
        with fault.strike(center) as victim:
            pass
        until(lambda: center.alive_again(victim), _BACK_S, f"the {victim} is not back")
        cast.live_on()
        verdict.judge()
        assert witness.violations == []
