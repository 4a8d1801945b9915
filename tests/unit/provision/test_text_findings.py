"""The doctor says whether patients get text messages."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from callcenter.accepted import keep
from callcenter.provision.text_findings import text_finding
from callcenter.settings import ROOT, Settings
from callcenter.site import load_site


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("ACCOUNT", "KEY", "SECRET", "FROM", "BASE"):
        monkeypatch.delenv(f"CALLCENTER_TWILIO_{name}", raising=False)
    return Settings(home=tmp_path)


def accept(settings: Settings, *, texts: bool = True) -> None:
    """A site that sends text messages, or none, is in force."""
    settings.run.mkdir(exist_ok=True)
    policy = {"callbacks": {"texts": texts}, "targets": {}}
    settings.accepted_policy.write_bytes(msgspec.json.encode(policy))


def give(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    monkeypatch.setenv("CALLCENTER_TWILIO_ACCOUNT", "AC" + "0" * 32)
    monkeypatch.setenv("CALLCENTER_TWILIO_SECRET", "not-to-be-shown")
    monkeypatch.setenv("CALLCENTER_TWILIO_FROM", sender)


def test_they_are_off_without_an_account_and_the_service_is_well(settings: Settings) -> None:
    finding = text_finding(settings)
    assert (finding.version, finding.level) == ("off", "ok")


def test_they_are_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "+46100001177")
    accept(settings)
    finding = text_finding(settings)
    assert (finding.version, finding.level, finding.mend) == ("on", "ok", "")
    assert "not-to-be-shown" not in repr(finding)


def test_they_are_on_and_cannot_be_answered(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, "1177Vard")
    accept(settings)
    assert text_finding(settings).version == "on; nobody can cancel by reply"


def test_they_are_broken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "")
    finding = text_finding(settings)
    assert (finding.version, finding.level) == ("broken: they wait", "warning")
    assert finding.mend.startswith("Twilio: the sender")


def test_an_account_alone_sends_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, "+46100001177")
    accept(settings, texts=False)
    finding = text_finding(settings)
    assert finding.version == "account set, the site sends none (callbacks.texts)"
    assert (finding.level, "texts: true" in finding.mend) == ("ok", True)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]"])
def test_before_a_site_is_in_force_nobody_knows_whether_it_sends_any(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    give(monkeypatch, "+46100001177")
    if content is not None:
        settings.run.mkdir()
        settings.accepted_policy.write_bytes(content)
    assert text_finding(settings).version == "account set, no site is in force yet"


def test_a_site_that_sends_some_lacks_an_account(settings: Settings) -> None:
    accept(settings)
    finding = text_finding(settings)
    assert finding.version == "no account, the site sends some (callbacks.texts)"
    assert (finding.level, finding.mend.startswith("an account")) == ("warning", True)


@pytest.mark.parametrize(
    ("line", "version"), [("", "the site sends none"), ("  texts: true", "on")]
)
def test_it_is_the_accepted_site_that_is_asked(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    line: str,
    version: str,
) -> None:
    give(monkeypatch, "+46100001177")
    text = (ROOT / "deploy" / "site" / "demo.yaml").read_text()
    assert text.count("  texts: false") == 1
    site = tmp_path / "site.yaml"
    site.write_text(text.replace("  texts: false", line))
    settings.run.mkdir()
    keep(replace(settings, site=site), load_site(site))
    assert version in text_finding(settings).version
