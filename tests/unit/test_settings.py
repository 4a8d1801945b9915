"""Settings: from the environment and back, and what is refused."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from callcenter.settings import ROOT, Settings, with_account_alone, without_account
from tests.e2e.center import free_base

OTHER = Settings(
    home=Path("/srv/callcenter"),
    site=Path("/srv/site.yaml"),
    host="192.0.2.7",
    port_base=17000,
    rtp_start=30000,
    redis_url="redis://127.0.0.1:6379/3",
    shard="skane",
    node="node2",
)


def test_an_empty_environment_gives_the_settings_of_a_clone() -> None:
    found = Settings.from_environment({})
    assert found == Settings()
    assert (found.home, found.redis_url) == (ROOT / "var", None)


@pytest.mark.parametrize("settings", [Settings(), OTHER])
def test_settings_go_to_a_childs_environment_and_come_back(settings: Settings) -> None:
    assert Settings.from_environment(settings.to_environment()) == settings


def test_every_setting_goes_to_a_childs_environment() -> None:
    settings = Settings(rtp_count=200)
    assert Settings.from_environment(settings.to_environment()) == settings


def test_settings_given_as_nothing_are_not_given() -> None:
    env = {"CALLCENTER_HOME": "", "CALLCENTER_SITE": "", "CALLCENTER_REDIS_URL": ""}
    assert Settings.from_environment(env) == Settings()


def test_a_relative_home_is_one_place_whatever_the_child_works_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({"CALLCENTER_HOME": "var"}).home == tmp_path / "var"


@pytest.mark.parametrize("text", ["", "x", "-1", "1023", "65436", "15000.0", " 15000", "1e4", "²"])
def test_a_port_base_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="CALLCENTER_PORT_BASE: give a number between"):
        Settings.from_environment({"CALLCENTER_PORT_BASE": text})


@pytest.mark.parametrize("text", ["", "x", "-1", "1023", "61537", "²"])
def test_a_start_of_rtp_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="CALLCENTER_RTP_START: give a number between"):
        Settings.from_environment({"CALLCENTER_RTP_START": text})


@pytest.mark.parametrize("base", [1024, 65435])
def test_all_ports_of_a_block_are_ports_and_no_two_alike(base: int) -> None:
    settings = Settings.from_environment({"CALLCENTER_PORT_BASE": str(base)})
    processes = ("router", "gateway", "ivr", "standby", "worker", "reconciler")
    ports = [settings.sip_port, settings.ami_port, settings.agi_port]
    ports += [settings.metrics_port(process) for process in processes]
    assert len(set(ports)) == 9
    assert all(base <= port < base + 100 and port <= 65535 for port in ports)


def test_tests_with_a_whole_service_look_whether_all_its_ports_are_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probed: set[int] = set()

    class Probe(socket.socket):
        def bind(self, address: Any) -> None:
            probed.add(address[1])

    monkeypatch.setattr("tests.e2e.center.socket.socket", Probe)
    settings = Settings(port_base=free_base())
    processes = ("router", "gateway", "ivr", "standby", "worker", "reconciler")
    assert {settings.metrics_port(process) for process in processes} <= probed
    assert {settings.sip_port, settings.ami_port, settings.agi_port} <= probed


@pytest.mark.parametrize("start", [1024, 61135])
def test_all_ports_for_audio_are_ports(start: int) -> None:
    settings = Settings.from_environment({"CALLCENTER_RTP_START": str(start)})
    assert settings.rtp_start + settings.rtp_count <= 65535


def test_an_unknown_process_has_no_metrics() -> None:
    with pytest.raises(KeyError):
        Settings().metrics_port("dancer")


@pytest.mark.parametrize(
    "text", ["Node1", "node 1", "node_1", "a" * 21, "{sthlm}", "n:1", "nöd", "../x", "node1\n", "²"]
)
@pytest.mark.parametrize("name", ["NODE", "SHARD"])
def test_a_name_that_is_none_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"CALLCENTER_{name}: give 1 to 20 of a-z, 0-9 and -"):
        Settings.from_environment({f"CALLCENTER_{name}": text})


@pytest.mark.parametrize("text", ["a", "node-2", "0", "a" * 20])
def test_a_name_of_small_letters_digits_and_hyphens_is_taken(text: str) -> None:
    env = {"CALLCENTER_NODE": text, "CALLCENTER_SHARD": text}
    assert Settings.from_environment(env) == Settings(node=text, shard=text)


def test_a_name_given_as_nothing_is_not_given() -> None:
    env = {"CALLCENTER_NODE": "", "CALLCENTER_SHARD": ""}
    assert Settings.from_environment(env) == Settings()


@pytest.mark.parametrize("text", ["", "x", "1", "60001", "-2", "²"])
def test_a_count_of_rtp_ports_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="CALLCENTER_RTP_COUNT: give a number between"):
        Settings.from_environment({"CALLCENTER_RTP_COUNT": text})


@pytest.mark.parametrize(("count", "highest"), [(2, 65_534), (200, 65_336), (60_000, 5_536)])
def test_audio_may_start_where_all_its_ports_are_ports(count: int, highest: int) -> None:
    env = {"CALLCENTER_RTP_COUNT": str(count), "CALLCENTER_RTP_START": str(highest)}
    assert Settings.from_environment(env) == Settings(rtp_start=highest, rtp_count=count)
    assert highest + count - 1 == 65_535
    with pytest.raises(ValueError, match=f"between 1024 and {highest}"):
        Settings.from_environment(env | {"CALLCENTER_RTP_START": str(highest + 1)})


def test_everything_private_lies_below_home() -> None:
    home = Path("/srv/callcenter")
    settings = Settings(home=home)
    for folder in ("programs", "run", "data", "prompts", "music", "redis_socket"):
        assert home in getattr(settings, folder).parents


@pytest.mark.parametrize("name", ["x" * 200, "å" * 60])
def test_a_long_home_has_a_socket_whose_path_is_short_enough(name: str) -> None:
    settings = Settings(home=Path("/srv") / name)
    path = settings.redis_socket
    assert len(os.fsencode(path)) <= 107
    assert path == settings.redis_socket
    assert path != Settings(home=Path("/srv") / (name + "y")).redis_socket


def test_a_home_just_short_enough_keeps_its_socket_in_it() -> None:
    fits = Settings(home=Path("/" + "x" * (100 - len("/run/redis.sock") - 1)))
    assert len(os.fsencode(fits.redis_socket)) == 100
    assert fits.home in fits.redis_socket.parents
    longer = Settings(home=Path(f"{fits.home}x"))
    assert longer.home not in longer.redis_socket.parents


@pytest.mark.parametrize("name", ["a,b", 'a"b', "a&b", "a\\b", "a$b"])
def test_a_home_in_which_asterisk_can_play_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="CALLCENTER_HOME"):
        Settings.from_environment({"CALLCENTER_HOME": f"/somewhere/{name}"})


# -- text messages --------------------------------------------------------------------

ACCOUNT = "AC" + "0a" * 16
KEY = "SK" + "0b" * 16
GIVEN = {
    "CALLCENTER_TWILIO_ACCOUNT": ACCOUNT,
    "CALLCENTER_TWILIO_SECRET": "not-to-be-shown",
    "CALLCENTER_TWILIO_FROM": "+46100001177",
}


def test_without_an_account_there_are_no_text_messages(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).twilio({}) is None


def test_an_account_comes_from_the_environment_and_shows_no_secret(tmp_path: Path) -> None:
    found = Settings(home=tmp_path).twilio(GIVEN)
    assert found is not None
    assert (found.user, found.account, found.secret) == (ACCOUNT, ACCOUNT, "not-to-be-shown")
    assert found.answerable
    assert "not-to-be-shown" not in repr(found)
    keyed = Settings(home=tmp_path).twilio({**GIVEN, "CALLCENTER_TWILIO_KEY": KEY})
    assert keyed is not None
    assert keyed.user == KEY


@pytest.mark.parametrize("sender", ["+46100001177", "71177"])
def test_a_number_can_be_answered(tmp_path: Path, sender: str) -> None:
    found = Settings(home=tmp_path).twilio({**GIVEN, "CALLCENTER_TWILIO_FROM": sender})
    assert found is not None
    assert found.answerable


def test_a_name_cannot_be_answered(tmp_path: Path) -> None:
    found = Settings(home=tmp_path).twilio({**GIVEN, "CALLCENTER_TWILIO_FROM": "Vard 1177"})
    assert found is not None
    assert not found.answerable


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCOUNT", ""),
        ("ACCOUNT", "AC12"),
        ("KEY", "AC" + "0a" * 16),
        ("SECRET", ""),
        ("SECRET", "short"),
        ("SECRET", "with a\nnew line"),
        ("FROM", ""),
        ("FROM", "070-123 45 67"),
        ("FROM", "a name too long"),
        ("FROM", "+46701234567890123"),
        ("BASE", "https://example.org"),
        ("BASE", "http://127.0.0.1.example.org"),
    ],
)
def test_half_an_account_is_refused_and_not_quoted(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match="Twilio") as caught:
        Settings(home=tmp_path).twilio({**GIVEN, f"CALLCENTER_TWILIO_{name}": value})
    assert "not-to-be-shown" not in str(caught.value)
    assert value == "" or value not in str(caught.value)


def written(home: Path, text: str, mode: int = 0o600) -> Settings:
    settings = Settings(home=home)
    settings.data.mkdir(parents=True)
    settings.twilio_file.write_text(text)
    settings.twilio_file.chmod(mode)
    return settings


def test_an_account_comes_from_a_file(tmp_path: Path) -> None:
    text = f'{{"account": "{ACCOUNT}", "secret": "not-to-be-shown", "from": "+46100001177"}}'
    found = written(tmp_path, text).twilio({})
    assert found is not None
    assert found.account == ACCOUNT


@pytest.mark.parametrize("text", ["", "[]", "{", "1", '{"account": 5}', '{"to": "x"}', "\0"])
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="Twilio"):
        written(tmp_path, text).twilio({})


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="chmod 600"):
        written(tmp_path, "{}", 0o640).twilio({})


def test_the_secret_is_not_among_what_children_are_told() -> None:
    assert not any("TWILIO" in name for name in Settings().to_environment())


def test_whoever_sends_text_messages_gets_the_same_account_in_one_variable(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    packed = with_account_alone({**GIVEN, "CALLCENTER_TWILIO_KEY": KEY, "PATH": "/bin"})
    assert len(packed) == 1
    assert all(value.isalnum() for value in packed.values())
    assert settings.twilio(packed) == settings.twilio({**GIVEN, "CALLCENTER_TWILIO_KEY": KEY})
    assert with_account_alone(packed) == packed
    assert with_account_alone({"PATH": "/bin"}) == {}


@pytest.mark.parametrize("value", ["not-to-be-shown", "-", "00", "5b5d", "7b"])
def test_a_damaged_packed_account_is_broken_and_not_quoted(tmp_path: Path, value: str) -> None:
    env = {"CALLCENTER_TWILIO_PACKED": value}
    for given in (env, with_account_alone(env)):
        with pytest.raises(ValueError, match="Twilio") as caught:
            Settings(home=tmp_path).twilio(given)
        assert "not-to-be-shown" not in str(caught.value)


def test_everybody_else_is_told_of_no_account() -> None:
    env = {**GIVEN, **with_account_alone(GIVEN), "CALLCENTER_HOME": "/srv", "PATH": "/bin"}
    assert without_account(env) == {"CALLCENTER_HOME": "/srv", "PATH": "/bin"}
