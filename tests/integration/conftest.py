"""Fixtures of the integration tests: an office that owes texts, and a carrier that can fail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RedisServer
from tests.integration.fake_twilio import FakeTwilio
from tests.integration.office import Office


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    found = FakeTwilio()
    yield found
    found.close()


@pytest.fixture
def office(
    redis_server: RedisServer, redis_client: Any, fake: FakeTwilio, tmp_path: Path
) -> Iterator[Office]:
    found = Office(redis_server.settings, redis_client, fake, tmp_path)
    found.open()
    yield found
    found.close()
