"""Plain names: whether a site's names, read from somebody's file, are such as a site can have."""

import re
from collections.abc import Iterator
from typing import Final

from callcenter.acd.policy import Policy
from language_routing.languages import language

_WORD: Final = re.compile(r"[a-z][a-z0-9_-]{0,40}")


def is_plain(policy: Policy) -> bool:
    """Whether every name in it can be shown to people, and its languages fit together."""
    if policy.default_language not in policy.languages:
        return False
    if not all(_WORD.fullmatch(word) for word in _words(policy)):
        return False
    try:
        for tag in _tags(policy):
            language(tag)
    except ValueError:
        return False
    return True


def _words(policy: Policy) -> Iterator[str]:
    """Nurses, competences, entry points, classes and prompts."""
    for nurse in policy.nurses:
        yield nurse.id
        yield from nurse.competences
    yield from policy.targets
    yield from policy.night_targets
    for entry_point, requirement in policy.requirements.items():
        yield entry_point
        yield from requirement.competences
    yield from (step.message for step in policy.surge.steps if step.message)


def _tags(policy: Policy) -> Iterator[str]:
    yield from policy.languages
    for nurse in policy.nurses:
        yield from nurse.languages
        yield from nurse.levels
    for line in policy.routing.lines:
        yield line.language
        if line.closed is not None:
            yield line.closed.language
