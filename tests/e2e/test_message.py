"""A supervisor's message: typed on the command line, or recorded from a nurse's phone."""

import time

import pytest

from callcenter.acd.messages import Message
from callcenter.asterisk.message_pin import set_pin
from callcenter.softphone.phone import CallState
from callcenter.speech.level import measure
from callcenter.speech.sounds import Sounds
from tests.e2e.center import Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

PIN = "482915"


def only(center: Center) -> Message:
    (message,) = center.board.messages.values()
    return message


def end_all(center: Center) -> None:
    for name in list(center.board.messages):
        center.callcenter("message", "end", name)
    until(lambda: not center.board.messages, 30, "the messages are not ended")


def test_a_typed_message_is_rendered_and_in_force_when_it_is_said_to_be(center: Center) -> None:
    end_all(center)
    text = "Vårdcentralen i Solna är stängd i dag."
    said = center.callcenter(
        "message", "set", text, "--language", "sv", "--entry", "public", "--until", "2h"
    )

    message = only(center)
    assert said.startswith(f"{message.id}: ")
    assert (message.entry_point, message.language, message.text) == ("public", "sv", text)
    path = Sounds(center.settings).message(message.sound)
    assert path is not None
    assert measure(path.with_name("sv.wav"))[1] == pytest.approx(-20, abs=1)
    assert text in center.callcenter("message", "list")

    center.callcenter("message", "end", message.id)
    assert center.board.messages == {}
    assert center.callcenter("message", "list").strip() == "No message is in force."


def test_a_message_is_recorded_from_a_nurses_phone_after_the_pin(center: Center) -> None:
    end_all(center)
    set_pin(center.settings.data, PIN)
    phone = center.phone("n003", say=700)  # a tone of 700 Hz, all the time
    call = phone.dial("*60")
    call.wait_for_sound(30)
    phone.send_dtmf(f"{PIN}#")
    time.sleep(3)  # between two commands Asterisk drops keys; the next question is long
    phone.send_dtmf("1#")
    time.sleep(3)
    phone.send_dtmf("5")
    time.sleep(8)  # "speak after the tone", the tone, and a few seconds of speech
    phone.send_dtmf("#")
    time.sleep(4)  # it is levelled
    phone.send_dtmf("1")
    call.wait(CallState.ENDED, 60)

    message = only(center)
    assert (message.language, message.text, message.actor) == ("so", "", "phone:n003")
    path = Sounds(center.settings).message(message.sound)
    assert path is not None
    seconds, level = measure(path.with_name("so.wav"))
    assert seconds > 1
    assert level == pytest.approx(-20, abs=1)
    end_all(center)


def test_a_wrong_pin_records_nothing(center: Center) -> None:
    set_pin(center.settings.data, PIN)
    phone = center.phone("n003")
    call = phone.dial("*60")
    call.wait_for_sound(30)
    for _ in range(3):
        phone.send_dtmf("739164#")
        time.sleep(3)  # the question comes anew
    call.wait(CallState.ENDED, 60)

    assert center.board.messages == {}
    logs = center.settings.run / "log"
    found = "".join(path.read_text(errors="replace") for path in logs.iterdir() if path.is_file())
    assert "739164" not in found
    assert PIN not in found
