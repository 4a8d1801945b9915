"""View: what the IVR may know of the live state, which the router's fold has.

The IVR works without it: a wait that nobody knows is said to be unknown.
"""

from collections.abc import Mapping
from typing import Protocol

from ivr_flows.facts import Wait
from language_routing.lines import Routing


class Waiting(Protocol):
    """A caller who stands in line."""

    @property
    def wait(self) -> Wait | None:
        """`None`: nobody in rotation can serve her, the wait is unknown."""
        ...

    @property
    def offered(self) -> bool:
        """Whether the site offers to keep the place at such a wait."""
        ...

    @property
    def ahead(self) -> int:
        """Who stands ahead and competes for the same nurses; the range rests on it."""
        ...

    @property
    def nurses(self) -> int:
        """How many nurses the range rests on."""
        ...

    @property
    def priority_class(self) -> str:
        """Her class by now."""
        ...


class View(Protocol):
    """The state some milliseconds ago. Every call is quick, and none ever raises."""

    def wait(self, contact: str) -> Waiting | None:
        """How `contact` waits; `None`: she does not, or nothing is known at all."""
        ...

    def lives(self) -> bool:
        """Whether the service gives signs of life; `False` from ten seconds without on."""
        ...

    def kept(self, contact: str) -> bool:
        """Whether it is durable that she has kept her place."""
        ...

    def surge(self) -> str:
        """The level of surge; `normal` if it is not known."""
        ...

    def routing(self) -> Routing | None:
        """The language lines and their hours in force; `None`: not known yet."""
        ...

    def promised(self, nurse: str) -> bool | None:
        """Whether we are to ring the patient with whom she talks, or talked last.

        `None`: nobody knows.
        """
        ...

    def messages(self, entry_point: str) -> Mapping[str, str]:
        """Supervisors' messages in force there: language to sound."""
        ...
