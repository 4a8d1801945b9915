"""One patient service for all long tests; each of them finds it at rest."""

from collections.abc import Iterator

import pytest

from tests.e2e.center import Center
from tests.e2e.scene import patient_center


@pytest.fixture(scope="session")
def _center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    with patient_center(tmp_path_factory.mktemp("chaos")) as center:
        yield center


@pytest.fixture
def center(_center: Center) -> Iterator[Center]:
    _center.hang_up_all()
    yield _center
    _center.hang_up_all()
