"""Setting: what a flow is loaded for, one entry point of one site."""

from collections.abc import Mapping

import msgspec

from ivr_flows.languages import PUBLIC_LANGUAGES, Choice
from language_routing.lines import Routing


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One entry point of one site, as far as a flow needs it.

    Attributes:
        choices: The language menu; the first is what silence means.
        language: The entry point's own language (direct lines); `None`: the menu's first.
        classes: Priority classes that exist; `None`: any name is taken.
        routing: Opening hours of the lines.
        transfers: Names of the numbers that this entry point can transfer to.
        named: Prompts by the name that a flow gives them (`$greeting`); one that is not
            here is left unsaid.
        relay: The site has a number for text telephones.
    """

    choices: tuple[Choice, ...] = PUBLIC_LANGUAGES
    language: str | None = None
    classes: tuple[str, ...] | None = None
    routing: Routing = Routing()
    transfers: tuple[str, ...] = ()
    named: Mapping[str, str] = {}
    relay: bool = False

    @property
    def default_language(self) -> str:
        """The caller's language until one is chosen.

        Raises:
            IndexError: There is no menu and no language.
        """
        return self.language or self.choices[0].language

    def has(self, condition: str) -> bool:
        """Whether an `only` of a flow file holds here.

        Args:
            condition: `relay`, `transfer:<name>` or `class:<name>`.

        Raises:
            ValueError: It is none of these.
        """
        kind, _, name = condition.partition(":")
        match kind:
            case "relay" if not name:
                return self.relay
            case "transfer" if name:
                return name in self.transfers
            case "class" if name:
                return self.classes is None or name in self.classes
            case _:
                raise ValueError("only can be: relay, transfer:<name>, class:<name>")
