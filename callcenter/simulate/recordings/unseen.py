"""Unseen: what a journal cannot show of a call, drawn for each call.

A caller who was answered would have waited longer, nobody knows how long; one who gave up
would have talked. The draws depend on the recording and the seed alone, so that the same
call stays the same whatever else is changed.
"""

import random
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy
from callcenter.simulate.model import NEVER, Caller
from callcenter.simulate.outcome import End
from callcenter.simulate.recordings.extract import Extract
from callcenter.simulate.recordings.stood import Stood
from callcenter.simulate.recordings.survival import Survival
from language_routing.languages import Language

_ENOUGH: Final = 20  # so many of one language are learnt from; fewer: from all callers


class Unseen:
    """Draws what a journal does not show."""

    def __init__(self, found: Extract, policy: Policy, seed: int) -> None:
        self._found, self._policy, self._seed = found, policy, seed
        calls = found.calls
        self._all = Survival((call.wait, call.gave_up) for call in calls)
        self._survival: dict[Language | None, Survival] = {}
        self._talks: dict[Language | None, list[Millis]] = {}
        for tag in {call.language for call in calls}:
            mine = [call for call in calls if call.language == tag]
            survival = Survival((call.wait, call.gave_up) for call in mine)
            self._survival[tag] = survival if survival.gave_up >= _ENOUGH else self._all
            talks = _talks(mine)
            self._talks[tag] = talks if len(talks) >= _ENOUGH else _talks(calls)
        self._all_talks = _talks(calls)
        self._pick_ups = sorted(call.pick_up for call in calls if call.pick_up is not None)

    def callers(self, ends: Millis) -> list[Caller]:
        """All calls; the draws of one do not depend on what is simulated of the others.

        Who would stay beyond the recording's end is still in line then, as in the recording
        itself: nobody knows what became of them, and they do not give up.

        Args:
            ends: The end of the days that count.
        """
        chance = random.Random(self._seed)  # noqa: S311 - no secret
        cut = self._found.ends if self._found.ends < ends else None
        made = []
        for number, call in enumerate(self._found.calls):
            stay, talk, ring = 1 - chance.random(), chance.random(), chance.random()
            patience = self._patience(call, stay)
            if cut is not None and call.at + patience > cut:
                patience = NEVER
            made.append(
                Caller(
                    number=number,
                    at=call.at,
                    language=self._language(call),
                    person=call.person,
                    patience=patience,
                    talk=self._talk(call, talk),
                    entry_point=call.entry_point,
                    priority_class=call.priority_class,
                    pick_up=self._pick_up(call, ring),
                    tries=call.tries,
                )
            )
        return made

    def _language(self, call: Stood) -> Language:
        if call.language is None or call.language not in self._policy.languages:
            return self._policy.default_language
        return call.language

    def _patience(self, call: Stood, chance: float) -> Millis:
        if call.gave_up:
            return max(1, call.wait)  # 0 would stay for a phone that rings at once
        return self._survival.get(call.language, self._all).patience(call.wait, chance)

    def _talk(self, call: Stood, chance: float) -> Millis:
        """What was seen of it, if it was seen to end; else a recorded one that was longer."""
        answered = call.end is End.ANSWERED
        if answered and not call.cut:
            return call.talk
        so_far = call.talk if answered else 0
        talks = self._talks.get(call.language, self._all_talks)
        longer = talks[bisect_right(talks, so_far) :]
        if longer:
            return longer[int(chance * len(longer))]
        return so_far or max(0, self._policy.handle_time - self._policy.wrap_up)

    def _pick_up(self, call: Stood, chance: float) -> Millis:
        """No longer than a phone rings by these rules."""
        found, rang = call.pick_up, call.rang
        if found is None:
            longer = self._pick_ups[bisect_right(self._pick_ups, rang) :]
            found = longer[int(chance * len(longer))] if longer else rang + (rang > 0)
        return min(found, self._policy.ring)


def _talks(calls: Iterable[Stood]) -> list[Millis]:
    return sorted(call.talk for call in calls if call.end is End.ANSWERED and not call.cut)
