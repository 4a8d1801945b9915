"""sipvicious against the running service: it learns nothing, and nobody who talks notices.

What the tools themselves report is asserted. They scan from 127.0.0.1, which is not the
carrier's address and which the nurses share; bounded in number and time, on the loopback.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.credentials import load_credentials
from tests.e2e.center import Center, until
from tests.e2e.evidence import METRICS, Conversation, pids, sinks
from tests.e2e.speaker import Speaker, header, status

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

STRANGER = "127.0.0.3"
METHODS = ("REGISTER", "INVITE", "OPTIONS", "SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER", "BYE")
NOBODY = ("n000", "nobody", "trunk", "1177", "cc-line", "zqxjkvs")
_PERSONAL_TO_ONE_ANSWER = re.compile(
    rb"(?im)^(via|from|to|call-id|cseq):.*\r\n|(nonce|opaque)=\"[^\"]*\""
)


@pytest.fixture
def talking(center: Center) -> Iterator[Conversation]:
    """A conversation that must not notice the scan; and no nurse is shut out by it."""
    running = pids(center)
    conversation = Conversation(center)
    yield conversation
    conversation.goes_on()
    assert pids(center) == running
    # From the very address that scanned, a nurse's phone still registers and is ready.
    center.on_duty("n002")
    for sink, content in sinks(center).items():
        assert b"zqxjkvs" not in content, f"{sink} quotes what came"


def scan(tool: str, center: Center, tmp_path: Path, *options: str) -> str:
    """The tool's whole output."""
    host, _, port = center.server.partition(":")
    done = subprocess.run(
        [sys.executable, "-m", f"sipvicious.{tool}", "-p", port, *options, host],
        cwd=tmp_path, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_svmap_learns_that_there_is_a_sip_server_and_not_which(
    center: Center, talking: Conversation, tmp_path: Path
) -> None:
    for method in ("OPTIONS", "INVITE"):
        told = scan("svmap", center, tmp_path, "-m", method)
        assert center.server in told, told
        assert "callcenter" in told
        assert not re.search(r"asterisk|pjsip|22\.", told, re.IGNORECASE), told


def test_svwar_finds_no_extension(center: Center, talking: Conversation, tmp_path: Path) -> None:
    names = tmp_path / "names"
    real = [str(nurse.id) for nurse in center.board.nurses.values()]
    names.write_text("\n".join([*real, *NOBODY, *(f"n{n:03}" for n in range(100, 300))]) + "\n")
    for method in ("REGISTER", "INVITE", "OPTIONS"):
        # It gives up by itself: who does not exist is asked for a password too.
        told = scan("svwar", center, tmp_path, "-m", method, "-d", str(names))
        assert "an authentication request for an unknown extension" in told, told
        assert "found nothing" in told, told
        told = scan("svwar", center, tmp_path, "-m", method, "-d", str(names), "--force")
        assert "found nothing" in told, told


def test_svcrack_finds_no_password(center: Center, talking: Conversation, tmp_path: Path) -> None:
    words = tmp_path / "words"
    guesses = ["n001", "1177", "password", "callcenter", *(f"{n:04}" for n in range(150))]
    words.write_text("\n".join(guesses) + "\n")
    told = scan("svcrack", center, tmp_path, "-u", "n001", "-d", str(words))
    assert "found nothing" in told, told


def test_svcrack_would_find_a_password_that_is_in_its_list(
    center: Center, talking: Conversation, tmp_path: Path
) -> None:
    """Else the test above could not fail."""
    names = [nurse.id for nurse in center.board.nurses.values()]
    secret = load_credentials(center.settings.data, names).nurses["n012"]
    words = tmp_path / "words"
    words.write_text(f"wrong\n{secret}\n")
    told = scan("svcrack", center, tmp_path, "-u", "n012", "-d", str(words))
    assert secret in told


def test_one_who_exists_and_one_who_does_not_get_the_same_answers(
    center: Center, talking: Conversation
) -> None:
    """Byte for byte, but for what is of one message alone; with a wrong password too."""
    for address in (STRANGER, "127.0.0.1"):
        with Speaker(center.server, address) as speaker:
            for method in METHODS:
                answers = {user: _probe(speaker, method, user) for user in ("n001", *NOBODY)}
                assert len(set(answers.values())) == 1, (method, answers)
                assert status(answers["n001"]) in (401, 481), method


def _probe(speaker: Speaker, method: str, user: str) -> bytes:
    """Both answers: to a request without a password, and with a wrong one."""
    uri = speaker.uri(user) if method != "REGISTER" else speaker.uri("x").replace("x@", "")
    who = f"<sip:{user}@127.0.0.1>".encode()
    lines: list[bytes] = []
    found = b""
    for _ in range(2):
        made = speaker.message(method, uri, from_=who + b";tag=1", to=who, extra=lines)
        answer = speaker.ask(made)
        assert answer, (method, user)
        found += _PERSONAL_TO_ONE_ANSWER.sub(b"", answer)
        given = dict(re.findall(rb'(\w+)="([^"]*)"', header(answer, b"WWW-Authenticate")))
        lines = [
            b'Authorization: Digest username="' + user.encode() + b'",realm="'
            + given.get(b"realm", b"") + b'",nonce="' + given.get(b"nonce", b"") + b'",uri="'
            + uri.encode() + b'",response="' + b"0" * 32 + b'",algorithm=MD5,cnonce="c",qop=auth,'
            b'nc=00000001,opaque="' + given.get(b"opaque", b"") + b'"',
        ]  # fmt: skip
    return found


def test_metrics_stay_few_and_ours_and_are_quickly_read(
    center: Center, talking: Conversation
) -> None:
    """Whatever was sent before: no label with a foreign word, no series of a caller's making."""
    with Speaker(center.server) as speaker:
        call = speaker.call(b'"zqxjkvs\\"} 1" <sip:zqxjkvs%0a%22%7d@127.0.0.2>')
        assert call.invite("1177") == 200
        until(lambda: len(center.contacts()) == 2, 30, "not arrived")
    series = {name: _series(center, name) for name in METRICS}
    for process in METRICS:
        started = time.monotonic()
        shown = center.metrics(process)
        assert time.monotonic() - started < 10  # a second is promised
        for name, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', shown):
            assert re.fullmatch(r"[A-Za-z0-9_+.\-]{0,40}", value), (name, value)
            assert not re.search(r"\d{5}|zqx", value), (name, value)
        assert len(series[process]) < 600
    # Another run of strangers makes not one more.
    with Speaker(center.server, STRANGER) as speaker:
        for number in range(50):
            speaker.ask(speaker.message("INVITE", speaker.uri(f"zqxjkvs{number}")))
    assert {name: _series(center, name) for name in METRICS} == series


def _series(center: Center, process: str) -> set[str]:
    lines = center.metrics(process).splitlines()
    return {line.rpartition(" ")[0] for line in lines if line and not line.startswith("#")}
