"""Times as people read them: Stockholm's clock, and spans in minutes and seconds."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from callcenter.acd.ids import Millis

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def clock_time(instant: Millis) -> str:
    """`09:41:07`, in Stockholm; on the night of the clock change with its offset."""
    local = datetime.fromtimestamp(instant / 1000, UTC).astimezone(STOCKHOLM)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return local.strftime("%H:%M:%S" + (" %Z" if twice else ""))


def span(length: Millis) -> str:
    """`3:07`, or `1:02:03` from an hour on."""
    seconds = max(0, length) // 1000
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
