import platform
import time
from pathlib import Path

import pytest

from callcenter.provision import manifest
from callcenter.provision.catalog import KINDS
from callcenter.provision.machine import machine
from callcenter.provision.manifest import Entry, Manifest
from callcenter.provision.programs import (
    MissingProgram,
    Program,
    asterisk_directories,
    baresip_modules,
    find,
    private,
)
from callcenter.settings import Settings
from tests.unit.provision.trees import complete, script

PREFIX = Path("/p")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with nothing in it, on a machine whose PATH is `tmp_path/bin`."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("callcenter.provision.host._SYSTEM", ())
    return Settings(home=tmp_path / "home")


def test_a_private_program_starts_through_the_loader_of_its_prefix() -> None:
    program = private(KINDS["asterisk"], "22.10.1", PREFIX, machine("x86_64"))

    assert program.command("-f", "-n") == [
        "/p/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
        "--library-path",
        "/p/usr/lib/x86_64-linux-gnu:/p/usr/lib/x86_64-linux-gnu/asterisk"
        ":/p/usr/lib/x86_64-linux-gnu/pulseaudio",
        "/p/usr/sbin/asterisk",
        "-f",
        "-n",
    ]
    assert program.environment() == {}


def test_only_the_speech_synthesizer_needs_a_variable_and_never_the_library_path() -> None:
    programs = [private(kind, "1", PREFIX, machine("aarch64")) for kind in KINDS.values()]

    variables = {program.name: program.environment() for program in programs}

    assert variables.pop("espeak-ng") == {"ESPEAK_DATA_PATH": "/p/usr/lib/aarch64-linux-gnu"}
    assert set(map(len, variables.values())) == {0}


def test_a_program_of_the_host_starts_directly() -> None:
    program = Program(name="sox", version="14.4.2", origin="host", path=Path("/usr/bin/sox"))

    assert program.command("--version") == ["/usr/bin/sox", "--version"]
    assert program.environment() == {}


def test_modules_and_data_of_a_private_asterisk_lie_in_its_prefix() -> None:
    program = private(KINDS["asterisk"], "22.10.1", PREFIX, machine("x86_64"))

    directories = asterisk_directories(program)

    assert directories.modules == PREFIX / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    assert directories.data == PREFIX / "usr/share/asterisk"


def test_modules_of_a_private_baresip_lie_in_its_prefix() -> None:
    program = private(KINDS["baresip"], "1.1.0", PREFIX, machine("x86_64"))

    assert baresip_modules(program) == PREFIX / "usr/lib/baresip/modules"


def test_the_installed_program_is_found_from_the_manifest_and_fast(settings: Settings) -> None:
    complete(settings.programs)

    started = time.perf_counter()
    program = find("asterisk", settings)

    assert time.perf_counter() - started < 0.05
    assert (program.version, program.origin) == ("22.10.1", "private")
    assert program.path == settings.programs / "usr/sbin/asterisk"


def test_the_home_may_be_moved(settings: Settings, tmp_path: Path) -> None:
    complete(settings.programs)
    settings.home.rename(tmp_path / "elsewhere")

    program = find("asterisk", Settings(home=tmp_path / "elsewhere"))

    assert program.path == tmp_path / "elsewhere/programs/usr/sbin/asterisk"
    assert program.loader is not None
    assert program.loader.is_relative_to(tmp_path / "elsewhere")
    assert machine(platform.machine()).triplet in str(program.loader)


def test_a_new_enough_program_of_the_host_is_used(settings: Settings, tmp_path: Path) -> None:
    path = script(tmp_path / "bin/asterisk", "Asterisk 22.11.0")

    program = find("asterisk", settings)

    assert (program.version, program.origin, program.path) == ("22.11.0", "host", path)


def test_a_host_program_in_the_manifest_is_asked_again_once_it_is_upgraded(
    settings: Settings, tmp_path: Path
) -> None:
    path = script(tmp_path / "bin/sox", "sox: SoX v14.4.2")
    entry = Entry(version="14.4.1", origin="host", path=str(path), stamp=manifest.stamp(path))
    settings.programs.mkdir(parents=True)
    manifest.write(settings.programs, Manifest(entries={"sox": entry}))
    assert find("sox", settings).version == "14.4.1"  # taken on trust

    script(path, "sox: SoX_ng v14.7.1")

    assert find("sox", settings).version == "14.7.1"


def test_an_old_asterisk_on_the_host_is_refused_and_the_sentence_says_why(
    settings: Settings, tmp_path: Path
) -> None:
    script(tmp_path / "bin/asterisk", "Asterisk 20.5.0")

    with pytest.raises(MissingProgram) as caught:
        find("asterisk", settings)

    assert str(caught.value) == (
        "asterisk is missing (the host's 20.5.0 will not do: 22.10.1 or newer is needed):"
        " `callcenter up` fetches it without root on Debian 12 and 13,"
        " or install asterisk 22.10.1 or newer so that it is on PATH."
    )


def test_an_untested_major_on_the_host_is_refused(settings: Settings, tmp_path: Path) -> None:
    script(tmp_path / "bin/asterisk", "Asterisk 23.1.0")

    with pytest.raises(MissingProgram, match="only major version 22 is tested"):
        find("asterisk", settings)


def test_a_private_program_whose_file_is_gone_is_missing(settings: Settings) -> None:
    complete(settings.programs)
    (settings.programs / "usr/sbin/asterisk").unlink()

    with pytest.raises(MissingProgram, match="asterisk is missing: `callcenter up` fetches it"):
        find("asterisk", settings)


def test_a_private_asterisk_that_has_become_too_old_is_missing(settings: Settings) -> None:
    complete(settings.programs, "22.9.0")

    with pytest.raises(MissingProgram):
        find("asterisk", settings)


def test_a_name_that_is_not_in_the_catalog_is_a_mistake(settings: Settings) -> None:
    with pytest.raises(KeyError):
        find("asterix", settings)
