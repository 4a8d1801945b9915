"""The provisioned programs do their work: a Redis, an Asterisk and two phones really run.

Needs the programs in `settings.programs` (or on the host); `callcenter up` puts them there.
"""

import json
import math
import os
import socket
import struct
import subprocess
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from callcenter.provision.catalog import KINDS
from callcenter.provision.programs import Program, asterisk_directories, baresip_modules, find
from callcenter.provision.proof import prove
from callcenter.provision.redis_findings import redis_findings
from callcenter.settings import Settings
from tests.e2e.center import free_base

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

SETTINGS = Settings.from_environment()


@contextmanager
def running(program: Program, *arguments: str, folder: Path) -> Iterator[Path]:
    """`program` runs; what it prints goes into the file that is yielded."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            program.command(*arguments),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **program.environment()},
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(true: Callable[[], bool], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-2000:]
        time.sleep(0.05)  # until the programs have moved on; bounded by the deadline


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.mark.parametrize("name", KINDS)
def test_every_program_does_what_we_need_of_it(name: str) -> None:
    program = find(name, SETTINGS)

    assert prove(program) == program.version


def test_the_doctor_finds_a_private_redis_durable_or_says_what_to_set(tmp_path: Path) -> None:
    settings = replace(SETTINGS, home=tmp_path, redis_url=None)
    folder = settings.redis_socket.parent
    folder.mkdir(mode=0o700, parents=True)
    server = find("redis-server", SETTINGS)
    arguments = ["--port", "0", "--unixsocket", str(settings.redis_socket), "--dir", str(tmp_path)]
    arguments += ["--appendonly", "yes", "--appendfsync", "always"]
    arguments += ["--maxmemory-policy", "noeviction"]
    with running(server, *arguments, folder=tmp_path) as log:
        with redis.Redis(unix_socket_path=str(settings.redis_socket)) as client:
            wait_until(lambda: answers(client), log)

        assert [finding.level for finding in redis_findings(settings)] == ["ok", "ok"]

        with redis.Redis(unix_socket_path=str(settings.redis_socket)) as client:
            client.config_set("appendfsync", "everysec")
        finding = redis_findings(settings)[0]
        assert not finding.ok
        assert finding.mend == "set appendfsync always (CONFIG SET, then CONFIG REWRITE)"


def test_asterisk_starts_with_its_modules_and_answers_on_its_console(tmp_path: Path) -> None:
    asterisk = find("asterisk", SETTINGS)
    directories = asterisk_directories(asterisk)
    for name in ("etc", "lib", "db", "keys", "spool", "run", "logs"):
        (tmp_path / name).mkdir()
    etc = tmp_path / "etc"
    (etc / "asterisk.conf").write_text(
        f"""[directories]
astetcdir => {etc}
astmoddir => {directories.modules}
astvarlibdir => {tmp_path}/lib
astdbdir => {tmp_path}/db
astkeydir => {tmp_path}/keys
astdatadir => {directories.data}
astagidir => {tmp_path}/lib
astspooldir => {tmp_path}/spool
astrundir => {tmp_path}/run
astlogdir => {tmp_path}/logs
"""
    )
    (etc / "modules.conf").write_text(
        "[modules]\nautoload=no\nload=res_pjproject.so\nload=res_sorcery_config.so\n"
        "load=res_sorcery_memory.so\nload=res_sorcery_astdb.so\n"
        "load=res_pjsip.so\nload=res_pjsip_session.so\nload=pbx_config.so\nload=app_dial.so\n"
        "load=format_wav.so\nload=codec_alaw.so\n"
    )
    (etc / "extensions.conf").write_text("[phones]\nexten => 1177,1,Answer()\n")
    (etc / "pjsip.conf").write_text(
        f"[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{free_base() + 60}\n"
    )
    (etc / "logger.conf").write_text("[logfiles]\nconsole => notice,warning,error\n")
    conf = str(etc / "asterisk.conf")
    with running(asterisk, "-C", conf, "-f", "-n", folder=tmp_path) as log:
        control = tmp_path / "run" / "asterisk.ctl"
        wait_until(control.exists, log)

        def console(command: str) -> str:
            done = subprocess.run(
                asterisk.command("-C", conf, "-r", "-x", command),
                capture_output=True,
                text=True,
                check=False,
            )
            return done.stdout

        wait_until(lambda: "fully booted" in console("core waitfullybooted"), log)
        assert "1177" in console("dialplan show phones")
        assert asterisk.version in console("core show version")
        assert "udp" in console("pjsip show transports")
        assert "undefined symbol" not in log.read_text()


def tone(file: Path, hertz: float, seconds: float) -> None:
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        for n in range(int(8000 * seconds)):
            level = int(9000 * math.sin(2 * math.pi * hertz * n / 8000))
            sound.writeframesraw(struct.pack("<h", level))


def strength(file: Path, hertz: float) -> float:
    """How much of `hertz` one second of `file` holds, from 0 to about 1 (Goertzel's filter)."""
    with wave.open(str(file), "rb") as sound:
        assert sound.getframerate() == 8000
        sound.setpos(sound.getnframes() // 2)
        raw = sound.readframes(8000)
    samples = struct.unpack(f"<{len(raw) // 2}h", raw)
    turn = 2 * math.cos(2 * math.pi * hertz / 8000)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = last * last + before * before - turn * last * before
    return 2 * math.sqrt(power) / len(samples) / 9000


@contextmanager
def phone(name: str, sip: int, control: int, hertz: float, folder: Path) -> Iterator[Path]:
    """A baresip that answers by itself and plays `hertz`; yields its folder when it is ready.

    It also takes `sip + 1`, for TLS, whatever it is told.
    """
    baresip = find("baresip", SETTINGS)
    own = folder / name
    own.mkdir()
    tone(own / "tone.wav", hertz, 20)
    (own / "config").write_text(
        f"""poll_method epoll
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
rtp_ports {sip + 10}-{sip + 20}
statmode_default off
audio_source aufile,{own}/tone.wav
audio_player aufile,{own}/heard.wav
audio_alert aufile,{own}/alert.wav
module_path {baresip_modules(baresip)}
module g711.so
module aufile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""
    )
    (own / "contacts").write_text("")
    (own / "accounts").write_text(
        f"<sip:{name}@127.0.0.1:{sip}>;regint=0;answermode=auto;audio_codecs=pcma/8000/1\n"
    )
    with running(baresip, "-f", str(own), folder=own) as log:
        wait_until(lambda: "baresip is ready" in log.read_text(), log)
        yield own


class Control:
    """A phone's ctrl_tcp: JSON in netstrings, answers and events mixed."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._rest = b""

    def send(self, command: str, params: str = "") -> None:
        text = json.dumps({"command": command, "params": params, "token": command})
        self._socket.sendall(f"{len(text)}:{text},".encode())

    def wait_for(self, type_: str) -> None:
        """Read until the event of that type has come."""
        while True:
            length, colon, body = self._rest.partition(b":")
            if colon and len(body) > int(length):
                message, self._rest = json.loads(body[: int(length)]), body[int(length) + 1 :]
                if message.get("type") == type_:
                    return
                continue
            chunk = self._socket.recv(65536)
            assert chunk, f"the phone is gone before {type_}"
            self._rest += chunk

    def close(self) -> None:
        self._socket.close()


def test_two_phones_call_each_other_and_each_hears_the_others_tone(tmp_path: Path) -> None:
    base = free_base()  # and no port that somebody may take meanwhile
    anna_sip, anna_control, bo_sip, bo_control = base, base + 38, base + 60, base + 91
    with (
        phone("anna", anna_sip, anna_control, 440, tmp_path) as anna,
        phone("bo", bo_sip, bo_control, 1000, tmp_path) as bo,
    ):
        control = Control(anna_control)
        control.send("dial", f"sip:bo@127.0.0.1:{bo_sip}")
        control.wait_for("CALL_ESTABLISHED")
        time.sleep(3)  # the two phones talk meanwhile
        control.send("hangup")
        control.wait_for("CALL_CLOSED")
        control.close()
    assert strength(bo / "heard.wav", 440) > 0.5 > 0.05 > strength(bo / "heard.wav", 1000)
    assert strength(anna / "heard.wav", 1000) > 0.5 > 0.05 > strength(anna / "heard.wav", 440)
