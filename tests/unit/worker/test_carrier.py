"""The carrier: what each kind of answer means, without a network."""

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.response import Response

from callcenter.worker.carrier import NotTaken, Refused, Unsure, _clean, _name, _reply


def failing(error: Exception) -> Any:
    def ask() -> None:
        raise error

    return ask


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(400, Refused), (404, Refused), (422, Refused), (401, NotTaken), (429, NotTaken),
     (408, Unsure), (500, Unsure), (503, Unsure), (302, Unsure)],
)  # fmt: skip
def test_a_status_means_the_same_for_one_and_for_a_list(
    status: int, meaning: type[Exception]
) -> None:
    for error in (
        TwilioRestException(status, "/Messages?To=+46701740605", "+46701740605"),
        TwilioException("Unable to fetch page", Response(status, "+46701740605")),
    ):
        with pytest.raises(meaning) as caught:
            _clean(failing(error))
        assert str(caught.value) == f"status {status}"
        assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (requests.exceptions.ConnectTimeout("x"), NotTaken),
        (requests.exceptions.SSLError("x"), NotTaken),
        (requests.exceptions.ReadTimeout("x"), Unsure),
        (requests.exceptions.ConnectionError("reset"), Unsure),
        (requests.exceptions.ChunkedEncodingError("x"), Unsure),
        (ValueError("no JSON"), Unsure),
        (TwilioException("?"), Unsure),
    ],
)
def test_what_did_not_connect_was_not_taken_and_all_else_is_unsure(
    error: Exception, meaning: type[Exception]
) -> None:
    with pytest.raises(meaning):
        _clean(failing(error))


class Message:
    def __init__(self, **parts: Any) -> None:
        self.__dict__ |= parts


@pytest.mark.parametrize("sid", [None, 5, "", "SM 1", "a" * 65, "../x"])
def test_an_answer_without_a_name_is_no_answer(sid: Any) -> None:
    with pytest.raises(Unsure):
        _name(Message(sid=sid))


@pytest.mark.parametrize("parts", [{}, {"sid": "SM1", "from_": "+46701740605"}, {"sid": 1}])
def test_what_is_no_inbound_message_is_passed_over(parts: dict[str, Any]) -> None:
    assert _reply(Message(**parts)) is None
