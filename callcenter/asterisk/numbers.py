"""Numbers: a caller's number on its way into the journal, sealed at the very edge."""

from datetime import UTC, datetime

import structlog

from callcenter.seal import Seal, dialable

log = structlog.get_logger()


class Numbers:
    """Seals with the key of the present day."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def sealed(self, number: str) -> tuple[str | None, str | None]:
        """The caller's keyed hash and the sealed number; nothing if it was withheld or is none."""
        plain = dialable(number)
        if plain is None:
            return None, None
        today = datetime.now(UTC).date()  # noqa: TID251  which key seals is no decision of the ACD
        try:
            return self._seal.recognise(plain), self._seal.seal(plain, today)
        except (OSError, ValueError) as error:
            # The call counts more than its number: without a key it is kept by nobody.
            log.error("number not sealed", exc_info=error)
            return None, None
