"""What a caller can write about herself: she is served, and it reaches nothing and nobody."""

import re

import pytest

from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.events import CallArrived, CallHungUp, CallQueued, Connected
from callcenter.acd.nurse import NurseState
from callcenter.seal import Seal
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.evidence import Manager, pids, sinks
from tests.e2e.speaker import Speaker, SpokenCall

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

# In everything below that is not a number; it must be found nowhere afterwards.
MARK = "zqxjkvb"
NUMBER = "+46701740613"
AT = f"<sip:{NUMBER}@127.0.0.2>"
M = MARK.encode()


def named(name: bytes) -> bytes:
    """A From with this display name, as it is."""
    return b'"' + name + b'" ' + AT.encode()


def numbered(user: str) -> bytes:
    """A From with this user part."""
    return f"<sip:{user}@127.0.0.2>".encode()


# From, further headers, and the number that is hers then.
SERVED: dict[str, tuple[bytes, list[bytes], str | None]] = {
    "a quote": (named(M + b'\\" \\\\'), [], NUMBER),
    "a folded header": (b'"' + M + b'" \r\n\t' + AT.encode(), [b"Subject: x\r\n y: z"], NUMBER),
    "2,000 characters": (named(M * 285), [], NUMBER),
    "10,000 characters": (named(M * 1428), [], None),
    "emoji": (named("😱👩🏽‍⚕️".encode() + M), [], NUMBER),
    "NUL": (named(M + b"\0" + M), [], None),
    "line separators": (named(f"{MARK}\u2028Action: A\u0085b\x0bc".encode()), [], NUMBER),
    "right to left": (named(f"\u202e{MARK}\u200f\u061c".encode()), [], NUMBER),
    "Latin-1": (named(M + b" \xe5\xe4\xf6"), [], NUMBER),
    "another address in the name": (named(M + b": <sip:+4690012345@127.0.0.2> <"), [], NUMBER),
    "a tel: number": (f"<tel:{NUMBER};phone-context={MARK}>".encode(), [], NUMBER),
    "an escaped plus": (numbered(NUMBER.replace("+", "%2B")), [], NUMBER),
    "not UTF-8": (named(M + b"\xff\xfe\xc0\x80"), [], NUMBER),
    "a dialplan expression": (named(b"${SHELL(touch " + M + b")}"), [], NUMBER),
    "40 digits": (numbered("4" * 40), [], None),
    "letters": (numbered(MARK), [], None),
    "letters among digits": (numbered(f"+467{MARK}01740613"), [], None),
    "a dialplan expression as number": (numbered(f"$%7BSHELL(touch%20{MARK})%7D"), [], None),
    "a SIP URI in the number": (numbered(f"sip%3A{MARK}%40evil.invalid"), [], None),
    "anonymous": (b'"Anonymous" <sip:anonymous@anonymous.invalid>', [], None),
    "no user": (b"<sip:127.0.0.2>", [], None),
    "a plus alone": (numbered("+"), [], None),
    "+46 alone": (numbered("+46"), [], None),
    "0046": (numbered("0046701740613"), [], NUMBER),
    "national": (numbered("0701740613"), [], NUMBER),
    "without plus": (numbered("46701740613"), [], NUMBER),
    "parameters": (numbered(f"{NUMBER};npdi=yes;{MARK}=1"), [], NUMBER),
    "asserted by the carrier": (
        numbered(MARK), [f'P-Asserted-Identity: "{MARK}" {AT}'.encode()], NUMBER,
    ),
    "asserted twice": (
        numbered(MARK), [f"P-Asserted-Identity: {AT}, <tel:{NUMBER}>".encode()], NUMBER,
    ),
    "asserted nonsense": (
        AT.encode(), [b"P-Asserted-Identity: " + M + b"\xff <<<>"], NUMBER,
    ),
    "hidden by the carrier": (
        b'"Anonymous" <sip:anonymous@anonymous.invalid>',
        [f"P-Asserted-Identity: {AT}".encode(), b"Privacy: id"],
        None,
    ),
    "every other identity": (
        AT.encode(),
        [
            f'Remote-Party-ID: "{MARK}" <sip:{MARK}%0d%0a{MARK}@127.0.0.2>'.encode(),
            f"Diversion: <sip:{MARK}%0d%0aX%3a%20y@127.0.0.2>;reason={MARK}".encode(),
            f"P-Preferred-Identity: <sip:{MARK}@127.0.0.2>".encode(),
            f"User-Agent: {MARK}".encode(),
            f"Subject: {MARK}".encode(),
            f'Reason: SIP;cause=200;text="{MARK}"'.encode(),
            f"X-{MARK}: 1".encode(),
            b"Alert-Info: <http://evil.invalid/" + M + b">",
            b"Call-Info: <http://evil.invalid/" + M + b">",
        ],
        NUMBER,
    ),
}  # fmt: skip

# Line breaks survive in a number when they are percent-encoded: pjsip decodes them.
BREAK = "%0d%0a"
SMUGGLED = {
    "an AMI action": f"{BREAK}Action%3a%20Originate{BREAK}{BREAK}",
    "a header of its own": f"{NUMBER}{BREAK}ChanVariable%3a%20CC_LANG=so{MARK}",
    "an AMI event": f"{BREAK}{BREAK}Event%3a%20Hangup{BREAK}Uniqueid%3a%20{{uid}}{BREAK}{BREAK}",
    "an AGI command": f"{BREAK}agi_request%3a%20agi%3a//x/{MARK}{BREAK}{BREAK}HANGUP{BREAK}",
    "a lone LF": f"%0aEvent%3a%20{MARK}%0a%0a",
    "a NUL": f"%00{MARK}",
}

UNPARSABLE = {
    "CR LF in a name": b'"' + M + b'\r\nAction: Originate\r\nX: y" ' + AT.encode(),
    "CR LF escaped": b'"' + M + b'\\\r\\\nAction: Originate" ' + AT.encode(),
    "LF in a name": b'"' + M + b'\nAction: Originate" ' + AT.encode(),
    "LF in a number": b"<sip:" + M + b"\n@127.0.0.2>",
    "an open quote": b'"' + M + b" " + AT.encode(),
    "braces": b"<sip:{" + M + b"}@127.0.0.2>",
    "nothing": b"",
}  # fmt: skip


def talk(center: Center, call: SpokenCall, headers: list[bytes], name: str) -> Contact:
    """She calls, chooses English, talks to a nurse and hangs up; how she was known."""
    known = {contact.id for contact in center.contacts()}

    def fresh() -> list[Contact]:
        return [contact for contact in center.contacts() if contact.id not in known]

    assert call.invite("1177", extra=headers) == 200, name
    # Not the default language: what the IVR never heard of would be served in that.
    assert call.info(b"Signal=3\r\nDuration=160\r\n") == 200, name
    until(fresh, 30, name)
    talks = ContactState.TALKING
    until(lambda: fresh()[0].state is talks, 30, lambda: f"{name}: {fresh()[0].state}")
    (contact,) = fresh()
    # A re-INVITE may name somebody else (where it can be read at all).
    again = call.invite("1177", extra=[b"P-Asserted-Identity: " + call.from_], seconds=0.5)
    assert again in (0, 200), name
    assert call.hang_up() == 200, name
    until(lambda: not fresh(), 30, name)
    return contact


def test_a_caller_is_served_whatever_she_writes_about_herself(center: Center) -> None:
    before, running = center.position(), pids(center)
    old, conversation = center.call("ar", number="+46701740601")
    victim = center.contacts()[0].id
    talks = center.on_duty("n008")
    talks.wait_for_call(30)
    talks.answer()
    center.until_state("n008", NurseState.TALKING)
    for nurse in ("n003", "n004", "n007"):
        center.on_duty(nurse).auto_answer(0.1)
    uid = victim.rpartition("-")[2]
    cases = dict(SERVED)
    for name, user in SMUGGLED.items():
        evil = f"<sip:{user.format(uid=uid)}@127.0.0.2>".encode()
        cases[name] = (evil, [], None)
        cases[f"{name}, asserted"] = (
            b"<sip:anonymous@anonymous.invalid>", [b"P-Asserted-Identity: " + evil], None,
        )  # fmt: skip
    seal = Seal(center.settings.data / "keys")
    with Manager(center) as manager, Speaker(center.server) as speaker:
        for name, (from_, headers, number) in cases.items():
            fresh = talk(center, speaker.call(from_), headers, name)
            assert fresh.language == "en", name
            wanted = seal.recognise(number) if number else None
            assert fresh.caller == wanted, name
            assert (fresh.sealed is None) == (number is None), name
            if fresh.sealed is not None:
                assert seal.open(fresh.sealed) == number, name
        told = manager.heard()
    events = center.events(before)
    for kind in (CallArrived, CallQueued, Connected, CallHungUp):
        several = [event.contact for event in events if isinstance(event, kind)]
        assert len(several) == len(set(several)), kind  # once a call, and for no other
        assert len(several) == len(cases) + (kind is not CallHungUp)
    assert conversation.state is CallState.UP
    assert center.board.contacts[victim].state is ContactState.TALKING
    assert pids(center) == running
    # Not even a word of it came to where it could do harm.
    assert M not in told
    assert not re.search(rb"(?m)^Action:", told)
    for sink, content in sinks(center).items():
        assert M not in content, f"{sink} quotes a caller"
        assert NUMBER.encode()[4:] not in content, f"{sink} quotes a number"
    old.hang_up()


@pytest.mark.parametrize(
    ("from_", "headers", "shown"),
    [
        (AT.encode(), [], NUMBER),
        (b"<sip:anonymous@anonymous.invalid>", [f"P-Asserted-Identity: {AT}".encode()], NUMBER),
        (AT.encode(), [f"P-Asserted-Identity: {AT}".encode(), b"Privacy: id"], None),
        (b"<sip:" + b"4" * 2_000 + b"@127.0.0.2>", [], None),
    ],
    ids=["in From", "asserted", "hidden", "of two thousand digits"],
)
def test_a_nurse_is_shown_a_number_only_if_it_is_one_and_not_hidden(
    center: Center, from_: bytes, headers: list[bytes], shown: str | None
) -> None:
    nurse = center.on_duty("n003")
    with Speaker(center.server) as speaker:
        call = speaker.call(from_)
        assert call.invite("1177", extra=headers) == 200
        assert call.info(b"Signal=3\r\nDuration=160\r\n") == 200
        ringing = nurse.wait_for_call(30)
        nurse.answer()
        center.until_state("n003", NurseState.TALKING)
        assert (ringing.peer_number == shown) == (shown is not None)
        assert NUMBER[4:] not in ringing.peer_number or shown
        assert "4" * 17 not in ringing.peer_number
    center.until_state("n003", NurseState.READY, 30)  # no nurse is taken out by it


def test_what_is_no_sip_is_no_call(center: Center) -> None:
    before, running = center.position(), pids(center)
    with Manager(center) as manager, Speaker(center.server) as speaker:
        for name, from_ in UNPARSABLE.items():
            assert speaker.call(from_).invite("1177", seconds=0.7) in (0, 400), name
        assert speaker.call().invite("1177") == 200  # and the next one is
        until(center.contacts, 30, "the next caller is not served")
        assert M not in manager.heard()
    (event,) = [e for e in center.events(before) if isinstance(e, CallArrived)]
    assert event.sealed is not None
    assert pids(center) == running
    for sink, content in sinks(center).items():
        assert M not in content, f"{sink} quotes a caller"
