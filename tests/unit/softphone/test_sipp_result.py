"""SIPp's files are read, half-written ones too."""

import pytest

from callcenter.softphone.sipp_result import result

STAT = (
    "StartTime;TotalCallCreated;SuccessfulCall(P);SuccessfulCall(C);FailedCall(P);FailedCall(C);\n"
    "x;1;0;0;0;0;\n"
    "x;5;0;3;0;2;\n"
)


def test_the_last_row_counts() -> None:
    got = result(stat=STAT, exit_code=1)
    assert (got.created, got.successful, got.failed, got.exit_code) == (5, 3, 2, 1)


def test_codes_are_added_up_over_the_seconds() -> None:
    codes = "t\tt;00:00:00;\nt\tt;00:00:01;486,486,404,\nt\tt;00:00:02;486,\n"
    assert result(stat=STAT, codes=codes).codes == {486: 3, 404: 1}


def test_messages_of_one_name_are_added_up() -> None:
    counts = "CurrentTime;0_INVITE_Sent;1_200_Recv;2_200_Recv;3_BYE_Recv;\nt;5;3;4;0;\n"
    assert result(stat=STAT, counts=counts).counts == {"INVITE_Sent": 5, "200_Recv": 7}


def test_answer_times_are_read_in_milliseconds() -> None:
    rtt = "Date_ms;response_time_ms;rtd_no\n123;12.5;1\n124;310.379;1\n"
    assert result(stat=STAT, rtt=rtt).answer_ms == (12.5, 310.379)


@pytest.mark.parametrize("stat", ["", "StartTime;TotalCallCreated;\n"])
def test_no_statistics_is_an_error(stat: str) -> None:
    with pytest.raises(ValueError, match="no statistics"):
        result(stat=stat)
