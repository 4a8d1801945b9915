"""Note: what is known about the sending of one text. In Redis, so that it outlives a crash.

The journal says what is owed and what became of it. Between the two lies the moment when the
carrier may or may not have taken the text; whoever tries writes the note *before* it.
"""

import secrets
from typing import Any, Final

import msgspec

from callbacks.callback import TextKind
from callcenter.worker import PREFIX

_KEEP_MS: Final = 7 * 86_400_000
_FIELDS: Final = ("tries", "until", "doubt", "since", "next")

# KEYS: note. ARGV: token, lease in ms, how long it is kept in ms.
_BEGIN: Final = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if tonumber(redis.call('HGET', KEYS[1], 'until') or '0') > now then return {} end
local doubt = redis.call('HGET', KEYS[1], 'doubt') or '0'
redis.call('HSETNX', KEYS[1], 'since', now)
redis.call('HINCRBY', KEYS[1], 'tries', 1)
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'until', now + ARGV[2], 'doubt', 1, 'next', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {
  redis.call('HGET', KEYS[1], 'tries'), doubt, redis.call('HGET', KEYS[1], 'since'),
  redis.call('HGET', KEYS[1], 'said') or '',
}
"""

# KEYS: note. ARGV: token, hash of the words.
_SAY: Final = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local said = redis.call('HGET', KEYS[1], 'said') or ''
if not string.find(said, ARGV[2], 1, true) then
  redis.call('HSET', KEYS[1], 'said', said .. ' ' .. ARGV[2])
end
return 1
"""

# KEYS: note. ARGV: token, doubt, pause before the next try in ms.
_END: Final = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', KEYS[1], 'until', 0, 'doubt', ARGV[2], 'next', now + ARGV[3])
return 1
"""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Where the sending of a text stands. Instants in milliseconds of Redis's time.

    Attributes:
        tries: How often it was begun.
        until: Somebody is at it, at the latest until then.
        doubt: The carrier may have taken it.
        since: When the first try began.
        next: When the next try is due.
        outcome, reference: What came of it, if that is known; the journal may not say so yet.
    """

    tries: int = 0
    until: int = 0
    doubt: bool = False
    since: int = 0
    next: int = 0
    outcome: str = ""
    reference: str = ""


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One try, begun: nobody else tries until it ends or its lease does.

    Attributes:
        number: 1 for the first.
        doubt: An earlier try may have been taken: look first.
        since: When the first try began.
        said: Keyed hashes of the words of earlier tries.
    """

    token: str
    number: int
    doubt: bool
    since: int
    said: frozenset[str]


class Notes:
    """The notes of one shard."""

    def __init__(self, client: Any, shard: str) -> None:
        self._redis = client
        self._shard = shard
        self._begin = client.register_script(_BEGIN)
        self._say = client.register_script(_SAY)
        self._end = client.register_script(_END)

    def key(self, callback: str, kind: TextKind, owed: int) -> str:
        return f"{PREFIX}:cc:{self._shard}:text:{callback}:{kind}:{owed}"

    def read(self, key: str) -> Note:
        """The note; an empty one before the first try.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        *numbers, outcome, reference = self._redis.hmget(key, *_FIELDS, "outcome", "reference")
        tries, until, doubt, since, next_ = (int(value or 0) for value in numbers)
        return Note(
            tries=tries,
            until=until,
            doubt=bool(doubt),
            since=since,
            next=next_,
            outcome=(outcome or b"").decode(),
            reference=(reference or b"").decode(),
        )

    def keep(self, key: str, outcome: str, reference: str) -> None:
        """What came of it, for good.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        self._redis.hset(key, mapping={"outcome": outcome, "reference": reference})

    def begin(self, key: str, lease_ms: int) -> Try | None:
        """Begin a try; `None`: somebody else is at it. Next: `say`, and after it `end`.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        token = secrets.token_hex(8)
        found = self._begin(keys=[key], args=[token, lease_ms, _KEEP_MS])
        if not found:
            return None
        number, doubt, since = (int(value) for value in found[:3])
        said = frozenset(found[3].decode().split())
        return Try(token=token, number=number, doubt=bool(doubt), since=since, said=said)

    def say(self, key: str, try_: Try, words: str) -> bool:
        """What it is about to say, as a keyed hash; whether the try is still ours.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        return bool(self._say(keys=[key], args=[try_.token, words]))

    def end(self, key: str, try_: Try, *, doubt: bool, pause_ms: int) -> bool:
        """The try came to nothing, or to something unknown; whether it was still ours.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        return bool(self._end(keys=[key], args=[try_.token, int(doubt), pause_ms]))
