"""Twilio, as far as a document goes: it plays, takes keys, and asks for the next document.

Every document is held against the rules before it is carried out.
"""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from callcenter.twilio_voice.contacts import Call
from callcenter.twilio_voice.document import Addresses
from callcenter.twilio_voice.twiml_runner import TwimlRunner
from tests.unit.twilio_voice.recorded_contacts import RecordedContacts
from tests.unit.twilio_voice.twiml_rules import faults

BASE = "https://sounds.example"
ADDRESSES = Addresses(
    sounds=BASE,
    answer="https://cc.example/answer",
    wait="https://cc.example/wait",
    left="https://cc.example/left",
    transferred="https://cc.example/transferred",
)
MOST_REQUESTS = 300


class FakeTwilio:
    """One call.

    Args:
        keys: What is pressed at each `<Gather>` in turn (also during the music); empty:
            silence. When they are used up the caller is silent, and hangs up in line.

    Attributes:
        heard: Sounds, as `<language>/<sound id>`.
        documents: As they came.
        dialled: The number that the caller was connected to; empty: none.
        ended: `hung up` by us, `left` by the caller, `transferred`.
    """

    def __init__(
        self, runner: TwimlRunner, call: Call, contacts: RecordedContacts, keys: Sequence[str]
    ) -> None:
        self.heard: list[str] = []
        self.documents: list[str] = []
        self.dialled = ""
        self.ended = ""
        self._runner = runner
        self._call = call
        self._contacts = contacts
        self._keys: Iterator[str] = iter(keys)
        self._in_queue = False

    def ring(self) -> "FakeTwilio":
        """Ring, and stay until the call is over."""
        self._carry_out(self._runner.arrive(self._call, self._contacts))
        return self

    def _carry_out(self, first: str) -> None:
        document: str | None = first
        while document is not None:
            self.documents.append(document)
            assert len(self.documents) < MOST_REQUESTS, "the caller is stuck"
            assert faults(document, waiting=self._in_queue) == [], document
            document = self._next(document)

    def _next(self, document: str) -> str | None:
        """Carry out one document; the next one, or `None`: the call is over."""
        for verb in ElementTree.fromstring(document.encode()):
            match verb.tag:
                case "Play":
                    self._play(verb)
                case "Gather":
                    return self._gather(verb)
                case "Enqueue":
                    self._in_queue = True
                    return self._runner.wait(self._call, self._contacts)
                case "Dial":
                    self.dialled = verb[0].text or ""
                    self.ended = "transferred"
                    return None
                case "Hangup":
                    self.ended = "hung up"
                    return None
                case other:
                    raise AssertionError(f"{other} is not played here")
        assert not self._in_queue, "a caller in line would be asked for at once, again and again"
        self.ended = "hung up"
        return None

    def _gather(self, verb: ElementTree.Element) -> str | None:
        for nested in verb:
            self._play(nested)
        resting = verb.attrib["action"] == ADDRESSES.wait
        pressed = next(self._keys, None)
        if pressed is None and resting:
            self.ended = "left"
            return None
        digits = pressed or ""
        if ends := verb.attrib["finishOnKey"]:
            digits = digits.partition(ends)[0]
        digits = digits[: int(verb.attrib["numDigits"])]
        if resting:
            return self._runner.wait(self._call, self._contacts, digits)
        return self._runner.answer(self._call, self._contacts, digits)

    def _play(self, verb: ElementTree.Element) -> None:
        address = verb.text or ""
        assert address.startswith(f"{BASE}/")
        self.heard.append(address.removeprefix(f"{BASE}/").removesuffix(".wav"))
