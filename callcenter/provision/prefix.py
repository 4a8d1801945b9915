"""Prefix: the folder of private programs, replaced whole or not at all.

Three folders side by side in the home, so that a rename is one step (rename(2)):

    programs.partial/   where a start downloads and unpacks; may be left half-finished
    programs/           complete, with its manifest; the only one that anybody uses
    programs.old/       the one before, for the moment of the exchange

Whatever moment a start is killed in, `recover` makes one of two cases of it: `programs`
is complete, or it is absent and only the download is left to be used again.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from callcenter.provision import manifest

_POLL_SECONDS: Final = 0.2
# As long as apt may take, and some more: it holds the lock too.
_PATIENCE_SECONDS: Final = 2400.0


class Busy(Exception):
    """Another start holds the lock, and for longer than a download can take."""


class Prefix:
    """The three folders around `place`, which is `settings.programs`."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.partial = place.with_name(f"{place.name}.partial")
        self.apt = self.partial / "apt"
        self.tree = self.partial / "tree"
        self._old = place.with_name(f"{place.name}.old")
        self._lock = place.with_name(f"{place.name}.lock")

    @contextmanager
    def locked(
        self, say: Callable[[str], None], patience: float = _PATIENCE_SECONDS
    ) -> Iterator[int]:
        """Only one start at a time gets in; yields the locked file's descriptor.

        The lock is flock(2): the kernel drops it when the last process that has it open
        ends, however it ends. So the lock file stays, and is no sign of anything.

        Args:
            say: Told once if there is a wait.
            patience: Seconds to wait at most.

        Raises:
            Busy: The wait was too long.
            OSError: The home is not writable.
        """
        self.place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + patience
            waiting = False
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise Busy("another start is still fetching the programs") from None
                    if not waiting:
                        say("Another start is fetching the programs; waiting for it")
                        waiting = True
                    time.sleep(_POLL_SECONDS)
            yield lock
        finally:
            os.close(lock)

    def leftovers(self) -> bool:
        """Whether a start was killed, or is at it just now."""
        return self.partial.exists() or self._old.exists()

    def recover(self) -> None:
        """Make good what a killed start left behind. Call it with the lock held.

        Raises:
            OSError: A leftover cannot be removed.
        """
        if not self.place.exists() and manifest.read(self.tree) is not None:
            self.tree.rename(self.place)  # killed between the two renames of `publish`
        if not self.place.exists() and manifest.read(self._old) is not None:
            self._old.rename(self.place)
        for leftover in (self._old, self.tree):
            if leftover.exists():
                shutil.rmtree(leftover)

    def publish(self) -> None:
        """Put the finished tree, which has its manifest, in its place.

        Programs that run from the old one keep running: open files outlive their names.

        Raises:
            OSError: The disk failed.
        """
        if self.place.exists():
            self.place.rename(self._old)
        self.tree.rename(self.place)
        if self._old.exists():
            shutil.rmtree(self._old)

    def clean(self) -> None:
        """Remove the download, once nobody needs it again."""
        shutil.rmtree(self.partial, ignore_errors=True)
