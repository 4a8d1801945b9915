"""Children: what supervisord reads in its file, as supervisord itself reads it."""

import os
import shlex
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from supervisor.options import ServerOptions

from callcenter import up
from callcenter.children import write_config
from callcenter.provision import manifest
from callcenter.provision.manifest import Entry, Manifest
from callcenter.settings import ROOT, Settings
from callcenter.site import load_site
from callcenter.up import Service
from tests.unit.provision.trees import script

# All that is printable and means something to supervisord, to shlex or to an ini file.
SECRET = """%(ENV_HOME)s '"#;,= ;comment #x %% \\ "end'"""
ACCOUNT = {
    "CALLCENTER_TWILIO_ACCOUNT": "AC" + "0a" * 16,
    "CALLCENTER_TWILIO_KEY": "SK" + "0b" * 16,
    "CALLCENTER_TWILIO_SECRET": SECRET,
    "CALLCENTER_TWILIO_FROM": "+46100001177",
}
SENDING = {"worker", "reconciler"}
OTHERS = {"redis", "asterisk", "router", "standby", "ivr", "gateway"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with programs that are scripts, and an account in the environment."""
    for name in [name for name in os.environ if name.startswith("CALLCENTER_TWILIO_")]:
        monkeypatch.delenv(name)
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    found = Settings(home=tmp_path / "home")
    entries = {}
    for name, path, version in (
        ("asterisk", "usr/sbin/asterisk", "22.10.1"),
        ("redis-server", "usr/bin/redis-server", "7.0.15"),
    ):
        script(found.programs / path, name)
        entries[name] = Entry(version=version, origin="private", path=path)
    manifest.write(found.programs, Manifest(entries=entries))
    return found


def read(path: Path) -> dict[str, dict[str, str]]:
    """Each program's own environment."""
    options = ServerOptions()
    options.realize(["-c", str(path)])
    return {
        process.name: process.environment or {}
        for group in options.process_group_configs
        for process in group.process_configs
    }


def write(settings: Settings) -> Path:
    return write_config(settings, load_site(settings.site))


def test_asterisk_and_whoever_sends_no_text_messages_are_not_told_the_account(
    settings: Settings,
) -> None:
    told = read(write(settings))
    assert set(told) == SENDING | OTHERS
    for name in OTHERS:
        assert not [one for one in told[name] if "TWILIO" in one], name
    for name in SENDING:
        assert [one for one in told[name] if "TWILIO" in one], name


@pytest.mark.parametrize("name", sorted(SENDING))
def test_whoever_sends_them_gets_the_account_whatever_is_in_its_secret(
    settings: Settings, name: str
) -> None:
    told = read(write(settings))[name]
    assert Settings.from_environment(told).twilio(told) == settings.twilio()
    assert settings.twilio() is not None


def test_without_an_account_nobody_is_told_of_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ACCOUNT:
        monkeypatch.delenv(name)
    for told in read(write(settings)).values():
        assert not [one for one in told if "TWILIO" in one]


@pytest.mark.parametrize("value", ['"', "x\n[program:evil]\ncommand=/bin/false", "%(here)s", "é"])
def test_a_broken_account_breaks_no_file_and_is_called_broken(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CALLCENTER_TWILIO_FROM", value)
    told = read(write(settings))
    assert set(told) == SENDING | OTHERS
    with pytest.raises(ValueError, match="Twilio: the sender"):
        settings.twilio(told["worker"])


def test_the_file_is_ours_alone_even_where_one_lay_that_was_not(settings: Settings) -> None:
    settings.run.mkdir(parents=True)
    place = settings.run / "supervisord.conf"
    place.write_text("old")
    place.chmod(0o644)
    assert stat.S_IMODE(write(settings).stat().st_mode) == 0o600
    assert SECRET not in place.read_text()


def test_a_percent_sign_in_a_folders_name_is_one(tmp_path: Path, settings: Settings) -> None:
    site = tmp_path / "100%s.yaml"
    site.write_bytes((ROOT / "deploy" / "site" / "demo.yaml").read_bytes())
    redis = "redis://:50%25@127.0.0.1:6379/0"
    other = Settings(home=settings.home, site=site, redis_url=redis)
    told = read(write(other))
    assert "redis" not in told
    assert told["router"]["CALLCENTER_REDIS_URL"] == redis


def test_supervisord_itself_has_no_account_to_pass_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asterisk gets what supervisord has and what the file says: see the file's test."""
    started: list[dict[str, str]] = []

    class Started:
        def __init__(self, argv: list[str], *, env: dict[str, str], **_: Any) -> None:
            assert "supervisor.supervisord" in shlex.join(argv)
            started.append(env)

    monkeypatch.setattr(up, "render", lambda *_: None)
    monkeypatch.setattr(up, "_check_ports", lambda _: None)
    monkeypatch.setattr(subprocess, "Popen", Started)
    Service(settings, load_site(settings.site), print, keep_calls=False).start()
    (env,) = started
    assert not [name for name in env if "TWILIO" in name]
    assert SECRET not in env.values()
    assert env["PATH"] == os.environ["PATH"]
