"""The carrier of a site, and which numbers may be called through it."""

from pathlib import Path

import pytest

from callcenter.site_trunk import Trunk, load_callable, load_trunk
from language_routing.yaml_lines import Located, YamlError


def node(folder: Path, text: str) -> Located:
    """`text` behind a name."""
    path = folder / "site.yaml"
    path.write_text(f"x: {text}\n")
    return Located.read(path).mapping()["x"]


@pytest.mark.parametrize(
    ("outbound", "meant"),
    [
        ("192.0.2.1", "192.0.2.1:5060"),
        ('"192.0.2.1:5080"', "192.0.2.1:5080"),
        ('"192.0.2.1:65535"', "192.0.2.1:65535"),
    ],
)
def test_the_carrier_takes_our_calls_at_an_address_and_a_port(
    tmp_path: Path, outbound: str, meant: str
) -> None:
    text = f"{{addresses: [192.0.2.0/28], outbound: {outbound}}}"
    assert load_trunk(node(tmp_path, text)) == Trunk(addresses=("192.0.2.0/28",), outbound=meant)


def test_a_carrier_that_takes_no_calls_of_ours_has_no_such_address(tmp_path: Path) -> None:
    assert load_trunk(node(tmp_path, "{addresses: [192.0.2.1]}")).outbound is None


@pytest.mark.parametrize(
    ("outbound", "words"),
    [
        ("carrier.example", "an IPv4 address"),
        ('"192.0.2.1\\n[evil]"', "an IPv4 address"),
        ('"192.0.2.1;transport=tls"', "an IPv4 address"),
        ('"2001:db8::1"', "an IPv4 address"),
        ('"192.0.2.1:"', "a port is expected"),
        ('"192.0.2.1:0"', "a port is expected"),
        ('"192.0.2.1:65536"', "a port is expected"),
        ('"192.0.2.1:5060;x"', "a port is expected"),
        ("[192.0.2.1]", "one word is expected"),
    ],
)
def test_what_is_no_address_is_refused(tmp_path: Path, outbound: str, words: str) -> None:
    with pytest.raises(YamlError, match=r":1: .*" + words):
        load_trunk(node(tmp_path, f"{{addresses: [192.0.2.1], outbound: {outbound}}}"))


@pytest.mark.parametrize("number", ["+46846500480", "+46101234567", "+46701740605", "+4611123456"])
def test_a_swedish_subscriber_can_be_called(tmp_path: Path, number: str) -> None:
    assert load_callable(node(tmp_path, f'"{number}"')) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("112", "a Swedish number"),  # the emergency number, in every spelling
        ("+46112", "a Swedish number"),
        ("+4611414", "a Swedish number"),
        ("911", "a Swedish number"),
        ("1177", "a Swedish number"),
        ("0846500480", "a Swedish number"),
        ("+46 8 465 004 80", "a Swedish number"),
        ("+88213000000", "a Swedish number"),  # satellite, by the minute
        ("+12425550100", "a Swedish number"),
        ("+46846500480@evil.example", "a Swedish number"),
        ("+46846500480,1", "a Swedish number"),
        ("+٤٦٨٤٦٥٠٠٤٨٠", "a Swedish number"),
        ("+469001234567", "premium rate"),
        ("+469391234567", "premium rate"),
        ("+469441234567", "premium rate"),
        ("+46991234567", "premium rate"),
    ],
)
def test_what_should_not_be_called_is_refused(tmp_path: Path, number: str, words: str) -> None:
    with pytest.raises(YamlError, match=r":1: .*" + words):
        load_callable(node(tmp_path, f'"{number}"'))
