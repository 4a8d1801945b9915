"""Credentials: made once, kept for their owner alone, shown nowhere."""

import json
import os
import stat
from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from callcenter.credentials import Credentials, load_credentials

NURSES = ["n001", "n002"]


def test_every_user_and_every_nurse_gets_a_secret_of_her_own(tmp_path: Path) -> None:
    made = load_credentials(tmp_path / "data", NURSES)
    assert set(made.ami) == {"reading", "acting", "agi"}
    assert set(made.nurses) == set(NURSES)
    secrets = [*made.ami.values(), *made.nurses.values()]
    assert len(set(secrets)) == len(secrets)
    assert all(len(secret) >= 24 for secret in secrets)


def test_secrets_are_kept(tmp_path: Path) -> None:
    assert load_credentials(tmp_path, NURSES) == load_credentials(tmp_path, NURSES)


def test_a_new_nurse_gets_a_secret_and_the_others_keep_theirs(tmp_path: Path) -> None:
    before = load_credentials(tmp_path, NURSES)
    after = load_credentials(tmp_path, [*NURSES, "n003"])
    assert after.ami == before.ami
    assert {name: after.nurses[name] for name in NURSES} == before.nurses
    assert "n003" in after.nurses
    assert load_credentials(tmp_path, []) == after  # who is not of the site now may come back


def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        load_credentials(tmp_path / "data", NURSES)
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    (path,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_written_where_nothing_is_new(tmp_path: Path) -> None:
    load_credentials(tmp_path, NURSES)
    (path,) = tmp_path.iterdir()
    before = path.stat()
    load_credentials(tmp_path, NURSES)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "damaged", ["", "{", "[]", "null", '{"ami": {"reading": 7}}', '{"nurses": ["topsecret"]}']
)
def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(damaged)
    with pytest.raises(ValueError, match=r"credentials\.json is damaged: move it away") as caught:
        load_credentials(tmp_path, NURSES)
    assert "topsecret" not in str(caught.value)
    assert path.read_text() == damaged


def test_a_half_written_file_of_a_crash_is_not_taken_for_the_file(tmp_path: Path) -> None:
    made = load_credentials(tmp_path, NURSES)
    (tmp_path / "credentials.new").write_text('{"ami": {"rea')
    assert load_credentials(tmp_path, NURSES) == made
    more = load_credentials(tmp_path, [*NURSES, "n003"])
    assert json.loads((tmp_path / "credentials.json").read_text())["nurses"] == more.nurses


def test_no_text_about_them_shows_a_secret() -> None:
    secret = Credentials(ami={"reading": "topsecret"}, nurses={"n001": "topsecret"})
    for text in (repr(secret), str(secret), f"{secret}", repr([secret])):
        assert "topsecret" not in text


def test_rich_does_not_show_a_secret_either() -> None:
    """Typer prints the locals of a failed command by rich, which does not ask `repr`."""
    secret = Credentials(ami={"reading": "topsecret"}, nurses={"n001": "topsecret"})
    assert "topsecret" not in pretty_repr(secret)
