"""The doctor says whether patients get text messages."""

from pathlib import Path

import pytest

from callcenter.provision.text_findings import text_finding
from callcenter.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("ACCOUNT", "KEY", "SECRET", "FROM", "BASE"):
        monkeypatch.delenv(f"CALLCENTER_TWILIO_{name}", raising=False)
    return Settings(home=tmp_path)


def give(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    monkeypatch.setenv("CALLCENTER_TWILIO_ACCOUNT", "AC" + "0" * 32)
    monkeypatch.setenv("CALLCENTER_TWILIO_SECRET", "not-to-be-shown")
    monkeypatch.setenv("CALLCENTER_TWILIO_FROM", sender)


def test_they_are_off_without_an_account_and_the_service_is_well(settings: Settings) -> None:
    finding = text_finding(settings)
    assert (finding.version, finding.level) == ("off", "ok")


def test_they_are_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "+46100001177")
    finding = text_finding(settings)
    assert (finding.version, finding.level, finding.mend) == ("on", "ok", "")
    assert "not-to-be-shown" not in repr(finding)


def test_they_are_on_and_cannot_be_answered(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, "1177Vard")
    assert text_finding(settings).version == "on; nobody can cancel by reply"


def test_they_are_broken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "")
    finding = text_finding(settings)
    assert (finding.version, finding.level) == ("broken: they wait", "warning")
    assert finding.mend.startswith("Twilio: the sender")
