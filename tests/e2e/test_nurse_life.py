"""A nurse's day over real SIP: subsets of languages, pauses, wrap-up, lost phones, follow-me."""

from collections.abc import Iterator

import pytest

from callcenter.acd.events import NurseSignedIn, WrapUpExtended
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.softphone.phone import CallState, Phone
from tests.e2e.center import Center, until
from tests.e2e.sites import demo, write
from tests.e2e.test_nurse_codes import dial

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

PHONE_GONE_S = 2
WRAP_UP_S = 12


@pytest.fixture(scope="module")
def _day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("day")
    site = demo(
        phone_gone_seconds=PHONE_GONE_S,
        wrap_up_seconds=WRAP_UP_S,
        wrap_up_most_seconds=WRAP_UP_S + 84,
        follow_me={"within_minutes": 10, "hold_seconds": 5},
    )
    with Center(folder / "home", write(folder / "site.yaml", site)) as center:
        yield center


@pytest.fixture
def day(_day: Center) -> Iterator[Center]:
    _day.hang_up_all()
    yield _day
    _day.hang_up_all()


def talks(center: Center, nurse: str, phone: Phone, number: str = "+46701740605") -> Phone:
    """She answers a caller; the caller's phone."""
    caller, _ = center.call("sv", number=number)
    phone.wait_for_call(30)
    phone.answer()
    center.until_state(nurse, NurseState.TALKING)
    return caller


def becomes(center: Center, nurse: str, reason: str, timeout: float = 60) -> Nurse:
    until(
        lambda: center.nurse(nurse).reason == reason,
        timeout,
        lambda: f"{nurse}: {center.nurse(nurse)}",
    )
    return center.nurse(nurse)


def test_a_nurse_signs_in_by_phone_with_some_languages_and_gets_only_their_calls(
    day: Center,
) -> None:
    before = day.position()
    phone = day.phone("n008")  # Swedish and Arabic
    assert dial(phone, "*504") > 0.5
    dial(phone, "*51")
    day.until_state("n008", NurseState.READY)
    day.call("sv", number="+46701740601")
    day.call("ar", number="+46701740602")
    assert phone.wait_for_call(30).peer_name.startswith("ar public")
    (signed,) = (e for e in day.events(before) if isinstance(e, NurseSignedIn))
    assert signed.languages == ("ar",)
    assert "(sv) ar" in day.callcenter("nurse", "list")


def test_keys_of_languages_that_are_not_hers_change_nothing(day: Center) -> None:
    before = day.position()
    phone = day.phone("n001")  # Swedish alone
    assert dial(phone, "*502") > 0.5  # she is told so
    call = phone.dial("*50*2")
    call.wait(CallState.ENDED, 30)
    assert day.nurse("n001").state is NurseState.SIGNED_OUT
    assert not [e for e in day.events(before) if isinstance(e, NurseSignedIn)]
    assert "n001" not in day.asterisk("queue show fallback")


def test_the_command_line_signs_in_with_some_languages_and_says_it_was_done_before(
    day: Center,
) -> None:
    day.phone("n008")
    told = day.callcenter("nurse", "sign-in", "n008", "--languages", "ar", "sv", "--why", "ill")
    assert told == "n008: not_ready (signed_in)\n"
    again = day.callcenter("nurse", "sign-in", "n008", "--languages", "ar")
    assert "signed in already, since" in again
    assert day.nurse("n008").chosen == ("ar",)
    with pytest.raises(AssertionError, match="n008 has sv, ar"):
        day.callcenter("nurse", "sign-in", "n008", "--languages", "so")


def test_a_pause_with_a_planned_length_begins_after_the_call_and_its_end_is_shown(
    day: Center,
) -> None:
    phone = day.on_duty("n001")
    talks(day, "n001", phone)
    told = day.callcenter("nurse", "pause", "n001", "lunch", "--minutes", "45")
    assert told == "n001: talking, then lunch\n"
    phone.hang_up()
    rests = becomes(day, "n001", "lunch")
    assert rests.pause_ends == rests.since + 45 * 60_000
    assert "not_ready (lunch) until" in day.callcenter("nurse", "list")


def test_a_pause_by_phone_has_the_length_that_the_site_plans(day: Center) -> None:
    phone = day.on_duty("n001")
    dial(phone, "*522")
    rests = becomes(day, "n001", "lunch")
    assert rests.pause_ends == rests.since + 30 * 60_000


def test_a_wrap_up_is_extended_by_phone_and_by_a_supervisor_up_to_its_most(day: Center) -> None:
    phone = day.on_duty("n001")
    before = day.position()
    talks(day, "n001", phone)
    phone.hang_up()
    wraps = day.until_state("n001", NurseState.WRAP_UP)
    assert dial(phone, "*54") > 0.5
    longer = wraps.since + (WRAP_UP_S + 60) * 1000
    until(lambda: day.nurse("n001").wrap_up_ends == longer, 30, "it is not longer")
    assert "24 s more" in day.callcenter("nurse", "wrap-up", "n001", "--more", "60")
    with pytest.raises(AssertionError, match="as long as this site allows"):
        day.callcenter("nurse", "wrap-up", "n001")
    dial(phone, "*51")
    day.until_state("n001", NurseState.READY)
    with pytest.raises(AssertionError, match="not in wrap-up: ready"):
        day.callcenter("nurse", "wrap-up", "n001")
    actors = [
        e.actor.partition(":")[0] for e in day.events(before) if isinstance(e, WrapUpExtended)
    ]
    assert actors == ["phone", "cli"]
    until(lambda: "n001" in day.asterisk("queue show fallback"), 30, "not in the queue")


def test_a_call_that_she_lets_ring_out_makes_her_not_ready_and_says_why(day: Center) -> None:
    phone = day.on_duty("n001")
    day.call("sv")
    phone.wait_for_call(30)
    becomes(day, "n001", "rona")
    assert "not_ready (rona)" in day.callcenter("nurse", "list")


def test_a_ready_nurse_whose_phone_is_gone_is_not_ready_until_it_is_back(day: Center) -> None:
    phone = day.on_duty("n001")
    phone.unregister()
    lost = becomes(day, "n001", "phone_lost")
    assert lost.state is NurseState.NOT_READY
    assert "not_ready (phone_lost)" in day.callcenter("watch", "--once")
    phone.register(30)
    day.until_state("n001", NurseState.READY, 30)
    day.call("sv")
    phone.wait_for_call(30)


def test_of_two_phones_of_one_nurse_the_newest_rings(day: Center) -> None:
    old = day.on_duty("n001")
    new = day.phone("n001")
    day.call("sv")
    new.wait_for_call(30)
    new.answer()
    day.until_state("n001", NurseState.TALKING)
    assert [call for call in old.calls if call.incoming] == []


def test_a_shift_that_ends_in_a_conversation_ends_after_it(day: Center) -> None:
    phone = day.on_duty("n001")
    talks(day, "n001", phone)
    told = day.callcenter("nurse", "sign-out", "n001", "--why", "shift_over")
    assert told == "n001: talking, then sign_out\n"
    day.call("sv", number="+46701740602")
    phone.hang_up()
    day.until_state("n001", NurseState.SIGNED_OUT, 60)
    assert len([call for call in phone.calls if call.incoming]) == 1


def test_who_rings_again_gets_the_nurse_of_the_last_time_though_another_is_longer_idle(
    day: Center,
) -> None:
    hers, other = day.on_duty("n001"), day.phone("n002")
    caller = talks(day, "n001", hers, "+46701740609")
    day.callcenter("nurse", "ready", "n002")  # idle from now on, longer than n001 will be
    caller.hang_up()
    day.until_state("n001", NurseState.WRAP_UP)
    dial(hers, "*51")
    day.until_state("n001", NurseState.READY)
    assert day.nurse("n002").idle_since < day.nurse("n001").idle_since
    day.call("sv", number="+46701740609")
    hers.wait_for_call(30)
    hers.answer()
    day.until_state("n001", NurseState.TALKING)
    assert [call for call in other.calls if call.incoming] == []
    day.call("sv", number="+46701740610")  # a stranger gets whoever is free
    other.wait_for_call(30)


def test_without_the_ivr_a_sign_in_keeps_its_languages_and_unknown_codes_do_nothing(
    day: Center,
) -> None:
    phone = day.phone("n008")
    day.control("stop", "ivr")
    try:
        assert dial(phone, "*504") > 0.5  # she hears that it is noted
        until(lambda: day.nurse("n008").chosen == ("ar",), 30, "the gateway has not told it")
        assert day.nurse("n008").state is NurseState.NOT_READY
        assert "n008" in day.asterisk("queue show fallback")
        for code in ("*59", "*529", "*50*4"):
            refused = phone.dial(code).wait(CallState.ENDED, 30)
            assert refused.sip_code == 404
        assert dial(phone, "*54") > 0.5
        assert day.nurse("n008").state is NurseState.NOT_READY
    finally:
        day.control("start", "ivr")
