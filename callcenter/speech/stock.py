"""Stock: what sounds there are in each language, what is missing, and what is not as it should be.

It looks at the files themselves, not only at what rendering wrote down.
"""

import math
from pathlib import Path
from typing import Final

import msgspec

from callcenter.settings import Settings
from callcenter.speech.jobs import Job, digest, plan, recordings
from callcenter.speech.level import measure
from callcenter.speech.manifest import Entries, read_manifest
from callcenter.speech.studio import SPEECH_DBFS
from ivr_flows.prompts import Catalog

# A recording's own loud syllables are held by a limiter, which costs it a little of its level.
_BOUNDS_DB: Final = 1.5


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """One language's sounds. Every tuple holds the names of sounds.

    Attributes:
        review: How far the texts have been reviewed (`ivr_flows.prompts.Review`).
        sounds: How many the catalog asks for.
        recorded, synthetic, stand_ins: How many of those that are there are what.
        missing: Callers hear the Swedish one instead, or nothing.
        changed: Recorded, and the text says something else by now.
        unknown: Recordings that no sound of the catalog asks for.
        uneven: Louder or softer than all others, or no sound at all.
        longest: The longest one and its length in seconds; `None` if there is none.
    """

    language: str
    review: str
    sounds: int
    recorded: int
    synthetic: int
    stand_ins: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    unknown: tuple[str, ...]
    uneven: tuple[str, ...]
    longest: tuple[str, float] | None


def take_stock(settings: Settings, catalog: Catalog) -> list[Stock]:
    """Every language of the catalog, and every folder of recordings that has no language.

    Takes some two seconds: each file is measured.
    """
    entries = read_manifest(settings.prompts)
    jobs = sorted(plan(settings, catalog), key=lambda job: job.key)
    found = [
        _language(settings, catalog, language, [job for job in jobs if _of(job, language)], entries)
        for language in catalog.languages
    ]
    folders = sorted(path.name for path in recordings(settings).glob("*") if path.is_dir())
    return found + [
        _no_language(settings, name) for name in folders if name not in catalog.languages
    ]


def _of(job: Job, language: str) -> bool:
    return job.key.startswith(f"{language}/")


def _language(
    settings: Settings, catalog: Catalog, language: str, jobs: list[Job], entries: Entries
) -> Stock:
    missing, changed, uneven = [], [], []
    made = {"recorded": 0, "synthetic": 0, "stand_ins": 0}
    longest: tuple[str, float] | None = None
    for job in jobs:
        name = job.target.name
        wav = job.target.with_name(f"{name}.wav")
        entry = entries.get(job.key)
        if entry is None or not wav.is_file():
            missing.append(name)
            continue
        kind = "stand_ins" if entry.stand_in else "recorded" if entry.recorded else "synthetic"
        made[kind] += 1
        if entry.recorded and entry.text_hash != digest(job.text):
            changed.append(name)
        seconds, level = _measured(wav)
        if abs(level - SPEECH_DBFS) > _BOUNDS_DB:
            uneven.append(name)
        if longest is None or seconds > longest[1]:
            longest = (name, round(seconds, 1))
    known = {job.target.name for job in jobs}
    return Stock(
        language=language,
        review=catalog.review(language).value,
        sounds=len(jobs),
        missing=tuple(missing),
        changed=tuple(changed),
        unknown=tuple(name for name in _recorded(settings, language) if name not in known),
        uneven=tuple(uneven),
        longest=longest,
        **made,
    )


def _no_language(settings: Settings, language: str) -> Stock:
    """Recordings in a folder of no language: nobody will ever hear them."""
    return Stock(
        language=language, review="no such language", sounds=0, recorded=0, synthetic=0,
        stand_ins=0, missing=(), changed=(), unknown=tuple(_recorded(settings, language)),
        uneven=(), longest=None,
    )  # fmt: skip


def _recorded(settings: Settings, language: str) -> list[str]:
    """Names of all files among the recordings; with the extension where it is not `.wav`."""
    return sorted(
        path.stem if path.suffix == ".wav" else path.name
        for path in (recordings(settings) / language).glob("*")
        if not path.name.startswith(".")
    )


def _measured(wav: Path) -> tuple[float, float]:
    try:
        return measure(wav)
    except (ValueError, OSError):
        return 0.0, -math.inf
