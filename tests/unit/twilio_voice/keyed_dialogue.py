"""The AGI end of the same call: keys in the order of the questions, however they are asked."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


class KeyedDialogue:
    """Presses the next of `keys` at each pause; when they are used up it is silent.

    Attributes:
        events: `UserEvent`s: the name, then its headers.
        variables: As the dialplan sees them.
        heard: Sounds, as `<language>/<sound id>`.
    """

    def __init__(self, keys: Iterator[str], variables: Mapping[str, str]) -> None:
        self.events: list[tuple[str, ...]] = []
        self.variables = dict(variables)
        self.heard: list[str] = []
        self._keys = keys
        self._rest = ""  # of a number, behind its first key

    def ask(self, paths: Sequence[str], timeout_ms: int, *, playing_seconds: float) -> str:
        self._hear(paths)
        return self._press() if Path(paths[-1]).parent.name == "silence" else ""

    def play(self, paths: Sequence[str], *, playing_seconds: float) -> None:
        self._hear(paths)

    def wait_for_digit(self, timeout_ms: int) -> str:
        return self._press()

    def collect(self, timeout_ms: int, most: int) -> str:
        return self._rest.removesuffix("#")[:most]

    def set_variables(self, values: Mapping[str, str]) -> None:
        self.variables.update(values)

    def get_variable(self, name: str) -> str | None:
        return self.variables.get(name)

    def exec_command(self, application: str, *arguments: str) -> str:
        assert application == "UserEvent"
        self.events.append(arguments)
        return "0"

    def look(self) -> None:
        pass

    def hangup(self) -> None:
        self.variables["hung up"] = "1"

    def _press(self) -> str:
        pressed = next(self._keys, "")
        self._rest = pressed[1:]
        return pressed[:1]

    def _hear(self, paths: Sequence[str]) -> None:
        self.heard += ["/".join(Path(path).parts[-2:]) for path in paths if "silence" not in path]
