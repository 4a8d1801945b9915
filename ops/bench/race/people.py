"""People: the callers and nurses of the race. Real SIP on the loopback, by SIPp."""

from collections.abc import Iterator
from contextlib import contextmanager

from callcenter.softphone.dial import CARRIER
from callcenter.softphone.sipp import Scenario, SippRun
from ops.bench.race.ground import MENU, Ground
from ops.bench.registered import registered

_NURSES_PORT = 26_990

# A-law silence of 0.4 s. Asterisk's Answer() waits half a second for a phone's first packet.
_HUSH = b"\xd5" * 3_200


@contextmanager
def nurses(ground: Ground) -> Iterator[SippRun]:
    """Every nurse's phone registered, for as long as the context lasts."""
    listening = Scenario(name="race_nurse", seconds=3_600)
    with (
        SippRun(listening, target=ground.server, address="127.0.0.1", port=_NURSES_PORT) as phones,
        registered(ground.server, ground.nurses, ground.secrets.nurses, _NURSES_PORT),
    ):
        yield phones


def callers(ground: Ground, exten: str, calls: int, rate: float) -> SippRun:
    """`calls` callers of `exten` at random moments, `rate` a second on the average."""
    scenario = Scenario(
        name="race_caller", rows=[(f"+4670174{number:04}",) for number in range(500)],
        service=exten, calls=calls, rate=rate, seconds=300, files={"hush.al": _HUSH},
    )  # fmt: skip
    return SippRun(scenario, target=ground.server, address=CARRIER)


def crowd(ground: Ground, count: int) -> SippRun:
    """`count` callers in the language menu at any time; who hangs up is followed by another."""
    stay_s = 30.0  # shorter than the menu
    scenario = Scenario(
        name="caller", rows=[(f"+4670200{number:04}", "") for number in range(500)],
        service=MENU, rate=count / stay_s, at_once=count, hold_seconds=stay_s - 1,
        variables={"key_ms": 1_000}, seconds=300,
    )  # fmt: skip
    return SippRun(scenario, target=ground.server, address=CARRIER)
