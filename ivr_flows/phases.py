"""Phases: when a flow runs, and what can stand in it then.

entry (before the line) --> line (visits to somebody who waits) --> after (the call)
"""

from typing import Final

PHASES: Final = ("entry", "line", "after")

# Kinds of steps that make no sense in every phase.
STEPS: Final = {
    "enqueue": ("entry",),
    "transfer": ("entry",),
    "look": ("line",),
    "tell": ("line",),
    "number": ("line",),
    "keep": ("line",),
    "later": ("line",),
    "set": ("entry", "line"),
    "survey": ("after",),
}

# The same for what a flow branches on.
BRANCHES: Final = {
    "hours": ("entry", "line"),
    "wait": ("line",),
    "news": ("line",),
    "offer": ("line",),
    "visit": ("line",),
    "turn": ("line",),
    "key": ("line",),
    "told": ("line",),
    "sampled": ("after",),
}
