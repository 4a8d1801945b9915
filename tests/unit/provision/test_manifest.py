from pathlib import Path

import pytest

from callcenter.provision import manifest
from callcenter.provision.manifest import Entry, Manifest

WHOLE = Manifest(
    packages=("asterisk", "sox"),
    entries={
        "asterisk": Entry(version="22.10.1", origin="private", path="usr/sbin/asterisk"),
        "sox": Entry(version="14.4.2", origin="host", path="/usr/bin/sox", stamp="1-2"),
    },
)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    manifest.write(tmp_path, WHOLE)

    assert manifest.read(tmp_path) == WHOLE
    assert [file.name for file in tmp_path.iterdir()] == ["manifest.json"]


def test_a_folder_without_a_manifest_is_not_complete(tmp_path: Path) -> None:
    assert manifest.read(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format": 0, "packages": [], "entries": {}}',
        '{"format": 1, "packages": [], "entries": {"sox": {"nonsense": 1}}}',
        '{"format": 1, "packages": [], "entries": []}',
    ],
)
def test_a_damaged_manifest_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)

    assert manifest.read(tmp_path) is None


def test_the_stamp_of_a_program_changes_when_it_is_upgraded(tmp_path: Path) -> None:
    program = tmp_path / "sox"
    assert manifest.stamp(program) == ""
    program.write_text("old")
    old = manifest.stamp(program)
    program.write_text("newer")

    assert "" != old != manifest.stamp(program)
