"""YAML that remembers its lines, so that a refusal can point at the place.

Only what our files need: no anchors, aliases, tags or second documents (with them a file
of ten lines stands for a billion), nothing very large or deep.
"""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

import yaml

_MOST_BYTES: Final = 1 << 20
_DEEPEST: Final = 20
_LONGEST_QUOTE: Final = 200
_LONGEST_NUMBER: Final = 18  # digits; Python itself refuses to read some thousands
# YAML 1.2, 5.1: all else must be escaped.
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


class YamlError(Exception):
    """A file of ours cannot be used. The text is `file:line: sentence`."""


class Located:
    """One YAML node with its file and line. Its readers refuse what they were not asked for."""

    def __init__(self, node: yaml.Node, path: Path) -> None:
        self._node = node
        self._path = path

    @classmethod
    def read(cls, path: Path) -> "Located":
        """The document in `path`.

        Raises:
            YamlError: It is no YAML, empty, too large, or more than plain YAML.
            OSError: It cannot be read.
        """
        text = _text(path)
        try:
            _check_plain(text, path)
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or "unreadable"
            raise _error(path, line, f"this is not YAML: {problem}") from error
        if node is None:
            raise _error(path, 1, "the file is empty")
        return cls(node, path)

    @property
    def is_mapping(self) -> bool:
        """Whether names with values stand here."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether a list stands here."""
        return isinstance(self._node, yaml.SequenceNode)

    def error(self, sentence: str) -> YamlError:
        """A refusal that points at this node."""
        return _error(self._path, self._node.start_mark.line + 1, sentence)

    def warning(self, sentence: str) -> str:
        """What is odd here and yet taken: `file:line: sentence`."""
        return str(self.error(sentence))

    def mapping(
        self, known: Collection[str] | None = None, needed: Collection[str] = ()
    ) -> dict[str, "Located"]:
        """The entries by name; with `known`, no other name is allowed.

        Raises:
            YamlError: It is no mapping; a name is unknown, missing or there twice.
        """
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error("here names with values are expected")
        found: dict[str, Located] = {}
        for name_node, value in self._node.value:
            name = Located(name_node, self._path)
            text = name.text()
            if text in found:
                raise name.error(f"{text} is given twice")
            if known is not None and text not in known:
                raise name.error(f"{text} is not known here; known: {', '.join(sorted(known))}")
            found[text] = Located(value, self._path)
        for text in needed:
            if text not in found:
                raise self.error(f"{text} is missing")
        return found

    def sequence(self) -> list["Located"]:
        """The items of a list.

        Raises:
            YamlError: It is no list, or an empty one.
        """
        if not isinstance(self._node, yaml.SequenceNode) or not self._node.value:
            raise self.error("here a list is expected")
        return [Located(item, self._path) for item in self._node.value]

    def text(self) -> str:
        """The word as it stands in the file (`no` and `01` stay as they are).

        Raises:
            YamlError: It is no word, or an empty one.
        """
        if not isinstance(self._node, yaml.ScalarNode) or not self._node.value:
            raise self.error("here one word is expected")
        return str(self._node.value)

    def matching(self, pattern: re.Pattern[str], wanted: str) -> str:
        """A word of a given form.

        Raises:
            YamlError: It is of another; the text says what was `wanted`.
        """
        text = self.text()
        if not pattern.fullmatch(text):
            raise self.error(f"here {wanted} is expected")
        return text

    def integer(self, low: int, high: int) -> int:
        """A whole number.

        Raises:
            YamlError: It is none, or not from `low` to `high`.
        """
        text = self.text()
        whole = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
        if not whole or not low <= int(text) <= high:
            raise self.error(f"{text[:40]} is not a whole number from {low} to {high}")
        return int(text)

    def truth(self) -> bool:
        """`true` or `false`.

        Raises:
            YamlError: It is neither.
        """
        text = self.text()
        if text not in ("true", "false"):
            raise self.error(f"{text[:40]} is neither true nor false")
        return text == "true"


def _error(path: Path, line: int, sentence: str) -> YamlError:
    """One line, whatever of the file the sentence quotes."""
    if len(sentence) > _LONGEST_QUOTE:
        sentence = sentence[:_LONGEST_QUOTE] + "..."
    plain = "".join(each if each.isprintable() else "?" for each in sentence)
    return YamlError(f"{path}:{line}: {plain}")


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise _error(path, 1, "the file is larger than a mebibyte")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _error(path, line, "the file is not UTF-8 text") from None
    odd = _UNPRINTABLE.search(text)
    if odd is not None:
        line = text.count("\n", 0, odd.start()) + 1
        raise _error(path, line, f"the character U+{ord(odd[0]):04X} is not for a text file")
    return text


def _check_plain(text: str, path: Path) -> None:
    """Refuse what is not plain, before anything is built of it."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise _error(path, line, "a second document begins here; one file is one document")
        if getattr(event, "anchor", None) is not None:
            raise _error(path, line, "anchors (&) and aliases (*) are not taken here; write it out")
        if getattr(event, "tag", None) is not None:
            raise _error(path, line, "tags (!) are not taken here")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _error(path, line, "this is nested too deeply")
