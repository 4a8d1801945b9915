"""Who types the keys."""

import io

import pytest

from callcenter.cli.flow_typist import HungUp, keyboard, typed_ahead


def test_keys_typed_ahead_come_one_by_one_and_then_the_caller_hangs_up() -> None:
    said: list[str] = []
    typist = typed_ahead(["4", " * ", ""], said.append)
    assert [typist("a key: ") for _ in range(5)] == ["4", "*", "", "x", "x"]
    assert said[:3] == ["a key: 4", "a key: *", "a key: (silence)"]


def test_the_end_of_the_input_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("7\n"))
    assert keyboard("") == "7"
    with pytest.raises(HungUp):
        keyboard("")
