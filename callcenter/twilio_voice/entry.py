"""Entry: what one entry point plays and connects."""

from collections.abc import Mapping, Set

import msgspec

from ivr_flows.flow import Flow


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry point, loaded.

    Attributes:
        flow: From the arrival to the line.
        waiting: One visit to a caller in line; begins anew with each.
        after: For a caller who has been served; `None`: nothing.
        transfers: Numbers (E.164) by the names that `flow` transfers to.
        relay: The site's number for text telephones; empty: none.
        own: Numbers that lead to us, in E.164: nobody is to be rung back there.
    """

    flow: Flow
    waiting: Flow
    after: Flow | None = None
    transfers: Mapping[str, str] = {}
    relay: str = ""
    own: Set[str] = frozenset()
