"""Callers' numbers: sealed before they reach the journal, and never in the way of a call."""

import shutil
from pathlib import Path

import pytest

from callcenter.acd.events import CallArrived
from callcenter.asterisk.numbers import Numbers
from callcenter.seal import Seal
from tests.unit.asterisk.test_translator import NUMBER, Switch, arrive


def damage(folder: Path, how: str) -> None:
    """Make the key of the day unusable, as a broken disk or a hurried operator would."""
    (key,) = folder.glob("????-??-??.key")
    match how:
        case "folder removed":
            shutil.rmtree(folder)
        case "key truncated":
            key.write_bytes(b"short")
        case "key empty":
            key.write_bytes(b"")
        case "key is a folder":
            key.unlink()
            key.mkdir()


DAMAGE = pytest.mark.parametrize(
    "how", ["folder removed", "key truncated", "key empty", "key is a folder"]
)


def test_a_number_is_recognised_and_sealed(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    caller, sealed = Numbers(seal).sealed("0701740605")
    assert caller == seal.recognise(NUMBER)
    assert sealed is not None
    assert seal.open(sealed) == NUMBER


@DAMAGE
def test_without_a_usable_key_a_number_is_kept_by_nobody(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "keys"
    numbers = Numbers(Seal(folder))
    assert numbers.sealed(NUMBER)[1] is not None
    damage(folder, how)
    assert numbers.sealed(NUMBER) == (None, None)


@DAMAGE
def test_a_caller_whose_number_cannot_be_sealed_is_served(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "keys"
    switch = Switch(folder)
    (before,) = arrive(switch)
    assert isinstance(before, CallArrived)
    assert before.sealed is not None
    damage(folder, how)
    switch.now(CC_CONTACT="node1-1764000000.9")
    (event,) = arrive(switch)
    assert isinstance(event, CallArrived)
    assert (event.contact, event.caller, event.sealed) == ("node1-1764000000.9", None, None)
