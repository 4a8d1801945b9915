"""A contact in memory: it keeps what it was told, and says how things stand."""

from msgspec.structs import replace

from ivr_flows.facts import Facts, Wait

Effect = tuple[object, ...]


class RecordedContacts:
    """One caller's contact.

    Args:
        facts: How things stand, but for what the caller herself changes.
        keeps: Whether a place can be kept.
        fails: The name of a method that raises `ConnectionError`.
    """

    def __init__(self, facts: Facts | None = None, *, keeps: bool = True, fails: str = "") -> None:
        self.effects: list[Effect] = []
        self._facts = facts or Facts()
        self._keeps = keeps
        self._fails = fails
        self._in_line = False

    def look(self) -> Facts:
        if self._in_line:
            return self._facts
        return replace(self._facts, wait=None, offered=False)

    def queued(self, language: str) -> None:
        self._note("queued", language)
        self._in_line = True

    def classed(self, priority_class: str) -> None:
        self._note("classed", priority_class)
        self._facts = replace(self._facts, priority_class=priority_class)

    def needs(self, wanted: str) -> None:
        self._note("needs", wanted)

    def keep(self, number: str) -> bool:
        self._note("keep", number, self._keeps)
        return self._keeps

    def told(self, wait: Wait) -> None:
        self._note("told", wait.place, wait.low_ms, wait.high_ms)

    def consent(self, about: str, given: bool) -> None:
        self._note("consent", about, given)

    def score(self, question: str, score: int) -> None:
        self._note("score", question, score)

    def transferred(self, target: str) -> None:
        self._note("transferred", target)

    def _note(self, name: str, *values: object) -> None:
        if name == self._fails:
            raise ConnectionError("the journal is out of reach")
        self.effects.append((name, *values))
