"""Whoever was not served keeps the place in line: at the front, by the old arrival."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CallReturned, NumbersShown, NurseReady, OwedClosed, ReturnReason
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import NurseState
from callcenter.credentials import load_credentials
from callcenter.settings import ROOT
from callcenter.softphone.phone import Call, CallState, Phone
from callcenter.softphone.sipp import Scenario, SippRun
from tests.e2e.center import CARRIER, Center, until
from tests.e2e.conftest import write_site
from tests.e2e.scene import hears

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

NEXT_NURSE_S = 30  # promised are five, see tests/chaos; a busy machine may take longer
FIRST, SECOND = "+46701740601", "+46701740602"


@pytest.fixture(scope="module")
def _strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """A service in which a nurse who hangs up within three seconds has not served the caller."""
    folder = tmp_path_factory.mktemp("front")
    with Center(folder / "home", write_site(folder, short_talk=3)) as center:
        yield center


@pytest.fixture
def center(_strict: Center) -> Iterator[Center]:
    _strict.hang_up_all()
    yield _strict
    _strict.hang_up_all()


def answers(phone: Phone, timeout: float = NEXT_NURSE_S) -> Call:
    phone.wait_for_call(timeout)
    return phone.answer()


def until_caller(center: Center, number: int, state: ContactState, timeout: float = 30) -> None:
    until(
        lambda: center.contacts()[number].state is state,
        timeout,
        lambda: f"the caller is {center.contacts()[number].state}, not {state}",
    )


def with_music(center: Center) -> int:
    """How many callers wait in the holding loop, which plays music."""
    return center.asterisk("core show channels concise").count("!WaitExten!")


# -- a conversation that was none ---------------------------------------------------


def test_a_caller_whose_nurse_hangs_up_at_once_is_first_in_line_again_and_hears_music(
    center: Center,
) -> None:
    before, answered = center.position(), center.tally("answered")
    _, first = center.call("sv", number=FIRST)
    _, second = center.call("sv", number=SECOND)
    ids = [contact.id for contact in center.contacts()]
    arrived = [contact.arrived for contact in center.contacts()]
    hasty = center.on_duty("n001")
    answers(hasty)
    hasty.hang_up()
    until_caller(center, 0, ContactState.WAITING)
    out = center.until_state("n001", NurseState.NOT_READY)
    assert (out.reason, out.misses) == ("short_talk", 1)
    until(lambda: with_music(center) == 2, 120, "no music")  # after what is said to each of them
    assert hears(first)
    assert [contact.arrived for contact in center.contacts()] == arrived
    assert (first.state, second.state) == (CallState.UP, CallState.UP)
    (returned,) = [e for e in center.events(before) if isinstance(e, CallReturned)]
    assert (returned.contact, returned.nurse) == (ids[0], "n001")
    assert returned.reason is ReturnReason.SHORT_TALK
    assert center.tally("answered") == answered  # an answer that was none

    patient = center.on_duty("n002")
    answers(patient)
    assert center.until_state("n002", NurseState.TALKING).contact == ids[0]
    time.sleep(3.5)  # longer than a short talk
    patient.hang_up()
    first.wait(CallState.ENDED, 30)
    until(lambda: center.tally("answered") == answered + 1, 30, "the answer is not counted once")
    center.until_state("n002", NurseState.RINGING, NEXT_NURSE_S)  # the second one, after wrap-up
    assert second.state is CallState.UP


def test_the_next_nurse_rings_at_once_for_whom_the_first_one_left(center: Center) -> None:
    hasty = center.on_duty("n001")
    _, call = center.call("sv")
    answers(hasty)
    patient = center.on_duty("n002")
    hasty.hang_up()
    answers(patient)
    center.until_state("n002", NurseState.TALKING)
    assert call.state is CallState.UP


def test_a_caller_who_hangs_up_at_once_has_left_and_the_nurse_has_missed_nothing(
    center: Center,
) -> None:
    before, answered, missed = center.position(), center.tally("answered"), center.tally("missed")
    nurse = center.on_duty("n001")
    caller, _ = center.call("sv")
    answers(nurse)
    center.until_state("n001", NurseState.TALKING)
    caller.hang_up()
    ready = center.until_state("n001", NurseState.READY, 30)
    assert ready.misses == 0
    assert not center.contacts()
    assert (center.tally("answered"), center.tally("missed")) == (answered + 1, missed)
    assert not [e for e in center.events(before) if isinstance(e, CallReturned)]


def test_a_caller_whose_nurses_phone_dies_in_mid_call_is_first_in_line_again(
    center: Center,
) -> None:
    """No BYE comes: Asterisk ends the leg after 30 s without a sound of it (pjsip.conf)."""
    before = center.position()
    dying = center.on_duty("n001")
    _, first = center.call("sv", number=FIRST)
    answers(dying)
    center.until_state("n001", NurseState.TALKING)
    _, second = center.call("sv", number=SECOND)
    first_id = center.contacts()[0].id
    time.sleep(3.5)  # a conversation, beyond doubt
    dying.kill()
    nurse = center.on_duty("n002")
    answers(nurse)  # the second caller: nobody knows yet that the first one is alone
    time.sleep(3.5)  # longer than a short talk, for the second nurse too
    until_caller(center, 0, ContactState.WAITING, 90)
    (returned,) = [e for e in center.events(before) if isinstance(e, CallReturned)]
    assert returned.reason is ReturnReason.LINE_LOST
    assert center.nurse("n001").misses == 0
    assert not center.nurse("n001").reachable
    nurse.hang_up()
    second.wait(CallState.ENDED, 30)
    answers(nurse)
    center.until_state("n002", NurseState.TALKING)
    assert center.nurse("n002").contact == first_id
    assert first.state is CallState.UP


def test_in_the_fallback_queue_too_a_caller_whose_nurse_hangs_up_at_once_waits_on(
    center: Center,
) -> None:
    nurse = center.on_duty("n001")
    center.callcenter("nurse", "pause", "n001")
    _, call = center.call("sv")
    center.control("stop", "standby", "router", "gateway")
    try:
        nurse.dial("*51").wait(CallState.ENDED, 30)
        answers(nurse, 90)
        nurse.hang_up()
        answers(nurse, 60)
        assert call.state is CallState.UP
        time.sleep(4.5)  # longer than a short talk, in the whole seconds that Queue() tells
        nurse.hang_up()
        call.wait(CallState.ENDED, 30)
    finally:
        center.control("start", "all")
    until(lambda: not center.contacts(), 30, "a call that ended meanwhile is still believed in")


def test_a_caller_who_was_given_back_in_the_fallback_queue_is_ours_again_when_we_live(
    center: Center,
) -> None:
    nurse = center.on_duty("n001")
    center.callcenter("nurse", "pause", "n001")
    _, call = center.call("sv")
    (contact,) = center.contacts()
    center.control("stop", "standby", "router")
    try:
        nurse.dial("*51").wait(CallState.ENDED, 30)
        answers(nurse, 90)
        nurse.hang_up()
    finally:
        center.control("start", "all")
    until(
        lambda: (
            center.contacts()
            and center.contacts()[0].state in (ContactState.WAITING, ContactState.OFFERED)
        ),
        60,
        lambda: f"not ours again: {center.contacts()}",
    )
    (again,) = center.contacts()
    assert (again.id, again.arrived) == (contact.id, contact.arrived)
    assert call.state is CallState.UP


# -- phones that refuse -------------------------------------------------------------


@contextmanager
def refusing_phone(center: Center, nurse: str, code: int) -> Iterator[None]:
    """A registered phone that answers each INVITE with `code`."""
    port = center.settings.port_base + 46  # below the ephemeral ports: nobody takes it between
    secret = load_credentials(center.settings.data, [nurse]).nurses[nurse]

    def register(expires: int) -> None:
        scenario = Scenario(
            name="nurse_register", rows=[(nurse, secret)], calls=1, seconds=60,
            keys={"uas_port": str(port), "expires": str(expires)},
        )  # fmt: skip
        # From the port of the phone itself: Asterisk believes the packet (rewrite_contact).
        with SippRun(scenario, target=center.server, address="127.0.0.1", port=port) as run:
            assert run.wait().failed == 0

    phone = Scenario(name="nurse_refuse", variables={"code": code}, seconds=200)
    register(3600)
    try:
        with SippRun(phone, target=center.server, address="127.0.0.1", port=port):
            until(lambda: center.nurse(nurse).reachable, 45, "the phone is not reachable")
            yield
    finally:
        register(0)


@pytest.mark.parametrize("code", [480, 486, 503, 603, 404])
def test_a_caller_keeps_the_front_when_a_phone_refuses_the_call(center: Center, code: int) -> None:
    with refusing_phone(center, "n001", code):
        center.tell(NurseReady(nurse=NurseId("n001"), actor="test"))
        _, first = center.call("sv", number=FIRST)
        out = center.until_state("n001", NurseState.NOT_READY)
        assert out.misses == 1
        assert out.reason
        center.call("sv", number=SECOND)
        ids = [contact.id for contact in center.contacts()]
        nurse = center.on_duty("n002")
        answers(nurse)
        assert center.until_state("n002", NurseState.TALKING).contact == ids[0]
        assert first.state is CallState.UP


def test_a_caller_keeps_the_front_when_a_phone_rings_for_nothing(center: Center) -> None:
    center.on_duty("n001")  # her phone will ring, and nobody is there
    center.call("sv", number=FIRST)
    center.until_state("n001", NurseState.RINGING)
    center.call("sv", number=SECOND)
    ids = [contact.id for contact in center.contacts()]
    nurse = center.on_duty("n003")
    center.callcenter("nurse", "pause", "n003")  # the second caller rang there
    assert center.until_state("n001", NurseState.NOT_READY, 30).reason == "rona"
    center.tell(NurseReady(nurse=NurseId("n003"), actor="test"))
    nurse.wait_for_call(NEXT_NURSE_S)
    until(lambda: center.nurse("n003").contact == ids[0], NEXT_NURSE_S, "not the first one")


# -- cut off ------------------------------------------------------------------------


def owed(center: Center, *options: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(center.callcenter("owed", "--json", *options))
    return found


def test_everybody_whom_a_restart_of_asterisk_cuts_off_is_owed_a_call_and_counted_once(
    center: Center,
) -> None:
    """Sixty in line, and one who talks."""
    for debt in owed(center):  # of an earlier test
        center.callcenter("owed", "close", str(debt["contact"]), "--by", "test", "--why", "tidied")
    cut_off, before = center.tally("cut_off"), center.position()
    nurse = center.on_duty("n006")  # Finnish
    center.call("fi", number=FIRST)
    answers(nurse)
    center.until_state("n006", NurseState.TALKING)
    rows = [(f"+4670174{1000 + n}", "4") for n in range(60)]
    callers = Scenario(
        name="caller", rows=rows, service="1177", calls=60, rate=20, seconds=200,
        variables={"key_ms": 1_500}, hold_seconds=180,
    )  # fmt: skip
    with center.silent_callers(), SippRun(callers, target=center.server, address=CARRIER):
        until(
            lambda: sum(c.queued is not None for c in center.contacts()) == 61,
            90,  # who pressed before a busy IVR listened comes here after the menu's second round
            lambda: f"{len(center.contacts())} callers",
        )
        known = {contact.id: contact for contact in center.contacts()}
        center.asterisk("core restart now")
        until(lambda: not center.contacts(), 60, "calls that are gone are still believed in")
    assert {debt.contact: debt.arrived for debt in center.board.owed} == {
        contact.id: contact.arrived for contact in known.values()
    }
    assert center.tally("cut_off") == cut_off + 61
    center.until_state("n006", NurseState.READY, 30)

    listed = owed(center)
    assert {debt["contact"] for debt in listed} == set(known)
    assert [debt["was"] for debt in listed].count("talking") == 1
    assert all(debt["has_number"] and "number" not in debt for debt in listed)
    numbers = {debt["number"] for debt in owed(center, "--numbers")}
    assert numbers == {number for number, _ in rows} | {FIRST}
    events = center.events(before)
    assert [e.count for e in events if isinstance(e, NumbersShown)] == [61]
    assert "+4670174" not in center.callcenter("owed")

    # One is settled by hand.
    center.callcenter(
        "owed", "close", str(listed[0]["contact"]), "--by", "anna", "--why", "called_back"
    )
    until(lambda: len(center.board.owed) == 60, 30, "not closed")
    closed = [e for e in center.events(before) if isinstance(e, OwedClosed)]
    assert [(e.contact, e.actor, e.reason) for e in closed] == [
        (listed[0]["contact"], "anna", "called_back")
    ]


def test_who_was_cut_off_and_rings_again_stands_where_she_stood(center: Center) -> None:
    center.call("sv", number=FIRST)
    center.call("sv", number=FIRST)  # somebody else, from the same switchboard
    lost = center.contacts()
    debts = len(center.board.owed)
    center.kill("asterisk")
    until(lambda: len(center.board.owed) == debts + 2, 30, "not owed")
    until(lambda: center.alive_again("asterisk"), 60, "Asterisk is not back")
    stranger_phone, _ = center.call("sv", number=SECOND)
    center.call("sv", number=FIRST)
    stranger, again = center.contacts()
    assert again.arrived > stranger.arrived
    assert (again.original, again.deadline) == (lost[0].arrived, lost[0].deadline)
    left = {debt.contact for debt in center.board.owed}
    assert lost[0].id not in left
    assert lost[1].id in left  # one call, one debt
    nurse = center.on_duty_patiently("n001")
    answers(nurse)
    center.until_state("n001", NurseState.TALKING)
    assert center.nurse("n001").contact == again.id
    stranger_phone.hang_up()
    center.callcenter("owed", "close", lost[1].id, "--by", "test", "--why", "tidied")


def test_the_list_of_those_owed_a_call_shows_when_they_came_and_who_hid_her_number(
    center: Center,
) -> None:
    phone = center.caller("anonymous")
    phone.dial("1177").wait(CallState.UP, 30)
    until(center.contacts, 30, "the call has not arrived")
    (contact,) = center.contacts()
    debts = len(center.board.owed)
    center.kill("asterisk")
    until(lambda: len(center.board.owed) == debts + 1, 30, "not owed")
    debt = next(d for d in owed(center) if d["contact"] == contact.id)
    assert datetime.fromisoformat(str(debt["arrived"])).timestamp() * 1000 == contact.arrived
    assert (debt["has_number"], debt["was"], debt["language"]) == (False, "ivr", None)
    center.callcenter("owed", "close", contact.id, "--by", "test", "--why", "tidied")
    until(lambda: center.alive_again("asterisk"), 60, "Asterisk is not back")
    close = ["owed", "close", contact.id, "--by", "x", "--why", "y"]
    refused = subprocess.run(
        [sys.executable, "-m", "callcenter", *close],
        cwd=ROOT, env=center.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


# -- a configuration with an error --------------------------------------------------


def test_every_process_starts_again_by_the_site_that_was_accepted(center: Center) -> None:
    site = center.settings.site
    good = site.read_text()
    try:
        site.write_text(good.replace("languages:", "languages", 1))  # half an edit
        for process in ("router", "standby", "ivr", "gateway", "redis", "asterisk"):
            center.kill(process)
            until(lambda p=process: center.alive_again(p), 60, f"the {process} is not back")
        until(center._whole, 30, "a process is not back")
        nurse = center.on_duty_patiently("n001")
        _, call = center.call("sv")
        answers(nurse)
        center.until_state("n001", NurseState.TALKING)
        assert call.state is CallState.UP
        kept = center.settings.run / "site.yaml"
        assert kept.read_text() == good
        assert kept.stat().st_mode & 0o777 == 0o600
    finally:
        site.write_text(good)


def test_a_start_with_a_broken_site_says_where_and_touches_nothing(
    center: Center, tmp_path: Path
) -> None:
    broken = tmp_path / "site.yaml"
    broken.write_text(
        center.settings.site.read_text().replace("rona_after: 1", "rona_after: never")
    )
    kept = center.settings.run / "site.yaml"
    before = (kept.read_bytes(), kept.stat().st_mtime_ns)
    for name, value, word in (
        ("CALLCENTER_SITE", str(broken), f"{broken}:"),
        ("CALLCENTER_SITE", str(tmp_path / "none.yaml"), "cannot be read"),
        ("CALLCENTER_RTP_COUNT", "many", "CALLCENTER_RTP_COUNT"),
    ):
        for home in (center.settings.home, tmp_path / "fresh"):
            done = subprocess.run(
                [sys.executable, "-m", "callcenter", "up"], cwd=ROOT, text=True, timeout=60,
                env=center.environment | {name: value, "CALLCENTER_HOME": str(home)},
                capture_output=True, check=False,
            )  # fmt: skip
            assert done.returncode == 1
            assert word in done.stderr
            assert done.stderr.count("\n") == 1, done.stderr
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == before
    assert not (tmp_path / "fresh").exists()


# -- an IVR that hangs --------------------------------------------------------------


@contextmanager
def hanging_ivr(center: Center) -> Iterator[None]:
    """It accepts dialogues and never says a word (its kernel does, at least)."""
    pid = center.living("ivr")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_caller_whose_ivr_hangs_stands_in_line_after_some_seconds(center: Center) -> None:
    nurse = center.on_duty("n001")
    with hanging_ivr(center):
        call = center.caller(FIRST).dial("1177").wait(CallState.UP, 30)
        answers(nurse, 30)  # 5 s of silence are promised, and then a nurse
        center.until_state("n001", NurseState.TALKING)
        assert center.contacts()[0].language == "sv"
        assert call.state is CallState.UP


def test_a_caller_in_the_middle_of_a_menu_that_hangs_stands_in_line_after_some_seconds(
    center: Center,
) -> None:
    caller = center.caller(FIRST)
    call = caller.dial("1177").wait(CallState.UP, 30)
    until(lambda: "!BackGround!" in center.asterisk("core show channels concise"), 30, "no menu")
    time.sleep(2.5)  # she listens
    with hanging_ivr(center):
        caller.send_dtmf("4")  # cuts the prompt short, and nobody answers
        until(lambda: center.contacts()[0].queued is not None, 30, "left in silence")
        assert center.contacts()[0].language == "sv"
        until(lambda: with_music(center) == 1, 30, "mute")
        assert hears(call)
        assert call.state is CallState.UP


def test_a_caller_in_line_whose_last_prompt_hangs_is_offered_all_the_same(center: Center) -> None:
    _, call = center.call("ar")
    with hanging_ivr(center):
        until(lambda: with_music(center) == 1, 60, "she hears nothing")
        assert hears(call)
        nurse = center.on_duty("n009")
        answers(nurse)
        center.until_state("n009", NurseState.TALKING)
        assert center.contacts()[0].language == "ar"
        assert call.state is CallState.UP


def test_a_nurses_code_is_heard_though_the_ivr_hangs(center: Center) -> None:
    phone = center.phone("n001")
    with hanging_ivr(center):
        phone.dial("*51")
        center.until_state("n001", NurseState.READY, 40)
    phone.hang_up()
