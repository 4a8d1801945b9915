"""Jobs: what RQ calls, by these names. The work, and why it is done so, is elsewhere."""

from callcenter.worker.check import check
from callcenter.worker.replies import replies
from callcenter.worker.texting import send_text

__all__ = ["check", "replies", "send_text"]
