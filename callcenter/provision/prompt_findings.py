"""Prompt findings: what callers of each language hear that is not as it should be."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from callcenter.provision.finding import Finding, Level
from ivr_flows.prompts import HOME_LANGUAGE, Catalog, Review, load_catalog

# English names (BCP 47 registry) of the languages that 1177 by telephone has been asked for.
_NAMES: Final[Mapping[str, str]] = {
    "ar": "Arabic",
    "en": "English",
    "fi": "Finnish",
    "so": "Somali",
    "sv": "Swedish",
    "swl": "Swedish Sign Language",
}

# Sound to its entry in the manifest.
_Sounds = dict[str, Mapping[str, Any]]


def prompt_findings(prompts: Path, catalog: Catalog | None = None) -> list[Finding]:
    """One finding per language of the catalog and of `prompts/manifest.json`.

    The manifest is `{"<language>/<sound>": {"stand_in": bool, "recorded": bool, ...}, ...}`.

    Args:
        catalog: What should be there; `None`: our own.
    """
    manifest = prompts / "manifest.json"
    wanted = catalog or load_catalog()
    try:
        raw = json.loads(manifest.read_text())
        languages: dict[str, _Sounds] = defaultdict(dict)
        for name, entry in raw.items():
            language, slash, sound = name.partition("/")
            if slash and language != "music":  # that is what a waiting caller hears
                languages[language][sound] = {
                    kind: bool(entry[kind]) for kind in ("stand_in", "recorded")
                }
    except FileNotFoundError:
        return [
            Finding(
                part="prompts",
                where=str(prompts),
                level="missing",
                mend="not yet rendered: `callcenter up` does it",
            )
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [
            Finding(
                part="prompts",
                where=str(manifest),
                level="missing",
                mend="unreadable: remove it and run `callcenter up`, which renders anew",
            )
        ]
    return [
        _language(code, languages.get(code, {}), prompts, wanted)
        for code in sorted({*languages, *wanted.languages})
    ]


def _language(code: str, made: _Sounds, prompts: Path, catalog: Catalog) -> Finding:
    known = code in catalog.languages
    asked = catalog.sounds(code) if known else ()
    sounds = {*made, *(sound.id for sound in asked)}
    folder = prompts / code
    there = {name for name in made if (folder / f"{name}.wav").is_file()}
    gone = sorted(sounds - there)
    stand_ins = sum(made[name]["stand_in"] for name in there)
    recorded = sum(made[name]["recorded"] for name in there)
    level: Level = "ok"
    todo = []
    if gone:
        # Elsewhere the Swedish sound of the same name is played; here there is nothing.
        level = "missing" if code == HOME_LANGUAGE else "warning"
        heard = "silence" if code == HOME_LANGUAGE else "Swedish"
        todo.append(f"{_files(gone)} not there, callers hear {heard}: `callcenter up` renders")
    if stand_ins:
        todo.append(f"{stand_ins} stand-ins are spoken in English until they are recorded")
    if known and catalog.review(code) is Review.DRAFT:
        todo.append("the texts are a draft that no native speaker has reviewed")
    return Finding(
        part=f"prompts {code}",
        version=f"{len(there)} of {len(sounds)}: {recorded} recorded, "
        f"{len(there) - recorded - stand_ins} synthetic, {stand_ins} stand-ins",
        where=str(folder),
        level="warning" if todo and level == "ok" else level,
        mend=f"{_NAMES.get(code, code)}: {'; '.join(todo)}" if todo else "",
    )


def _files(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]}.wav is"
    return f"{names[0]}.wav and {len(names) - 1} more are"
