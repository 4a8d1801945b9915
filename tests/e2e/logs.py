"""Logs: what the service's processes have logged since a test began to look."""

import json
import re
from typing import Any

from tests.e2e.center import Center

_OURS = ("router", "standby", "gateway", "ivr", "worker", "reconciler")


class Logs:
    """Everything logged from now on."""

    def __init__(self, center: Center) -> None:
        self._folder = center.settings.run / "log"
        self._from = {name: self._size(name) for name in (*_OURS, "supervisord")}

    def lines(self, *processes: str) -> list[dict[str, Any]]:
        """Lines of these processes (all of ours by default), as they were written."""
        found = []
        for name in processes or _OURS:
            whole = self._text(name).rpartition("\n")[0]  # the last line may be half written
            found += [_line(text) for text in whole.splitlines()]
        return found

    def said(self, event: str, *processes: str, **fields: Any) -> list[dict[str, Any]]:
        """Lines that say `event` with these fields."""
        return [
            line
            for line in self.lines(*processes)
            if line["event"] == event and all(line.get(k) == v for k, v in fields.items())
        ]

    def starts(self, process: str) -> int:
        """How many times supervisord has started it."""
        return len(re.findall(rf"spawned: '{process}'", self._text("supervisord")))

    def _size(self, name: str) -> int:
        return (self._folder / f"{name}.log").stat().st_size

    def _text(self, name: str) -> str:
        with (self._folder / f"{name}.log").open() as file:
            file.seek(self._from[name])
            text = file.read()
        return text[: text.rfind("\n") + 1]  # the last line may be half written


def metric(center: Center, name: str, *processes: str) -> float:
    """The sum of a metric over processes (the routers by default) and labels."""
    total = 0.0
    for process in processes or ("router", "standby"):
        for line in center.metrics(process).splitlines():
            if re.match(rf"{re.escape(name)}(?:$|[ {{])", line):
                total += float(line.rpartition(" ")[2])
    return total


def _line(text: str) -> dict[str, Any]:
    """One line; what Python itself says of a process that ends is no JSON."""
    try:
        found: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError:
        return {"event": text}
    return found
