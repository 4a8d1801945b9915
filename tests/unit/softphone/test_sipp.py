"""A scenario becomes SIPp's arguments, and never aims outside the loopback."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from callcenter.settings import ROOT
from callcenter.softphone.sipp import Scenario, SippRun

SCENARIOS = sorted((ROOT / "ops" / "load").glob("*.xml"))


def test_the_arguments_bound_the_calls_and_the_time() -> None:
    words = Scenario(
        name="caller",
        rows=[("+46701234567", "4")],
        service="1177",
        calls=5,
        rate=2.5,
        hold_seconds=1.5,
        variables={"key_ms": 500},
        seconds=30,
    ).arguments(Path("/tmp/rows.csv"))
    line = " ".join(words)
    assert "ops/load/caller.xml -s 1177 -r 2.5 -timeout 30 -inf /tmp/rows.csv -m 5" in line
    assert line.endswith("-recv_timeout 1500 -set key_ms 500")


def test_without_rows_there_is_no_injection_file() -> None:
    assert "-inf" not in Scenario(name="unknown").arguments(Path("rows.csv"))


def test_rows_become_a_table() -> None:
    table = Scenario(name="caller", rows=[("+46701", "4"), ("+46702", "")]).table()
    assert table == "SEQUENTIAL\n+46701;4\n+46702;\n"


@pytest.mark.parametrize("cell", ["a;b", "a\nb"])
def test_a_field_that_would_be_two_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="field"):
        Scenario(name="caller", rows=[(cell,)]).table()


@pytest.mark.parametrize(
    ("target", "address"),
    [("192.0.2.1:5060", "127.0.0.2"), ("127.0.0.1:5060", "192.0.2.1"), ("sip.test:5060", "::1")],
)
def test_load_to_anybody_else_is_refused(target: str, address: str) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.0/8|address"):
        SippRun(Scenario(name="caller"), target=target, address=address)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_is_well_formed_and_jumps_to_labels_that_exist(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert root.get("name") == path.stem
    labels = {element.get("id") for element in root.iter("label")}
    jumps = {element.get(key) for element in root.iter() for key in ("next", "ontimeout")}
    assert jumps - {None} <= labels


def test_there_are_scenarios() -> None:
    assert {path.stem for path in SCENARIOS} >= {
        "caller",
        "nurse_register",
        "nurse_answer",
        "unknown",
    }
