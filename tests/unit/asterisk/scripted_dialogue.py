"""A caller at the other end of an AGI dialogue, with a script instead of a finger."""

from collections.abc import Callable

from callcenter.asterisk.agi.errors import Hangup


class ScriptedDialogue:
    """Presses keys where the script says so, and keeps what it was told.

    Args:
        keys: For each prompt (`sv/welcome`) and for `wait`, the keys pressed there, one per
            time it comes up; an empty string lets it pass. Like a telephone it takes any key
            while waiting, but while playing only those that may interrupt.
        leaves_at: The act at which the caller hangs up, as it stands in `acts`.
        fails_at: The act at which the session breaks.
    """

    def __init__(
        self,
        keys: dict[str, list[str]] | None = None,
        *,
        leaves_at: str = "",
        fails_at: str = "",
        clock: Callable[[int], None] = lambda _ms: None,
    ) -> None:
        self.acts: list[str] = []
        self.variables: dict[str, str] = {}
        self._keys = {place: list(pressed) for place, pressed in (keys or {}).items()}
        self._leaves_at = leaves_at
        self._fails_at = fails_at
        self._clock = clock

    @property
    def heard(self) -> list[str]:
        """The prompts that were started, as `<language>/<prompt>`."""
        return [act.removeprefix("play ") for act in self.acts if act.startswith("play ")]

    def stream_file(self, path: str, escape_digits: str) -> str:
        name = "/".join(path.split("/")[-2:])
        self._act(f"play {name}")
        key = self._press(name)
        return key if key in escape_digits else ""

    def wait_for_digit(self, timeout_ms: int) -> str:
        self._act("wait")
        key = self._press("wait")
        if not key:
            self._clock(timeout_ms)
        return key

    def set_variable(self, name: str, value: str) -> None:
        self._act(f"set {name}={value}")
        self.variables[name] = value

    def exec_command(self, application: str, *arguments: str) -> str:
        if any("," in argument for argument in arguments):
            raise ValueError("AGI application argument with a comma")
        self._act(" ".join(["run", application, *arguments]))
        return "0"

    def hangup(self) -> None:
        self._act("hang up")

    def _act(self, act: str) -> None:
        self.acts.append(act)
        if act == self._leaves_at:
            raise Hangup("the caller has left")
        if act == self._fails_at:
            raise ConnectionError("the session broke")

    def _press(self, place: str) -> str:
        pressed = self._keys.get(place)
        return pressed.pop(0) if pressed else ""
