"""Unpack: Debian packages into a folder, as an ordinary user, running nothing of theirs."""

import os
import stat
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

_SECONDS: Final = 300.0


class UnpackFailed(Exception):
    """A package could not be unpacked; the text says which and why."""


def unpack(archives: Sequence[Path], tree: Path, *, lock: int) -> None:
    """Unpack every one of `archives` into `tree`, as many at a time as there are processors.

    Args:
        lock: A locked file that the unpackers hold open too, as apt does.

    Raises:
        UnpackFailed: An archive is damaged or the disk is full.
        OSError: `tree` is not writable.
    """

    def one(archive: Path) -> None:
        try:
            done = subprocess.run(
                ["dpkg-deb", "--extract", str(archive), str(tree)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                pass_fds=(lock,),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnpackFailed(f"{archive.name}: unpacking took too long") from None
        if done.returncode != 0:
            words = done.stderr.strip().splitlines()
            raise UnpackFailed(f"{archive.name}: {words[-1] if words else done.returncode}")

    tree.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        jobs = [pool.submit(one, archive) for archive in archives]
        try:
            for job in jobs:
                job.result()
        finally:
            pool.shutdown(cancel_futures=True)
    tame(tree)
    _english_sounds(tree)


def tame(tree: Path) -> None:
    """Take set-user-id bits off the files and keep the folders ours to remove.

    The closure brings `passwd` and its like along. Nobody needs them here, and nobody
    would update them.
    """
    for folder, _, files in os.walk(tree):
        os.chmod(folder, stat.S_IMODE(os.lstat(folder).st_mode) & 0o777 | stat.S_IRWXU)
        for name in files:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                os.chmod(path, stat.S_IMODE(mode) & 0o777)


def _english_sounds(tree: Path) -> None:
    """Name Asterisk's own sounds `en`, as the package's install script would have done."""
    sounds = tree / "usr" / "share" / "asterisk" / "sounds"
    if (sounds / "en_US_f_Allison").is_dir() and not (sounds / "en").exists():
        (sounds / "en").symlink_to("en_US_f_Allison")
