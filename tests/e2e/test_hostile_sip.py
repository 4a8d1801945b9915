"""Broken and malicious SIP: nobody who talks or waits notices, and the next caller is served."""

import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import AnyEvent, CallArrived, NurseReady, OfferEnded
from callcenter.acd.ids import EntryId, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.softphone.sipp import Scenario, SippRun
from tests.e2e.center import CARRIER, Center, until
from tests.e2e.evidence import Conversation, pids, sinks
from tests.e2e.speaker import Speaker, SpokenCall, header, sdp, status
from tests.e2e.stolen_phone import StolenPhone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MARK = b"zqxjkvw"
STRANGER = "127.0.0.3"
OUTSIDE = "127.0.0.9"


@pytest.fixture
def talking(center: Center) -> Iterator[Conversation]:
    """A conversation that must not notice the test."""
    running = pids(center)
    conversation = Conversation(center)
    yield conversation
    conversation.goes_on()
    assert pids(center) == running
    for sink, content in sinks(center).items():
        assert MARK not in content, f"{sink} quotes what came"


def served(center: Center, speaker: Speaker) -> None:
    """The next caller stands in the line that she chose."""
    known = {contact.id for contact in center.contacts()}
    call = speaker.call(b"<sip:+46701740614@127.0.0.2>")
    assert call.invite("1177") == 200
    assert call.info(b"Signal=4\r\nDuration=160\r\n") == 200

    def in_line() -> bool:
        fresh = [c for c in center.contacts() if c.id not in known]
        return bool(fresh) and fresh[0].language == "ar" and fresh[0].queued is not None

    until(in_line, 30, "the next caller is not served")
    assert call.hang_up() == 200


def malformed(speaker: Speaker) -> dict[str, bytes]:
    """Datagrams that no phone would send."""

    def invite(**broken: object) -> bytes:
        offer = sdp(speaker.address, 4_000)
        return speaker.message("INVITE", speaker.uri("1177"), **{"body": offer, **broken})

    def without(name: str) -> bytes:
        return re.sub(rf"{name}:[^\r]*\r\n".encode(), b"", invite(), count=1)

    def length(text: bytes) -> bytes:
        return re.sub(rb"Content-Length: \d+", b"Content-Length: " + text, invite())

    via = [f"Via: SIP/2.0/UDP 127.0.0.9:{1000 + n};branch=z9hG4bKx{n}".encode() for n in range(200)]
    return {
        "cut in a header": invite()[:150],
        "cut in the body": invite()[:-40],
        "negative length": length(b"-5"),
        "huge length": length(b"99999999999999999999"),
        "no length's number": length(MARK),
        "as large as can be": b"A" * 65_000,
        "a header of 60 kB": invite(extra=[b"X: " + MARK * 8_500]),
        "3,000 headers": invite(extra=[b"X-%d: a" % n for n in range(3_000)]),
        "200 Vias": invite(extra=via),
        "noise": os.urandom(1_400),
        "NULs": bytes(1_000),
        "no From": without("From"),
        "no To": without("To"),
        "no Call-ID": without("Call-ID"),
        "no CSeq": without("CSeq"),
        "no Via": without("Via"),
        "no Max-Forwards": without("Max-Forwards"),
        "another method in CSeq": invite(cseq="1 BYE"),
        "CSeq too large": invite(cseq="99999999999999999999 INVITE"),
        "CSeq negative": invite(cseq="-1 INVITE"),
        "CSeq no number": invite(cseq=MARK.decode()),
        "another version": invite().replace(b" SIP/2.0\r\n", b" SIP/9.9\r\n", 1),
        "no URI": invite().replace(speaker.uri("1177").encode(), b"", 1),
        "another scheme": invite().replace(b"INVITE sip:", b"INVITE http:", 1),
        "no hop left": invite().replace(b"Max-Forwards: 70", b"Max-Forwards: 0"),
        "an answer to nothing": invite().replace(
            b"INVITE " + speaker.uri("1177").encode() + b" SIP/2.0", b"SIP/2.0 200 OK", 1
        ),
        "parts without end": invite(body=b"--x\r\n" * 500, body_type="multipart/mixed;boundary=x"),
        "parts without border": invite(body=b"--x\r\n", body_type="multipart/mixed"),
        "requires what nobody has": invite(extra=[b"Require: " + MARK]),
        "replaces nothing": invite(extra=[b"Replaces: " + MARK + b";to-tag=1;from-tag=2"]),
        "a broken password": invite(extra=[b'Authorization: Digest username="n001",realm="']),
        "a huge password": invite(extra=[b'Authorization: Digest a="' + b"a" * 20_000 + b'"']),
        "letters": b"GET / HTTP/1.1\r\nHost: " + MARK + b"\r\n\r\n",
    }  # fmt: skip


def test_malformed_messages_hurt_nobody(center: Center, talking: Conversation) -> None:
    for address in (STRANGER, "127.0.0.1", CARRIER):
        before, asked, answers = center.position(), {}, {}
        with Speaker(center.server, address) as speaker:
            for name, datagram in malformed(speaker).items():
                key = header(datagram, b"Call-ID"), header(datagram, b"CSeq")
                if not all(key):
                    speaker.send(datagram)
                    continue
                asked[key] = name
                speaker.end(speaker.ask(datagram, 0.3))
            time.sleep(2)  # most are never answered; a busy machine answers the others late
            with speaker.changed:
                heard = list(speaker.heard)
            for answer in heard:
                key = header(answer, b"Call-ID"), header(answer, b"CSeq")
                if key in asked and status(answer) >= 200:
                    answers[key] = answer
            for key, answer in answers.items():
                name = asked[key]
                assert status(answer) != 500 or name == "another method in CSeq", name
                speaker.end(answer)
        taken = sum(status(answer) == 200 for answer in answers.values())
        arrived = [event for event in center.events(before) if isinstance(event, CallArrived)]
        # A call that was answered is a call, however odd (or is over before it has arrived).
        assert len(arrived) <= taken
        assert (taken > 0) == (address == CARRIER)
    until(lambda: len(center.contacts()) == 1, 90, "a broken call stays for ever")
    with Speaker(center.server) as carrier:
        served(center, carrier)


def test_a_call_without_usable_audio_is_refused_at_once(
    center: Center, talking: Conversation
) -> None:
    good = sdp(CARRIER, 4_000)
    line = b"m=audio 4000 RTP/AVP 8 101"
    cases = {
        "nonsense": MARK,
        "NULs": b"v=0\r\no=\0\0\0\r\n",
        "no media": good.split(b"m=audio")[0],
        "video only": good.replace(line, b"m=video 4000 RTP/AVP 99\r\na=rtpmap:99 H264/90000"),
        "fax only": good.replace(line, b"m=image 4000 udptl t38"),
        "no codec of ours": good.replace(b"8 101", b"18").replace(b"8 PCMA", b"18 G729"),
        "port 0": sdp(CARRIER, 0),
        "port 99999": sdp(CARRIER, 99_999),
        "no address": sdp("999.1.1.1", 4_000),
        "a name to look up": sdp("phone.invalid", 4_000),
        "500 formats": good.replace(b"8 101", b"8 101 " + b"96 " * 500),
    }
    before = center.position()
    with Speaker(center.server) as speaker:
        for name, offer in cases.items():
            assert speaker.call().invite("1177", body=offer) in (400, 488), name
        assert not [event for event in center.events(before) if isinstance(event, CallArrived)]
        served(center, speaker)


def test_other_requests_come_to_nothing(center: Center, talking: Conversation) -> None:
    extra = [
        b"Event: presence", b"Refer-To: <sip:+4690012345@127.0.0.9>", b"Expires: 60",
        b"Subscription-State: active",
    ]  # fmt: skip
    before = center.position()
    channels = center.asterisk("core show channels concise").count("\n")
    summary = b"Messages-Waiting: yes\r\n" + b"Voice-Message: 1/1\r\n" * 1_000
    with Speaker(center.server) as speaker:
        for method in ("SUBSCRIBE", "NOTIFY", "REFER", "MESSAGE", "PUBLISH", "UPDATE", "PRACK",
                       "INFO", "BYE", "CANCEL", "REGISTER", MARK.decode().upper()):  # fmt: skip
            for user in ("1177", "n001", "*51"):
                made = speaker.message(
                    method, speaker.uri(user), extra=extra, body=summary,
                    body_type="application/simple-message-summary",
                )  # fmt: skip
                assert status(speaker.ask(made)) in range(400, 700), (method, user)
        assert not [event for event in center.events(before) if isinstance(event, CallArrived)]
        assert center.asterisk("core show channels concise").count("\n") == channels
        served(center, speaker)


def test_a_caller_cannot_send_herself_or_others_elsewhere(
    center: Center, talking: Conversation
) -> None:
    with Speaker(center.server) as speaker, Speaker(center.server, OUTSIDE) as outside:
        call = speaker.call()
        assert call.invite("1177") == 200
        call.info(b"Signal=4\r\nDuration=160\r\n")
        until(lambda: len(center.contacts()) == 2, 30, "not arrived")
        until(lambda: center.contacts()[1].queued, 30, "not in line")
        for target in (
            f"sip:+4690012345@{OUTSIDE}:{outside.port}",
            "sip:*51@127.0.0.1",
            "tel:112",
            speaker.uri("n002"),
            "sip:1177?Replaces=1%3Bto-tag%3D1%3Bfrom-tag%3D1",
        ):
            refer = [f"Refer-To: <{target}>".encode(), b"Referred-By: <sip:n001@127.0.0.1>"]
            assert call.request("REFER", extra=refer, seconds=0.5) not in range(200, 300), target
        # Somebody else's call, the id overheard and the tags guessed.
        for method in ("BYE", "CANCEL", "UPDATE", "INFO"):
            stolen = speaker.message(
                method, speaker.uri("1177"), call_id=talking.call.id,
                from_=b"<sip:+46701740601@127.0.0.1>;tag=1", to=b"<sip:1177@127.0.0.1>;tag=2",
            )  # fmt: skip
            assert status(speaker.ask(stolen)) == 481, method
        for method in ("SUBSCRIBE", "NOTIFY", "MESSAGE", "PUBLISH", "PRACK", "FOO"):
            answer = call.request(method, MARK, "text/plain", seconds=0.5)
            assert answer not in range(200, 300), method
        # The same request in a wrong order, an offer that is none, and a hold.
        assert call.request("INVITE", MARK, cseq="1 INVITE", seconds=1.0) in (0, 400, 488, 500)
        assert call.invite("1177", body=MARK, seconds=2.0) in (0, 400, 415, 488)
        assert call.invite("1177", body=sdp(CARRIER, 0), seconds=2.0) in (0, 200, 488)
        assert call.invite("1177", body=sdp("0.0.0.0", 4_000)) == 200
        assert call.invite("1177") == 200
        assert not call.ended
        assert center.contacts()[1].state is ContactState.WAITING
        assert outside.heard == []
        assert call.hang_up() == 200


BAD_INFO = {
    "letters": b"Signal=" + MARK + b"\r\nDuration=160\r\n",
    "an endless one": b"Signal=9\r\nDuration=99999999999999999999\r\n",
    "a negative time": b"Signal=9\r\nDuration=-1\r\n",
    "10 kB of keys": b"Signal=" + b"1" * 10_000 + b"\r\n",
    "NUL": b"Signal=\0\r\nDuration=\0\r\n",
    "no key": b"Duration=160\r\n",
    "a key of 12 digits": b"Signal=999999999999\r\nDuration=160\r\n",
    "a flash": b"Signal=16\r\n",
    "a negative key": b"Signal=-1\r\n",
    "a blank": b"Signal= \r\n",
}


@pytest.mark.parametrize("where", ["menu", "line", "talk"])
def test_a_flood_of_keys_is_borne(center: Center, talking: Conversation, where: str) -> None:
    nurse = center.phone("n008", say=660)  # Arabic and Swedish
    keys = "6789*#ABCD" if where == "menu" else "0123456789*#ABCD"  # none that chooses
    with Speaker(center.server) as speaker:
        call = speaker.call(b"<sip:+46701740614@127.0.0.2>")
        assert call.invite("1177") == 200
        if where != "menu":
            call.info(b"Signal=4\r\nDuration=160\r\n")
            until(
                lambda: len(center.contacts()) == 2 and center.contacts()[1].queued, 30, "no line"
            )
        if where == "talk":
            center.tell(NurseReady(nurse=NurseId("n008"), actor="test"))
            nurse.wait_for_call(30)
            nurse.answer()
            until(lambda: center.contacts()[1].state is ContactState.TALKING, 30, "no talk")
        for body in BAD_INFO.values():
            for kind in ("application/dtmf-relay", "application/dtmf"):
                call.throw("INFO", body, kind)
        for kind in ("application/hook-flash", "application/media_control+xml", "text/plain"):
            call.throw("INFO", MARK, kind)
        for number in range(400):
            key = keys[number % len(keys)]
            call.throw(
                "INFO", f"Signal={key}\r\nDuration=160\r\n".encode(), "application/dtmf-relay"
            )
            call.press(key)
        talking.goes_on()
        assert not call.ended
        if where == "menu":
            until(lambda: center.contacts()[1].queued, 60, "the menu never ends")
        else:
            assert center.contacts()[1].language == "ar"
        if where != "talk":  # from the menu she comes to the default line
            nurse.auto_answer(0.1)
            center.tell(NurseReady(nurse=NurseId("n008"), actor="test"))
        until(lambda: center.contacts()[1].state is ContactState.TALKING, 30, "she is not served")
        assert call.hang_up() == 200


def test_a_flood_of_calls_is_refused_and_the_next_caller_is_served(
    center: Center, talking: Conversation
) -> None:
    before = center.position()
    with ExitStack() as stack:
        floods = [
            stack.enter_context(SippRun(
                Scenario(name="unknown", service=service, calls=300, rate=150, seconds=30),
                target=center.server, address=address,
            ))
            for address, service in ((STRANGER, "1177"), (CARRIER, "4711"))
        ]  # fmt: skip
        speaker = stack.enter_context(Speaker(center.server))
        served(center, speaker)
        for flood in floods:
            result = flood.wait()
            assert (result.created, result.successful) == (300, 300)
        assert len([e for e in center.events(before) if isinstance(e, CallArrived)]) == 1
        # And callers who are gone before they are there.
        for _ in range(100):
            invite = speaker.message("INVITE", speaker.uri("1177"), body=sdp(CARRIER, 4_000))
            speaker.send(invite)
            speaker.send(invite.replace(b"INVITE", b"CANCEL"))

        def only_the_old_one() -> bool:
            with speaker.changed:
                answers = list(speaker.heard)
            for answer in answers:
                speaker.end(answer)  # answered before it was taken back
            return len(center.contacts()) == 1 and len(center.callers_in_asterisk()) == 1

        until(only_the_old_one, 60, "a caller who is gone is still believed in")
        served(center, speaker)


def test_garbage_over_tcp_hurts_nobody(center: Center, talking: Conversation) -> None:
    host, _, port = center.server.partition(":")
    with ExitStack() as stack:
        for number in range(60):
            sock = stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
            sock.sendall((b"I", b"INVITE sip:1177 SIP/2.0\r\n", os.urandom(2_000), b"\r\n" * 900,
                          b"INVITE sip:a SIP/2.0\r\nContent-Length: 2000000000\r\n\r\n",
                          MARK * 9_000)[number % 6])  # fmt: skip
        with Speaker(center.server) as speaker:
            served(center, speaker)
        talking.goes_on()


@pytest.mark.parametrize("target", ["outside", "1177", "*53"])
def test_a_forwarded_nurses_phone_forwards_nobody(
    center: Center, talking: Conversation, target: str
) -> None:
    with Speaker(center.server, OUTSIDE) as outside, Speaker(center.server) as speaker:
        where = (
            f"sip:+4690012345@{OUTSIDE}:{outside.port}"
            if target == "outside"
            else f"sip:{target}@{center.server}"
        )
        before = center.position()
        with StolenPhone(center, "n011", where, answers=False):
            call = in_line(center, speaker, "5")
            until(lambda: offers_ended(center, before), 30, "the offer has not ended")
            waits = ContactState.WAITING
            until(lambda: center.contacts()[1].state is waits, 30, "she is not back in line")
            assert len(center.callers_in_asterisk()) == 2
            assert "Local/" not in center.asterisk("core show channels concise")
            assert outside.heard == []
            assert not call.ended
        nurse = center.on_duty("n010")  # the next one has her
        nurse.wait_for_call(30)
        nurse.answer()
        center.until_state("n010", NurseState.TALKING)
        assert call.hang_up() == 200


def test_a_nurses_phone_cannot_send_a_caller_elsewhere(
    center: Center, talking: Conversation
) -> None:
    with Speaker(center.server, OUTSIDE) as outside, Speaker(center.server) as speaker:
        where = f"sip:+4690012345@{OUTSIDE}:{outside.port}"
        with StolenPhone(center, "n011", where, answers=True) as phone:
            call = in_line(center, speaker, "5")
            until(lambda: len(phone.refused) == 2, 30, "it has not tried")
            assert not set(phone.refused) & set(range(200, 300))
            center.until_state("n011", NurseState.TALKING)
            assert not call.ended
            assert call.hang_up() == 200
            until(lambda: center.nurse("n011").state is not NurseState.TALKING, 30, "still talks")
            assert outside.heard == []
            until(lambda: len(center.callers_in_asterisk()) == 1, 30, "she is there still")


def in_line(center: Center, speaker: Speaker, key: str) -> SpokenCall:
    """A second caller, who stands in the line that `key` chooses or is past it."""
    call = speaker.call(b"<sip:+46701740614@127.0.0.2>")
    assert call.invite("1177") == 200
    assert call.info(f"Signal={key}\r\nDuration=160\r\n".encode()) == 200
    until(lambda: len(center.contacts()) == 2 and center.contacts()[1].queued, 30, "not in line")
    return call


def offers_ended(center: Center, after: EntryId) -> list[AnyEvent]:
    return [event for event in center.events(after) if isinstance(event, OfferEnded)]
