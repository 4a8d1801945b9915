"""Text findings: whether patients get text messages, and if not, why."""

from callcenter.provision.finding import Finding
from callcenter.settings import Settings

_PART = "text messages"


def text_finding(settings: Settings) -> Finding:
    """Off, on or broken. Nothing is sent to find out, and no secret is shown."""
    where = "CALLCENTER_TWILIO_*"
    if settings.twilio_file.exists():
        where += f" or {settings.twilio_file}"
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
            version="off",
            where=where,
            mend=f"optional: an account in the environment, or in '{settings.twilio_file}'",
        )
    if not account.answerable:
        return Finding(
            part=_PART,
            version="on; nobody can cancel by reply",
            where=where,
            mend="optional: send from a number rather than from a name",
        )
    return Finding(part=_PART, version="on", where=where)
