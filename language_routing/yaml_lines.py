"""YAML that remembers its lines, so that a refusal can point at the place."""

from collections.abc import Collection
from pathlib import Path

import yaml


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
            YamlError: It is no YAML, or empty.
            OSError: It cannot be read.
        """
        try:
            node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or "unreadable"
            raise YamlError(f"{path}:{line}: this is not YAML: {problem}") from error
        if node is None:
            raise YamlError(f"{path}:1: the file is empty")
        return cls(node, path)

    def error(self, sentence: str) -> YamlError:
        """A refusal that points at this node."""
        return YamlError(f"{self._path}:{self._node.start_mark.line + 1}: {sentence}")

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

    def integer(self, low: int, high: int) -> int:
        """A whole number.

        Raises:
            YamlError: It is none, or not from `low` to `high`.
        """
        text = self.text()
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise self.error(f"{text} is not a whole number from {low} to {high}")
        return int(text)
