"""A replica that takes over without the last moments of its master (fault 22): nobody is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import NurseReady
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.sites import demo, write
from tests.e2e.witness import Witness
from tests.redis_pair import Address, Server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Server, Server, Address]]:
    master, replica = Server(tmp_path / "a"), Server(tmp_path / "b")
    replica.follow(master)
    address = Address(master)
    yield master, replica, address
    address.close()
    master.end()
    replica.end()


def test_callers_whose_arrival_only_the_lost_master_knew_stand_in_line_and_are_served_once(
    tmp_path: Path, pair: tuple[Server, Server, Address]
) -> None:
    master, replica, address = pair
    center = Center(tmp_path / "home", write(tmp_path / "site.yaml", demo(ring_seconds=20)))
    center.settings = replace(center.settings, redis_url=f"redis://127.0.0.1:{address.port}")
    with center, Witness(center) as witness:
        phone = center.phone("n001")
        kept = center.call("sv", number="+46701740601")[1]
        until(lambda: replica.has_all_of(master), 30, "the replica is behind")
        replica.follow(None)  # from here on it hears nothing more
        lost = center.call("sv", number="+46701740602")[1]
        known = {contact.id for contact in center.contacts()}
        assert len(known) == 2

        address.move(replica)

        def adopted() -> bool:
            try:
                contacts = center.contacts()
            except Exception:  # while the connections break
                return False
            return {c.id for c in contacts if c.state is ContactState.WAITING} == known

        until(adopted, 30, "the caller whom only the old master knew is lost")
        assert [call.state for call in (kept, lost)] == [CallState.UP, CallState.UP]
        # The lead is taken anew, and both are served, in the order in which they came.
        center.tell(NurseReady(nurse=NurseId("n001"), actor="test"))
        for _ in (kept, lost):
            phone.wait_for_call(30)
            phone.answer()
            center.until_state("n001", NurseState.TALKING, 30)
            phone.hang_up()
        until(lambda: not center.contacts(), 30, "somebody is left over")
        assert witness.violations == []
        assert len(witness.talked) == 2
