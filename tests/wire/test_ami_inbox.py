"""The inbox between reader and dispatch thread."""

from callcenter.asterisk.ami.inbox import Batch, Down, Inbox
from callcenter.asterisk.ami.messages import Event


def events(*names: str) -> list[Event]:
    return [Event(name, {}) for name in names]


def names(item: object) -> list[str]:
    assert isinstance(item, Batch)
    return [event.name for event in item.events]


def test_neighbours_come_together_up_to_the_limit_and_in_order() -> None:
    inbox = Inbox(100)
    inbox.put(Batch(1, events("a", "b")))
    inbox.put(Batch(1, events("c", "d", "e")))
    assert names(inbox.take(4)) == ["a", "b", "c", "d"]
    assert names(inbox.take(4)) == ["e"]


def test_a_mark_and_another_epoch_part_the_batches() -> None:
    inbox = Inbox(100)
    inbox.put(Batch(1, events("a")))
    inbox.mark(Down(1))
    inbox.put(Batch(2, events("b")))
    inbox.put(Batch(3, events("c")))
    assert names(inbox.take(9)) == ["a"]
    assert inbox.take(9) == Down(1)
    assert names(inbox.take(9)) == ["b"]
    assert names(inbox.take(9)) == ["c"]


def test_what_does_not_fit_is_refused_until_something_was_taken() -> None:
    inbox = Inbox(3)
    assert inbox.put(Batch(1, events("a", "b")))
    assert not inbox.put(Batch(1, events("c", "d")))
    inbox.take(1)
    assert inbox.put(Batch(1, events("c", "d")))


def test_dropping_an_epoch_makes_room_and_keeps_marks_and_others() -> None:
    inbox = Inbox(2)
    inbox.put(Batch(1, events("a")))
    inbox.mark(Down(1))
    inbox.put(Batch(2, events("b")))
    inbox.drop(1)
    assert inbox.put(Batch(2, events("c")))
    assert inbox.take(9) == Down(1)
    assert names(inbox.take(9)) == ["b", "c"]


def test_a_closed_inbox_gives_nothing_more() -> None:
    inbox = Inbox(2)
    inbox.put(Batch(1, events("a")))
    inbox.close()
    assert inbox.take(9) is None
    assert inbox.take(9) is None
