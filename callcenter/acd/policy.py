"""Policy: everything configured that influences a decision, as one value.

It enters the fold by the event `SiteLoaded`, whole, so that a reload replays too.
"""

import msgspec

from callcenter.acd.ids import Millis, NurseId
from language_routing.languages import Language


class NurseSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A nurse of this site, whether signed in or not."""

    id: NurseId
    languages: tuple[Language, ...]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The site's rules.

    Attributes:
        languages: Those a caller can choose, in the order of the menu.
        default_language: For a caller who chose none.
        targets: Priority class to the wait within which it should be answered.
        ring: How long a nurse's phone rings; Asterisk's `Dial` counts it.
        backstop: How long after an offer we ask the gateway what became of it.
            Longer than `ring`: it is a question, never a decision.
        wrap_up: After-call work; 0 means none.
        rona_after: So many offers missed in a row take a nurse out of rotation.
        short_talk: A nurse who hangs up sooner than this has not served the caller, who goes
            back to the place in line; it counts as a miss. 0 turns this off.
        gateway_lost: A gateway silent for this long counts as absent.
        command_valid: A command older than this is stale and must not be carried out.
    """

    languages: tuple[Language, ...]
    default_language: Language
    targets: dict[str, Millis]
    nurses: tuple[NurseSpec, ...]
    ring: Millis = 20_000
    backstop: Millis = 30_000
    wrap_up: Millis = 30_000
    rona_after: int = 1
    gateway_lost: Millis = 10_000
    command_valid: Millis = 5_000
    short_talk: Millis = 0  # as before this existed; a site says it always

    def target(self, priority_class: str) -> Millis:
        """The wait within which `priority_class` should be answered; the longest if unknown."""
        return self.targets.get(priority_class, max(self.targets.values(), default=0))
