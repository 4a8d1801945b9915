"""How soon does the IVR answer a key, with 400 callers in it at once?

Real SIP and RTP on the loopback: SIPp's callers walk, repeat, press wrong keys and press ahead
(SIP INFO); among them are callers who press by RFC 4733 and note the moment of every packet. A
key is answered by the first packet of the prompt that follows it, found in the received audio
by its sound. Everything runs on this machine, the callers too.
"""

import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callcenter.softphone.dial import CARRIER
from callcenter.softphone.sipp import Scenario, SippRun
from ops.bench.ears import RATE, Ears, read
from ops.bench.ivr.caller import NoAnswer
from ops.bench.ivr.ground import IvrGround
from ops.bench.ivr.measuring import Measured, call
from ops.bench.ivr.people import LANGUAGES, Plan, crowd, measured
from ops.bench.ivr.witness import Witness
from ops.bench.race.witness import rank

AT_ONCE: Final = 400
_EXTEN: Final = "1177"
_IN_CALL: Final = 470  # of whom some hear music already
_CALLS: Final = 4_000  # more than come
_RATE: Final = 18.0  # new calls a second, at most
# A-law silence of 0.4 s, as in the race: Asterisk's Answer() waits for a phone's first packet.
# To send on for the whole call would cost this machine as much as the service itself; the
# measured callers do.
_HUSH: Final = b"\xd5" * 3_200
_MEASURED_AT_ONCE: Final = 20
_KEYS: Final = 330  # at least so many are measured
_FULL_WITHIN_S: Final = 90.0
_MEASURED_FOR_S: Final = 180.0
_RUN_S: Final = 420
_REST_S: Final = 70.0  # longer than the longest call
# What the measured callers can hear; to look for all prompts in all languages takes minutes.
_HEARD: Final = (
    "welcome", "emergency", "menu-choice", "other-language", "sign-or-text", "wrong-key",
    "in-line", "red-flag", "red-flag-112", "wait-unknown", "recording",
)  # fmt: skip
_OURS: Final = ("router", "standby", "gateway", "ivr")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """The service at one moment; memory is resident, in kB."""

    at: float
    dialogues: int
    calls: int
    ivr_kb: int
    asterisk_kb: int


class Watch:
    """Looks at the service once a second, as a context.

    Attributes:
        looks: What was seen so far.
    """

    def __init__(self, ground: IvrGround) -> None:
        self.looks: list[Look] = []
        self._ground = ground
        self._pids = {name: ground.pid(name) for name in ("ivr", "asterisk")}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self.looks.append(self._look())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def full(self) -> bool:
        """Whether as many are in the IVR as there should be."""
        return self.looks[-1].dialogues >= AT_ONCE

    def _run(self) -> None:
        while not self._done.wait(1.0):
            self.looks.append(self._look())

    def _look(self) -> Look:
        return Look(
            at=time.time(),
            dialogues=self._ground.dialogues(),
            calls=self._ground.calls_now(),
            ivr_kb=_resident_kb(self._pids["ivr"]),
            asterisk_kb=_resident_kb(self._pids["asterisk"]),
        )


def measure() -> dict[str, float | int | None]:
    """One run; milliseconds and kilobytes, but for the counts."""
    with (
        tempfile.TemporaryDirectory(prefix="ivr-") as folder,
        IvrGround(Path(folder) / "home") as ground,
    ):
        prompts = ground.settings.prompts
        ears = Ears.of(prompts, LANGUAGES.values(), _HEARD)
        load, probes = crowd(_CALLS), measured(1_000, _question_s(prompts))
        call(ground.server, _EXTEN, probes[0])  # the first call of all loads what all share
        witness = Witness((*load, *probes))
        ground.on_event = witness.tell
        before = ground.cpu_ms()
        with Watch(ground) as watch, _crowd(ground, load) as run:
            _until_full(watch)
            began = time.time()
            calls, unanswered = _measure(ground, iter(probes[1:]))
            ended = time.time()
            os.kill(run.pid, signal.SIGUSR1)  # no new calls; those that are, end as planned
            result = run.wait(_REST_S)
        time.sleep(2)  # until the last events have come
        after = ground.cpu_ms()
        flows_failed = ground.flows_failed()
    answers = [answer for each in calls for answer in each.answers_s(ears)]
    ahead = [each for each in calls if each.plan.ahead]
    for why in (lost := witness.lost)[:10]:
        print(f"  failed: {why}", flush=True)
    window = [look for look in watch.looks if began <= look.at <= ended]
    rest, fullest = watch.looks[0], max(window, key=lambda look: look.dialogues)
    arrived = witness.arrived
    heard = [answer for answer in answers if answer is not None]
    return {
        "key_to_next_prompt_ms_p50": rank(heard, 0.5),
        "key_to_next_prompt_ms_p90": rank(heard, 0.9),
        "key_to_next_prompt_ms_p99": rank(heard, 0.99),
        "key_to_next_prompt_ms_most": rank(heard, 1.0),
        "keys_measured": len(heard),
        "keys_lost": len(answers) - len(heard),
        "keys_ahead": sum(len(each.presses) for each in ahead),
        "memory_kb_per_caller": _growth(rest.ivr_kb, fullest.ivr_kb, fullest.dialogues),
        "asterisk_memory_kb_per_caller": _growth(
            rest.asterisk_kb, fullest.asterisk_kb, fullest.calls
        ),
        "failed": len(lost) + result.failed + unanswered + flows_failed,
        "callers": arrived,
        "callers_at_once": min(look.dialogues for look in window),
        "callers_at_once_most": fullest.dialogues,
        "calls_at_once_most": max(look.calls for look in window),
        "cpu_ms_a_caller": _share(before, after, _OURS, arrived),
        "asterisk_cpu_ms_a_caller": _share(before, after, ("asterisk",), arrived),
        "seconds": round(ended - began, 1),
    }


def _crowd(ground: IvrGround, plans: list[Plan]) -> SippRun:
    scenario = Scenario(
        name="ivr_caller", rows=[plan.row() for plan in plans], service=_EXTEN,
        calls=len(plans), rate=_RATE, at_once=_IN_CALL, files={"hush.al": _HUSH}, seconds=_RUN_S,
    )  # fmt: skip
    return SippRun(scenario, target=ground.server, address=CARRIER)


def _until_full(watch: Watch) -> None:
    deadline = time.monotonic() + _FULL_WITHIN_S
    while not watch.full:
        if time.monotonic() > deadline:
            raise RuntimeError(f"there were never {AT_ONCE} callers in the IVR at once")
        time.sleep(0.5)


def _measure(ground: IvrGround, plans: Iterator[Plan]) -> tuple[list[Measured], int]:
    """Call after call until enough keys are measured; the calls, and how many had no answer."""
    done: list[Measured] = []
    unanswered: list[Plan] = []
    lock = threading.Lock()
    deadline = time.monotonic() + _MEASURED_FOR_S

    def one_after_another() -> None:
        while time.monotonic() < deadline and sum(len(each.presses) for each in done) < _KEYS:
            with lock:
                plan = next(plans)
            try:
                done.append(call(ground.server, _EXTEN, plan))
            except (NoAnswer, TimeoutError) as error:
                print(f"  failed: {error}", flush=True)
                unanswered.append(plan)

    with ThreadPoolExecutor(_MEASURED_AT_ONCE) as pool:
        for work in [pool.submit(one_after_another) for _ in range(_MEASURED_AT_ONCE)]:
            work.result()
    return done, len(unanswered)


def _question_s(prompts: Path) -> dict[str, float]:
    """How long in each language it takes until the caller is asked whether it is urgent."""
    return {
        language: sum(
            len(read(prompts / language / f"{prompt}.wav")) for prompt in ("in-line", "emergency")
        ) / RATE
        for language in LANGUAGES.values()
    }  # fmt: skip


def _growth(rest_kb: int, full_kb: int, callers: int) -> float:
    return round((full_kb - rest_kb) / callers, 1)


def _share(
    before: dict[str, float], after: dict[str, float], names: tuple[str, ...], callers: int
) -> float:
    return round(sum(after[name] - before[name] for name in names) / callers, 2)


def _resident_kb(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    if found is None:
        raise RuntimeError("a process of the service has ended")
    return int(found[1])
