"""Jobs: every sound that the catalog asks for, and from what it is made."""

import hashlib
from pathlib import Path

import msgspec

from callcenter.settings import Settings
from callcenter.speech import studio
from callcenter.speech.manifest import Entry
from callcenter.speech.voices import VOICES, Voice
from ivr_flows.prompts import STAND_IN_LANGUAGE, Catalog


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One sound to be made.

    Attributes:
        key: `<language>/<sound>`.
        target: The file without its extension.
        voice: Who speaks `spoken`; unused for a recording.
        recording: A person's recording, which wins.
        stand_in: The language has neither voice nor recording.
    """

    key: str
    target: Path
    text: str
    spoken: str
    voice: Voice
    recording: Path | None
    stand_in: bool

    @property
    def hash(self) -> str:
        """Of everything that the sound is made from; equal hashes, equal sounds."""
        made_from = self.recording_hash or f"{self.spoken}\n{self.voice}\n{self.stand_in}"
        return digest(f"{studio.VERSION}\n{studio.SPEECH_DBFS}\n{made_from}")

    @property
    def recording_hash(self) -> str:
        """Of the recording; empty where there is none."""
        if self.recording is None:
            return ""
        return hashlib.sha256(self.recording.read_bytes()).hexdigest()


def plan(settings: Settings, catalog: Catalog) -> list[Job]:
    """Every sound in every language, longest text first (it takes longest)."""
    jobs: list[Job] = []
    for language in catalog.languages:
        voice = VOICES.get(language)
        for sound in catalog.sounds(language):
            recording = recordings(settings) / language / f"{sound.id}.wav"
            of = (language, sound.prompt, sound.arguments)
            text = catalog.text(*of)
            jobs.append(
                Job(
                    key=f"{language}/{sound.id}",
                    target=settings.prompts / language / sound.id,
                    text=text,
                    spoken=text if voice else catalog.stand_in(*of),
                    voice=voice or VOICES[STAND_IN_LANGUAGE],
                    recording=recording if recording.is_file() else None,
                    stand_in=voice is None and not recording.is_file(),
                )
            )
    return sorted(jobs, key=lambda job: -len(job.spoken))


def recordings(settings: Settings) -> Path:
    """Where people put recordings: `<language>/<sound>.wav`."""
    return settings.home / "recordings"


def missing(settings: Settings, catalog: Catalog) -> list[str]:
    """Keys of the sounds that have no file: `<language>/<sound>`."""
    return [
        job.key
        for job in plan(settings, catalog)
        if not job.target.with_name(job.target.name + ".wav").is_file()
    ]


def is_done(target: Path, wanted: str, entry: Entry | None) -> bool:
    """Whether the files of `target` are there and made from what has the hash `wanted`."""
    files = [target.with_name(target.name + suffix) for suffix in (".wav", ".sln16")]
    return entry is not None and entry.hash == wanted and all(file.is_file() for file in files)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
