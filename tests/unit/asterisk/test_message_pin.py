"""The PIN of the feature code: kept as a hash, and guessed slowly."""

import stat
from pathlib import Path

import pytest

from callcenter.acd.ids import NurseId
from callcenter.asterisk.message_pin import (
    Attempts,
    check_pin,
    has_pin,
    new_pin,
    pin_is,
    set_pin,
)

PHONE, OTHER = NurseId("n001"), NurseId("n002")


def test_only_the_pin_itself_is_the_pin(tmp_path: Path) -> None:
    set_pin(tmp_path, "482915")

    assert pin_is(tmp_path, "482915")
    for wrong in ("482914", "48291", "4829155", "", "*82915"):
        assert not pin_is(tmp_path, wrong)


def test_it_is_not_in_the_file_which_is_for_us_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    set_pin(data, "482915")

    (file,) = data.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"482915" not in file.read_bytes()


def test_the_same_pin_twice_is_salted_twice(tmp_path: Path) -> None:
    set_pin(tmp_path, "482915")
    first = (tmp_path / "message-pin.json").read_bytes()
    set_pin(tmp_path, "482915")
    assert (tmp_path / "message-pin.json").read_bytes() != first
    assert pin_is(tmp_path, "482915")


def test_without_one_nothing_is_the_pin(tmp_path: Path) -> None:
    assert not has_pin(tmp_path)
    assert not pin_is(tmp_path, "")
    set_pin(tmp_path, "482915")
    assert has_pin(tmp_path)


def test_a_damaged_file_is_an_error_that_tells_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "message-pin.json").write_text('{"salt": 7}')
    with pytest.raises(ValueError, match="callcenter message pin"):
        pin_is(tmp_path, "482915")


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "48291",
        "48291548291",
        "48291a",
        "٤٨٢٩١٥",
        "111111",
        "123456",
        "987654",
        "890123",
        "121212",
    ],
)
def test_a_pin_that_is_easily_guessed_is_refused_and_not_quoted(tmp_path: Path, pin: str) -> None:
    set_pin(tmp_path, "482915")
    with pytest.raises(ValueError, match="PIN") as caught:
        set_pin(tmp_path, pin)
    assert pin == "" or pin not in str(caught.value)
    assert pin_is(tmp_path, "482915")


def test_a_pin_made_up_is_good_and_each_time_another() -> None:
    made = {new_pin() for _ in range(50)}
    assert len(made) > 45
    for pin in made:
        check_pin(pin)


def test_five_failures_in_an_hour_refuse_a_phone_for_an_hour() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])

    for _ in range(5):
        assert attempts.begin(PHONE)
        now[0] += 60
    assert not attempts.begin(PHONE)
    assert attempts.begin(OTHER)
    now[0] = 4 * 60 + 3599
    assert not attempts.begin(PHONE)
    now[0] += 1
    assert attempts.begin(PHONE)


def test_failures_spread_over_more_than_an_hour_do_not_add_up() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])

    for _ in range(20):
        assert attempts.begin(PHONE)
        now[0] += 901


def test_the_right_pin_forgets_earlier_failures() -> None:
    attempts = Attempts(lambda: 0.0)
    for _ in range(3):
        for _ in range(5):
            assert attempts.begin(PHONE)
        attempts.good(PHONE)
    assert attempts.begin(PHONE)
