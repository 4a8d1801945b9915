"""Text findings: whether patients get text messages, and if not, why.

Two have to want it: the site (`callbacks.texts`), and whoever gives the account.
"""

import msgspec

from callcenter.provision.finding import Finding
from callcenter.settings import Settings

_PART = "text messages"


class _Callbacks(msgspec.Struct, frozen=True):
    texts: bool = False


class _Policy(msgspec.Struct, frozen=True):
    """Of the accepted policy what is asked here."""

    callbacks: _Callbacks | None = None


def text_finding(settings: Settings) -> Finding:
    """Off, on or broken. Nothing is sent to find out, and no secret is shown."""
    where = "CALLCENTER_TWILIO_*"
    if settings.twilio_file.exists():
        where += f" or {settings.twilio_file}"
    wanted = _wanted(settings)
    try:
        account = settings.twilio()
    except ValueError as error:
        return Finding(
            part=_PART,
            version="broken: they wait",
            where=where,
            level="warning",
            mend=str(error),
        )
    if account is None:
        return Finding(
            part=_PART,
            version="no account, the site sends some (callbacks.texts)" if wanted else "off",
            where=where,
            level="warning" if wanted else "ok",
            mend=f"{'' if wanted else 'optional: '}an account in the environment, or in "
            f"'{settings.twilio_file}'",
        )
    if wanted is None:
        return Finding(
            part=_PART,
            version="account set, no site is in force yet",
            where=where,
            mend="`callcenter up`, then look again",
        )
    if not wanted:
        return Finding(
            part=_PART,
            version="account set, the site sends none (callbacks.texts)",
            where=where,
            mend="optional: `texts: true` below `callbacks:` in the site, then `callcenter site"
            " reload`",
        )
    if not account.answerable:
        return Finding(
            part=_PART,
            version="on; nobody can cancel by reply",
            where=where,
            mend="optional: send from a number rather than from a name",
        )
    return Finding(part=_PART, version="on", where=where)


def _wanted(settings: Settings) -> bool | None:
    """Whether the accepted site sends text messages; `None`: none was accepted yet."""
    try:
        policy = msgspec.json.decode(settings.accepted_policy.read_bytes(), type=_Policy)
    except (OSError, msgspec.DecodeError):
        return None
    return policy.callbacks is not None and policy.callbacks.texts
