"""A call as a request tells it."""

import pytest

from callcenter.twilio_voice.contacts import BadRequest, Call

SID = "CA" + "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "sid", ["", "CA1", SID + "0", SID[:-1], "XX" + SID[2:], SID + "\n", "CA" + "z" * 32]
)
def test_what_is_no_call_sid_is_refused(sid: str) -> None:
    with pytest.raises(BadRequest):
        Call.read(sid, "+46701740605")


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("+46701740605", "+46701740605"),
        ("0701740605", "+46701740605"),
        ("anonymous", ""),
        ("+266696687", ""),  # "anonymous" on a keypad: what Twilio sends for it
        ("", ""),
        ("sip:x@y", ""),
        ("+469001234567", ""),
        ("1177", ""),
        ("<script>", ""),
    ],
)
def test_a_number_that_we_may_not_ring_counts_as_withheld(told: str, number: str) -> None:
    assert Call.read(SID, told).number == number


def test_a_call_shows_nothing_when_it_is_printed() -> None:
    assert repr(Call.read(SID, "+46701740605")) == "Call"
