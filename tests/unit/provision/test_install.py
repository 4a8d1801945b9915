from pathlib import Path

import pytest

from callcenter.provision import manifest
from callcenter.provision.catalog import KINDS
from callcenter.provision.install import ProvisionError, missing, provision
from callcenter.provision.manifest import Entry, Manifest
from callcenter.provision.prefix import Prefix
from callcenter.settings import Settings
from tests.unit.provision.trees import complete, half, script

ALL = list(KINDS)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A machine with an empty PATH: no apt, no programs."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("callcenter.provision.host._SYSTEM", ())
    return Settings(home=tmp_path / "home")


def install_all(place: Path) -> None:
    entries = {}
    for name, kind in KINDS.items():
        version = kind.least or "1.0"
        script(place / kind.place, version)
        entries[name] = Entry(version=version, origin="private", path=kind.place)
    manifest.write(place, Manifest(packages=("everything",), entries=entries))


def test_on_a_bare_machine_everything_is_missing(settings: Settings) -> None:
    assert missing(settings) == ALL


def test_when_all_is_there_nothing_is_done_and_nothing_said(settings: Settings) -> None:
    install_all(settings.programs)
    said: list[str] = []

    provision(settings, say=said.append)

    assert said == []
    assert [folder.name for folder in settings.home.iterdir()] == ["programs"]


def test_what_a_killed_start_left_is_removed_once_all_is_there(settings: Settings) -> None:
    install_all(settings.programs)
    half(settings.home / "programs.partial" / "tree")

    provision(settings, say=print)

    assert sorted(folder.name for folder in settings.home.iterdir()) == [
        "programs",
        "programs.lock",
    ]


def test_a_start_does_not_wait_for_another_that_renews(settings: Settings) -> None:
    install_all(settings.programs)
    prefix = Prefix(settings.programs)
    half(prefix.tree)
    said: list[str] = []
    with prefix.locked(print):
        provision(settings, say=said.append)

    assert said == []
    assert prefix.tree.exists()


def test_without_apt_the_one_sentence_says_what_is_missing_and_how_to_get_it(
    settings: Settings,
) -> None:
    with pytest.raises(ProvisionError) as caught:
        provision(settings, say=print)

    assert str(caught.value) == (
        "asterisk, redis-server, redis-cli, sipp, espeak-ng, sox, baresip missing, and fetching"
        " failed (apt-get and dpkg-deb are not on this machine): see to the network and start"
        " again (Debian 12 or 13 with apt), or install asterisk 22.10.1 or newer, redis-server 7.0"
        " or newer, redis-cli, sipp, espeak-ng, sox, baresip so that they are on PATH."
    )


def test_a_failed_try_leaves_no_programs_that_look_complete(settings: Settings) -> None:
    half(settings.home / "programs.partial" / "tree")

    with pytest.raises(ProvisionError):
        provision(settings, say=print)

    assert not settings.programs.exists()
    assert not (settings.home / "programs.partial" / "tree").exists()


def test_a_start_killed_at_the_last_step_is_finished_without_the_network(
    settings: Settings,
) -> None:
    install_all(settings.home / "programs.partial" / "tree")
    complete(settings.home / "programs.old", "22.9.0")

    provision(settings, say=print)

    assert missing(settings) == []
    left = sorted(folder.name for folder in settings.home.iterdir())
    assert left == ["programs", "programs.lock"]


def test_a_home_that_cannot_be_made_is_told_in_a_sentence(settings: Settings) -> None:
    settings.home.write_text("a file where the folder should be")

    with pytest.raises(ProvisionError, match="set CALLCENTER_HOME to a folder of your own"):
        provision(settings, say=print)


def test_a_full_disk_is_told_before_anything_is_fetched(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.provision.install._ROOM_BYTES", 10**18)

    with pytest.raises(ProvisionError, match="MB free, then start again"):
        provision(settings, say=print)
