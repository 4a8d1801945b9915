"""Rendering every prompt of the catalog, and the music, into the private folder.

A recording in `recordings/<language>/<prompt>.wav` wins over the synthetic voice. What has
not changed is left alone; what an interrupted run did not finish is done by the next.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from callcenter.settings import Settings
from callcenter.speech import music, studio
from callcenter.speech.jobs import Job, digest, is_done, plan
from callcenter.speech.manifest import Entries, Entry, read_manifest, write_manifest
from callcenter.speech.studio import SpeechError, Studio
from ivr_flows.prompts import load_catalog

MUSIC = f"music/{music.NAME}"


def render(settings: Settings, say: Callable[[str], None]) -> None:
    """Make every prompt and the music that is missing or has changed.

    Args:
        say: Told what is going on, one line at a time.

    Raises:
        SpeechError: Something could not be made; everything else was.
        MissingProgram: espeak-ng or sox is not installed, and something has to be made.
        OSError: The disk is full or a folder cannot be written.
    """
    with _only_one(settings.prompts) as work:
        entries = read_manifest(settings.prompts)
        jobs = plan(settings, load_catalog())
        wanted = {job.key for job in jobs} | {MUSIC}
        entries = {key: entry for key, entry in entries.items() if key in wanted}
        due = [job for job in jobs if not is_done(job.target, job.hash, entries.get(job.key))]
        with_music = not is_done(settings.music / music.NAME, _music_hash(), entries.get(MUSIC))
        if due or with_music:
            say(f"rendering {len(due)} of {len(jobs)} prompts" + " and music" * with_music)
            _make(settings, due, with_music, entries, work)
        write_manifest(settings.prompts, entries)
        stand_ins = sum(entry.stand_in for entry in entries.values())
        say(f"prompts ready; {stand_ins} are stand-ins that wait for a recording")


def _make(
    settings: Settings, due: list[Job], with_music: bool, entries: Entries, work: Path
) -> None:
    maker = Studio(settings)
    failures: list[str] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        futures = {}
        if with_music:
            futures[pool.submit(_make_music, maker, settings.music, work)] = MUSIC
        for job in due:
            futures[pool.submit(_make_one, maker, job, work)] = job.key
        try:
            for future in as_completed(futures):
                try:
                    entries[futures[future]] = future.result()
                    write_manifest(settings.prompts, entries)
                except SpeechError as error:
                    failures.append(f"{futures[future]}: {error}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if failures:
        raise SpeechError("; ".join(sorted(failures)[:3]) + f" ({len(failures)} in all)")


def _make_one(maker: Studio, job: Job, work: Path) -> Entry:
    own = work / job.key.replace("/", "_")
    own.mkdir()
    raw = own / "raw.wav"
    if job.recording is not None:
        raw = job.recording
    elif job.stand_in:
        maker.speak(job.spoken, job.voice, own / "spoken.wav")
        maker.mark_stand_in(own / "spoken.wav", raw)
    else:
        maker.speak(job.spoken, job.voice, raw)
    return Entry(
        hash=job.hash,
        text_hash=digest(job.text),
        stand_in=job.stand_in,
        recorded=job.recording is not None,
        seconds=maker.finish(raw, own, job.target),
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
