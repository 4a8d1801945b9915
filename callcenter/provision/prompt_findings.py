"""Prompt findings: in which languages a caller hears a stand-in instead of a recording."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from callcenter.provision.finding import Finding

# English names (BCP 47 registry) of the languages that 1177 by telephone has been asked for.
_NAMES: Final[Mapping[str, str]] = {
    "ar": "Arabic",
    "en": "English",
    "fi": "Finnish",
    "so": "Somali",
    "sv": "Swedish",
    "swl": "Swedish Sign Language",
}


def prompt_findings(prompts: Path) -> list[Finding]:
    """One finding per language of `prompts/manifest.json`.

    The manifest is `{"<language>/<prompt>": {"stand_in": bool, ...}, ...}`.
    """
    manifest = prompts / "manifest.json"
    try:
        raw = json.loads(manifest.read_text())
        languages: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for name, entry in raw.items():
            language, slash, prompt = name.partition("/")
            if slash and language != "music":  # that is what a waiting caller hears
                languages[language].append((prompt, bool(entry["stand_in"])))
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
    return [_language(code, languages[code], prompts) for code in sorted(languages)]


def _language(code: str, files: list[tuple[str, bool]], prompts: Path) -> Finding:
    name = _NAMES.get(code, code)
    folder = prompts / code
    gone = sorted(prompt for prompt, _ in files if not (folder / f"{prompt}.wav").is_file())
    if gone:
        return Finding(
            part=f"prompts {code}",
            version=f"{len(files) - len(gone)} of {len(files)}",
            where=str(folder),
            level="missing",
            mend=f"{name}: {gone[0]}.wav and {len(gone) - 1} more are not there:"
            " `callcenter up` renders them"
            if len(gone) > 1
            else f"{name}: {gone[0]}.wav is not there: `callcenter up` renders it",
        )
    stand_ins = sum(stand_in for _, stand_in in files)
    if stand_ins:
        return Finding(
            part=f"prompts {code}",
            version=f"{stand_ins} of {len(files)} stand-ins",
            where=str(folder),
            level="warning",
            mend=f"{name}: recording missing, a stand-in plays",
        )
    return Finding(part=f"prompts {code}", version=f"{len(files)} files", where=str(folder))
