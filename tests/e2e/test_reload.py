"""A running service takes the site's file, or refuses it whole (fault 55); no call is touched."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callcenter.accepted import copy_of
from callcenter.acd.contact import ContactState
from callcenter.acd.nurse import NurseState
from callcenter.settings import ROOT
from callcenter.softphone.phone import Call, CallState, Phone
from tests.e2e.center import Center, until
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("reload")
    site = write(folder / "site.yaml", demo(ring_seconds=60))
    with Center(folder / "home", site) as center:
        yield center


@pytest.fixture
def running(_running: Center) -> Iterator[Center]:
    """At rest, with the first site."""
    write(_running.settings.site, demo(ring_seconds=60))
    _running.callcenter("site", "reload")
    _running.hang_up_all()
    yield _running
    _running.hang_up_all()


def changed(**parts: Any) -> dict[str, Any]:
    return demo(ring_seconds=60, **parts)


def refused(center: Center) -> str:
    """The sentence with which a reload is refused."""
    done = subprocess.run(
        [sys.executable, "-m", "callcenter", "site", "reload"], cwd=ROOT, env=center.environment,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def everywhere(center: Center) -> tuple[Phone, Phone, list[Call]]:
    """One caller talks, one rings, one stands in line, one is in the menu."""
    talks, rings = center.on_duty("n001"), center.on_duty("n006")
    calls = [center.call("sv", number="+46701740601")[1]]
    talks.wait_for_call(30)
    talks.answer()
    center.until_state("n001", NurseState.TALKING)
    calls.append(center.call("fi", number="+46701740602")[1])
    center.until_state("n006", NurseState.RINGING)
    calls.append(center.call("ar", number="+46701740603")[1])
    calls.append(center.caller("+46701740604").dial("1177").wait(CallState.UP, 30))
    until(lambda: len(center.contacts()) == 4, 30, "the last call has not arrived")
    return talks, rings, calls


def picture(center: Center) -> dict[str, tuple[ContactState, str | None, str | None]]:
    return {
        contact.id: (contact.state, contact.language, contact.nurse)
        for contact in center.contacts()
    }


def unchanged(
    center: Center, before: dict[str, tuple[ContactState, str | None, str | None]]
) -> bool:
    """Everybody is where she was; but who presses no key comes into the line after a while."""
    menu_is_over = (ContactState.WAITING, "sv", None)
    now = picture(center)
    return now.keys() == before.keys() and all(
        now[contact] == was or (was[0] is ContactState.IVR and now[contact] == menu_is_over)
        for contact, was in before.items()
    )


def target(center: Center) -> int:
    policy = center.board.policy
    assert policy is not None
    return policy.targets["public"] // 1000


def with_target(seconds: int) -> dict[str, Any]:
    site = changed()
    site["classes"]["public"] = {"target_seconds": seconds}
    return site


def speaks(site: dict[str, Any], nurse: str, languages: list[str]) -> dict[str, Any]:
    """`site`, but that `nurse` speaks these languages."""
    nurses = [
        {**one, "languages": languages} if one["id"] == nurse else one for one in site["nurses"]
    ]
    return {**site, "nurses": nurses}


def test_a_good_site_is_taken_with_callers_in_every_phase_and_none_of_them_notices(
    running: Center,
) -> None:
    talks, rings, calls = everywhere(running)
    before, channels = picture(running), running.callers_in_asterisk()

    write(running.settings.site, speaks(with_target(77), "n012", ["sv", "so"]))
    said = running.callcenter("site", "reload")

    assert "Taken: 2 changes." in said
    assert "target of class public" in said
    assert "nurse n012: languages" in said
    assert target(running) == 77
    assert unchanged(running, before)
    assert running.callers_in_asterisk() == channels
    assert all(call.state is CallState.UP for call in calls)
    rings.answer()
    running.until_state("n006", NurseState.TALKING)
    talks.hang_up()
    arabic = running.on_duty("n008")
    arabic.wait_for_call(30)


def test_a_bad_site_changes_nothing_and_says_where_it_is_bad(running: Center) -> None:
    everywhere(running)
    before, kept = picture(running), copy_of(running.settings).read_bytes()
    site = running.settings.site
    whole = site.read_text()

    site.write_text(whole[: whole.index("n004")])  # half-written
    assert f"{site}:" in refused(running)
    site.write_text(whole.replace("target_seconds: 180", "target_seconds: soon", 1))
    line = 1 + whole[: whole.index("target_seconds: 180")].count("\n")
    assert f"{site}:{line}: " in refused(running)
    write(site, {**changed(), "ring_seconds": 31})
    assert "ring_seconds: this needs a restart" in refused(running)
    write(site, {**changed(), "nurses": changed()["nurses"][1:]})
    assert "nurses removed (n001)" in refused(running)
    site.write_text(whole)
    site.chmod(0o666)
    assert "everybody may write this file" in refused(running)
    site.chmod(0o600)

    assert copy_of(running.settings).read_bytes() == kept
    assert unchanged(running, before)
    assert "Nothing has changed." in running.callcenter("site", "reload")


def test_a_reload_in_the_middle_of_a_failover_is_taken_and_stays(running: Center) -> None:
    until(lambda: running.has_standby, 30, "no standby")
    _, _, calls = everywhere(running)
    before = picture(running)
    leader = running.leader()
    write(running.settings.site, with_target(55))
    running.kill(leader)
    assert "Taken" in running.callcenter("site", "reload")
    assert target(running) == 55
    until(lambda: running.has_standby, 30, "no standby")
    leader = running.leader()
    running.kill(leader)  # the next one started before the reload, perhaps
    until(lambda: running.alive_again(leader), 60, "nobody leads")
    assert target(running) == 55
    assert unchanged(running, before)
    assert all(call.state is CallState.UP for call in calls)


def test_a_nurse_whose_languages_change_while_she_talks_gets_her_next_caller_by_them(
    running: Center,
) -> None:
    phone = running.on_duty("n001")  # Swedish
    running.call("sv", number="+46701740601")
    phone.wait_for_call(30)
    phone.answer()
    running.until_state("n001", NurseState.TALKING)
    swedish = running.call("sv", number="+46701740602")[1]
    running.call("fi", number="+46701740603")

    write(running.settings.site, speaks(changed(), "n001", ["fi"]))
    assert "nurse n001: languages" in running.callcenter("site", "reload")

    assert running.nurse("n001").state is NurseState.TALKING
    phone.hang_up()
    running.until_state("n001", NurseState.RINGING, 30)
    rung = [c for c in running.contacts() if c.state is ContactState.OFFERED]
    assert [contact.language for contact in rung] == ["fi"]
    assert swedish.state is CallState.UP


def test_a_service_that_starts_again_has_the_site_that_was_taken(running: Center) -> None:
    write(running.settings.site, with_target(66))
    running.callcenter("site", "reload")
    # Somebody begins another edit, and everything of ours is killed.
    running.settings.site.write_text("name: [")
    running.kill("router", "standby", "gateway", "ivr")
    until(lambda: running.alive_again("gateway"), 60, "the service is not back")
    assert target(running) == 66
    until(lambda: running.alive_again("ivr"), 30, "the IVR does not start")
    assert (Path(running.settings.run) / "site.yaml").stat().st_mode & 0o777 == 0o600
