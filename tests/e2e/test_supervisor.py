"""What a supervisor does to callers in line, over real SIP: move, class, withdraw, rings."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from callcenter.acd.commands import DismissCaller
from callcenter.acd.contact import Contact
from callcenter.acd.events import ContactClassed, ContactMoved, ContactWithdrawn
from callcenter.acd.nurse import NurseState
from callcenter.softphone.hearing import hear
from callcenter.softphone.phone import CallState
from callcenter.speech.manifest import read_manifest
from tests.e2e.center import Center, until
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

RING_S = 30


@pytest.fixture(scope="module")
def _supervised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("supervisor")
    # The Somali line: fluent at once, working level after 3 s, any nurse after 6 s.
    rings = [
        {"after_seconds": 0, "level": "fluent"},
        {"after_seconds": 3, "level": "working"},
        {"after_seconds": 6, "interpreter": True},
    ]
    site = demo(lines={"so": {"rings": rings}}, ring_seconds=RING_S)
    for nurse in site["nurses"]:
        if nurse["id"] == "n012":
            nurse["languages"] = {"sv": "native", "so": "working"}
    with Center(folder / "home", write(folder / "site.yaml", site)) as center:
        yield center


@pytest.fixture
def supervised(_supervised: Center) -> Iterator[Center]:
    _supervised.hang_up_all()
    yield _supervised
    _supervised.hang_up_all()


def newest(center: Center) -> Contact:
    return center.contacts()[-1]


def rows(center: Center) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(center.callcenter("contact", "list", "--json"))
    return found


def test_a_caller_who_is_moved_to_another_line_rings_at_a_nurse_of_that_language(
    supervised: Center,
) -> None:
    before = supervised.position()
    finn, swede = supervised.phone("n006"), supervised.phone("n001")
    supervised.callcenter("nurse", "ready", "n006", "--why", "shift_begins")
    supervised.call("sv")
    contact = newest(supervised)
    assert rows(supervised)[0]["expected_seconds"] is None  # nobody here speaks Swedish
    told = supervised.callcenter(
        "contact", "move", contact.id, "--language", "fi", "--why", "wrong_key"
    )
    assert told.startswith(f"{contact.id}: public, place 1 in the line of fi (sv)")
    assert finn.wait_for_call(30).peer_name.startswith("fi public 0m")
    finn.answer()
    assert supervised.until_state("n006", NurseState.TALKING).contact == contact.id
    assert swede.calls == []
    (moved,) = (e for e in supervised.events(before) if isinstance(e, ContactMoved))
    assert (moved.reason, moved.actor.partition(":")[0]) == ("wrong_key", "cli")


def test_a_later_caller_of_a_more_urgent_class_is_answered_first(supervised: Center) -> None:
    before = supervised.position()
    supervised.call("sv", number="+46701740601")
    first = newest(supervised)
    supervised.call("sv", number="+46701740602")
    second = newest(supervised)
    supervised.callcenter("contact", "class", second.id, "--to", "red_flag", "--why", "chest_pain")
    assert [row["contact"] for row in rows(supervised)] == [second.id, first.id]
    phone = supervised.on_duty("n001")
    assert phone.wait_for_call(30).peer_name.startswith("sv red_flag 0m")
    phone.answer()
    assert supervised.until_state("n001", NurseState.TALKING).contact == second.id
    (classed,) = (e for e in supervised.events(before) if isinstance(e, ContactClassed))
    assert (classed.contact, classed.reason) == (second.id, "chest_pain")


def test_a_withdrawn_caller_hears_that_we_ring_back_is_hung_up_on_and_owed_a_call(
    supervised: Center,
) -> None:
    before = supervised.position()
    _, call = supervised.call("sv")
    contact = newest(supervised)
    until(lambda: len(hear(call)) >= 6, 30, "the caller hears nothing")  # past the first prompts
    supervised.callcenter("contact", "withdraw", contact.id, "--why", "called_by_doctor")
    call.wait(CallState.ENDED, 30)
    assert call.ended_by == "them"
    until(lambda: not supervised.contacts(), 30, "the contact is still there")
    listed = json.loads(supervised.callcenter("owed", "--json"))
    assert contact.id in [debt["contact"] for debt in listed]
    # From the command to the end of the call, the prompt was played in whole.
    seconds = read_manifest(supervised.settings.prompts)["sv/dismissed"].seconds
    assert seconds > 4
    ((place, _),) = [
        (place, command)
        for place, command in supervised.commands()
        if isinstance(command, DismissCaller) and command.contact == contact.id
    ]
    (debt,) = [debt for debt in supervised.board.owed if debt.contact == contact.id]
    assert debt.since - int(place.partition("-")[0]) >= (seconds - 1) * 1000
    last = [sound.kind for sound in hear(call)[-int(seconds - 2) :]]
    assert last.count("speech or music") > len(last) / 2, last
    (event,) = (e for e in supervised.events(before) if isinstance(e, ContactWithdrawn))
    assert event.reason == "called_by_doctor"


def test_a_withdrawn_caller_whose_call_rings_at_a_nurse_is_taken_from_her_first(
    supervised: Center,
) -> None:
    phone = supervised.on_duty("n001")
    _, call = supervised.call("sv")
    ringing = phone.wait_for_call(30)
    supervised.callcenter("contact", "withdraw", newest(supervised).id, "--why", "called_back")
    ringing.wait(CallState.ENDED, 30)
    call.wait(CallState.ENDED, 30)
    nurse = supervised.until_state("n001", NurseState.READY, 60)
    assert nurse.misses == 0  # it was none of her doing
    assert all(not c.incoming or c is ringing for c in phone.calls)


def test_a_supervisor_is_refused_in_one_sentence_what_makes_no_sense(supervised: Center) -> None:
    supervised.call("sv")
    known = newest(supervised).id
    before = supervised.position()
    for words, sentence in (
        (("move", "node1-1.1", "--language", "fi", "--why", "test"), "no such contact now"),
        (("move", known, "--language", "xx", "--why", "test"), "this site has sv, fi"),
        (("move", known, "--language", "sv", "--why", "test"), "in the line of sv already"),
        (("class", known, "--to", "royal", "--why", "test"), "has the classes public, staff"),
        (("class", known, "--to", "public", "--why", "test"), "of class public already"),
        (("withdraw", known, "--why", "Anna 0701740605"), "one word of small letters"),
    ):
        with pytest.raises(AssertionError, match=sentence):
            supervised.callcenter("contact", *words)
    told = (ContactMoved, ContactClassed, ContactWithdrawn)
    assert not [e for e in supervised.events(before) if isinstance(e, told)]


def test_rings_open_as_the_wait_grows_and_the_phone_says_that_an_interpreter_is_needed(
    supervised: Center,
) -> None:
    working, swede = supervised.phone("n012"), supervised.phone("n001")
    supervised.callcenter("nurse", "ready", "n012")
    caller, _ = supervised.call("so")
    waiting = newest(supervised)
    first = working.wait_for_call(30)  # not at once: her ring opens after 3 s
    assert first.peer_name.startswith("so public 0m")
    working.hang_up()  # she declines: out of rotation, and sees why
    assert supervised.until_state("n012", NurseState.NOT_READY).reason == "busy"
    supervised.callcenter("nurse", "ready", "n001")
    last = swede.wait_for_call(30)
    assert last.peer_name.startswith("so+tolk public 0m")
    (row,) = (row for row in rows(supervised) if row["contact"] == waiting.id)
    assert (row["ring"], row["rings"], row["nurse"]) == (2, 3, "n001")
    swede.answer()
    supervised.until_state("n001", NurseState.TALKING)
    talked = supervised.board.contacts[waiting.id]
    assert talked.answered is not None
    assert talked.queued is not None
    assert talked.answered - talked.queued >= 6_000
    caller.hang_up()


def test_a_fluent_nurse_is_rung_at_once_though_others_are_longer_idle(supervised: Center) -> None:
    supervised.on_duty("n001")
    supervised.on_duty("n012")
    fluent = supervised.on_duty("n011")
    supervised.call("so")
    assert fluent.wait_for_call(30).peer_name.startswith("so public")
    assert newest(supervised).ring == 0
    shown = supervised.callcenter("watch", "--once")
    assert max(len(line) for line in shown.splitlines()) <= 80
