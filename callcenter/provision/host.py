"""Host: the programs that this machine has already."""

import os
import subprocess
from pathlib import Path
from typing import Final

from callcenter.provision.catalog import Kind

# An ordinary user's PATH lacks the folders for system programs; Asterisk lives there.
_SYSTEM: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin")
_SECONDS: Final = 10.0


def candidates(name: str, path: str | None = None) -> list[Path]:
    """Every executable file called `name`, each once, in the order of PATH.

    Args:
        path: As the variable PATH, which is the default; the system's folders come after it.
    """
    folders = (os.environ.get("PATH", "") if path is None else path).split(os.pathsep)
    found: dict[Path, Path] = {}
    for folder in (*folders, *_SYSTEM):
        program = Path(folder) / name
        if folder.startswith("/") and program.is_file() and os.access(program, os.X_OK):
            found.setdefault(program.resolve(), program)
    return list(found.values())


def version(kind: Kind, program: Path) -> str:
    """The version that `program` tells; "" if it does not run or does not tell."""
    return ask(kind, [str(program), *kind.asks], {})


def ask(kind: Kind, command: list[str], extra: dict[str, str]) -> str:
    """The version that `command` prints, with `extra` variables; "" if there is none."""
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **extra},
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return kind.version(answer.stdout.decode(errors="replace"))
