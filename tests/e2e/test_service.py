"""`callcenter up`: it starts, it shows itself, it leaves nothing behind."""

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.conftest import write_site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Center]:
    """A service that a test may stop."""
    center = Center(tmp_path / "home", write_site(tmp_path), "--keep-calls")
    yield center
    center.stop()


def listening(center: Center) -> list[int]:
    settings = center.settings
    ports = [settings.sip_port, settings.ami_port, settings.agi_port]
    ports += [settings.metrics_port(name) for name in METRICS]
    found = []
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                found.append(port)
    return found


def running(home: Path) -> list[str]:
    """Processes whose command line or environment names `home`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(home).encode() in text:
            found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


def test_ctrl_c_leaves_nothing_running_and_no_port_taken(second: Center) -> None:
    second.start()
    assert len(listening(second)) == 9
    second.interrupt()
    assert second.wait_ended() == 0
    assert listening(second) == []
    assert running(second.settings.home) == []


def test_a_conversation_lives_on_when_asked_and_then_nothing_is_left(second: Center) -> None:
    second.start()
    nurse = second.on_duty("n001")
    caller, call = second.call("sv")
    nurse.wait_for_call(30)
    nurse.answer()
    second.until_state("n001", NurseState.TALKING)
    second.interrupt()
    until(lambda: b"waiting for the present ones" in second.output.read_bytes(), 30, "no word")
    refused = second.caller("+46701740609").dial("1177")
    until(lambda: refused.state is CallState.ENDED, 30, "a new call was taken")
    assert call.state is CallState.UP
    caller.hang_up()
    assert second.wait_ended() == 0
    assert listening(second) == []
    assert running(second.settings.home) == []


def test_nothing_is_left_when_supervisord_itself_is_killed(second: Center) -> None:
    second.start()
    os.kill(int((second.settings.run / "supervisord.pid").read_text()), signal.SIGKILL)
    assert second.wait_ended() == 1
    assert b"supervisord has ended" in second.output.read_bytes()
    assert listening(second) == []
    assert running(second.settings.home) == []


def test_a_killed_up_takes_its_children_along(second: Center) -> None:
    second.start()
    assert second._up is not None
    second._up.kill()
    until(lambda: not listening(second) and not running(second.settings.home), 90, "still there")


def test_a_second_start_in_the_same_home_is_refused_in_one_sentence(center: Center) -> None:
    twin = Center(center.settings.home, center.settings.site, base=center.settings.port_base)
    twin.output = center.settings.home / "twin.out"
    with pytest.raises(AssertionError, match="runs already with home"):
        twin.start()


def test_a_taken_port_is_named_in_one_sentence(tmp_path: Path, center: Center) -> None:
    twin = Center(tmp_path / "home", center.settings.site, base=center.settings.port_base)
    with pytest.raises(AssertionError, match="is wanted for SIP and cannot be had"):
        twin.start()


def test_a_wrong_site_is_refused_at_start_with_file_line_and_sentence(tmp_path: Path) -> None:
    site = write_site(tmp_path)
    site.write_text(site.read_text().replace("languages: [sv, ar]", "languages: [sv, xx]"))
    center = Center(tmp_path / "home", site)
    with pytest.raises(AssertionError, match=r"site.yaml:\d+: language xx is not one of"):
        center.start()


def test_watch_shows_the_line_and_the_nurses(center: Center) -> None:
    center.on_duty("n006")
    center.call("sv")
    shown = center.callcenter("watch", "--once")
    assert re.search(r"\n sv\s+1\s+0\s+0\s", shown)
    assert re.search(r"\n n006\s+fi\s+ready\s", shown)


def test_a_call_by_command_is_a_real_one_and_its_story_is_told(center: Center) -> None:
    nurse = center.on_duty("n008", say=660)
    nurse.auto_answer(0.5)
    told = center.callcenter("call", "--language", "ar", "--from", "+46701740699")
    for words in (
        "key 4 sent",
        "stands in line for ar",
        "the phone of n008 rings",
        "talks with n008",
        "ended by the caller",
    ):
        assert words in told
    assert "0699" not in told


def test_a_call_to_nobody_says_so_beforehand(center: Center) -> None:
    told = center.callcenter("call", "--language", "so", "--patience", "4")
    assert "No nurse who speaks so is ready" in told
    assert "the caller gives up" in told
    refused = center.callcenter("call", "--to", "4711")
    assert "404" in refused
    assert "it was refused" in refused


METRICS = {
    "router": ["callcenter_queue_calls_waiting", "callcenter_nurses", "callcenter_router_leads"],
    "standby": ["callcenter_router_leads"],
    "gateway": ["callcenter_ami_events_total", "callcenter_commands_total"],
    "ivr": ["callcenter_ivr_flows_total", "callcenter_agi_sessions_total"],
    "worker": ["process_start_time_seconds"],  # its jobs run in processes that end
    "reconciler": ["callcenter_rq_scheduler_alive", "callcenter_texts_owed"],
}


@pytest.mark.parametrize("process", METRICS)
def test_every_process_shows_its_metrics(center: Center, process: str) -> None:
    center.call("sv")

    def missing() -> list[str]:
        shown = center.metrics(process)
        if process == "router" and "callcenter_router_leads 0.0" in shown:
            shown = center.metrics("standby")  # it took over in an earlier test
        return [name for name in METRICS[process] if name not in shown]

    until(lambda: not missing(), 30, lambda: f"not shown: {missing()}")


def test_the_gateway_shows_how_far_it_is_behind_asterisks_events(center: Center) -> None:
    def count() -> float:
        found = re.search(
            r"^callcenter_ami_lag_seconds_count (\S+)", center.metrics("gateway"), re.MULTILINE
        )
        assert found is not None
        return float(found[1])

    before = count()
    center.call("sv")
    until(lambda: count() > before, 30, "no event was measured")


def test_one_of_two_routers_leads(center: Center) -> None:
    def leads() -> list[str]:
        values = [
            re.search(r"^callcenter_router_leads (\S+)", center.metrics(name), re.MULTILINE)
            for name in ("router", "standby")
        ]
        return sorted(match[1] for match in values if match)

    # While one takes over from a slow other, none or both may say so for a moment.
    until(lambda: leads() == ["0.0", "1.0"], 30, lambda: f"{leads()}")


def test_nothing_of_a_person_reaches_a_log_a_metric_or_redis(center: Center) -> None:
    nurse = center.on_duty("n001")
    phone, call = center.call("sv", number="+46709998877")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    phone.hang_up()
    call.wait(CallState.ENDED, 30)
    until(lambda: not center.contacts(), 30, "the call has not ended")
    strange = center.caller("+46709998877").dial("0709998866")
    until(lambda: strange.state is CallState.ENDED, 30, "an unknown number was taken")
    secrets = json.loads((center.settings.data / "credentials.json").read_text())
    forbidden = [b"9998877", b"9998866", secrets["ami"]["acting"].encode()]
    forbidden.append(secrets["nurses"]["n001"].encode())
    sinks = {path: path.read_bytes() for path in (center.settings.run / "log").iterdir()}
    sinks |= {path: path.read_bytes() for path in (center.settings.data / "archive").iterdir()}
    for path in (center.settings.data / "redis").rglob("*"):
        if path.is_file():
            sinks[path] = path.read_bytes()
    for name in METRICS:
        sinks[Path(name)] = center.metrics(name).encode()
    sinks[center.output] = center.output.read_bytes()
    assert len(sinks) > 12
    for path, content in sinks.items():
        for text in forbidden:
            assert text not in content, f"{path.name} holds what it must not"


def test_one_id_names_a_call_in_the_logs_of_all_processes(center: Center) -> None:
    nurse = center.on_duty("n001")
    center.call("sv")
    contact = center.contacts()[0].id
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)

    def named_by(*processes: str) -> bool:
        files = (center.settings.run / "log" / f"{name}.log" for name in processes)
        return any(contact in file.read_text() for file in files)

    until(lambda: named_by("gateway"), 30, "the gateway does not name the call")
    until(lambda: named_by("router", "standby"), 30, "no router names the call")
    until(lambda: named_by("ivr"), 30, "the IVR does not name the call")


def test_every_log_line_is_json_and_names_its_process(center: Center) -> None:
    center.call("sv")
    for process in ("router", "standby", "gateway", "ivr"):
        text = (center.settings.run / "log" / f"{process}.log").read_text()
        for line in text[: text.rfind("\n") + 1].splitlines():  # the last may be half written
            assert json.loads(line)["process"] == process
