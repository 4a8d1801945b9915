"""Routing policies as YAML, for the tests of their readers."""

from pathlib import Path

import pytest

from language_routing.languages import Language
from language_routing.load import Loaded, load_routing
from language_routing.yaml_lines import Located, YamlError

HEAD = "languages: [sv, fi, ar, so]\n"


def load(folder: Path, text: str) -> Loaded:
    """What `text`, below a line that names the languages, says about routing."""
    path = folder / "site.yaml"
    path.write_text(HEAD + text, "utf-8")
    parts = Located.read(path).mapping()
    languages = {Language(node.text()): node for node in parts["languages"].sequence()}
    return load_routing(parts, languages)


def refusal(folder: Path, text: str) -> tuple[int, str]:
    """Line, counted in `text` from 1, and sentence with which it is refused."""
    with pytest.raises(YamlError) as caught:
        load(folder, text)
    name, line, sentence = str(caught.value).split(":", 2)
    assert name == str(folder / "site.yaml")
    return int(line) - HEAD.count("\n"), sentence.strip()
