"""Settings: where this installation keeps its files and on which ports it listens.

Everything comes from the environment, read once in `Settings.from_environment`;
the site's own facts (numbers, languages, nurses) are in the site YAML instead.
"""

import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent

# A unix socket's path fits in 107 bytes (unix(7), sun_path), whatever the clone is called.
_LONGEST_SOCKET_PATH = 100
# What ends or joins file names where Asterisk is told what to play.
_UNPLAYABLE = re.compile(r"[\",&\\;$\r\n]")
_NAME = re.compile(r"[a-z0-9-]{1,20}")
_METRICS = {
    "router": 91,
    "gateway": 92,
    "ivr": 93,
    "standby": 94,
    "worker": 95,
    "reconciler": 96,
}


def _whole(text: str) -> bool:
    """Whether `text` is a whole number in ASCII digits; `"²".isdigit()` is true."""
    return text.isascii() and text.isdigit()


# What Twilio's names look like: https://www.twilio.com/docs/glossary/what-is-a-sid
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_KEY = re.compile(r"SK[0-9a-fA-F]{32}")
# A number that can be answered, or a name of at most 11 letters that cannot (Twilio, "Alphanumeric
# Sender ID").
_SENDER = re.compile(r"\+[1-9][0-9]{6,14}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|[0-9]{3,8}")
_TWILIO = "CALLCENTER_TWILIO_"
_TWILIO_NAMES = ("account", "key", "secret", "from", "base")
# All of them in one, as `callcenter up` hands them on: in hexadecimal no character of a secret
# means anything to supervisord's file (`%`, quotes, ` ;`).
_TWILIO_PACKED = f"{_TWILIO}PACKED"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, kw_only=True)
class TwilioAccount:
    """By whom text messages go out.

    Attributes:
        account: The account's SID.
        user: The account's SID with its token, or an API key's SID with its secret.
        sender: Our number, or a name that cannot be answered.
        base: Where the API is instead of at Twilio: an address on this machine, for tests.
    """

    account: str
    user: str
    secret: str = field(repr=False)
    sender: str
    base: str = ""

    @property
    def answerable(self) -> bool:
        """Whether a patient's answer comes back to us."""
        return not any(letter.isalpha() for letter in self.sender)

    @classmethod
    def of(cls, given: Mapping[str, object]) -> "TwilioAccount":
        """An account from `account`, `key`, `secret`, `from` and `base`.

        Raises:
            ValueError: Something is missing or of no use; the text quotes nothing.
        """
        known = {name: given.get(name) or "" for name in ("account", "key", "secret", "from")}
        base = given.get("base") or ""
        if set(given) - {*known, "base"} or not all(
            isinstance(value, str) for value in (*known.values(), base)
        ):
            raise ValueError("Twilio: give account, key, secret and from, as texts")
        account, key, secret, sender = (str(value) for value in known.values())
        if not _ACCOUNT.fullmatch(account):
            raise ValueError("Twilio: the account is AC and 32 hexadecimal digits")
        if key and not _KEY.fullmatch(key):
            raise ValueError("Twilio: the key is SK and 32 hexadecimal digits")
        if not 8 <= len(secret) <= 200 or not secret.isascii() or not secret.isprintable():
            raise ValueError("Twilio: the secret is missing, or none")
        if not _SENDER.fullmatch(sender):
            raise ValueError("Twilio: the sender is a number like +46..., or at most 11 letters")
        if base and urlsplit(str(base)).hostname not in _LOOPBACK:
            raise ValueError("Twilio: the base is for tests, and on this machine")
        return cls(
            account=account, user=key or account, secret=secret, sender=sender, base=str(base)
        )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are.

    Attributes:
        home: The private folder: programs, prompts, keys, journal, logs. Mode 0700.
        site: The site YAML.
        host: The address that SIP and RTP listen on; AMI, AGI and metrics are always loopback.
        port_base: First of the block of 100 ports that the service uses.
        rtp_start: First of `rtp_count` UDP ports for audio.
        redis_url: A Redis of the operator's own; `None` means that we run a private one.
        shard: Name of the shard, the hash tag of all its Redis keys.
        node: Name of the Asterisk node beside this gateway.
    """

    home: Path = ROOT / "var"
    site: Path = ROOT / "deploy" / "site" / "demo.yaml"
    host: str = "127.0.0.1"
    port_base: int = 15000
    rtp_start: int = 20000
    rtp_count: int = 4400
    redis_url: str | None = None
    shard: str = "sthlm"
    node: str = "node1"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read `CALLCENTER_*`.

        Raises:
            ValueError: A port is not a number between 1024 and 65435, or a value is of no use.
        """
        home = Path(env.get("CALLCENTER_HOME") or cls.home).absolute()
        if _UNPLAYABLE.search(str(home)):
            raise ValueError("CALLCENTER_HOME: Asterisk plays no file in a folder with such a name")
        base = env.get("CALLCENTER_PORT_BASE", str(cls.port_base))
        if not _whole(base) or not 1024 <= int(base) <= 65435:
            raise ValueError("CALLCENTER_PORT_BASE: give a number between 1024 and 65435")
        rtp = env.get("CALLCENTER_RTP_START", str(cls.rtp_start))
        count = env.get("CALLCENTER_RTP_COUNT", str(cls.rtp_count))
        if not _whole(count) or not 2 <= int(count) <= 60_000:
            raise ValueError("CALLCENTER_RTP_COUNT: give a number between 2 and 60000")
        highest = 65_536 - int(count)
        if not _whole(rtp) or not 1024 <= int(rtp) <= highest:
            raise ValueError(f"CALLCENTER_RTP_START: give a number between 1024 and {highest}")
        names = {name: env.get(f"CALLCENTER_{name}", "") for name in ("NODE", "SHARD")}
        for name, value in names.items():
            if value and not _NAME.fullmatch(value):
                raise ValueError(f"CALLCENTER_{name}: give 1 to 20 of a-z, 0-9 and -")
        return cls(
            home=home,
            site=Path(env.get("CALLCENTER_SITE") or cls.site).absolute(),
            host=env.get("CALLCENTER_HOST", cls.host),
            port_base=int(base),
            rtp_start=int(rtp),
            rtp_count=int(count),
            redis_url=env.get("CALLCENTER_REDIS_URL") or None,
            shard=names["SHARD"] or cls.shard,
            node=names["NODE"] or cls.node,
        )

    def to_environment(self) -> dict[str, str]:
        """The variables from which `from_environment` makes these settings again."""
        return {
            "CALLCENTER_HOME": str(self.home),
            "CALLCENTER_SITE": str(self.site),
            "CALLCENTER_HOST": self.host,
            "CALLCENTER_PORT_BASE": str(self.port_base),
            "CALLCENTER_RTP_START": str(self.rtp_start),
            "CALLCENTER_RTP_COUNT": str(self.rtp_count),
            "CALLCENTER_REDIS_URL": self.redis_url or "",
            "CALLCENTER_SHARD": self.shard,
            "CALLCENTER_NODE": self.node,
        }

    @property
    def programs(self) -> Path:
        """The private prefix with Asterisk and the other programs."""
        return self.home / "programs"

    @property
    def run(self) -> Path:
        """Configuration rendered for this run, sockets, pid files, logs."""
        return self.home / "run"

    @property
    def data(self) -> Path:
        """What must survive a restart: journal, archive, keys, secrets."""
        return self.home / "data"

    @property
    def prompts(self) -> Path:
        """Rendered speech: `prompts/<language>/<prompt>.wav`."""
        return self.home / "prompts"

    @property
    def music(self) -> Path:
        """Files that a waiting caller hears."""
        return self.home / "music"

    @property
    def sip_port(self) -> int:
        return self.port_base + 60

    @property
    def ami_port(self) -> int:
        return self.port_base + 38

    @property
    def agi_port(self) -> int:
        return self.port_base + 73

    def metrics_port(self, process: str) -> int:
        """The loopback port of `/metrics` of one process.

        Raises:
            KeyError: There is no such process.
        """
        return self.port_base + _METRICS[process]

    @property
    def accepted_policy(self) -> Path:
        """What the accepted site means to the ACD; beside the site's copy (`accepted.keep`)."""
        return self.run / "site.json"

    @property
    def twilio_file(self) -> Path:
        """Text messages' account, if it is not in the environment. Mode 0600."""
        return self.data / "twilio.json"

    def twilio(self, env: Mapping[str, str] = os.environ) -> TwilioAccount | None:
        """The account for text messages, from `CALLCENTER_TWILIO_*` or the file; `None`: off.

        Raises:
            ValueError: It is half an account, or others may read the file; quotes nothing.
        """
        given = _twilio_given(env)
        if any(given.values()):
            return TwilioAccount.of(given)
        try:
            with self.twilio_file.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                text = file.read(10_000)
        except FileNotFoundError:
            return None
        except OSError:
            raise ValueError("Twilio: the file cannot be read") from None
        if mode & 0o077:
            raise ValueError("Twilio: others may read the file: chmod 600")
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError("Twilio: the file is not JSON")
        return TwilioAccount.of(found)

    @property
    def redis_socket(self) -> Path:
        """The private Redis listens here and nowhere else; its folder has mode 0700."""
        path = self.run / "redis.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"callcenter-{os.getuid()}-{name}" / "redis.sock"


def _twilio_given(env: Mapping[str, str]) -> Mapping[str, object]:
    packed = env.get(_TWILIO_PACKED)
    if not packed:
        return {name: env.get(f"{_TWILIO}{name.upper()}", "") for name in _TWILIO_NAMES}
    try:
        found = json.loads(bytes.fromhex(packed))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"Twilio: {_TWILIO_PACKED} is not for people to set")
    return found


def with_account_alone(env: Mapping[str, str]) -> dict[str, str]:
    """What whoever sends text messages is told of the account in `env`: one variable, or none."""
    try:
        given = {name: value for name, value in _twilio_given(env).items() if value}
    except ValueError:
        return {_TWILIO_PACKED: "-"}  # broken, and to be called so
    return {_TWILIO_PACKED: json.dumps(given).encode().hex()} if given else {}


def without_account(env: Mapping[str, str]) -> dict[str, str]:
    """`env` as everybody else may have it."""
    return {name: value for name, value in env.items() if not name.startswith(_TWILIO)}
