"""Asterisk's configuration: how many callers a node takes."""

from dataclasses import replace

import pytest

from callcenter.asterisk.config import callers_at_once
from callcenter.settings import ROOT, Settings
from callcenter.site import Site, load_site


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(ROOT / "deploy" / "site" / "demo.yaml")


@pytest.mark.parametrize("most", [1, 20, 1_000, 2_000])
def test_the_sites_own_number_holds_where_there_are_ports_for_it(site: Site, most: int) -> None:
    found, reserve = callers_at_once(Settings(), replace(site, most_callers=most))
    assert found == most
    assert 1 <= reserve <= max(1, most // 10)


@pytest.mark.parametrize("ports", [100, 1_000, 4_000, 60_000])
@pytest.mark.parametrize("most", [10, 2_000, 100_000])
def test_all_callers_and_all_nurses_phones_find_two_ports_each(
    site: Site, ports: int, most: int
) -> None:
    settings = Settings(rtp_count=ports)
    found, reserve = callers_at_once(settings, replace(site, most_callers=most))
    assert found >= 1
    if found > 1:
        assert 2 * (found + reserve + len(site.nurses)) <= ports
