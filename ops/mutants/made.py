"""The mutants of one module: each is one function's code with one thing changed."""

import difflib
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import msgspec
from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents

PACKAGES = ("callcenter/acd", "language_routing")
_NAME = re.compile(r"x(?:_|ǁ(?P<owner>\w+?)ǁ)(?P<name>\w+)__mutmut_(?P<number>\d+)")
_TEXT = re.compile(r"""f?"[^"]*"|f?'[^']*'""")


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """One change in one function. `difference` is the changed lines, as `-old` and `+new`."""

    name: str
    function: Any  # a FunctionType, which mypy would bind to the mutant
    code: CodeType
    difference: tuple[str, ...]

    @property
    def text_only(self) -> bool:
        """Whether only the wording of a text differs: an error's sentence, a name in a picture."""
        if all(line[1:].startswith("raise ") for line in self.difference):
            return True
        bare = [_TEXT.sub("", line[1:]) for line in self.difference]
        removed = [text for text, line in zip(bare, self.difference, strict=True) if line[0] == "-"]
        added = [text for text, line in zip(bare, self.difference, strict=True) if line[0] == "+"]
        return removed == added


def modules() -> Iterator[str]:
    """The names of all modules that are mutated, in the order of their files."""
    for package in PACKAGES:
        for path in sorted(Path(package).glob("[!_]*.py")):
            yield ".".join(path.with_suffix("").parts)


def made(module_name: str) -> list[Mutant]:
    """All mutants of a module, in the order of its code.

    Left out is what lies outside a function's code (class bodies, defaults of arguments) and,
    as mutmut does, what a decorator wraps (properties, cached functions).
    """
    module = import_module(module_name)
    path = Path(inspect.getfile(module))
    mutated = mutate_file_contents(str(path), path.read_text())
    lines = mutated.code.splitlines()
    codes = dict(_codes(compile(mutated.code, str(path), "exec", dont_inherit=True)))
    mutants = []
    for mangled in mutated.mutant_names:
        match = _NAME.fullmatch(mangled)
        assert match is not None, mangled
        owner, name = match["owner"], match["name"]
        found = vars(module)[owner].__dict__[name] if owner else vars(module)[name]
        function = getattr(found, "__func__", found)
        code = codes[mangled]
        if not isinstance(function, FunctionType) or _same(function.__code__, code):
            continue
        title = f"{module_name}.{owner + '.' if owner else ''}{name}#{match['number']}"
        mutants.append(
            Mutant(
                name=title,
                function=function,
                code=code,
                difference=_difference(mutated, lines, mangled),
            )
        )
    return mutants


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    """The code of the functions and methods of a module, by name."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant.co_name, constant
            if "__mutmut_" not in constant.co_name:
                yield from _codes(constant)


def _same(one: CodeType, other: CodeType) -> bool:
    return (
        one.co_code,
        one.co_names,
        [c for c in one.co_consts if not isinstance(c, CodeType)],
    ) == (
        other.co_code,
        other.co_names,
        [c for c in other.co_consts if not isinstance(c, CodeType)],
    ) and not any(isinstance(c, CodeType) for c in one.co_consts)


def _difference(mutated: MutatedFile, lines: list[str], mangled: str) -> tuple[str, ...]:
    def body(name: str) -> list[str]:
        span = mutated.line_span_by_function_name[name]
        head = re.compile(r"\w+__mutmut_(\w+)")
        return [head.sub("", line).rstrip() for line in lines[span.start - 1 : span.end]]

    original = mangled[: mangled.rindex("_") + 1] + "orig"
    compared = difflib.unified_diff(body(original), body(mangled), n=0, lineterm="")
    return tuple(
        line[0] + line[1:].strip()
        for line in compared
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    )
