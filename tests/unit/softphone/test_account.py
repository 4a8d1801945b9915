"""An account becomes one line that baresip understands, or is refused."""

from pathlib import Path

import pytest

from callcenter.softphone.account import Account, configuration

SERVER = "127.0.0.1:15060"


def test_a_nurse_registers_for_two_minutes() -> None:
    line = Account(user="anna", server=SERVER, password="s3cret", name="Anna").line()
    assert line.startswith('"Anna" <sip:anna@127.0.0.1:15060>;')
    assert "auth_user=anna" in line
    assert "auth_pass=s3cret" in line
    assert "regint=60" in line


def test_a_caller_does_not_register() -> None:
    line = Account(user="+46701234567", server=SERVER).line()
    assert line.startswith("<sip:+46701234567@127.0.0.1:15060>;")
    assert line.endswith("regint=0")


def test_a_hidden_number_is_anonymous_and_still_dials_the_server() -> None:
    account = Account.anonymous(SERVER)
    assert account.address == "sip:anonymous@anonymous.invalid"
    assert account.uri("1177") == "sip:1177@127.0.0.1:15060"


@pytest.mark.parametrize(
    "account",
    [
        Account(user="a b", server=SERVER),
        Account(user="a>;regint=1", server=SERVER),
        Account(user="anna", server=SERVER, name='"'),
        Account(user="anna", server=SERVER, name="a\nb"),
        Account(user="anna", server=SERVER, password="a;regint=1"),
        Account(user="anna", server=SERVER, password=""),
        Account(user="anna", server=SERVER, password="x" * 200),
    ],
)
def test_what_would_change_the_line_is_refused(account: Account) -> None:
    with pytest.raises(ValueError, match=r"the|too long"):
        account.line()


@pytest.mark.parametrize("user", ["", "1177 audio=inactive", "a@b", "1177\n"])
def test_what_is_no_number_is_not_dialled(user: str) -> None:
    with pytest.raises(ValueError, match="number or name"):
        Account(user="anna", server=SERVER).uri(user)


def test_the_configuration_binds_sip_to_the_address_and_control_to_the_loopback() -> None:
    text = configuration(
        address="127.0.0.2",
        sip_port=26201,
        control_port=26210,
        rtp=(28000, 31999),
        modules=Path("/m"),
    )
    assert "sip_listen 127.0.0.2:26201\n" in text
    assert "ctrl_tcp_listen 127.0.0.1:26210\n" in text
    assert "rtp_ports 28000-31999\n" in text
