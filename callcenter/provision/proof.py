"""Proof: does a program really run here, and do what we need of it?

A version alone proves little: eSpeak NG tells its own without its voices, and SoX without
being able to write a file.
"""

import os
import struct
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Final

from callcenter.provision import host
from callcenter.provision.catalog import KINDS
from callcenter.provision.programs import Program, asterisk_directories, baresip_modules

# Languages that eSpeak NG has a voice for; it has none for Somali.
VOICES: Final = ("sv", "fi", "en", "ar")
# Without these no call is set up, recorded in the log or heard.
_ASTERISK_MODULES: Final = (
    "res_pjsip.so",
    "res_agi.so",
    "app_dial.so",
    "app_confbridge.so",
    "res_musiconhold.so",
    "codec_alaw.so",
    "format_wav.so",
)
_BARESIP_MODULES: Final = (
    "account.so",
    "menu.so",
    "ctrl_tcp.so",
    "aufile.so",
    "sndfile.so",
    "ausine.so",
    "g711.so",
)
_SECONDS: Final = 20.0


class Unproven(Exception):
    """The program does not do what we need of it; the text is a clause that says what."""


def prove(program: Program) -> str:
    """Run `program`; the version that it tells.

    Raises:
        Unproven: It does not start, is too old, or lacks something that we use.
        MissingProgram: A host's program keeps its modules where we do not look.
    """
    kind = KINDS[program.name]
    version = host.ask(kind, program.command(*kind.asks), program.environment())
    if not version:
        raise Unproven(f"{program.name} does not start")
    if objection := kind.objection(version):
        raise Unproven(f"{program.name} {version} will not do: {objection}")
    if program.name == "asterisk":
        _has(asterisk_directories(program).modules, _ASTERISK_MODULES)
    elif program.name == "baresip":
        _has(baresip_modules(program), _BARESIP_MODULES)
    elif program.name == "espeak-ng":
        _speaks(program)
    elif program.name == "sox":
        _converts(program)
    return version


def _has(folder: Path, modules: tuple[str, ...]) -> None:
    for module in modules:
        if not (folder / module).is_file():
            raise Unproven(f"{module} is not in {folder}")


def _speaks(program: Program) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for voice in VOICES:
            file = Path(folder) / f"{voice}.wav"
            _run(program, "-v", voice, "-w", str(file), "1177")
            if not file.exists() or file.stat().st_size < 1000:
                raise Unproven(f"espeak-ng has no voice for {voice}")


def _converts(program: Program) -> None:
    """One tenth of a second at 16 kHz in stereo must become telephone sound."""
    with tempfile.TemporaryDirectory() as folder:
        studio, phone = Path(folder) / "studio.wav", Path(folder) / "phone.wav"
        with wave.open(str(studio), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(16000)
            file.writeframes(struct.pack("<2h", 1000, -1000) * 1600)
        _run(program, str(studio), "-r", "8000", "-c", "1", "-b", "16", str(phone))
        try:
            with wave.open(str(phone), "rb") as file:
                shape = (file.getframerate(), file.getnchannels(), file.getsampwidth())
                frames = file.getnframes()
        except (OSError, EOFError, wave.Error):
            raise Unproven("sox does not write a wav file") from None
        if shape != (8000, 1, 2) or not 790 <= frames <= 810:
            raise Unproven("sox does not make 8 kHz mono 16 bit sound")


def _run(program: Program, *arguments: str) -> None:
    try:
        done = subprocess.run(
            program.command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, **program.environment()},
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unproven(f"{program.name} does not run ({type(error).__name__})") from None
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise Unproven(f"{program.name}: {words[-1] if words else f'exit {done.returncode}'}")
