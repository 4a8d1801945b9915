"""Site trunk: the carrier of a site, and the numbers that may be called through it."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from language_routing.yaml_lines import Located

_SIP_PORT: Final = 5060
# A Swedish subscriber's number: long enough to be none of the short codes (112, 11414, 116117).
_SUBSCRIBER: Final = re.compile(r"\+46[1-9][0-9]{6,9}")
# Premium rates, by the Swedish numbering plan of PTS: 0900, 0939, 0944 and 099.
_DEAR: Final = ("+46900", "+46939", "+46944", "+4699")


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """The carrier.

    Attributes:
        addresses: From where its calls come.
        outbound: Where it takes calls of ours, `address:port`; `None`: we call nobody.
    """

    addresses: tuple[str, ...]
    outbound: str | None = None


def load_trunk(node: Located) -> Trunk:
    """The carrier as the site writes it.

    Raises:
        YamlError: An address is none, or a network is too large to be one carrier.
    """
    parts = node.mapping(known=("addresses", "outbound"), needed=("addresses",))
    found: list[str] = []
    for item in parts["addresses"].sequence():
        try:
            network = ipaddress.ip_network(item.text())
        except ValueError:
            raise item.error("here an IP address or network is expected") from None
        if network.num_addresses > 65_536:
            raise item.error("this network is too large to be one carrier")
        found.append(str(network))
    return Trunk(
        addresses=tuple(found),
        outbound=_outbound(parts["outbound"]) if "outbound" in parts else None,
    )


def _outbound(node: Located) -> str:
    """`192.0.2.1:5060`; the port may be left out."""
    text, colon, port = node.text().partition(":")
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        raise node.error("here an IPv4 address with or without :port is expected") from None
    if colon and not re.fullmatch("[1-9][0-9]{0,4}", port):
        raise node.error("behind the colon a port is expected")
    number = int(port) if colon else _SIP_PORT
    if number > 65_535:
        raise node.error("behind the colon a port is expected")
    return f"{address}:{number}"


def load_callable(node: Located) -> str:
    """A number that callers may be connected to, at our cost.

    Raises:
        YamlError: It is no Swedish subscriber's number, or one at a premium rate.
    """
    number = node.matching(_SUBSCRIBER, "a Swedish number with country code, such as +46846500440,")
    if number.startswith(_DEAR):
        raise node.error("this number is one at a premium rate")
    return number
