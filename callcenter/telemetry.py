"""Telemetry: JSON logs without personal data, and the metrics port of a process.

What is personal (health_data: allow-list of fields, drop the rest): a log line may
carry only the fields in `FIELDS`; any run of five or more digits in a text is masked,
because a phone number or a personal identity number is nothing else. Identifiers that
we made ourselves (contact, offer, command) are exempt: they hold times and counters.
"""

import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from prometheus_client import start_http_server

# Ours, and never derived from what a caller is or presses.
IDENTIFIERS: Final = frozenset(
    {
        "contact",
        "offer",
        "command",
        "entry",
        "node",
        "nurse",
        "epoch",
        "token",
        "shard",
        "timestamp",
    }
)
FIELDS: Final = IDENTIFIERS | {
    "event", "level", "process", "action", "actor", "bytes", "class_", "count", "delay_s", "error",
    "file", "language", "lag_ms", "line", "outcome", "path", "pid", "port", "reason", "result",
    "state", "stage", "took_ms", "type", "version", "where",
}  # fmt: skip

_DIGITS: Final = re.compile(r"[+(]?\d(?:[\s\-()./+]{0,2}\d){4,}")
MASK: Final = "[masked]"


def mask(text: str) -> str:
    """`text` with every run of five or more digits replaced, however it is spaced."""
    return _DIGITS.sub(MASK, text)


def redact(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog processor: drop fields that are not on the list, mask digits in the others."""
    for key in list(line):
        value = line[key]
        if key in IDENTIFIERS or isinstance(value, bool | int | float | None):
            if key not in FIELDS:
                line[key] = "[dropped]"
            continue
        line[key] = mask(str(value)) if key in FIELDS else "[dropped]"
    return line


def _exception_type(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception's text may quote a caller: keep its type and place, drop its words."""
    info = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1] if info else None
    if error is not None:
        line["error"] = type(error).__name__
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        if frame is not None:
            line["where"] = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}"
    return line


class _Redactor(logging.Handler):
    """Libraries' own log records go the same way as ours, as a type without their words."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(
            record.levelno,
            "library log",
            where=record.name,
            line=record.lineno,
            exc_info=record.exc_info,
        )


def configure_logging(process: str) -> None:
    """JSON lines on stderr, each with the process's name. Call once, first of all."""

    def name(
        _logger: object, _method: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        line["process"] = process  # not a context variable: threads would not inherit it
        return line

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            name,
            structlog.processors.add_log_level,
            _exception_type,
            redact,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Redactor()], level=logging.WARNING, force=True)
    log = structlog.get_logger()
    sys.excepthook = lambda _kind, error, _trace: log.error("process ended", exc_info=error)
    threading.excepthook = lambda args: log.error("thread ended", exc_info=args.exc_value)


def serve_metrics(port: int) -> None:
    """Serve `/metrics` on loopback from a thread of its own.

    Raises:
        OSError: The port is taken.
    """
    start_http_server(port, addr="127.0.0.1")
