"""Callers' numbers: sealed by day, recognised by a keyed hash, destroyed with the key."""

import stat
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.seal import Seal, Unsealable, dialable

NUMBER = "+46701740605"
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_a_sealed_number_can_be_opened_and_does_not_show_the_number(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    sealed = seal.seal(NUMBER, MONDAY)
    assert seal.open(sealed) == NUMBER
    assert "701740605" not in sealed
    assert sealed != seal.seal(NUMBER, MONDAY)  # nobody can compare two


def test_destroying_a_days_key_erases_that_day_and_no_other(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    monday, tuesday = seal.seal(NUMBER, MONDAY), seal.seal(NUMBER, TUESDAY)
    assert seal.erase(before=TUESDAY) == 1
    with pytest.raises(Unsealable):
        seal.open(monday)
    assert seal.open(tuesday) == NUMBER


@pytest.mark.parametrize("text", ["", "v1", "v2.2026-11-23.AAAA", "v1.2026-11-23.!", "v1.x.y"])
def test_what_is_not_ours_is_refused(tmp_path: Path, text: str) -> None:
    seal = Seal(tmp_path)
    seal.seal(NUMBER, MONDAY)
    with pytest.raises(Unsealable):
        seal.open(text)


def test_a_sealed_number_moved_to_another_day_is_refused(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    sealed = seal.seal(NUMBER, MONDAY)
    seal.seal(NUMBER, TUESDAY)
    with pytest.raises(Unsealable):
        seal.open(sealed.replace("2026-11-23", "2026-11-24"))


def test_a_caller_is_recognised_by_a_hash_that_another_installation_does_not_share(
    tmp_path: Path,
) -> None:
    one, other = Seal(tmp_path / "a"), Seal(tmp_path / "b")
    assert one.recognise(NUMBER) == Seal(tmp_path / "a").recognise(NUMBER)
    assert one.recognise(NUMBER) != other.recognise(NUMBER)
    assert "740605" not in one.recognise(NUMBER)


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "keys")
    seal.seal(NUMBER, MONDAY)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_that_meet_a_new_day_together_agree_on_its_key(tmp_path: Path) -> None:
    seals = [Seal(tmp_path) for _ in range(8)]
    sealed: list[str] = []
    threads = [
        threading.Thread(target=lambda s=seal: sealed.append(s.seal(NUMBER, MONDAY)))
        for seal in seals
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {seals[0].open(text) for text in sealed} == {NUMBER}
    assert len(sealed) == 8
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "spelling", ["+46701740605", "0701740605", "0046701740605", "46701740605", " +46701740605 "]
)
def test_every_spelling_of_a_number_is_one_caller(spelling: str) -> None:
    assert dialable(spelling) == NUMBER


@pytest.mark.parametrize(
    "text", ["", "anonymous", "+", "00", "07", "sip:+46701740605@x", "4" * 40, "+46 70\r\n1"]
)
def test_what_cannot_be_dialled_is_no_number(text: str) -> None:
    assert dialable(text) is None


@given(st.text(max_size=60))
def test_whatever_a_caller_sends_is_a_number_or_none(text: str) -> None:
    found = dialable(text)
    assert found is None or found.lstrip("+").isdigit()
