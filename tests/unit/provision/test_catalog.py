import pytest

from callcenter.provision.catalog import KINDS, numbers


@pytest.mark.parametrize(
    ("version", "parts"),
    [
        ("22.10.1", (22, 10, 1)),
        ("22.10.1+dfsg+~cs6.17", (22, 10, 1)),
        ("22.9", (22, 9)),
        ("GIT-22-5f3", ()),
        ("", ()),
    ],
)
def test_a_version_compares_by_its_leading_numbers(version: str, parts: tuple[int, ...]) -> None:
    assert numbers(version) == parts


@pytest.mark.parametrize("version", ["22.10.1", "22.10.2", "22.11.0"])
def test_asterisk_with_the_advisories_mended_will_do(version: str) -> None:
    assert KINDS["asterisk"].objection(version) == ""


@pytest.mark.parametrize("version", ["22.10.0", "22.9.3", "22.10", "20.19.0", "18.0.0"])
def test_asterisk_with_known_advisories_is_refused(version: str) -> None:
    assert KINDS["asterisk"].objection(version) == "22.10.1 or newer is needed"


def test_an_untested_major_of_asterisk_is_refused() -> None:
    assert KINDS["asterisk"].objection("23.4.0") == "only major version 22 is tested"


def test_a_program_that_does_not_tell_its_version_is_refused() -> None:
    assert KINDS["sox"].objection("") == "its version is unknown"


def test_redis_from_seven_on_will_do() -> None:
    assert KINDS["redis-server"].objection("7.0.15") == ""
    assert KINDS["redis-server"].objection("6.2.14") == "7.0 or newer is needed"


@pytest.mark.parametrize(
    ("name", "answer", "version"),
    [
        ("asterisk", "Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", "22.10.1"),
        ("asterisk", "Asterisk certified/20.7-cert4", "20.7"),
        ("asterisk", "Asterisk GIT-master-12ab", ""),
        ("redis-server", "Redis server v=8.0.6 sha=00000000:0 malloc=jemalloc-5.3.1", "8.0.6"),
        ("redis-cli", "redis-cli 8.0.6", "8.0.6"),
        ("sipp", "\n SIPp v3.8.0-TLS-SCTP-PCAP.\n", "3.8.0"),
        ("espeak-ng", "eSpeak NG text-to-speech: 1.52.0  Data at: /x", "1.52.0"),
        ("sox", "sox:      SoX_ng v14.7.1.2", "14.7.1.2"),
        ("sox", "sox:      SoX v14.4.2", "14.4.2"),
        ("baresip", "baresip v1.1.0 Copyright (C) 2010 - 2021", "1.1.0"),
    ],
)
def test_the_version_is_read_from_what_the_program_says(
    name: str, answer: str, version: str
) -> None:
    assert KINDS[name].version(answer) == version
