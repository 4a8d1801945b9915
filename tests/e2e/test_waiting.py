"""What is said to callers in line, when, and that nothing of it stands in their way."""

import statistics
from concurrent.futures import ThreadPoolExecutor

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import NurseRang, NurseReady, WaitTold
from callcenter.acd.ids import EntryId, NurseId, entry_time
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from ivr_flows.facts import Wait
from ivr_flows.prompts import sound_id
from ivr_flows.telling import said
from tests.e2e.center import Center, until
from tests.e2e.listener import Listener, stamped

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

BUSY = {"sv": "n002", "en": "n007"}
# "A nurse answers in the middle of an announcement within 200 ms of being matched"; a machine
# that does other things beside may take three times as long.
MOST_MS = 3 * 200


def somebody_talks(center: Center, language: str, number: str) -> None:
    """So that there is a wait to tell."""
    phone = center.on_duty(BUSY[language])
    center.call(language, number=number)
    phone.wait_for_call(30)
    phone.answer()
    center.until_state(BUSY[language], NurseState.TALKING)


def told(center: Center, before: EntryId, caller: Listener) -> list[WaitTold]:
    return [
        event
        for event in center.events(before)
        if isinstance(event, WaitTold) and event.contact == caller.contact.id
    ]


def spoken(event: WaitTold) -> list[str]:
    """The sounds of what was told."""
    words = said(Wait(place=event.place, low_ms=event.low, high_ms=event.high))
    sounds = [sound_id(words.wait, words.arguments)]
    return sounds if words.place is None else [sound_id("place", (words.place,)), *sounds]


def heard(caller: Listener) -> list[set[str]]:
    """What was said of place and wait, each sound with all the names that it has."""
    names = [{h.sound, *h.or_else} for h in caller.everything()]
    plain = [{name.partition("/")[2] for name in each} for each in names]
    return [each for each in plain if any(n.startswith(("place", "wait-")) for n in each)]


def matches(found: list[set[str]], sounds: list[str]) -> bool:
    return len(found) == len(sounds) and all(
        sound in names for names, sound in zip(found, sounds, strict=True)
    )


def test_place_and_wait_are_told_at_once_and_again_when_they_are_news_or_asked_for(
    center: Center,
) -> None:
    for language, number in (("sv", "+46701740651"), ("en", "+46701740652")):
        somebody_talks(center, language, number)
    before = center.position()
    ahead = Listener(center, "+46701740653")
    swede = Listener(center, "+46701740654", visited=True)
    briton = Listener(center, "+46701740655", language="en", visited=True)
    with ThreadPoolExecutor(2) as pool:
        for caller in (swede, briton):
            pool.submit(caller.until_said, "recording")

    # At once, as the journal has it.
    for caller, place in ((swede, 2), (briton, 1)):
        until(lambda c=caller: told(center, before, c), 30, "the wait was not told")
        (first,) = told(center, before, caller)
        assert first.place == place
        assert matches(heard(caller), spoken(first)), (first, caller.everything())
        assert caller.now.told is not None

    # When her time has come, and not before; by then she has come nearer.
    swede.until_music()
    ahead.phone.hang_up()
    until(lambda: not ahead.is_here, 30, "a call that has ended is believed in")
    assert len(told(center, before, swede)) == 1
    assert int(swede.variable("CC_TELL_AT")) > 0
    swede.is_visited(1)
    swede.until_said("place", times=2)
    until(lambda: len(told(center, before, swede)) == 2, 30, "the wait was not told")
    assert told(center, before, swede)[1].place == 1

    # When she asks, with the key *.
    swede.until_music()
    emergencies = len(swede.hears("emergency"))
    swede.presses("*")
    swede.until_said("emergency", times=emergencies + 1)
    until(lambda: len(told(center, before, swede)) == 3, 30, "the wait was not told")
    swede.until_music()
    all_told = told(center, before, swede)
    assert matches(heard(swede), [sound for event in all_told for sound in spoken(event)])

    # And 1 leads to the kept place.
    swede.presses("1")
    swede.until_said("keep-number")
    assert [swede.call.state, briton.call.state] == [CallState.UP] * 2


def test_who_is_being_spoken_to_when_we_die_is_served_by_the_fallback_queue(center: Center) -> None:
    caller = Listener(center, "+46701740656", visited=True)
    caller.until_said("in-line")
    center.control("stop", "gateway")
    try:
        until(
            lambda: caller.contact.channel in center.asterisk("queue show fallback"),
            120,
            "not in the fallback queue",
        )
        caller.until_said("fallback-wait")
    finally:
        center.control("start", "gateway")
    until(lambda: center.alive_again("gateway"), 60, "the service is not back")
    until(lambda: caller.now.state is ContactState.WAITING, 60, "not taken back")
    assert caller.now.arrived == caller.contact.arrived
    assert caller.call.state is CallState.UP


def test_a_nurse_is_rung_in_the_middle_of_an_announcement_without_waiting_for_its_end(
    center: Center,
) -> None:
    nurses = ("n001", "n002", "n003", "n004", "n012")
    phones = {nurse: center.phone(nurse) for nurse in nurses}
    before = center.position()
    callers = [
        Listener(center, f"+467017406{number}", visited=True)
        for number in range(60, 60 + len(nurses))
    ]
    callers[-1].until_said("in-line")
    for nurse in nurses:
        center.tell(NurseReady(nurse=NurseId(nurse), actor="test"))
    for nurse, phone in phones.items():
        phone.wait_for_call(30)
        phone.answer()
        center.until_state(nurse, NurseState.TALKING)
    assert {center.nurse(nurse).contact for nurse in nurses} == {c.contact.id for c in callers}

    # An offer has the instant of its decision in its name.
    took = [
        at - entry_time(EntryId(event.offer))
        for at, event in stamped(center, before)
        if isinstance(event, NurseRang)
    ]
    print(f"from the decision to the ringing: {sorted(took)} ms")
    assert len(took) == len(nurses)
    assert statistics.median(took) <= MOST_MS
    # None of them was heard out.
    assert not any(caller.hears("keep-offer", "repeat-hint") for caller in callers)
    last = callers[-1].everything()[-1]
    assert not last.whole, last
