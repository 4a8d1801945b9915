"""Coverage: whether the nurses of a site can serve every line and every entry point.

Refused: callers whom nobody could ever serve. Warned of: what can hardly be meant.
"""

from collections.abc import Mapping, Sequence

from language_routing.languages import Language
from language_routing.lines import Line
from language_routing.load import Loaded, Places
from language_routing.rings import Ring, admits
from language_routing.skills import NOTHING, Requirement, Skills
from language_routing.words import LEVEL_NAMES, name_of
from language_routing.yaml_lines import Located


def check_coverage(
    loaded: Loaded,
    nurses: Sequence[Skills],
    asked: Mapping[str, tuple[Requirement, Located]],
) -> tuple[str, ...]:
    """Warnings, each `file:line: sentence`.

    Args:
        asked: What the callers of each entry point need, and where the site says so.

    Raises:
        YamlError: There are callers whom no nurse of the site could ever serve.
    """
    warnings: list[str] = []
    for tag, places in loaded.places.items():
        line = loaded.routing.line(tag)
        warnings += _line(line, places, nurses, [each for each, _ in asked.values()])
        for entry_point, (requirement, node) in asked.items():
            if requirement != NOTHING:
                warnings += _entry_point(entry_point, requirement, node, line, nurses)
    return tuple(warnings)


def _line(
    line: Line, places: Places, nurses: Sequence[Skills], asked: Sequence[Requirement]
) -> list[str]:
    name = name_of(line.language)
    speakers = [skills for skills in nurses if skills.level(line.language)]
    if not any(_fits(ring, line.language, NOTHING, nurses) for ring in line.rings):
        who = "nobody speaks" if not speakers else "nobody speaks well enough for any of its rings:"
        raise places.line.error(
            f"{who} {name}, and its line has no interpreter ring: its callers would wait for ever"
        )
    if not speakers:
        opens = next(ring.after for ring in line.rings if ring.interpreter) // 1000
        return [
            places.line.warning(
                f"nobody speaks {name}: every caller waits for the interpreter, from {opens} s on"
            )
        ]
    found: list[str] = []
    for number, node in enumerate(places.rings):
        ring, earlier = line.rings[number], line.rings[:number]
        if any(
            admits(ring, line.language, each, skills)
            and not any(admits(before, line.language, each, skills) for before in earlier)
            for each in (NOTHING, *asked)
            for skills in nurses
        ):
            continue
        more = " whom an earlier ring does not admit" if number else ""
        found.append(
            node.warning(f"no nurse of this site fits this ring of the line {line.language}{more}")
        )
    return found


def _entry_point(
    name: str, asked: Requirement, node: Located, line: Line, nurses: Sequence[Skills]
) -> list[str]:
    tag = line.language
    if not any(_fits(ring, tag, asked, nurses) for ring in line.rings):
        raise node.error(
            f"entry point {name} asks for {_words(asked)}, and no nurse whom a ring of the line "
            f"{tag} admits has it: such callers would wait for ever"
        )
    found: list[str] = []
    for ring in line.rings:
        if _fits(ring, tag, NOTHING, nurses) and not _fits(ring, tag, asked, nurses):
            who = "nobody" if ring.level is None else f"no nurse at {LEVEL_NAMES[ring.level]}"
            found.append(
                node.warning(
                    f"entry point {name} asks for {_words(asked)}, and {who} has it for the ring "
                    f"at {ring.after // 1000} s of the line {tag}"
                )
            )
    return found


def _fits(ring: Ring, tag: Language, asked: Requirement, nurses: Sequence[Skills]) -> bool:
    return any(admits(ring, tag, asked, skills) for skills in nurses)


def _words(asked: Requirement) -> str:
    years = [f"{asked.years} years"] if asked.years else []
    return " and ".join([*asked.competences, *years])
