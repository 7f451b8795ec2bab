"""Makes what was deleted unreadable in an SQLite file and its log, and looks whether it is.

`secure_delete` overwrites what is deleted with zeros, but rows that moved between pages before may have left a copy in
a page's unused room, and the log keeps older pages until it is cut off. So after an erasure the log is copied into
the file and cut, the file is searched for the texts themselves, and rewritten as a whole where one is found.
"""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

PATIENCE: Final = 60.0
"""Seconds in which the log can be cut; a reader that lasts longer keeps it from that."""

BETWEEN_TRIES: Final = 0.05
SHORTEST: Final = 16
"""Bytes of the shortest text that can be looked for: a shorter one stands in other texts by chance."""

_PIECE: Final = 1 << 20


def purge_file(file: Path, needles: Sequence[bytes]) -> bool:
    """Leave none of these byte strings in the file or its log; False where others kept the file from being written."""
    try:
        return _purge(file, needles)
    except sqlite3.OperationalError:
        return False


def _purge(file: Path, needles: Sequence[bytes]) -> bool:
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        if not _cut_log(connection):
            return False
        known = [needle for needle in needles if len(needle) >= SHORTEST]
        if len(known) == len(needles) and not holds_any(file, known):
            return True
        connection.execute("VACUUM")
        return _cut_log(connection)


def holds_any(file: Path, needles: Sequence[bytes]) -> bool:
    """Whether one of these byte strings is anywhere in the file."""
    longest = max(map(len, needles), default=0)
    tail = b""
    with file.open("rb") as data:
        while piece := data.read(_PIECE):
            window = tail + piece
            if any(needle in window for needle in needles):
                return True
            tail = window[-longest:]
    return False


def _cut_log(connection: sqlite3.Connection) -> bool:
    until = time.monotonic() + PATIENCE
    while True:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy or time.monotonic() > until:
            return not busy
        time.sleep(BETWEEN_TRIES)
