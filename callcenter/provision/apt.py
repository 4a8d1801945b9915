"""Apt: a private apt tree that downloads one Debian suite's packages as an ordinary user.

The tree has its own sources, lists, cache and an empty record of installed packages, so
apt fetches the whole closure, the C library included, and the host's own packages are
neither read nor changed. The host's `apt.conf.d` (proxies, certificates) stays in force.
"""

import getpass
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from callcenter.provision import mirror
from callcenter.provision.machine import Machine

# Debian 12 and 13 have no Asterisk; testing has 22 LTS.
SUITE: Final = "forky"
_KEYRINGS: Final = (
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
)
_QUESTION_SECONDS: Final = 60.0
_DOWNLOAD_SECONDS: Final = 1800.0


class AptFailed(Exception):
    """apt is not here, or could not fetch; the text says why, in apt's own last words."""


def _configuration(tree: Path, machine: Machine, user: str) -> str:
    """The text of apt.conf(5) for `tree`.

    Given with `-c`, it is read after the host's: hence the `#clear` of the host's hooks,
    which would tidy the host's own cache or ask for root.
    """
    return f"""\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
#clear APT::Architectures;
APT::Architecture "{machine.architecture}";
APT::Architectures {{ "{machine.architecture}"; }};
APT::Default-Release "";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Sandbox::User "{user}";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
Debug::NoLocking "true";
Dir::Cache "{tree}/cache";
Dir::Cache::Archives "{tree}/cache/archives";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Etc::SourceList "{tree}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State "{tree}";
Dir::State::Extended_States "{tree}/extended_states";
Dir::State::Lists "{tree}/lists";
Dir::State::Status "{tree}/status";
"""


def host_mirror() -> str:
    """The mirror that this machine uses.

    Raises:
        AptFailed: There is no apt here, or it knows no Debian mirror.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise AptFailed("apt-get and dpkg-deb are not on this machine")
    targets = ["apt-get", "indextargets", "--format", mirror.FORMAT, "Created-By: Packages"]
    for command in (targets, [*targets, "--no-release-info"]):
        try:
            answer = subprocess.run(
                command, capture_output=True, text=True, timeout=_QUESTION_SECONDS, check=False
            )
            return mirror.choose(answer.stdout)
        except mirror.NoMirror:
            continue
        except subprocess.TimeoutExpired:
            break
    raise AptFailed("apt on this machine knows no Debian mirror")


class PrivateApt:
    """apt on a tree of its own.

    Call `update`, then `download`. What a broken-off download left behind is used again;
    apt checks every file's hash against the signed index.
    """

    def __init__(self, tree: Path, machine: Machine, address: str, *, lock: int) -> None:
        """Write the tree's configuration.

        Args:
            tree: The tree's folder; made if absent.
            address: The mirror, from `host_mirror`.
            lock: A locked file that apt shall hold open too: an apt that outlives us (we
                were killed) then still keeps the next start away from the tree.
        """
        self._tree = tree
        self._lock = lock
        for folder in ("lists/partial", "cache/archives/partial"):
            (tree / folder).mkdir(parents=True, exist_ok=True)
        (tree / "status").write_bytes(b"")
        (tree / "apt.conf").write_text(_configuration(tree, machine, getpass.getuser()))
        keyring = next((path for path in _KEYRINGS if path.exists()), None)
        signed = f"[signed-by={keyring}] " if keyring else ""
        (tree / "sources.list").write_text(f"deb {signed}{address} {SUITE} main\n")

    def update(self) -> None:
        """Fetch the suite's index.

        Raises:
            AptFailed: The mirror did not answer, or its signature is not Debian's.
        """
        self._run(["update"])

    def download(self, packages: Sequence[str]) -> list[Path]:
        """Fetch `packages` and everything that they need; the .deb files.

        Raises:
            AptFailed: A package is not in the suite, the network broke off or the disk is full.
        """
        self._run(["--yes", "--download-only", "install", *packages])
        return sorted((self._tree / "cache" / "archives").glob("*.deb"))

    def _run(self, arguments: list[str]) -> None:
        log = self._tree / "apt.log"
        with log.open("wb") as output:
            try:
                done = subprocess.run(
                    ["apt-get", "-q", "-c", str(self._tree / "apt.conf"), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_DOWNLOAD_SECONDS,
                    pass_fds=(self._lock,),
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise AptFailed(f"apt-get {arguments[0]} took too long") from None
            except OSError as error:
                raise AptFailed(f"apt-get cannot be started ({error.strerror})") from None
        if done.returncode != 0:
            raise AptFailed(_last_words(log.read_text(errors="replace")))


def _last_words(log: str) -> str:
    """apt's first complaint, without its prefix; the others mostly follow from it."""
    for mark in ("E: ", "Err:", "W: "):
        for line in log.splitlines():
            if line.startswith(mark):
                return " ".join(line.removeprefix(mark).split()).rstrip(".")
    return "apt-get failed and did not say why"
