"""Functions: the Redis Functions library of the journal (functions.lua), loaded at connect."""

from pathlib import Path
from typing import Any

from redis.exceptions import ResponseError

_SOURCE = Path(__file__).with_name("functions.lua")


class Fenced(Exception):
    """Another router leads by now; nothing was written."""


class Diverged(Exception):
    """This Redis has not the journal that was folded; nothing was written."""


class Functions:
    """Calls of the library; loads it where it is missing (a new or emptied Redis)."""

    def __init__(self, client: Any) -> None:
        self._redis = client
        self._source = _SOURCE.read_text()

    def load(self) -> None:
        """Load this version's library, replacing another one.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable, or older than 7.
        """
        self._redis.function_load(self._source, replace=True)

    def call(self, name: str, keys: list[str], args: list[str | bytes]) -> Any:
        """Call one function.

        Raises:
            Fenced: The token is not the present one.
            Diverged: What was published or read before is not there.
            redis.exceptions.RedisError: Redis refused, or is unreachable.
        """
        try:
            return self._fcall(name, keys, args)
        except ResponseError as error:
            if str(error).startswith("FENCED"):
                raise Fenced("another router leads") from None
            if str(error).startswith("DIVERGED"):
                raise Diverged("not the journal that was folded") from None
            if "Function not found" not in str(error):
                raise
        self.load()
        return self._fcall(name, keys, args)

    def _fcall(self, name: str, keys: list[str], args: list[str | bytes]) -> Any:
        return self._redis.fcall(name, len(keys), *keys, *args)
