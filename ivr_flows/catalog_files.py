"""Catalog files: one language's Project Fluent file, read and held to our rules."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor

from ivr_flows.domains import in_order

# A message whose name begins so is a building block of others.
PART: Final = "part-"
_REVIEW: Final = re.compile(r"^review: *(.*)$", re.MULTILINE)


class CatalogError(Exception):
    """A catalog file is unreadable or incomplete. The text names the file and the prompt."""


class Review(StrEnum):
    """How far the texts of a language have been reviewed."""

    DRAFT = "draft"  # nobody who speaks it as a mother tongue has read them
    CHECKED = "checked"  # a native speaker has read and corrected them
    APPROVED = "approved"  # and the region has approved them for callers


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """One catalog file, read.

    Attributes:
        prompts: Prompt to its parameters, in the order of the file.
    """

    bundle: Any
    prompts: dict[str, tuple[str, ...]]
    review: Review


def read(path: Path) -> Texts:
    """Read `<language>.ftl`.

    Raises:
        CatalogError: It cannot be read, a name is there twice or has no text, no domain
            has just the parameters of a prompt, or the review state is missing.
    """
    bundle = FluentBundle([path.stem], use_isolating=False)
    resource: Any = FluentResource(path.read_text("utf-8"))
    messages = {message.id.name: message for message in _messages(resource, path)}
    bundle.add_resource(resource)
    prompts: dict[str, tuple[str, ...]] = {}
    for name in messages:
        if not name.startswith(PART):
            try:
                prompts[name] = in_order(_variables(name, messages, frozenset()))
            except KeyError as error:
                raise CatalogError(f"{path.name}: {name}: no domain for {error}") from None
    return Texts(bundle=bundle, prompts=prompts, review=_review(resource, path))


def _messages(resource: Any, path: Path) -> Iterator[ast.Message]:
    seen: set[str] = set()
    for entry in resource.body:
        match entry:
            case ast.Junk():
                first = (entry.content or "").strip().partition("\n")[0]
                raise CatalogError(f"{path.name}: cannot read: {first}")
            case ast.Message() | ast.Term():
                name = entry.id.name
                if name in seen:
                    raise CatalogError(f"{path.name}: {name} is there twice")
                seen.add(name)
                if isinstance(entry, ast.Message):
                    if entry.value is None:
                        raise CatalogError(f"{path.name}: {name} has no text")
                    yield entry


def _review(resource: Any, path: Path) -> Review:
    comments = [e.content or "" for e in resource.body if isinstance(e, ast.ResourceComment)]
    states = _REVIEW.findall("\n".join(comments))
    if len(states) != 1 or states[0] not in list(Review):
        wanted = ", ".join(Review)
        raise CatalogError(f"{path.name}: needs one line '### review: ' with one of {wanted}")
    return Review(states[0])


class _References(Visitor):
    """What a message refers to."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:
        self.messages.add(node.id.name)


def _variables(name: str, messages: dict[str, ast.Message], above: frozenset[str]) -> set[str]:
    """Variables of a message and of all that it is built of."""
    found = _References()
    found.visit(messages[name])
    for block in found.messages & messages.keys() - above:
        found.variables |= _variables(block, messages, above | {name})
    return found.variables
