"""Actor: who gives a command, and the commands' way into the journal.

Whoever may open the socket (mode 0700) is an operator; the event says which one.
"""

import os
import pwd
import re
from typing import Final

from callcenter.acd.events import AnyEvent
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.router.follower import Follower
from callcenter.settings import Settings
from callcenter.store import connect

_PUBLISHED_WITHIN_S: Final = 5.0
# It enters the journal for good: a word, and nothing that could be a number or a name.
_WORD: Final = re.compile(r"[a-z][a-z_]{0,30}")


def user() -> str:
    """Who asks, by the operating system; the environment could say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid{os.getuid()}"  # a container may run as a user without a name


def actor() -> str:
    """As an event names the one who asks."""
    return f"cli:{user()}"


def word(why: str, option: str = "--why") -> str:
    """`why`, if it may enter the journal.

    Raises:
        ValueError: It is not one plain word.
    """
    if not _WORD.fullmatch(why):
        raise ValueError(f"{option}: one word of small letters, no number")
    return why


def tell(settings: Settings, event: AnyEvent) -> None:
    """Publish `event`; returns once the router has gone past it.

    Raises:
        ValueError: It has not, in time.
    """
    journal = Journal(connect(settings), settings.shard, f"cli-{user()}")
    if not publish(journal, event, _PUBLISHED_WITHIN_S):
        raise ValueError("the router has not taken it yet; `callcenter watch` shows when it does")


def follow(settings: Settings) -> Follower:
    """The fold as it is now."""
    client = connect(settings)
    follower = Follower(client, settings.shard, Journal(client, settings.shard, "cli"))
    follower.rebuild()
    return follower
