"""Account: who a phone says it is, and the texts in which baresip wants to be told."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEARD: Final = "heard.wav"  # what the present call's other end said; below the phone's folder
SAY: Final = "say.wav"  # what this phone says
# A control command of baresip 1.1 is cut at 255 characters (ctrl_tcp.c).
_LONGEST: Final = 240
_PLAIN: Final = re.compile(r"[A-Za-z0-9+*._-]{1,64}")
_REGISTRATION_SECONDS: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One SIP identity.

    Attributes:
        user: The user part: a nurse's name, or a caller's number such as +46701234567.
        server: Host and port of the Asterisk.
        password: For the registration; `None` never registers.
        name: The display name that the other end sees.
        domain: Host part of the identity; `None` means that of the server.
    """

    user: str
    server: str
    password: str | None = None
    name: str = ""
    domain: str | None = None

    @classmethod
    def anonymous(cls, server: str) -> "Account":
        """A caller who hides her number (RFC 3323, 4.1.1.3)."""
        return cls(user="anonymous", server=server, name="Anonymous", domain="anonymous.invalid")

    @property
    def address(self) -> str:
        """The address of record."""
        return f"sip:{self.user}@{self.domain or self.server}"

    def uri(self, user: str) -> str:
        """Where to dial to reach `user` at the server.

        Raises:
            ValueError: `user` holds what a dialled number or name does not.
        """
        if not _PLAIN.fullmatch(user):
            raise ValueError("a number or name to dial has letters, digits and +*._- only")
        return f"sip:{user}@{self.server}"

    def line(self) -> str:
        """The account as one line, for baresip's command `uanew`.

        Raises:
            ValueError: A part is not plain enough to be written there, or all is too long.
        """
        if not _PLAIN.fullmatch(self.user):
            raise ValueError("the user has letters, digits and +*._- only")
        if not re.fullmatch(r"[^\"<>\\\x00-\x1f]*", self.name):
            raise ValueError("the display name holds a quote, a bracket or a control character")
        if self.password is not None and not re.fullmatch(r"[\x21-\x7e]+", self.password):
            raise ValueError("the password is not plain ASCII")
        if self.password is not None and re.search(r"[;,\"<>\\]", self.password):
            raise ValueError("the password holds a character that separates fields")
        shown = f'"{self.name}" ' if self.name else ""
        line = f"{shown}<{self.address}>;audio_codecs=pcma;dtmfmode=rtpevent"
        if self.password is None:
            line += ";regint=0"
        else:
            line += f";auth_user={self.user};auth_pass={self.password}"
            line += f";regint={_REGISTRATION_SECONDS}"
        if len(line.encode()) > _LONGEST:
            raise ValueError("name, user and password are too long for baresip")
        return line


def configuration(
    *, address: str, sip_port: int, control_port: int, rtp: tuple[int, int], modules: Path
) -> str:
    """The text of baresip's `config` for one phone with one line and no sound card.

    `address` is what SIP is bound to. RTP cannot be told: libre binds its audio ports to
    every address, and takes the address for the SDP from an interface, for which 127.0.0.2
    does not count. So the SDP always says 127.0.0.1, which Asterisk on the loopback reaches.
    """
    return f"""\
poll_method epoll
sip_listen {address}:{sip_port}
net_interface 127.0.0.1
dns_server 127.0.0.1:9
call_local_timeout 120
call_max_calls 1
audio_player aufile,{HEARD}
audio_source aufile,{SAY}
audio_alert aufile,alert.wav
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
audio_buffer 20-160
rtp_ports {rtp[0]}-{rtp[1]}
rtcp_mux no
jitter_buffer_type fixed
jitter_buffer_delay 1-10
module_path {modules}
module g711.so
module aufile.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control_port}
ringback_disabled yes
statmode_default off
"""
