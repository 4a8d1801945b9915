"""The store in memory, and what rests in it."""

import msgspec

from callcenter.twilio_voice.store import Asks, Held, MemoryStore
from ivr_flows.facts import Facts, Wait
from ivr_flows.flow import State
from ivr_flows.verbs import Gather, Say, SayNumber, Whose


def test_what_was_saved_last_is_found_until_it_is_dropped() -> None:
    store = MemoryStore()
    assert store.load("CA1") is None
    store.save("CA1", b"1")
    store.save("CA1", b"2")
    assert store.load("CA1") == b"2"
    store.drop("CA1")
    store.drop("CA1")
    assert store.load("CA1") is None


def test_the_dialogue_that_was_longest_untouched_makes_room() -> None:
    store = MemoryStore(most=2)
    for sid in ("CA1", "CA2", "CA1", "CA3"):
        store.save(sid, b"x")
    assert store.load("CA2") is None
    assert store.load("CA1") == store.load("CA3") == b"x"


def test_a_dialogue_at_rest_is_json_and_comes_back_whole() -> None:
    wait = Wait(place=2, low_ms=1, high_ms=2)
    held = Held(
        flow="public",
        state=State(
            at="menu",
            facts=Facts(messages={"sv": "m-1-0/sv"}, wait=wait),
            language="so",
            asked={"menu": 1},
            heard=(Say(prompt="place", language="so", arguments=(2,)),),
        ),
        asks=Asks.KEY,
        rest=(SayNumber(whose=Whose.RELAY, language="sv"), Gather(digits="1", timeout_ms=9)),
        typed="+46812345678",
        line="sv",
        visits=3,
        told=wait,
        later_s=60,
    )
    assert msgspec.json.decode(msgspec.json.encode(held), type=Held) == held


def test_a_dialogue_shows_no_number_when_it_is_printed() -> None:
    state = State(at="menu", facts=Facts(), language="sv")
    held = Held(flow="waiting", state=state, typed="+46812345678")
    assert "46812345678" not in f"{held} {held!r}"
