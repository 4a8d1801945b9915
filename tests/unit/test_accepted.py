"""The accepted site: whole or not at all, and read again when it has changed."""

import os
from pathlib import Path

import pytest

from callcenter.accepted import AcceptedPolicy, copy_of, keep
from callcenter.acd.events import SiteLoaded
from callcenter.journal.codec import decode_event, encode
from callcenter.settings import ROOT, Settings
from callcenter.site import load_site
from language_routing.yaml_lines import YamlError

DEMO = (ROOT / "deploy" / "site" / "demo.yaml").read_text()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    site = tmp_path / "site.yaml"
    site.write_text(DEMO)
    made = Settings(home=tmp_path / "home", site=site)
    made.run.mkdir(parents=True)
    return made


def with_target(seconds: int) -> str:
    old = "public: {target_seconds: 180"
    assert old in DEMO
    return DEMO.replace(old, f"public: {{target_seconds: {seconds}")


def test_the_copy_is_for_us_alone_whatever_the_mode_of_the_file(settings: Settings) -> None:
    settings.site.chmod(0o666)
    path = keep(settings, load_site(settings.site))
    assert path == copy_of(settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == DEMO


@pytest.mark.parametrize("half", [DEMO[: len(DEMO) // 2], with_target(60), "\0", ""])
def test_a_file_that_is_changed_while_it_is_read_is_not_kept(settings: Settings, half: str) -> None:
    site = load_site(settings.site)
    keep(settings, site)
    settings.site.write_text(half)
    with pytest.raises(ValueError, match="was changed while it was read"):
        keep(settings, site)
    assert copy_of(settings).read_text() == DEMO
    assert sorted(os.listdir(settings.run)) == ["site.json", "site.yaml"]


def test_the_policy_is_that_of_the_copy_by_now(settings: Settings) -> None:
    site = load_site(settings.site)
    policy = AcceptedPolicy(keep(settings, site))
    assert policy() == site.policy
    settings.site.write_text(with_target(60))
    assert policy() == site.policy
    keep(settings, load_site(settings.site))
    assert policy().targets["public"] == 60_000
    assert policy() is policy()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"languages": 7}', None])
def test_a_policy_that_somebody_has_damaged_leaves_the_last_good_one(
    settings: Settings, damage: bytes | None
) -> None:
    site = load_site(settings.site)
    path = keep(settings, site)
    policy = AcceptedPolicy(path)
    if damage is None:
        path.with_suffix(".json").unlink()
    else:
        path.with_suffix(".json").write_bytes(damage)
    assert policy() == site.policy
    assert AcceptedPolicy(path)() == site.policy  # one that starts now reads the site itself
    settings.site.write_text(with_target(60))
    keep(settings, load_site(settings.site))
    assert policy().targets["public"] == 60_000


def test_a_router_whom_nobody_looks_after_reads_the_site_itself(settings: Settings) -> None:
    assert AcceptedPolicy(settings.site)() == load_site(settings.site).policy
    settings.site.unlink()
    with pytest.raises(YamlError):
        AcceptedPolicy(settings.site)


@pytest.mark.parametrize("name", ["demo", "stockholm"])
def test_a_policy_comes_back_from_the_journal_as_it_went_in(name: str) -> None:
    """Or a leader would bring it again and again."""
    event = SiteLoaded(policy=load_site(ROOT / "deploy" / "site" / f"{name}.yaml").policy)
    assert decode_event(encode(event)) == event
