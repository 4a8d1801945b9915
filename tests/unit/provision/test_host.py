from pathlib import Path

from callcenter.provision import host
from callcenter.provision.catalog import KINDS
from tests.unit.provision.trees import script

NAME = "no-such-program-1177"


def test_every_program_on_path_is_a_candidate_in_the_order_of_path(tmp_path: Path) -> None:
    first = script(tmp_path / "a" / NAME, "1")
    second = script(tmp_path / "b" / NAME, "2")

    assert host.candidates(NAME, f"{tmp_path}/a:{tmp_path}/b") == [first, second]


def test_a_link_to_a_candidate_is_not_a_second_one(tmp_path: Path) -> None:
    first = script(tmp_path / "a" / NAME, "1")
    (tmp_path / "b").symlink_to("a")

    assert host.candidates(NAME, f"{tmp_path}/a:{tmp_path}/b") == [first]


def test_what_cannot_be_executed_is_no_candidate(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("text")

    assert host.candidates(NAME, f"{tmp_path}:relative:") == []


def test_system_folders_are_searched_although_path_lacks_them() -> None:
    assert [program.name for program in host.candidates("env", "/nowhere")] == ["env"]


def test_a_program_tells_its_version(tmp_path: Path) -> None:
    program = script(tmp_path / "asterisk", "Asterisk 20.1.0")

    assert host.version(KINDS["asterisk"], program) == "20.1.0"


def test_a_program_that_does_not_start_has_no_version(tmp_path: Path) -> None:
    program = tmp_path / "asterisk"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o755)

    assert host.version(KINDS["asterisk"], program) == ""
