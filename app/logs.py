"""Logs: one JSON object a line, without personal data."""

import io
import logging
import os
import sys
from typing import TYPE_CHECKING

import structlog

from app.config import LogLevel

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ANSWERED = "ASGI callable returned without completing handshake."
"""What the server logs of a WebSocket that was refused with an answer, as if nobody had answered."""

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_logs(level: LogLevel) -> None:
    """Send every log of the program to standard error from `level` on."""
    said = io.TextIOWrapper(io.BufferedWriter(_StandardError()), encoding="utf-8", errors="replace")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(said),
    )
    # A look at what is due that takes longer than a second is no news: the next one begins after it.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(is_news)
    logging.basicConfig(level=logging.WARNING, stream=said, format='{"level":"%(levelname)s","event":"%(message)s"}')


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the server's says more than that a socket was refused: who will can have many refused."""
    return record.msg != ANSWERED


class _StandardError(io.RawIOBase):
    """Standard error, where what cannot be written is dropped: a log on a full disk must not end what logs."""

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        said = bytes(data)
        try:
            return os.write(sys.stderr.fileno(), said)
        except OSError:
            return len(said)
