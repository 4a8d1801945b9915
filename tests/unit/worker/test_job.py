"""A job's failure: its type and place, and nobody's words."""

import traceback
from typing import Any

import pytest
from redis.exceptions import ConnectionError as Unreachable

from callcenter.settings import Settings
from callcenter.worker.job import JobFailed, run


@pytest.mark.parametrize("error", [ValueError, Unreachable, KeyError])
def test_what_a_job_raises_quotes_nothing(error: type[Exception]) -> None:
    def work(_client: Any, _settings: Settings) -> None:
        raise error("+46701740605 wants to be rung")

    with pytest.raises(JobFailed) as caught:
        run(work)
    said = "".join(traceback.format_exception(caught.value))
    assert "46701740605" not in said
    assert str(caught.value).startswith(error.__name__)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_what_a_job_returns_is_returned() -> None:
    assert run(lambda _client, settings: settings.shard) == Settings.from_environment().shard
