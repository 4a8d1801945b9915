"""Routers and the accepted site: whoever leads, what was accepted last is in force."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from redis.exceptions import RedisError

from callcenter.accepted import AcceptedPolicy, copy_of, keep, one_at_a_time
from callcenter.acd.events import SiteLoaded
from callcenter.acd.policy import Policy
from callcenter.cli.site import reload
from callcenter.journal.codec import decode_event
from callcenter.journal.journal import START, Journal
from callcenter.router.metrics import RouterMetrics
from callcenter.router.router import Router
from callcenter.settings import ROOT, Settings
from callcenter.site import load_site
from language_routing.yaml_lines import YamlError
from tests.conftest import RedisServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

DEMO = (ROOT / "deploy" / "site" / "demo.yaml").read_text()


def until(what: Callable[[], object], why: str) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(0.02)  # until the routers have moved on


class Ground:
    """A site of the test's own on the test's Redis, and routers for it."""

    def __init__(self, server: RedisServer, client: Any, folder: Path) -> None:
        site = folder / "site.yaml"
        site.write_text(DEMO)
        url = f"unix://{server.settings.redis_socket}"
        self.settings = Settings(home=folder / "home", site=site, shard="test", redis_url=url)
        self.settings.run.mkdir(parents=True)
        keep(self.settings, load_site(site))
        self.journal = Journal(client, "test", "test")

    def write(self, seconds: int) -> None:
        """The site's own file, with another target."""
        old = "public: {target_seconds: 180"
        assert old in DEMO
        self.settings.site.write_text(DEMO.replace(old, f"public: {{target_seconds: {seconds}"))

    @contextmanager
    def router(self) -> Iterator[Router]:
        """One router, as its process makes it."""
        policy = AcceptedPolicy(copy_of(self.settings))
        made = Router(self.settings, policy, RouterMetrics(CollectorRegistry()))
        thread = threading.Thread(target=made.run)
        thread.start()
        try:
            yield made
        finally:
            made.stop()
            thread.join(60)
            assert not thread.is_alive()

    def sites(self) -> list[Policy]:
        """Every policy that was journalled, in its order."""
        events = [decode_event(entry.data) for entry in self.journal.read(START, count=10_000)]
        return [event.policy for event in events if isinstance(event, SiteLoaded)]

    def targets(self) -> list[int]:
        return [policy.targets["public"] // 1000 for policy in self.sites()]


@pytest.fixture
def ground(redis_server: RedisServer, redis_client: Any, tmp_path: Path) -> Ground:
    return Ground(redis_server, redis_client, tmp_path)


def test_a_reload_is_in_force_when_it_says_so_and_a_standby_does_not_undo_it(
    ground: Ground,
) -> None:
    with ground.router() as leader:
        until(lambda: ground.targets() == [180], "the site is not loaded")
        with ground.router():  # it starts with the old site, and stands by
            until(lambda: ground.journal._redis.exists("{test}:standby"), "no standby")
            ground.write(60)
            assert reload(ground.settings) == ["Taken: 1 changes.", "  target of class public"]
            assert ground.targets() == [180, 60]
            leader.stop()
            key = "{test}:lead"
            token = ground.journal._redis.hget(key, "token")
            until(lambda: ground.journal._redis.hget(key, "token") != token, "nobody leads")
            ground.write(90)
            reload(ground.settings)
    assert ground.targets() == [180, 60, 90]
    with ground.router():
        until(lambda: ground.journal._redis.hget("{test}:lead", "token") >= b"3", "nobody leads")
        assert reload(ground.settings) == ["Nothing has changed."]
    assert ground.targets() == [180, 60, 90]


def test_a_late_word_of_an_old_leader_is_put_right(ground: Ground) -> None:
    """It read the old copy, stood still, and appended after the new one was in force."""
    with ground.router():
        until(lambda: ground.targets() == [180], "the site is not loaded")
        late = ground.sites()[0]
        ground.write(60)
        reload(ground.settings)
        ground.journal.append(SiteLoaded(policy=late))
        # Thirty seconds, at the most, from the last time that it was brought.
        deadline = time.monotonic() + 90
        while ground.targets() != [180, 60, 180, 60]:
            assert time.monotonic() < deadline, ground.targets()
            time.sleep(0.1)  # until the leader looks


def test_a_site_that_is_refused_leaves_everything_as_it_was(ground: Ground) -> None:
    copy = copy_of(ground.settings)
    before = copy.read_bytes()
    site = ground.settings.site
    with ground.router():
        until(lambda: ground.targets() == [180], "the site is not loaded")
        wrong = {
            DEMO[: len(DEMO) // 2]: f"{site}:",
            DEMO.replace("languages: [sv, ar]", "languages: [sv, xx]"): f"{site}:",
            DEMO.replace("ring_seconds: 20", "ring_seconds: 21"): "ring_seconds: this needs",
            DEMO.replace("{id: n012,", "{id: n112,"): "nurses removed (n012); nurses added (n112)",
            "": f"{site}:1: the file is empty",
        }
        for text, words in wrong.items():
            site.write_text(text)
            with pytest.raises((ValueError, YamlError)) as refused:
                reload(ground.settings)
            assert words in str(refused.value)
        site.write_text(DEMO.replace("target_seconds: 180", "target_seconds: 60", 1))
        site.chmod(0o666)
        with pytest.raises(YamlError, match="everybody may write this file"):
            reload(ground.settings)
        site.chmod(0o600)
        os.chown(site, 65_534, -1)
        with pytest.raises(YamlError, match="belongs to another user"):
            reload(ground.settings)
        os.chown(site, os.getuid(), -1)
        site.rename(site.with_suffix(".away"))
        with pytest.raises(YamlError, match="cannot be read: No such file"):
            reload(ground.settings)
        site.mkdir()
        with pytest.raises(YamlError, match="cannot be read: Is a directory"):
            reload(ground.settings)
    assert copy.read_bytes() == before
    assert ground.targets() == [180]


def test_without_a_redis_nothing_is_kept(ground: Ground, tmp_path: Path) -> None:
    before = copy_of(ground.settings).read_bytes()
    ground.write(60)
    away = replace(ground.settings, redis_url=f"unix://{tmp_path / 'nothing.sock'}")
    with pytest.raises(RedisError):
        reload(away)
    assert copy_of(ground.settings).read_bytes() == before


def test_two_reloads_at_once_leave_one_whole_site_in_force(ground: Ground) -> None:
    with ground.router():
        until(lambda: ground.targets() == [180], "the site is not loaded")
        settings = []
        for seconds in (60, 90):
            site = ground.settings.site.with_name(f"site-{seconds}.yaml")
            ground.write(seconds)
            site.write_text(ground.settings.site.read_text())
            settings.append(replace(ground.settings, site=site))

        def one(mine: Settings) -> None:
            with one_at_a_time(mine):
                reload(mine)

        threads = [threading.Thread(target=one, args=(mine,)) for mine in settings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        last = load_site(copy_of(ground.settings)).policy
        assert ground.sites()[-1] == last
        assert sorted(ground.targets()) == [60, 90, 180]
