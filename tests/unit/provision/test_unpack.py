import os
import shutil
import subprocess
from pathlib import Path

import pytest

from callcenter.provision.unpack import UnpackFailed, tame, unpack

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not a Debian machine")


@pytest.fixture
def lock(tmp_path: Path) -> int:
    return os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)


def package(folder: Path, files: dict[str, int]) -> Path:
    """A real Debian package whose `files` have those modes."""
    root = folder / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN/control").write_text(
        "Package: sample\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example>\n"
        "Description: sample\n"
    )
    for name, mode in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
        (root / name).chmod(mode)
    archive = folder / "sample.deb"
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", str(root), str(archive)],
        check=True,
        capture_output=True,
    )
    return archive


@needs_dpkg
def test_a_package_is_unpacked_without_its_set_user_id_bits(tmp_path: Path, lock: int) -> None:
    archive = package(tmp_path, {"usr/bin/passwd": 0o4755, "usr/bin/sox": 0o755})

    unpack([archive], tmp_path / "tree", lock=lock)

    assert (tmp_path / "tree/usr/bin/passwd").stat().st_mode & 0o7777 == 0o755
    assert (tmp_path / "tree/usr/bin/sox").stat().st_mode & 0o7777 == 0o755


@needs_dpkg
def test_a_damaged_package_is_named(tmp_path: Path, lock: int) -> None:
    archive = package(tmp_path, {"usr/bin/sox": 0o755})
    archive.write_bytes(archive.read_bytes()[:-200])

    with pytest.raises(UnpackFailed, match=r"^sample\.deb: "):
        unpack([archive], tmp_path / "tree", lock=lock)


@needs_dpkg
def test_the_english_sounds_of_asterisk_get_their_short_name(tmp_path: Path, lock: int) -> None:
    sounds = "usr/share/asterisk/sounds"
    archive = package(tmp_path, {f"{sounds}/en_US_f_Allison/beep.gsm": 0o644})

    unpack([archive], tmp_path / "tree", lock=lock)

    assert (tmp_path / "tree" / sounds / "en/beep.gsm").is_file()


def test_folders_are_made_removable_and_links_are_left_alone(tmp_path: Path) -> None:
    shut = tmp_path / "tree/shut"
    shut.mkdir(parents=True)
    (shut / "file").write_text("x")
    (tmp_path / "tree/link").symlink_to("/nowhere")
    shut.chmod(0o2555)

    tame(tmp_path / "tree")

    assert shut.stat().st_mode & 0o7777 == 0o755
    assert (tmp_path / "tree/link").is_symlink()
