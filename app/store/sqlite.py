"""SQLite: one writer thread and a few reader threads, each with a connection of its own, and short reads in none."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from app.store.purging import purge_file
from app.store.quick import QuickReader, TooLong
from app.store.sqlite_errors import code_of, translated
from app.store.sqlite_tx import SqliteTx, drive
from app.store.statements import Kind
from app.store.threads import Hands
from app.store.transaction import Database, OutcomeUnknown, T, Tx, Unavailable, Work, refuse_nesting

OLDEST = (3, 35, 0)
READERS = 3
BUSY_SECONDS = 10.0
BETWEEN_TRIES = 0.001


class SqliteDatabase(Database):
    """An embedded square's database: one file."""

    kind: Kind = "sqlite"

    def __init__(self, file: Path) -> None:
        assert sqlite3.sqlite_version_info >= OLDEST, f"SQLite {sqlite3.sqlite_version} is older than 3.35"
        self._file = file
        try:
            _create(file)
            self._writer = Hands("writer", [_Writer(file, self.tell)])
            self._readers = Hands("reader", [_Reader(_open_to_read(file)) for _ in range(READERS)])
            self._quick = QuickReader(_open_to_read_quickly(file))
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(f"{file}: {error}") from error

    async def write(self, work: Work[T]) -> T:
        refuse_nesting()
        return await self._writer.do(work)

    async def read(self, work: Work[T]) -> T:
        refuse_nesting()
        try:
            return await self._quick.do(work)
        except TooLong:
            return await self._readers.do(work)

    async def purge(self, deleted: Sequence[bytes]) -> bool:
        return await asyncio.to_thread(purge_file, self._file, deleted)

    async def close(self) -> None:
        self._quick.close()
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)


class _Writer:
    """The one connection of this process that writes."""

    def __init__(self, file: Path, tell: Callable[[Tx], None]) -> None:
        self._file = file
        self._tell = tell
        self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = _open(self._file)
        # FULL: a commit that was answered is on the disk, or the ledger would fork when the power goes.
        # recursive_triggers: without it REPLACE deletes past the triggers that keep the ledger.
        # busy_timeout = 0: waiting for another process's transaction is _begin's, which looks more often.
        # secure_delete: what is erased is overwritten, and not only let go.
        # wal_autocheckpoint: at its 1000 pages a busy door would copy the log into the file at every commit.
        pragmas = ("synchronous = FULL", "recursive_triggers = ON", "busy_timeout = 0", "secure_delete = ON")
        for pragma in (*pragmas, "cache_size = -32768", "wal_autocheckpoint = 8192"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def perform(self, work: Work[T]) -> T:
        self._begin()
        tx = SqliteTx(self._connection)
        try:
            result = drive(work, tx)
            tx.check_usable()
            self._commit()
        except BaseException:
            tx.close()
            self._roll_back()
            raise
        tx.close()
        self._tell(tx)
        return result

    def close(self) -> None:
        self._connection.close()

    def _begin(self) -> None:
        """Take the database's write lock.

        SQLite's own waiting looks up to 100 ms apart and starves beside a process that writes without a pause.
        """
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.Error as error:
                if code_of(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise translated(error) from error
            time.sleep(BETWEEN_TRIES)

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")  # the commit point
        except sqlite3.Error as error:
            if code_of(error) == sqlite3.SQLITE_IOERR:
                raise OutcomeUnknown(f"the disk answered COMMIT with an error: {error}") from error
            raise translated(error) from error

    def _roll_back(self) -> None:
        # a full disk may have ended the transaction already, and a second ROLLBACK would be an error
        if not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = self._opened()


class _Reader:
    """A thread's connection that cannot write."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def perform(self, work: Work[T]) -> T:
        tx = SqliteTx(self._connection)
        try:
            tx.begin()
            return drive(work, tx)
        finally:
            tx.close()
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


def _create(file: Path) -> None:
    """Make the file, if it is not there, so that only its owner reads it: it holds passwords' hashes."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def _open_to_read(file: Path) -> sqlite3.Connection:
    connection = _open(file)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open_to_read_quickly(file: Path) -> sqlite3.Connection:
    """Nearly all that is read goes through this one: at a million posts a home takes a fifth longer with 2 MB."""
    connection = _open_to_read(file)
    for pragma in ("busy_timeout = 0", "cache_size = -32768"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "journal_size_limit = 67108864"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
