"""A caller at the other end of an AGI dialogue, with a script instead of a finger."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from callcenter.asterisk.agi.errors import Hangup

PAUSE = "pause"


class ScriptedDialogue:
    """Presses keys where the script says so, and keeps what it was told.

    Args:
        keys: For each sound (`sv/welcome`), and for `pause`, the keys pressed there, one per
            time it comes up; an empty string lets it pass. Like a telephone it takes a key
            only where one can be pressed.
        anywhere: What is pressed, sound by sound and pause by pause, whatever is played; an
            empty string lets it pass.
        typed: What is typed, one text per time that a number is asked for.
        leaves_at: The sound, or the start of the act (as it stands in `acts`), at which the
            caller hangs up.
        fails_at: As `leaves_at`, for a session that breaks.
        clock: Told of the milliseconds of each pause that passes in silence.
    """

    def __init__(
        self,
        keys: Mapping[str, Sequence[str]] | None = None,
        *,
        anywhere: Sequence[str] = (),
        typed: Sequence[str] = (),
        leaves_at: str = "",
        fails_at: str = "",
        variables: Mapping[str, str] | None = None,
        clock: Callable[[int], None] = lambda _ms: None,
    ) -> None:
        self.acts: list[str] = []
        self.heard: list[str] = []
        self.variables: dict[str, str] = dict(variables or {})
        self._keys = {place: list(pressed) for place, pressed in (keys or {}).items()}
        self._anywhere = list(anywhere)
        self._typed = list(typed)
        self._leaves_at = leaves_at
        self._fails_at = fails_at
        self._clock = clock

    @property
    def told(self) -> list[str]:
        """The `UserEvent`s, each with its headers."""
        begin = "run UserEvent "
        return [act.removeprefix(begin) for act in self.acts if act.startswith(begin)]

    def ask(self, paths: Sequence[str], timeout_ms: int, *, playing_seconds: float) -> str:
        self._act("ask " + " ".join(map(_name, paths)))
        for path in paths:
            key = self._hear(_name(path))
            if key:
                return key
        if PAUSE in map(_name, paths):
            self._clock(timeout_ms)
        return ""

    def play(self, paths: Sequence[str], *, playing_seconds: float) -> None:
        self._act("play " + " ".join(map(_name, paths)))
        for path in paths:
            self._hear(_name(path))  # whatever is pressed there

    def wait_for_digit(self, timeout_ms: int) -> str:
        self._act("wait")
        return self._hear(PAUSE)

    def collect(self, timeout_ms: int, most: int) -> str:
        self._act("collect")
        return self._typed.pop(0)[:most] if self._typed else ""

    def set_variables(self, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            self._act(f"set {name}={value}")
            self.variables[name] = value

    def get_variable(self, name: str) -> str | None:
        return self.variables.get(name)

    def exec_command(self, application: str, *arguments: str) -> str:
        if any("," in argument for argument in arguments):
            raise ValueError("AGI application argument with a comma")
        self._act(" ".join(["run", application, *arguments]))
        return "0"

    def look(self) -> None:
        self._break_off("look")

    def hangup(self) -> None:
        self._act("hang up")

    def _act(self, act: str) -> None:
        self.acts.append(act)
        self._break_off(act)

    def _hear(self, name: str) -> str:
        if name != PAUSE:
            self.heard.append(name)
        self._break_off(name)
        pressed = self._keys.get(name) or self._anywhere
        return pressed.pop(0) if pressed else ""

    def _break_off(self, act: str) -> None:
        if self._leaves_at and act.startswith(self._leaves_at):
            raise Hangup("the caller has left")
        if self._fails_at and act.startswith(self._fails_at):
            raise ConnectionError("the session broke")


def _name(path: str) -> str:
    parts = Path(path).parts
    return PAUSE if parts[-2] == "silence" else "/".join(parts[-2:])
