import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.provision import manifest
from callcenter.provision.prefix import Busy, Prefix
from tests.unit.provision.trees import complete, half


def version(place: Path) -> str:
    found = manifest.read(place)
    assert found is not None
    return found.entries["asterisk"].version


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    return Prefix(tmp_path / "home" / "programs")


def test_a_finished_tree_takes_the_place_of_the_one_before(prefix: Prefix) -> None:
    complete(prefix.place, "22.10.1")
    complete(prefix.tree, "22.10.2")

    prefix.publish()
    prefix.clean()

    assert version(prefix.place) == "22.10.2"
    assert [folder.name for folder in prefix.place.parent.iterdir()] == ["programs"]


def test_a_half_unpacked_tree_is_thrown_away_and_the_download_kept(prefix: Prefix) -> None:
    half(prefix.tree)
    prefix.apt.mkdir(parents=True)
    (prefix.apt / "asterisk.deb").touch()

    prefix.recover()

    assert not prefix.place.exists()
    assert not prefix.tree.exists()
    assert (prefix.apt / "asterisk.deb").exists()


def test_killed_between_the_two_renames_the_new_tree_is_put_in_place(prefix: Prefix) -> None:
    complete(prefix.place.with_name("programs.old"), "22.10.1")
    complete(prefix.tree, "22.10.2")

    prefix.recover()

    assert version(prefix.place) == "22.10.2"
    assert not prefix.place.with_name("programs.old").exists()


def test_the_old_tree_comes_back_when_the_new_one_is_not_complete(prefix: Prefix) -> None:
    complete(prefix.place.with_name("programs.old"), "22.10.1")
    half(prefix.tree)

    prefix.recover()

    assert version(prefix.place) == "22.10.1"
    assert not prefix.tree.exists()


def test_killed_before_the_exchange_the_tree_in_use_stays(prefix: Prefix) -> None:
    complete(prefix.place, "22.10.1")
    complete(prefix.tree, "22.10.2")

    prefix.recover()

    assert version(prefix.place) == "22.10.1"


def test_with_nothing_left_behind_there_is_nothing_to_recover(prefix: Prefix) -> None:
    prefix.recover()

    assert not prefix.place.parent.exists()


def test_the_home_is_made_for_its_owner_alone(prefix: Prefix) -> None:
    with prefix.locked(print):
        assert prefix.place.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_start_is_told_to_wait_and_gives_up_after_its_patience(prefix: Prefix) -> None:
    said: list[str] = []
    with prefix.locked(said.append):
        assert said == []
        with pytest.raises(Busy), prefix.locked(said.append, patience=0.3):
            pass
    assert said == ["Another start is fetching the programs; waiting for it"]


def test_a_killed_start_leaves_no_lock_but_its_living_child_holds_it(prefix: Prefix) -> None:
    with prefix.locked(print) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lock,)
        )
    # We are as good as dead: our descriptor is closed, the child's is not.
    with pytest.raises(Busy), prefix.locked(print, patience=0.3):
        pass
    child.kill()
    child.wait()

    with prefix.locked(print, patience=0.3):
        again = os.open(prefix.place.with_name("programs.lock"), os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(again)
