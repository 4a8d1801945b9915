"""Targets: where the names of steps lead, for one entry point.

A step whose `only` does not hold is left out: a key that leads to it is left out too, and
whoever else would come to it goes on to its `otherwise` or `next`.
"""

from collections.abc import Mapping

from ivr_flows.load_speech import holds
from ivr_flows.setting import Setting
from ivr_flows.steps import END
from language_routing.yaml_lines import Located


class Targets:
    """The names of a flow's steps.

    Attributes:
        left_out: Names of steps that are not there for this entry point.
    """

    def __init__(self, places: Mapping[str, Located], setting: Setting) -> None:
        self._places = places
        self.left_out = {at for at, place in places.items() if not holds(place, setting)}

    def target(self, place: Located) -> str:
        """The step that a name leads to, for this entry point.

        Raises:
            YamlError: There is none.
        """
        name = self.known(place)
        for _ in self._places:
            if name not in self.left_out:
                return name
            parts = self._places[name].mapping()
            onward = parts.get("otherwise") or parts.get("next")
            if onward is None:
                break
            name = self.known(onward)
        raise place.error(f"step {name} is not there for every entry point; only a key leads to it")

    def known(self, place: Located) -> str:
        """A name as it stands there, of a step that may be left out.

        Raises:
            YamlError: There is no such step.
        """
        text = place.text()
        if text != END and text not in self._places:
            raise place.error(f"there is no step {text}")
        return text
