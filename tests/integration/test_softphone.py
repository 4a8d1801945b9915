"""Real softphones and SIPp against a real Asterisk of our own, on ports of its own.

Two-way sound is proved by tones: a caller says 440 Hz, a nurse 660 Hz, and each must find
the other's in what it recorded, and not its own.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from callcenter.provision.programs import MissingProgram, asterisk_directories, find
from callcenter.settings import Settings
from callcenter.softphone.account import Account
from callcenter.softphone.call import Call, CallOver, CallState
from callcenter.softphone.dial import place_call
from callcenter.softphone.link import Refused
from callcenter.softphone.phone import NotRegistered, Phone
from callcenter.softphone.sipp import Scenario, SippRun
from callcenter.softphone.tone import CALLER_TONE_HZ, NURSE_TONE_HZ
from tests.e2e.center import free_base

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

CALLER = "+46701234567"
NURSES = 10
RTP = (24200, 24599)

ASTERISK_CONF = """\
[directories]
astetcdir => {home}
astmoddir => {modules}
astdatadir => {data}
astvarlibdir => {home}/lib
astdbdir => {home}/lib
astkeydir => {home}/lib
astagidir => {home}/lib
astspooldir => {home}/spool
astrundir => {home}
astlogdir => {home}/log
"""
MODULES_CONF = """\
[modules]
autoload=yes
noload=chan_iax2.so
noload=chan_unistim.so
noload=pbx_dundi.so
"""
PJSIP_CONF = """\
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}
[carrier]
type=endpoint
context=carrier
disallow=all
allow=alaw
dtmf_mode=rfc4733
direct_media=no
[carrier]
type=identify
endpoint=carrier
match=127.0.0.2
"""
NURSE_CONF = """\
[nurse{n}]
type=endpoint
context=nowhere
disallow=all
allow=alaw
dtmf_mode=rfc4733
direct_media=no
auth=nurse{n}
aors=nurse{n}
[nurse{n}]
type=auth
auth_type=digest
username=nurse{n}
password=secret{n}
[nurse{n}]
type=aor
max_contacts=1
remove_existing=yes
minimum_expiration=60
qualify_frequency=1
"""
EXTENSIONS_CONF = """\
[carrier]
exten => keys,1,Answer()
 same => n,Read(KEYS,,3,,1,5)
 same => n,Verbose(1,KEYS=${KEYS} FROM=${CALLERID(num)})
 same => n,Hangup()
exten => ringing,1,Ringing()
 same => n,Wait(20)
exten => tone,1,Answer()
 same => n,Playtones(660)
 same => n,Wait(30)
exten => _[n]urse.,1,Set(CALLERID(name)=arabic 03:12)
 same => n,Dial(PJSIP/${EXTEN},3)
 same => n,Verbose(1,DIALSTATUS=${DIALSTATUS} FOR=${EXTEN})
 same => n,Hangup(17)
[nowhere]
"""


class Switch:
    """A private Asterisk: the carrier at 127.0.0.2, and nurses who must register."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings = Settings(port_base=free_base())
        self.server = f"127.0.0.1:{self.settings.sip_port}"
        self._program = find("asterisk", self.settings)
        folders = asterisk_directories(self._program)
        for name in ("lib/keys", "log/cdr-csv", "spool"):
            (home / name).mkdir(parents=True)
        files = {
            "asterisk.conf": ASTERISK_CONF.format(
                home=home, modules=folders.modules, data=folders.data
            ),
            "modules.conf": MODULES_CONF,
            "logger.conf": "[logfiles]\nfull => notice,warning,error,verbose(3)\n",
            "rtp.conf": f"[general]\nrtpstart={RTP[0]}\nrtpend={RTP[1]}\n",
            "pjsip.conf": PJSIP_CONF.format(port=self.settings.sip_port)
            + "".join(NURSE_CONF.format(n=n) for n in range(1, NURSES + 1)),
            "extensions.conf": EXTENSIONS_CONF,
        }
        for name, text in files.items():
            (home / name).write_text(text)
        with (home / "out").open("wb") as out:
            self._process = subprocess.Popen(
                self._program.command("-f", "-n", "-C", str(home / "asterisk.conf")),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        eventually(lambda: "fully booted" in self.ask("core waitfullybooted"), 60)

    def ask(self, command: str) -> str:
        done = subprocess.run(
            self._program.command("-C", str(self.home / "asterisk.conf"), "-rx", command),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout

    def log(self) -> str:
        return (self.home / "log" / "full").read_text(errors="replace")

    def keys(self) -> list[tuple[str, str]]:
        """What each caller of `keys` pressed: (keys, number)."""
        return re.findall(r"app_verbose\.c: KEYS=(\S*) FROM=(\S*)", self.log())

    def statuses(self, nurse: str) -> list[str]:
        """The DIALSTATUS of each call to that nurse that was not answered."""
        return re.findall(rf"app_verbose\.c: DIALSTATUS=(\w+) FOR={nurse}\b", self.log())

    def contacts(self) -> str:
        return self.ask("pjsip show contacts")

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def eventually(happens: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)  # until the phones have moved on; bounded by the deadline


@pytest.fixture(scope="module")
def switch() -> Iterator[Switch]:
    try:
        for name in ("asterisk", "baresip", "sipp"):
            find(name, Settings())
    except MissingProgram as missing:
        pytest.fail(str(missing))
    with ExitStack() as stack:
        # A short path: it holds a unix socket.
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ast"))
        yield stack.enter_context(closing(Switch(Path(folder))))


@pytest.fixture
def phones() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def caller(switch: Switch, phones: ExitStack) -> Phone:
    account = Account(user=CALLER, server=switch.server)
    return phones.enter_context(Phone(account, address="127.0.0.2", say=CALLER_TONE_HZ))


@pytest.fixture
def nurse(switch: Switch, phones: ExitStack) -> Phone:
    phone = phones.enter_context(nurse_phone(switch, 1))
    phone.register(30)
    return phone


def nurse_phone(switch: Switch, n: int, password: str | None = None) -> Phone:
    account = Account(
        user=f"nurse{n}", server=switch.server, password=password or f"secret{n}", name="Nurse"
    )
    return Phone(account, say=NURSE_TONE_HZ)


def ring(caller: Phone, nurse: Phone) -> tuple[Call, Call]:
    """A call from one to the other, both ends of it, while it rings."""
    call = caller.dial(nurse.account.user)
    return call, nurse.wait_for_call(30)


def test_each_end_hears_the_other_and_not_itself(caller: Phone, nurse: Phone) -> None:
    call, offered = ring(caller, nurse)
    nurse.answer()
    call.wait(CallState.UP, 30)
    eventually(lambda: call.heard_tone(NURSE_TONE_HZ) and offered.heard_tone(CALLER_TONE_HZ))
    assert caller.state == nurse.state == "up"
    nurse.hang_up()
    call.wait(CallState.ENDED, 30)
    assert (call.ended_by, offered.ended_by) == ("them", "us")
    assert not call.heard_tone(CALLER_TONE_HZ)
    assert not offered.heard_tone(NURSE_TONE_HZ)


def test_the_nurse_reads_who_calls_and_what_the_service_adds(caller: Phone, nurse: Phone) -> None:
    call, offered = ring(caller, nurse)
    assert (offered.peer_name, offered.peer_number) == ("arabic 03:12", CALLER)
    caller.hang_up()
    offered.wait(CallState.ENDED, 30)
    call.wait(CallState.ENDED, 30)
    assert (call.ended_by, offered.ended_by) == ("us", "them")


def test_a_declining_nurse_is_busy(switch: Switch, caller: Phone, nurse: Phone) -> None:
    before = len(switch.statuses("nurse1"))
    call, _ = ring(caller, nurse)
    nurse.decline()
    with pytest.raises(CallOver):
        call.wait(CallState.UP, 30)
    assert call.sip_code == 486
    eventually(lambda: switch.statuses("nurse1")[before:] == ["BUSY"])


def test_a_nurse_can_refuse_by_herself_with_either_code(
    switch: Switch, caller: Phone, nurse: Phone
) -> None:
    before = len(switch.statuses("nurse1"))
    for code in (486, 480):
        nurse.refuse_calls(code)
        caller.dial("nurse1").wait(CallState.ENDED, 30)
    # 480 becomes cause 19 ("no answer"): chan_pjsip's hangup_sip2cause.
    eventually(lambda: switch.statuses("nurse1")[before:] == ["BUSY", "NOANSWER"])
    nurse.refuse_calls(None)
    ring(caller, nurse)
    with pytest.raises(ValueError, match="480 or 486"):
        nurse.refuse_calls(603)


def test_a_nurse_who_does_not_answer_is_not_rung_for_ever(
    switch: Switch, caller: Phone, nurse: Phone
) -> None:
    before = len(switch.statuses("nurse1"))
    call, offered = ring(caller, nurse)
    call.wait(CallState.ENDED, 30)
    offered.wait(CallState.ENDED, 30)
    eventually(lambda: switch.statuses("nurse1")[before:] == ["NOANSWER"])
    with pytest.raises(Refused, match="no call rings"):
        nurse.answer()


def test_a_nurse_on_a_call_is_busy_for_the_next_caller(
    switch: Switch, caller: Phone, nurse: Phone, phones: ExitStack
) -> None:
    nurse.auto_answer(0.0)
    call = caller.dial("nurse1").wait(CallState.UP, 30)
    hidden = phones.enter_context(Phone(Account.anonymous(switch.server), address="127.0.0.2"))
    second = hidden.dial("nurse1").wait(CallState.ENDED, 30)
    assert second.sip_code == 486
    assert call.state is CallState.UP
    with pytest.raises(Refused, match="on a call"):
        caller.dial("nurse1")


def test_a_demo_nurse_answers_and_hangs_up_by_herself(caller: Phone, nurse: Phone) -> None:
    nurse.auto_answer(0.5, 1.0)
    call = caller.dial("nurse1").wait(CallState.UP, 30)
    call.wait(CallState.ENDED, 30)
    rang, up, ended = (
        call.times[state] for state in (CallState.RINGING, CallState.UP, CallState.ENDED)
    )
    # Not before its time; how soon after it depends on the machine.
    assert 0.4 < up - rang < 10
    assert 0.9 < ended - up < 10


def test_keys_arrive_with_the_callers_number(switch: Switch, caller: Phone) -> None:
    call = caller.dial("keys").wait(CallState.UP, 30)
    caller.send_dtmf("4*2")
    call.wait(CallState.ENDED, 30)
    eventually(lambda: switch.keys()[-1:] == [("4*2", CALLER)])  # the log is written by itself


def test_a_hidden_number_stays_hidden(switch: Switch, phones: ExitStack) -> None:
    hidden = phones.enter_context(Phone(Account.anonymous(switch.server), address="127.0.0.2"))
    call = hidden.dial("keys").wait(CallState.UP, 30)
    hidden.send_dtmf("123")
    call.wait(CallState.ENDED, 30)
    eventually(lambda: switch.keys()[-1:] == [("123", "anonymous")])


def test_a_number_that_does_not_exist_is_told_by_its_code(caller: Phone) -> None:
    assert caller.dial("0000").wait(CallState.ENDED, 30).sip_code == 404


def test_a_caller_who_gives_up_while_it_rings_ended_it(caller: Phone) -> None:
    call = caller.dial("ringing").wait(CallState.RINGING, 30)
    caller.hang_up()
    assert (call.state, call.ended_by, caller.state) == (CallState.ENDED, "us", "idle")


def test_from_another_address_there_is_no_carrier(switch: Switch, phones: ExitStack) -> None:
    account = Account(user=CALLER, server=switch.server)
    stranger = phones.enter_context(Phone(account, address="127.0.0.3"))
    assert stranger.dial("tone").wait(CallState.ENDED, 30).sip_code == 401


def test_registration_is_seen_qualified_and_taken_back(switch: Switch, nurse: Phone) -> None:
    assert nurse.registered
    eventually(lambda: re.search(r"nurse1/.*Avail", switch.contacts()) is not None)
    time.sleep(2.5)  # two OPTIONS later
    assert re.search(r"nurse1/.*Avail", switch.contacts())
    nurse.unregister()
    assert not nurse.registered
    eventually(lambda: "nurse1/" not in switch.contacts())
    nurse.register(30)
    eventually(lambda: "nurse1/" in switch.contacts())
    nurse.close()
    eventually(lambda: "nurse1/" not in switch.contacts())


def test_a_wrong_password_is_refused(switch: Switch, phones: ExitStack) -> None:
    phone = phones.enter_context(nurse_phone(switch, 2, "wrong"))
    with pytest.raises(NotRegistered, match="401"):
        phone.register(30)
    assert not phone.registered


def test_ten_phones_at_once_are_small_and_leave_nothing(switch: Switch, phones: ExitStack) -> None:
    nurses = [phones.enter_context(nurse_phone(switch, n)) for n in range(1, NURSES + 1)]
    for phone in nurses:
        phone.register(30)
    eventually(lambda: switch.contacts().count("nurse") >= NURSES)
    for phone in nurses:
        status = Path(f"/proc/{phone.pid}/status").read_text()
        resident = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert resident is not None
        assert int(resident[1]) < 40_000
    pids = [phone.pid for phone in nurses]
    folders = [phone.folder for phone in nurses]
    for phone in nurses:
        phone.close()
    eventually(lambda: "nurse" not in switch.contacts())
    assert not any(pid and Path(f"/proc/{pid}").exists() for pid in pids)
    assert not any(folder.exists() for folder in folders)


def test_a_phone_that_loses_its_power_is_noticed_here_and_there(
    switch: Switch, caller: Phone, nurse: Phone
) -> None:
    call, offered = ring(caller, nurse)
    nurse.answer()
    call.wait(CallState.UP, 30)
    assert nurse.pid is not None
    os.kill(nurse.pid, signal.SIGKILL)
    offered.wait(CallState.ENDED, 30)
    assert (offered.ended_by, nurse.state, nurse.registered) == ("phone", "gone", False)
    assert call.state is CallState.UP  # nobody told the caller's side
    caller.hang_up()
    nurse.close()
    eventually(lambda: re.search(r"nurse1/.*Unavail", switch.contacts()) is not None, 30)


def test_recordings_are_kept_in_the_folder_that_was_given(
    switch: Switch, tmp_path: Path, phones: ExitStack
) -> None:
    account = Account(user=CALLER, server=switch.server)
    with Phone(account, address="127.0.0.2", folder=tmp_path) as phone:
        call = phone.dial("tone").wait(CallState.UP, 30)
        eventually(lambda: call.heard_tone(660))
        phone.hang_up()
    assert call.recording == tmp_path / "heard-1.wav"
    assert call.heard_tone(660)


def test_one_call_is_told_step_by_step(switch: Switch, nurse: Phone) -> None:
    nurse.auto_answer(1.0)
    told: list[str] = []
    report = place_call(
        switch.settings,
        "nurse1",
        from_number=CALLER,
        language_digit="2",
        say=told.append,
        key_after=1.0,
        talk=2.0,
    )
    texts = [step.text for step in report.steps]
    assert texts[:2] == ["dialled", "it rings"]
    assert "key 2 sent (RFC 4733)" in texts
    assert "the caller hears a simulated nurse" in texts
    assert texts[-1] == "ended by the caller"
    assert len(told) == len(texts)
    assert report.answered_at is not None
    assert report.nurse_at is not None
    assert 0.9 < report.answered_at < 10
    assert report.nurse_at - report.answered_at < 10
    assert report.sounds[-1].nurse


def test_one_call_that_is_refused_tells_the_code(switch: Switch) -> None:
    report = place_call(
        switch.settings, "0000", from_number=None, language_digit=None, say=lambda _: None
    )
    assert (report.sip_code, report.answered_at, report.ended_by) == (404, None, "them")
    assert report.steps[-1].text == "ended by the service, SIP code 404"


def test_many_callers_and_nurses_by_sipp(switch: Switch, caller: Phone, phones: ExitStack) -> None:
    port = switch.settings.port_base + 46
    nurses = [(f"nurse{n}", f"secret{n}") for n in range(1, NURSES + 1)]
    answering = phones.enter_context(
        sipp(switch, "127.0.0.1", Scenario(name="nurse_answer", hold_seconds=2.0), port)
    )
    registering = Scenario(
        name="nurse_register",
        rows=nurses,
        calls=NURSES,
        keys={"uas_port": str(port), "expires": "600"},
    )
    with sipp(switch, "127.0.0.1", registering) as run:
        assert run.wait().successful == NURSES
    eventually(lambda: re.search("nurse1/.*Avail", switch.contacts()) is not None)

    # A caller leaves while it rings: 200 to the CANCEL and 487 to the INVITE.
    call = caller.dial("nurse1").wait(CallState.RINGING, 30)
    caller.hang_up()
    assert call.ended_by == "us"

    calling = Scenario(
        name="caller",
        rows=[("+46700000001", "4"), ("+46700000002", "")],
        service="nurse2",
        calls=10,
        hold_seconds=1.0,
        variables={"key_ms": 200},
    )
    with sipp(switch, "127.0.0.2", calling) as run:
        result = run.wait()
    assert (result.successful, result.failed, result.exit_code) == (10, 0, 0)
    assert len(result.answer_ms) == 10
    answered = answering.stop()
    assert answered.counts["INVITE_Recv"] == 11
    assert answered.counts["487_Sent"] == 1
    assert answered.failed == 0


def test_sipp_callers_press_keys_without_root_and_are_told_the_codes(switch: Switch) -> None:
    rows = [("+46700000001", "4"), ("+46700000002", "")]
    scenario = Scenario(
        name="caller", rows=rows, service="keys", calls=2, hold_seconds=8, variables={"key_ms": 500}
    )
    with sipp(switch, "127.0.0.2", scenario) as run:
        assert run.wait().successful == 2
    pressed = [("", "+46700000002"), ("4", "+46700000001")]
    eventually(lambda: sorted(switch.keys()[-2:]) == pressed)
    scenario = Scenario(name="caller", rows=rows, service="0000", calls=3)
    with sipp(switch, "127.0.0.2", scenario) as run:
        result = run.wait()
    assert (result.failed, result.codes) == (3, {404: 3})


def test_a_stranger_gets_nowhere(switch: Switch) -> None:
    for address, service, successful in (
        ("127.0.0.3", "tone", 2),
        ("127.0.0.2", "0000", 2),
        ("127.0.0.2", "tone", 0),  # the carrier itself is let in: the scenario can fail
    ):
        scenario = Scenario(name="unknown", service=service, calls=2)
        with sipp(switch, address, scenario) as run:
            assert run.wait().successful == successful


def sipp(switch: Switch, address: str, scenario: Scenario, port: int | None = None) -> SippRun:
    return SippRun(scenario, target=switch.server, address=address, port=port)
