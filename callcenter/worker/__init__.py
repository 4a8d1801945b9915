"""Worker: what need not happen in the moment (text messages, the independent check), by RQ."""

import os
from typing import Final

PREFIX: Final = "{rq}"
"""Before all of RQ's keys. The braces keep them in one slot of a cluster."""

os.environ["RQ_KEY_PREFIX"] = PREFIX  # RQ reads it when it is imported
