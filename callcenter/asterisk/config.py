"""Config: Asterisk's configuration, rendered from `deploy/asterisk/` and the site."""

import os
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.asterisk.ivr_runner import SILENCE_S
from callcenter.credentials import Credentials, load_credentials
from callcenter.provision.programs import AsteriskDirectories, asterisk_directories, find
from callcenter.settings import ROOT, Settings
from callcenter.site import Site

TEMPLATES: Final = ROOT / "deploy" / "asterisk"

# Carried by every AMI event of a channel (manager.conf, channelvars).
CHANNEL_VARIABLES: Final = (
    "CC_CONTACT", "CC_ARRIVED", "CC_ENTRY", "CC_CLASS", "CC_PHASE", "CC_LANG", "CC_OFFER",
    "CC_NURSE", "CC_PRIVATE", "CC_WANTED", "CC_SPOKEN", "CC_THERE",
)  # fmt: skip

# What the translator reads; everything else stays inside Asterisk (manager.conf, eventfilter).
EVENT_NAMES: Final = (
    "FullyBooted", "Shutdown", "Newchannel", "Hangup", "DialBegin", "BridgeEnter", "BridgeLeave",
    "UserEvent", "DeviceStateChange", "DeviceStateListComplete", "CoreShowChannel",
    "CoreShowChannelsComplete", "QueueMember",
)  # fmt: skip

DEAD_AFTER_S: Final = 15

# How long a caller in line with whom nobody could speak hears music before the next try.
_RETRY_TELLING_S: Final = 30
_TRANSFER_S: Final = 45

# How a nurse's leg ends whose phone or line died (Q.850: out of order, network out of order,
# temporary failure, congestion, unavailable, a timer); a BYE gives 16.
_LOST_CAUSES: Final = (27, 38, 41, 42, 44, 102)


def etc(settings: Settings) -> Path:
    """The folder of the rendered configuration."""
    return settings.run / "asterisk" / "etc"


def transfers_at_once(site: Site) -> int:
    """How many callers may be connected to numbers outside at a time; each takes a second leg."""
    if not any(entry.transfers for entry in site.entry_points.values()):
        return 0
    return max(1, site.most_callers // 40)


def patients_at_once(site: Site) -> int:
    """How many patients of callbacks are on the phone at most.

    One with each nurse; whoever is rung before there is a nurse is so for one who is about to be
    free. The two halves of the Local channel between them have no ports.
    """
    return len(site.nurses) if site.callbacks is not None else 0


def callers_at_once(settings: Settings, site: Site) -> tuple[int, int]:
    """How many callers this node takes, and how many more of a class that is never refused.

    A channel has two ports for its audio (RTP and RTCP), and each nurse's phone may be one: a
    caller who is answered and finds no port would be lost, and a nurse could not be rung.
    """
    reserve = max(1, site.most_callers // 20)
    taken = len(site.nurses) + transfers_at_once(site) + patients_at_once(site)
    room = settings.rtp_count // 2 - taken
    return max(1, min(site.most_callers, room - reserve)), reserve


def write_config(settings: Settings, site: Site) -> Path:
    """Render everything; the path of asterisk.conf. The files are readable by us alone.

    Raises:
        MissingProgram: There is no Asterisk here.
        OSError: A file cannot be written.
    """
    directories = asterisk_directories(find("asterisk", settings))
    secrets = load_credentials(settings.data, [nurse.id for nurse in site.nurses])
    folder = etc(settings)
    for path in (
        folder,
        settings.redis_socket.parent,
        folder.parent / "spool",
        folder.parent / "log",
        settings.data / "asterisk" / "agi-bin",
    ):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in rendered(settings, site, directories, secrets).items():
        _write(folder / name, text)
    return folder / "asterisk.conf"


def rendered(
    settings: Settings, site: Site, directories: AsteriskDirectories, secrets: Credentials
) -> dict[str, str]:
    """Every file's name and text."""
    folder = etc(settings)
    home = folder.parent
    lib = settings.data / "asterisk"
    most, reserve = callers_at_once(settings, site)
    values = {
        "etc": folder, "modules": directories.modules, "data": directories.data, "lib": lib,
        "spool": home / "spool", "run": settings.redis_socket.parent, "log": home / "log",
        "host": settings.host, "sip_port": settings.sip_port, "ami_port": settings.ami_port,
        "agi_port": settings.agi_port, "rtp_start": settings.rtp_start,
        "rtp_end": settings.rtp_start + settings.rtp_count - 1,
        "music": settings.music, "prompts": settings.prompts, "node": settings.node,
        "secrets": secrets.ami, "channel_variables": CHANNEL_VARIABLES,
        "event_names": EVENT_NAMES, "dead_after": DEAD_AFTER_S,
        "numbers": site.numbers, "addresses": site.addresses, "outbound": site.outbound,
        "main_number": site.main_number, "transfer_seconds": _TRANSFER_S,
        "most_transfers": transfers_at_once(site), "retry_telling": _RETRY_TELLING_S,
        "entry_points": list(site.entry_points.values()),
        "default_language": site.choices[0].language, "pause_reasons": site.pause_reasons,
        "trunk_addresses": site.trunk_addresses, "ring_seconds": site.ring // 1000,
        "wrap_up_seconds": site.wrap_up // 1000, "short_talk_ms": site.short_talk,
        "agi_silence": SILENCE_S, "lost_causes": "|".join(f"^{cause}$" for cause in _LOST_CAUSES),
        "most_callers": most, "callers_reserve": reserve, "never_refused": site.never_refused,
        "surge_messages": {str(s.level): s.message for s in site.surge.steps if s.message},
        "nurses": [{"id": n.id, "secret": secrets.nurses[n.id]} for n in site.nurses],
    }  # fmt: skip
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  not HTML; every value was checked by the site's reader
    )
    return {
        template.stem: environment.get_template(template.name).render(values)
        for template in sorted(TEMPLATES.glob("*.j2"))
    }


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    fresh.replace(path)
