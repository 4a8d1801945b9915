"""What goes into a Gather, and what stands before it."""

from xml.etree import ElementTree

from callcenter.twilio_voice.document import Document
from tests.unit.twilio_voice.fake_twilio import ADDRESSES
from tests.unit.twilio_voice.twiml_rules import faults


def shape(document: Document) -> list[tuple[str, list[str]]]:
    """The verbs, each with the texts of what is nested."""
    text = document.text()
    assert faults(text) == []
    return [
        (verb.tag, [nested.text or "" for nested in verb])
        for verb in ElementTree.fromstring(text.encode())
    ]


def test_speech_that_a_key_may_cut_short_is_nested_in_the_question() -> None:
    document = Document(ADDRESSES)
    document.speak(["https://a.example/1.wav"], interruptible=False)
    document.speak(["https://a.example/2.wav", "https://a.example/3.wav"], interruptible=True)
    document.ask_key(4000)
    assert shape(document) == [
        ("Play", []),
        ("Gather", ["https://a.example/2.wav", "https://a.example/3.wav"]),
    ]


def test_without_a_question_such_speech_is_played() -> None:
    document = Document(ADDRESSES)
    document.speak(["https://a.example/1.wav"], interruptible=True)
    document.hang_up()
    assert [tag for tag, _ in shape(document)] == ["Play", "Hangup"]


def test_speech_is_never_put_before_what_was_to_be_said_first() -> None:
    document = Document(ADDRESSES)
    document.speak(["https://a.example/1.wav"], interruptible=True)
    document.speak(["https://a.example/2.wav"], interruptible=False)
    document.enqueue("sv")
    text = document.text()
    assert text.index("1.wav") < text.index("2.wav") < text.index("<Enqueue")


def test_a_pause_is_whole_seconds_and_never_none() -> None:
    for ms, seconds in ((1, 1), (1500, 2), (4000, 4), (0, 1)):
        document = Document(ADDRESSES)
        document.ask_number(ms)
        assert f'timeout="{seconds}"' in document.text()


def test_addresses_are_by_language_and_sound() -> None:
    assert ADDRESSES.sound("fi", "wait-range.5-10").endswith("/fi/wait-range.5-10.wav")
    assert ADDRESSES.message("m-1791-0/fi").endswith("/messages/m-1791-0/fi.wav")
