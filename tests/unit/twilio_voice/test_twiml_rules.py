"""The rules that the documents are held against do refuse what Twilio refuses."""

import pytest

from tests.unit.twilio_voice.twiml_rules import MOST_BYTES, faults

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
GATHER = (
    '<Gather input="dtmf" numDigits="1" timeout="4" finishOnKey="" action="https://a.example/k"'
)


@pytest.mark.parametrize(
    "body",
    [
        f'{GATHER} actionOnEmptyResult="true"><Play>https://a.example/sv/menu.wav</Play></Gather>',
        '<Play loop="3">https://a.example/music.wav</Play><Hangup/>',
        '<Enqueue waitUrl="https://a.example/wait">sv</Enqueue>',
        '<Dial timeout="30"><Number>+46846500410</Number></Dial>',
    ],
)
def test_what_twilio_takes_has_no_faults(body: str) -> None:
    assert faults(f"{HEAD}<Response>{body}</Response>") == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<Gather><Hangup/></Gather>", "Hangup may not stand in Gather"),
        ("<Number>+46846500410</Number>", "Number may not stand in Response"),
        ("<Dial><Number>1177; drop</Number></Dial>", "Number holds a text"),
        ('<Gather timeout="0"/>', "timeout='0' is not allowed"),
        ('<Gather timeout="1.5"/>', "timeout='1.5' is not allowed"),
        ('<Gather numDigits="none"/>', "numDigits='none' is not allowed"),
        ('<Gather actionOnEmptyResult="true"/>', "needs action"),
        ('<Gather digits="4"/>', "Gather has no attribute digits"),
        ("<Play>sv/menu.wav</Play>", "Play holds a text"),
        ('<Play loop="-1">https://a.example/a.wav</Play>', "loop='-1' is not allowed"),
        ('<Enqueue maxQueueSize="4">sv</Enqueue>', "Enqueue has no attribute maxQueueSize"),
        (f"<Enqueue>{'q' * 65}</Enqueue>", "Enqueue holds a text"),
        ("<Hangup/><Hangup/>", "Hangup is not the last verb"),
        (f'{GATHER} actionOnEmptyResult="true"/><Hangup/>', "never carried out"),
        ("<Sms/>", "Sms may not stand here"),
        (f"<Say>{'a' * MOST_BYTES}</Say>", "larger than 64 kB"),
        ("<Play>", "this is not XML"),
    ],
)
def test_what_twilio_refuses_is_a_fault(body: str, fault: str) -> None:
    assert any(fault in found for found in faults(f"{HEAD}<Response>{body}</Response>"))


@pytest.mark.parametrize(
    "body",
    ["<Enqueue>sv</Enqueue>", '<Dial timeout="30"><Number>+46846500410</Number></Dial>'],
)
def test_a_caller_in_a_queue_cannot_be_queued_or_connected_by_her_own_document(body: str) -> None:
    document = f"{HEAD}<Response>{body}</Response>"
    assert faults(document) == []
    assert faults(document, waiting=True) != []
