"""Netstrings come apart as they were put together, however the bytes arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.softphone.netstring import BadFrame, Deframer, frame


@given(payloads=st.lists(st.binary(max_size=300), max_size=8), size=st.integers(1, 50))
def test_payloads_survive_any_cutting(payloads: list[bytes], size: int) -> None:
    stream = b"".join(frame(payload) for payload in payloads)
    deframer = Deframer()
    got: list[bytes] = []
    for start in range(0, len(stream), size):
        got += deframer.feed(stream[start : start + size])
    assert got == payloads


@pytest.mark.parametrize("data", [b"x:abc,", b"3:abcd", b"-1:a,", b"99999999:", b"12345678901"])
def test_what_is_no_netstring_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        Deframer().feed(data)


def test_an_unfinished_payload_waits() -> None:
    deframer = Deframer()
    assert deframer.feed(b"3:ab") == []
    assert deframer.feed(b"c,") == [b"abc"]
