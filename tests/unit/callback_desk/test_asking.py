"""A request as the event has it, and what is said where it cannot be."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callbacks.callback import Callback, CallbackId, CallbackState, Kind
from callcenter.acd.callback_events import CallbackBooked
from callcenter.acd.ids import ContactId
from callcenter.callback_desk.asking import again, asked_of, event_of, same, too_late, with_reason
from callcenter.callback_desk.patient import Call, Patient
from callcenter.callback_desk.records import Actor, Refused, Request, Role
from callcenter.seal import Seal
from callcenter.settings import ROOT
from callcenter.site import Site, load_site
from language_routing.languages import Language

SV, AR, SWL = Language("sv"), Language("ar"), Language("swl")
NOW = 1_795_690_496_949
WHO = Patient(caller="hash", sealed="sealed")
ASKED = Request(
    id=CallbackId("a"), earliest=NOW, latest=NOW + 9, reason="other", number="1", language=SV,
    note="feber",
)  # fmt: skip
CALL = Call(
    contact=ContactId("c1"), sealed="s", language=AR, wanted=SWL, interpreter=True,
    entry_point="child",
)  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(ROOT / "deploy" / "site" / "demo.yaml")


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return Seal(tmp_path / "keys")


def event(site: Site, seal: Seal, call: Call | None = None, **more: Any) -> CallbackBooked:
    return event_of(
        CallbackId("a"), replace(ASKED, **more), call=call, who=WHO, actor=Actor(name="cli:x"),
        site=site, seal=seal, now=NOW,
    )  # fmt: skip


def test_the_note_is_sealed_and_who_is_to_be_rung_is_a_hash(site: Site, seal: Seal) -> None:
    found = event(site, seal)
    assert found.note is not None
    assert seal.open(found.note) == "feber"
    assert (found.caller, found.sealed, found.actor) == ("hash", "sealed", "cli:x")
    assert found.entry_point == "public"
    assert event(site, seal, note=None).note is None


def test_what_is_not_said_is_the_conversations(site: Site, seal: Seal) -> None:
    found = event(site, seal, CALL, language=None)
    assert (found.language, found.wanted, found.interpreter) == (AR, SWL, True)
    assert found.entry_point == "child"
    other = event(site, seal, CALL, language=SV, wanted=AR, entry_point="staff")
    assert (other.language, other.wanted, other.interpreter) == (SV, AR, False)
    assert other.entry_point == "staff"


def test_what_the_site_does_not_have_is_refused(site: Site, seal: Seal) -> None:
    with pytest.raises(Refused, match="in which language's line"):
        event(site, seal, language=None)
    with pytest.raises(Refused, match="this site has the entry points public"):
        event(site, seal, entry_point="nowhere")
    with pytest.raises(Refused, match="not a BCP 47"):
        event(site, seal, wanted=Language("Ring 070"))


def test_the_check_is_asked_with_the_role_of_whoever_asks(site: Site, seal: Seal) -> None:
    made = event(site, seal, overbook=True, why="surge")
    asked = asked_of(made, ASKED, Actor(name="x", role=Role.SUPERVISOR))
    assert (asked.supervisor, asked.overbook, asked.why) == (True, True, "surge")
    assert asked.note == "feber"
    assert not asked_of(made, ASKED, Actor(name="x")).supervisor


def test_nobody_overbooks_without_a_word() -> None:
    with pytest.raises(Refused, match="say why it is overbooked: patient_asked"):
        with_reason(overbook=True, why="")
    with_reason(overbook=True, why="surge")
    with_reason(overbook=False, why="")


def callback(state: CallbackState) -> Callback:
    return Callback(
        id=CallbackId("a"), kind=Kind.MEDICAL, state=state, since=0, language=SV, booked=0,
        earliest=0, deadline=0, arrived=0, caller="hash", sealed="s",
    )  # fmt: skip


def test_an_id_belongs_to_one_patient() -> None:
    mine = callback(CallbackState.SCHEDULED)
    assert same(mine, WHO) is mine
    with pytest.raises(Refused, match="this id is another callback's"):
        same(mine, Patient(caller="other", sealed=""))
    for state in CallbackState:
        if not callback(state).open:
            with pytest.raises(Refused, match=r"has ended \((done|cancelled|given up)\): choose"):
                same(callback(state), WHO)


def test_what_came_too_late_says_how_it_stands() -> None:
    assert too_late(callback(CallbackState.DIALLING)) == "it came too late: it is dialling by now"
    assert too_late(callback(CallbackState.DONE)) == "it is done already"
    assert "promise nothing; ask again with the same id, a" in again(CallbackId("a"))
    assert again(None) == "it is not confirmed: look at it, and ask again"
