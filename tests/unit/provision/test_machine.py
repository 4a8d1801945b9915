from pathlib import Path

import pytest

from callcenter.provision.machine import UnknownMachine, machine

PREFIX = Path("/p")


def test_an_intel_machine_has_its_loader_and_libraries_where_debian_puts_them() -> None:
    intel = machine("x86_64")

    assert intel.architecture == "amd64"
    assert intel.loader == "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    assert [str(folder) for folder in intel.libraries(PREFIX)] == [
        "/p/usr/lib/x86_64-linux-gnu",
        "/p/usr/lib/x86_64-linux-gnu/asterisk",
        "/p/usr/lib/x86_64-linux-gnu/pulseaudio",
    ]


def test_an_arm_machine_has_its_loader_and_libraries_where_debian_puts_them() -> None:
    arm = machine("aarch64")

    assert arm.architecture == "arm64"
    assert arm.loader == "usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"
    assert arm.libraries(PREFIX)[0] == Path("/p/usr/lib/aarch64-linux-gnu")


@pytest.mark.parametrize(("other", "same"), [("arm64", "aarch64"), ("amd64", "x86_64")])
def test_a_processor_may_be_called_by_either_of_its_names(other: str, same: str) -> None:
    assert machine(other) == machine(same)


def test_another_processor_is_refused_in_a_sentence_that_names_it() -> None:
    with pytest.raises(UnknownMachine, match="the processor is riscv64"):
        machine("riscv64")
