"""SQLite: one writer thread and a few reader threads, each with a connection of its own."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from app.store import statements
from app.store.purging import purge_file
from app.store.statements import ColumnType, Kind
from app.store.threads import Hands
from app.store.transaction import (
    CURRENT,
    Conflict,
    Database,
    NoSpace,
    OutcomeUnknown,
    Row,
    StoreError,
    T,
    Tx,
    Unavailable,
    Value,
    Work,
    refuse_nesting,
)

OLDEST = (3, 35, 0)
READERS = 3
BUSY_SECONDS = 10.0
BETWEEN_TRIES = 0.001
FEW = 8
"""Rows that are inserted one by one."""

_WHY = {
    sqlite3.SQLITE_BUSY: "another process holds the database's lock",
    sqlite3.SQLITE_LOCKED: "another connection holds the database's lock",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk answers with an error",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_READONLY: "the database file cannot be written",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
    sqlite3.SQLITE_NOMEM: "the memory is full",
    sqlite3.SQLITE_PERM: "the database file may not be opened",
}


class SqliteTx(Tx):
    """A transaction on SQLite; its queries never suspend."""

    kind: Kind = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection

    async def rows(self, text: str, args: Sequence[Value]) -> list[Row]:
        self.check_usable()
        try:
            cursor = self._connection.execute(text, args)
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from error
        if not found:
            return []
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    async def run(self, sql: str, *args: Value) -> int:
        self.check_usable()
        try:
            return max(0, self._connection.execute(statements.placed(sql, "sqlite"), args).rowcount)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    async def many(self, sql: str, rows: Sequence[tuple[Value, ...]]) -> None:
        self._each(statements.placed(sql, "sqlite"), rows)

    async def upsert(
        self, table: str, key: Sequence[str], columns: Mapping[str, ColumnType], rows: Sequence[tuple[Value, ...]]
    ) -> None:
        self._each(statements.upsert(table, tuple(key), tuple(columns.items()), "sqlite"), rows)

    async def insert_new(
        self, table: str, key: Sequence[str], columns: Mapping[str, ColumnType], rows: Sequence[tuple[Value, ...]]
    ) -> list[tuple[Value, ...]]:
        self.check_usable()
        text = statements.insert_new(table, tuple(key), tuple(columns.items()), "sqlite")
        places = [list(columns).index(name) for name in key]
        try:
            if self._insert_all(text, rows):
                # Column by column: key by key costs as much as the insert itself.
                return list(zip(*([row[place] for row in rows] for place in places), strict=True))
            execute = self._connection.execute
            return [tuple(row[place] for place in places) for row in rows if execute(text, row).rowcount]
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _insert_all(self, text: str, rows: Sequence[tuple[Value, ...]]) -> bool:
        """Insert all rows if none meets another, which is the rule, and else none; four times as fast as each alone."""
        if len(rows) < FEW:
            return False
        self._connection.execute("SAVEPOINT all_rows")
        if self._connection.executemany(text, rows).rowcount == len(rows):
            self._connection.execute("RELEASE all_rows")
            return True
        self._connection.execute("ROLLBACK TO all_rows")
        self._connection.execute("RELEASE all_rows")
        return False

    async def lock(self, sql_for_postgresql: str, *args: Value) -> None:
        self.check_usable()

    async def lock_head(self) -> None:
        self.check_usable()

    async def _rows_among(
        self, text: str, place: int, ids: Sequence[int] | Sequence[str], args: tuple[Value, ...]
    ) -> list[Row]:
        return await self.rows(text, (*args[:place], msgspec.json.encode(ids).decode(), *args[place:]))

    def _each(self, text: str, rows: Sequence[tuple[Value, ...]]) -> None:
        self.check_usable()
        try:
            self._connection.executemany(text, rows)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> Exception:
        self.close(f"a statement failed: {error}")
        return _translated(error)


class SqliteDatabase(Database):
    """An embedded square's database: one file."""

    kind: Kind = "sqlite"

    def __init__(self, file: Path) -> None:
        assert sqlite3.sqlite_version_info >= OLDEST, f"SQLite {sqlite3.sqlite_version} is older than 3.35"
        self._file = file
        try:
            _create(file)
            self._writer = Hands("writer", [_Writer(file, self.tell)])
            self._readers = Hands("reader", [_Reader(file) for _ in range(READERS)])
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(f"{file}: {error}") from error

    async def write(self, work: Work[T]) -> T:
        refuse_nesting()
        return await self._writer.do(work)

    async def read(self, work: Work[T]) -> T:
        refuse_nesting()
        return await self._readers.do(work)

    async def purge(self, deleted: Sequence[bytes]) -> bool:
        return await asyncio.to_thread(purge_file, self._file, deleted)

    async def close(self) -> None:
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
            result = _drive(work, tx)
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
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise _translated(error) from error
            time.sleep(BETWEEN_TRIES)

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")  # the commit point
        except sqlite3.Error as error:
            if _code(error) == sqlite3.SQLITE_IOERR:
                raise OutcomeUnknown(f"the disk answered COMMIT with an error: {error}") from error
            raise _translated(error) from error

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
    """A connection that cannot write."""

    def __init__(self, file: Path) -> None:
        self._connection = _open(file)
        self._connection.execute("PRAGMA query_only = ON")

    def perform(self, work: Work[T]) -> T:
        tx = SqliteTx(self._connection)
        try:
            self._connection.execute("BEGIN")
            return _drive(work, tx)
        except sqlite3.Error as error:
            raise _translated(error) from error
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


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "journal_size_limit = 67108864"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _drive(work: Work[T], tx: SqliteTx) -> T:
    """Run `work` to its end in this thread; it may await only what never suspends."""
    CURRENT.set(tx)
    steps = work(tx).__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    except RuntimeError as error:
        if "no running event loop" in str(error):
            raise AssertionError(_ONLY_ITS_TX) from error
        raise
    steps.close()
    raise AssertionError(_ONLY_ITS_TX)


_ONLY_ITS_TX = "the work of a transaction awaited something other than its Tx"


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary code of the error, 0 if the error is Python's own."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def _translated(error: sqlite3.Error) -> Exception:
    if isinstance(error, sqlite3.IntegrityError):
        return _conflict(error)
    code = _code(error)
    if code == sqlite3.SQLITE_READONLY and "readonly database" in str(error):
        return AssertionError(f"a read-only transaction was asked to write, or the file may not be written: {error}")
    if code == sqlite3.SQLITE_FULL:
        return NoSpace(f"{_WHY[code]} ({error})")
    if code in _WHY:
        return Unavailable(f"{_WHY[code]} ({error})")
    return error


def _conflict(error: sqlite3.IntegrityError) -> StoreError:
    """The conflict, its columns read out of `UNIQUE constraint failed: follow.account, follow.target`."""
    _, _, named = str(error).partition("constraint failed: ")
    parts = [part.split(".") for part in named.split(", ") if part.count(".") == 1]
    table = parts[0][0] if parts else ""
    return Conflict(str(error), table, tuple(column for _, column in parts))
