"""Machine: where Debian puts the loader and the libraries of one kind of processor.

Only the names differ between x86-64 and Arm. The x86-64 ones are run every day; the Arm
ones come from the same packages' file lists and have not been run by us.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


class UnknownMachine(Exception):
    """A processor for which we do not know Debian's paths."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """Names that depend on the processor.

    Attributes:
        architecture: Debian's name, as apt wants it.
        triplet: The multiarch folder below `/usr/lib`.
        loader: The program that starts other programs (ld.so(8)), below a prefix.
    """

    architecture: str
    triplet: str
    loader: str

    def libraries(self, prefix: Path) -> tuple[Path, ...]:
        """The library folders below `prefix`, in the order in which to search them.

        `asterisk` holds libasteriskssl and libasteriskpj, `pulseaudio` the private half of
        libpulse, which baresip's and SoX's libraries ask for.
        """
        libraries = prefix / "usr" / "lib" / self.triplet
        return (libraries, libraries / "asterisk", libraries / "pulseaudio")


_MACHINES: Final = {
    "x86_64": Machine(
        architecture="amd64",
        triplet="x86_64-linux-gnu",
        loader="usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    ),
    "aarch64": Machine(
        architecture="arm64",
        triplet="aarch64-linux-gnu",
        loader="usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1",
    ),
}


def machine(name: str) -> Machine:
    """The machine whose processor `platform.machine()` calls `name`.

    Raises:
        UnknownMachine: Neither x86-64 nor 64-bit Arm.
    """
    try:
        return _MACHINES[{"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)]
    except KeyError:
        raise UnknownMachine(
            f"the processor is {name}, and ready-made programs exist for x86_64 and aarch64 only"
        ) from None
