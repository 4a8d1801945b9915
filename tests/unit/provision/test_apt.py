import os
from pathlib import Path

import pytest

from callcenter.provision.apt import AptFailed, PrivateApt, host_mirror
from callcenter.provision.machine import machine
from tests.unit.provision.trees import script

ADDRESS = "http://mirror.example/debian"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def apt(tmp_path: Path) -> PrivateApt:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    return PrivateApt(tmp_path / "apt", machine("x86_64"), ADDRESS, lock=lock)


def test_the_private_tree_has_one_source_and_an_empty_record_of_packages(
    apt: PrivateApt, tmp_path: Path
) -> None:
    source = (tmp_path / "apt/sources.list").read_text()
    assert source.startswith("deb ")
    assert source.endswith(f"{ADDRESS} forky main\n")
    assert (tmp_path / "apt/status").read_bytes() == b""


def test_every_place_that_apt_writes_to_is_in_the_private_tree(
    apt: PrivateApt, tmp_path: Path
) -> None:
    lines = (tmp_path / "apt/apt.conf").read_text().splitlines()
    places = [line.split('"')[1] for line in lines if line.startswith(("Dir::State", "Dir::Cache"))]

    assert len(places) == 6
    assert all(place.startswith(str(tmp_path)) for place in places)


def test_without_apt_there_is_a_refusal(tools: Path) -> None:
    with pytest.raises(AptFailed, match="apt-get and dpkg-deb are not on this machine"):
        host_mirror()


def test_the_mirror_is_the_one_that_apt_names(tools: Path) -> None:
    script(tools / "dpkg-deb", "")
    script(tools / "apt-get", "Debian|Debian|main|trixie|http://mirror.example/debian/")

    assert host_mirror() == ADDRESS


def test_apt_that_knows_no_mirror_is_a_refusal(tools: Path) -> None:
    script(tools / "dpkg-deb", "")
    script(tools / "apt-get", "")

    with pytest.raises(AptFailed, match="knows no Debian mirror"):
        host_mirror()


def test_a_failure_is_told_in_the_first_complaint_of_apt(apt: PrivateApt, tools: Path) -> None:
    (tools / "apt-get").write_text(
        "#!/bin/sh\necho 'Reading package lists...'\n"
        "echo 'E: Failed to fetch it  Could not resolve host.'\necho 'E: later'\nexit 100\n"
    )
    (tools / "apt-get").chmod(0o755)

    with pytest.raises(AptFailed) as caught:
        apt.update()

    assert str(caught.value) == "Failed to fetch it Could not resolve host"


def test_a_download_yields_the_archives(apt: PrivateApt, tools: Path, tmp_path: Path) -> None:
    script(tools / "apt-get", "fine")
    (tmp_path / "apt/cache/archives/sox.deb").touch()

    assert [file.name for file in apt.download(["sox"])] == ["sox.deb"]
