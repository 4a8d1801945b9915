"""Fixtures of the integration tests: an office that owes texts, and a carrier that can fail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RedisServer
from tests.integration.fake_twilio import FakeTwilio
from tests.integration.office import Office
from tests.integration.prism import ABSENT, running


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """Where Prism serves Twilio's description of itself; `None`: it is not here."""
    if ABSENT:
        yield None
        return
    with running(tmp_path_factory.mktemp("prism")) as base:
        yield base


@pytest.fixture
def fake(described: str | None) -> Iterator[FakeTwilio]:
    """A carrier that can fail. Prism, where it is, sees every request that comes to it."""
    found = FakeTwilio(described=described)
    yield found
    found.close()
    assert found.undescribed == [], "Twilio does not describe what we asked"


@pytest.fixture
def office(
    redis_server: RedisServer, redis_client: Any, fake: FakeTwilio, tmp_path: Path
) -> Iterator[Office]:
    found = Office(redis_server.settings, redis_client, fake, tmp_path)
    found.open()
    yield found
    found.close()
