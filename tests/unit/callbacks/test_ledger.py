"""The ledger: whom we are to ring, by number, time and call; and what became of it."""

import msgspec
from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, Done, Kind
from callbacks.ledger import SLOT, Ledger, Saved
from language_routing.languages import Language
from tests.unit.callbacks import test_callback

SV = Language("sv")


def promise(name: str, **fields: object) -> Callback:
    state = fields.pop("state", CallbackState.SCHEDULED)
    assert isinstance(state, CallbackState)
    return replace(test_callback.callback(state), id=CallbackId(name), **fields)


def ended(name: str, at: int, **fields: object) -> Callback:
    return promise(name, state=CallbackState.DONE, done=Done.TALKED, ended=at, **fields)


def restored(ledger: Ledger) -> Ledger:
    return Ledger(msgspec.json.decode(msgspec.json.encode(ledger.save()), type=Saved))


def test_those_of_a_number_come_in_the_order_of_their_promises() -> None:
    ledger = Ledger()
    for name, deadline in (("b1", 30), ("b2", 20), ("b3", 30)):
        ledger.put(promise(name, deadline=deadline))
    ledger.put(promise("b4", caller="another"))
    ledger.put(promise("b5", caller=None))
    assert [one.id for one in ledger.of("hash")] == ["b2", "b1", "b3"]
    assert ledger.of("unknown") == ledger.of(None) == []
    ledger.put(ended("b2", 50))
    assert [one.id for one in ledger.of("hash")] == ["b1", "b3"]


def test_open_medical_ones_take_room_in_their_half_hour() -> None:
    ledger = Ledger()
    ledger.put(promise("b1", earliest=SLOT))
    ledger.put(promise("b2", earliest=2 * SLOT - 1))
    ledger.put(promise("b3", earliest=2 * SLOT))
    ledger.put(promise("b4", earliest=SLOT, kind=Kind.KEPT_PLACE))
    ledger.put(promise("b5", earliest=SLOT, language=Language("ar")))
    assert [ledger.planned(SV, at) for at in (0, SLOT, 2 * SLOT)] == [0, 2, 1]
    ledger.put(promise("b1", earliest=2 * SLOT))  # moved
    ledger.put(ended("b2", 9, earliest=SLOT))
    assert [ledger.planned(SV, at) for at in (0, SLOT, 2 * SLOT)] == [0, 0, 2]


def test_those_planned_for_a_half_hour_before_are_overdue() -> None:
    ledger = Ledger()
    ledger.put(promise("b1", earliest=SLOT))
    ledger.put(promise("b2", earliest=3 * SLOT - 1))
    ledger.put(promise("b3", earliest=SLOT, kind=Kind.KEPT_PLACE))
    ledger.put(promise("b4", earliest=SLOT, language=Language("ar")))
    ledger.put(ended("b5", 9, earliest=SLOT))
    assert [ledger.overdue(SV, slot * SLOT) for slot in (1, 2, 3)] == [0, 1, 2]


def test_a_call_knows_its_callback_unless_it_was_booked_there() -> None:
    ledger = Ledger()
    ledger.put(promise("k-c1", kind=Kind.KEPT_PLACE, contact="c1"))
    ledger.put(promise("b2", contact="c1"))
    found = ledger.of_contact("c1")
    assert found is not None
    assert found.id == "k-c1"
    assert ledger.of_contact("c2") is None


def test_ended_ones_are_forgotten_after_a_while_unless_there_is_a_task() -> None:
    ledger = Ledger()
    ledger.put(ended("b1", 10, kind=Kind.CUT_OFF, contact="c1"))
    ledger.put(promise("b2", state=CallbackState.GIVEN_UP, ended=11, task=11))
    ledger.put(ended("b3", 12))
    ledger.put(promise("b4"))
    ledger.forget(12)
    assert [one.id for one in ledger] == ["b2", "b3", "b4"]
    assert ledger.of_contact("c1") is None
    assert [one.id for one in ledger.tasks] == ["b2"]


def test_a_word_about_an_ended_one_does_not_make_it_younger() -> None:
    ledger = Ledger()
    ledger.put(ended("b1", 10))
    ledger.put(ended("b2", 20))
    ledger.put(ended("b1", 10, why="its text message was sent"))
    again = restored(ledger)
    for each in (ledger, again):
        each.forget(15)
        assert [one.id for one in each] == ["b2"]


def test_a_restored_ledger_forgets_in_the_same_order() -> None:
    ledger = Ledger()
    ledger.put(promise("b1"))
    ledger.put(promise("b2"))
    ledger.put(promise("b3", state=CallbackState.GIVEN_UP, ended=5, task=5))
    ledger.put(ended("b2", 10))
    ledger.put(ended("b1", 20))
    ledger.put(promise("b3", state=CallbackState.GIVEN_UP, ended=5, task=5, settled="visited"))
    again = restored(ledger)
    for before in (11, 21):
        ledger.forget(before)
        again.forget(before)
        assert again.save() == ledger.save()
    assert len(ledger) == 0


def test_who_is_on_the_phone_herself_is_held() -> None:
    ledger = Ledger()
    ledger.put(promise("b2", state=CallbackState.DUE, held_by="c1", talks_with="n1"))
    ledger.put(promise("b1", state=CallbackState.DUE, held_by="c1", talks_with="n1"))
    ledger.put(promise("b3", state=CallbackState.DUE, held_by="c1"))
    assert [one.id for one in ledger.held] == ["b1", "b2"]
    ledger.put(promise("b2", state=CallbackState.DUE))
    assert [one.id for one in ledger.held] == ["b1"]


def count(**fields: object) -> dict[str, int]:
    ledger = Ledger()
    callback = promise("b1", **fields)
    ledger.count_end(callback)
    [row] = ledger.rows
    return {
        name: value
        for name, value in msgspec.structs.asdict(row).items()
        if value and name not in ("language", "kind")
    }


def test_every_end_is_counted_for_what_it_is() -> None:
    done, given_up = CallbackState.DONE, CallbackState.GIVEN_UP
    assert count(state=done, done=Done.TALKED, talked=30, ended=99) == {"kept": 1}
    assert count(state=done, done=Done.TALKED, talked=31, ended=99) == {"late": 1}
    assert count(state=done, done=Done.RANG_IN, ended=30) == {"kept": 1, "rang_in": 1}
    assert count(state=done, done=Done.SETTLED, ended=31) == {"settled": 1}
    assert count(state=done, done=Done.TALKED, latest=None, talked=5) == {"done_without_promise": 1}
    assert count(state=CallbackState.CANCELLED) == {"cancelled": 1}
    assert count(state=given_up) == {"unreached": 1}
    assert count(state=given_up, first_tried=30) == {"unreached": 1, "tried_in_time": 1}
    assert count(state=given_up, first_tried=31) == {"unreached": 1}


def test_it_is_counted_by_the_language_that_was_asked_for() -> None:
    ledger = Ledger()
    assert ledger.counts(promise("b1", wanted=Language("so"))).language == "so"
    assert ledger.counts(promise("b2")).language == "sv"
