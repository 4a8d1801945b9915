"""Rendering every sound of the catalog, and the music, into the private folder.

A recording in `recordings/<language>/<sound>.wav` wins over the synthetic voice. What has
not changed is left alone; what an interrupted run did not finish is done by the next.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from callcenter.settings import Settings
from callcenter.speech import music, studio
from callcenter.speech.jobs import Job, digest, is_done, plan
from callcenter.speech.manifest import Entries, Entry, read_manifest, write_manifest
from callcenter.speech.studio import SpeechError, Studio
from ivr_flows.prompts import Catalog, load_catalog

MUSIC: Final = f"music/{music.NAME}"
_TONES: Final = "tones.wav"
_SAVE_EVERY_S: Final = 1.0
_TELL_EVERY_S: Final = 10.0


def render(settings: Settings, say: Callable[[str], None], catalog: Catalog | None = None) -> None:
    """Make every sound and the music that is missing or has changed.

    Args:
        say: Told what is going on, one line at a time.
        catalog: With the site's own texts; `None`: without any.

    Raises:
        SpeechError: Something could not be made; everything else was.
        MissingProgram: espeak-ng or sox is not installed, and something has to be made.
        OSError: The disk is full or a folder cannot be written.
    """
    with _only_one(settings.prompts) as work:
        entries = read_manifest(settings.prompts)
        jobs = plan(settings, catalog or load_catalog())
        wanted = {job.key for job in jobs} | {MUSIC}
        entries = {key: entry for key, entry in entries.items() if key in wanted}
        due = [job for job in jobs if not is_done(job.target, job.hash, entries.get(job.key))]
        with_music = not is_done(settings.music / music.NAME, _music_hash(), entries.get(MUSIC))
        try:
            if due or with_music:
                say(f"rendering {len(due)} of {len(jobs)} sounds" + " and music" * with_music)
                _make(settings, due, entries, work, with_music=with_music, say=say)
        finally:
            write_manifest(settings.prompts, entries)
        stand_ins = sum(entry.stand_in for entry in entries.values())
        say(f"prompts ready; {stand_ins} are stand-ins that wait for a recording")


def _make(
    settings: Settings,
    due: list[Job],
    entries: Entries,
    work: Path,
    *,
    with_music: bool,
    say: Callable[[str], None],
) -> None:
    maker = Studio(settings)
    failures: list[str] = []
    if any(job.stand_in for job in due):
        maker.make_tones(work / _TONES)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        futures = {}
        if with_music:
            futures[pool.submit(_make_music, maker, settings.music, work)] = MUSIC
        for job in due:
            known = entries.get(job.key)
            futures[pool.submit(_make_one, maker, job, work, known)] = job.key
        saved = told = time.monotonic()
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                try:
                    entries[futures[future]] = future.result()
                except SpeechError as error:
                    failures.append(f"{futures[future]}: {error}")
                if time.monotonic() >= saved + _SAVE_EVERY_S:
                    write_manifest(settings.prompts, entries)
                    saved = time.monotonic()
                if time.monotonic() >= told + _TELL_EVERY_S:
                    say(f"{done} of {len(futures)} made")
                    told = time.monotonic()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if failures:
        raise SpeechError("; ".join(sorted(failures)[:3]) + f" ({len(failures)} in all)")


def _make_one(maker: Studio, job: Job, work: Path, known: Entry | None) -> Entry:
    own = work / job.key.replace("/", "_")
    own.mkdir()
    raw = own / "raw.wav"
    if job.recording is not None:
        raw = job.recording
    elif job.stand_in:
        maker.speak(job.spoken, job.voice, own / "spoken.wav")
        maker.mark_stand_in(work / _TONES, own / "spoken.wav", raw)
    else:
        maker.speak(job.spoken, job.voice, raw)
    seconds = maker.finish(raw, own, job.target)
    shutil.rmtree(own)
    recording = job.recording_hash
    same = known is not None and recording != "" and known.recording == recording
    return Entry(
        hash=job.hash,
        # A recording speaks the text of its day, however often it is levelled anew.
        text_hash=known.text_hash if known is not None and same else digest(job.text),
        stand_in=job.stand_in,
        recorded=job.recording is not None,
        seconds=seconds,
        recording=recording,
    )


def _make_music(maker: Studio, folder: Path, work: Path) -> Entry:
    own = work / "music"
    own.mkdir()
    return Entry(
        hash=_music_hash(),
        text_hash="",
        stand_in=False,
        recorded=False,
        seconds=music.compose(maker, own, folder),
    )


def _music_hash() -> str:
    return digest(f"{studio.VERSION}\n{music.VERSION}")


@contextmanager
def _only_one(prompts: Path) -> Iterator[Path]:
    """An empty work folder in `prompts`, for one process at a time; others wait."""
    prompts.mkdir(parents=True, exist_ok=True)
    with (prompts / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        work = prompts / ".work"
        shutil.rmtree(work, ignore_errors=True)  # left by an interrupted run
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
