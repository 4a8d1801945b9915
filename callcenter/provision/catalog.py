"""Catalog: the programs that the call center runs, and which versions of them will do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)*")


def numbers(version: str) -> tuple[int, ...]:
    """The leading dotted numbers of `version`, to compare: "22.10.1+dfsg" is (22, 10, 1).

    An unnumbered version (a git build) is (), which is older than everything.
    """
    found = _NUMBERS.match(version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One program that we need.

    Attributes:
        name: What it is called on PATH.
        package: The Debian package that holds it.
        place: Where that package puts it, below a prefix.
        asks: The arguments with which it tells its version. The exit status means nothing.
        tells: How the version stands in its answer, as group 1.
        least: The oldest version that will do; empty means any.
        majors: The tested major versions; empty means any.
    """

    name: str
    package: str
    place: str
    asks: tuple[str, ...]
    tells: re.Pattern[str]
    least: str = ""
    majors: frozenset[int] = frozenset()

    def version(self, answer: str) -> str:
        """The version in the program's `answer`, or "" if it is not there."""
        found = self.tells.search(answer)
        return found[1] if found else ""

    def objection(self, version: str) -> str:
        """Why `version` will not do, as a clause; "" if it will."""
        have = numbers(version)
        if not have:
            return "its version is unknown"
        if have < numbers(self.least):
            return f"{self.least} or newer is needed"
        if self.majors and have[0] not in self.majors:
            tested = ", ".join(str(major) for major in sorted(self.majors))
            return f"only major version {tested} is tested"
        return ""

    def wish(self) -> str:
        """The program and the version wanted, as in "asterisk 22.10.1 or newer"."""
        return f"{self.name} {self.least} or newer" if self.least else self.name


_KINDS: Final = (
    Kind(
        name="asterisk",
        package="asterisk",
        place="usr/sbin/asterisk",
        asks=("-V",),
        tells=re.compile(r"Asterisk (?:certified[/-])?(\d+(?:\.\d+)*)"),
        # 22.10.1 mends twenty advisories (Asterisk's security page, 2026).
        least="22.10.1",
        majors=frozenset({22}),
    ),
    Kind(
        name="redis-server",
        package="redis-server",
        place="usr/bin/redis-server",
        asks=("--version",),
        tells=re.compile(r"\bv=(\d+(?:\.\d+)*)"),
        least="7.0",
    ),
    Kind(
        name="redis-cli",
        package="redis-tools",
        place="usr/bin/redis-cli",
        asks=("--version",),
        tells=re.compile(r"-cli (\d+(?:\.\d+)*)"),
    ),
    Kind(
        name="sipp",
        package="sip-tester",
        place="usr/bin/sipp",
        asks=("-v",),
        tells=re.compile(r"SIPp v(\d+(?:\.\d+)*)"),
    ),
    Kind(
        name="espeak-ng",
        package="espeak-ng",
        place="usr/bin/espeak-ng",
        asks=("--version",),
        tells=re.compile(r"text-to-speech: (\d+(?:\.\d+)*)"),
    ),
    Kind(
        name="sox",
        package="sox",
        place="usr/bin/sox",
        asks=("--version",),
        tells=re.compile(r"SoX\S* v(\d+(?:\.\d+)*)"),
    ),
    Kind(
        name="baresip",
        package="baresip-core",
        place="usr/bin/baresip",
        asks=("-h",),
        tells=re.compile(r"baresip v(\d+(?:\.\d+)*)"),
    ),
)

KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _KINDS}
