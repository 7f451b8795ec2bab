"""Short reads are done where they are asked for, in the thread of the event loop; long ones go to the reader threads.

A page asks some twenty questions that take SQLite 30 µs each, and at each of them Python's lock would go from thread to
thread and back: with a few threads that read at once this took as long as reading itself. So a work is begun at once,
on a connection of its own; where it has not ended after `SHORT` it is given up and begun again in a thread. What is
begun at the same line of the program goes to a thread at once then, for a while: nobody waits for it twice.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Sequence
from types import CodeType
from typing import Final

from app.store.sqlite_errors import code_of
from app.store.sqlite_tx import SqliteTx, drive
from app.store.transaction import Row, T, Value, Work

SHORT: Final = 0.025
"""Seconds that a work may hold up everything else."""

TURN: Final = 0.005
"""Seconds of reading after which everything else has its turn: who reads again and again never waits by itself."""

LOOKS: Final = 5_000
"""Steps of SQLite's machine, a tenth of a millisecond or so, between two looks at the time."""

REMEMBERED: Final = 1.0
"""Seconds for which a work that took long goes to a thread."""


class TooLong(Exception):
    """The work has to be begun again in a thread."""


class _ShortTx(SqliteTx):
    """A transaction that ends when its time is over."""

    def __init__(self, connection: sqlite3.Connection, until: float) -> None:
        super().__init__(connection)
        self._until = until
        self.is_given_up = False

    def is_late(self) -> bool:
        return time.monotonic() > self._until

    async def rows(self, text: str, args: Sequence[Value]) -> list[Row]:
        if self.is_late():
            self.is_given_up = True
            raise TooLong
        return await super().rows(text, args)

    def _failed(self, error: sqlite3.Error) -> Exception:
        # Another process has the file for itself for a moment: the threads wait for it.
        self.is_given_up = code_of(error) in (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        return TooLong() if self.is_given_up else super()._failed(error)


class QuickReader:
    """A connection that cannot write, for works that are over in a moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._is_taken = threading.Lock()
        self._is_closed = False
        self._long: dict[CodeType, float] = {}
        self._read_for = 0.0

    async def do(self, work: Work[T]) -> T:
        """Run `work` to its end, and let others have their turn. Raises TooLong as `perform` does."""
        begun = time.monotonic()
        try:
            return self.perform(work)
        finally:
            self._read_for += time.monotonic() - begun
            if self._read_for > TURN:
                self._read_for = 0.0
                await asyncio.sleep(0)

    def perform(self, work: Work[T]) -> T:
        """Run `work` to its end. Raises TooLong where it may not be run here, or did not end."""
        now = time.monotonic()
        code: CodeType | None = getattr(work, "__code__", None)
        is_long = code is not None and self._long.get(code, now) > now
        # Taken: by the loop of another thread, and we wait for nobody.
        if is_long or self._is_closed or not self._is_taken.acquire(blocking=False):
            raise TooLong
        try:
            return self._perform(work, now)
        finally:
            if code is not None and time.monotonic() > now + SHORT:
                self._long[code] = time.monotonic() + REMEMBERED
            self._is_taken.release()

    def _perform(self, work: Work[T], now: float) -> T:
        tx = _ShortTx(self._connection, now + SHORT)
        self._connection.set_progress_handler(tx.is_late, LOOKS)
        try:
            tx.begin()
            return drive(work, tx)
        finally:
            tx.close()
            self._connection.set_progress_handler(None, 0)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if tx.is_given_up:
                raise TooLong

    def close(self) -> None:
        """Run nothing any more."""
        with self._is_taken:
            self._is_closed = True
            self._connection.close()
