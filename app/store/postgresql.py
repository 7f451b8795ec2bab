"""PostgreSQL: an own pool of connections and an own wrapper around each transaction."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Protocol

import asyncpg

from app.store import statements
from app.store.statements import ColumnType, Kind
from app.store.transaction import (
    CURRENT,
    Conflict,
    Database,
    NoSpace,
    OutcomeUnknown,
    Row,
    T,
    Tx,
    Unavailable,
    Value,
    Work,
    refuse_nesting,
)

MOST_CONNECTIONS = 10
PATIENCE_SECONDS = 10.0
STATEMENT_SECONDS = 60.0
ATTEMPTS = 10

WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED"
READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

HEAD = "select id from ledger_head where id = 0 for update"
FOUNDING = 0x6C65_6467_6572  # "ledger" in ASCII

# asyncpg's own InternalClientError is what it says when the server ends a connection just as a statement begins
_ANY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
_TRY_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_UNABLE = (*_LOST, asyncpg.InsufficientResourcesError, asyncpg.PostgresSystemError)
# An internal error is what the server answers a new connection with that finds no room for the file it begins with.
_UNREACHABLE = (
    *_UNABLE,
    asyncpg.InternalServerError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InterfaceError,
)


class Connection(Protocol):
    """What is used of asyncpg's connection, which has no types of its own."""

    async def fetch(self, query: str, *args: Value | Sequence[Value]) -> list[Mapping[str, Value]]: ...
    async def execute(self, query: str, *args: Value, timeout: float | None = None) -> str: ...
    async def executemany(self, command: str, args: Sequence[tuple[Value, ...]]) -> None: ...
    def is_closed(self) -> bool: ...
    def is_in_transaction(self) -> bool: ...
    def terminate(self) -> None: ...


class Pool(Protocol):
    """What is used of asyncpg's pool."""

    async def acquire(self, *, timeout: float | None = None) -> Connection: ...
    async def release(self, connection: Connection) -> None: ...
    async def close(self) -> None: ...


class PostgresTx(Tx):
    """A transaction on PostgreSQL."""

    kind: Kind = "postgresql"

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    async def rows(self, text: str, args: Sequence[Value | Sequence[Value]]) -> list[Row]:
        self.check_usable()
        try:
            return [dict(record) for record in await self._connection.fetch(text, *args)]
        except _ANY as error:
            raise self._failed(error) from error

    async def run(self, sql: str, *args: Value) -> int:
        self.check_usable()
        try:
            status = await self._connection.execute(statements.placed(sql, "postgresql"), *args)
        except _ANY as error:
            raise self._failed(error) from error
        written = status.rpartition(" ")[2]
        return int(written) if written.isdigit() else 0

    async def many(self, sql: str, rows: Sequence[tuple[Value, ...]]) -> None:
        self.check_usable()
        try:
            await self._connection.executemany(statements.placed(sql, "postgresql"), rows)
        except _ANY as error:
            raise self._failed(error) from error

    async def upsert(
        self, table: str, key: Sequence[str], columns: Mapping[str, ColumnType], rows: Sequence[tuple[Value, ...]]
    ) -> None:
        if not rows:
            return
        places = [list(columns).index(name) for name in key]
        # PostgreSQL refuses a key twice in one statement; transactions that lock in the order of keys never deadlock
        by_key = {tuple(row[place] for place in places): row for row in rows}
        ordered = [by_key[one] for one in sorted(by_key)]
        await self.rows(
            statements.upsert(table, tuple(key), tuple(columns.items()), "postgresql"), list(zip(*ordered, strict=True))
        )

    async def insert_new(
        self, table: str, key: Sequence[str], columns: Mapping[str, ColumnType], rows: Sequence[tuple[Value, ...]]
    ) -> list[tuple[Value, ...]]:
        if not rows:
            return []
        places = [list(columns).index(name) for name in key]
        ordered = sorted(rows, key=lambda row: tuple(row[place] for place in places))
        text = statements.insert_new(table, tuple(key), tuple(columns.items()), "postgresql")
        written = await self.rows(text, list(zip(*ordered, strict=True)))
        return [tuple(row[name] for name in key) for row in written]

    async def lock(self, sql_for_postgresql: str, *args: Value) -> None:
        await self.rows(statements.placed(sql_for_postgresql, "postgresql"), args)

    async def lock_head(self) -> None:
        if not await self.rows(HEAD, ()):
            # no head yet: those who found the ledger wait for one another here, and all but the first find it there
            await self.rows("select true from pg_advisory_xact_lock($1)", (FOUNDING,))
            await self.rows(HEAD, ())

    async def _rows_among(
        self, text: str, place: int, ids: Sequence[int] | Sequence[str], args: tuple[Value, ...]
    ) -> list[Row]:
        return await self.rows(text, (*args[:place], ids, *args[place:]))

    def _failed(self, error: Exception) -> Exception:
        self.close(f"a statement failed: {error}")
        return _translated(error, _is_lost(self._connection))


class PostgresDatabase(Database):
    """A database that several processes and hosts share."""

    kind: Kind = "postgresql"

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def write(self, work: Work[T]) -> T:
        refuse_nesting()
        for attempt in count(1):
            try:
                return await self._perform(work, WRITING)
            except _TRY_AGAIN as error:
                if attempt == ATTEMPTS:
                    raise Unavailable(f"other transactions were in the way {ATTEMPTS} times ({error})") from error
            await asyncio.sleep(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311 (no secret)
        raise AssertionError("the loop above has no end")

    async def read(self, work: Work[T]) -> T:
        refuse_nesting()
        return await self._perform(work, READING)

    async def purge(self, deleted: Sequence[bytes]) -> bool:
        return True

    async def close(self) -> None:
        await self._pool.close()

    async def _perform(self, work: Work[T], begin: str) -> T:
        connection = await self._acquire()
        tx = PostgresTx(connection)
        token = CURRENT.set(tx)
        try:
            await tx.rows(begin, ())
            result = await work(tx)
            tx.check_usable()
            await _commit(connection)
        except BaseException:
            await _roll_back(connection)
            raise
        finally:
            tx.close()
            CURRENT.reset(token)
            await self._pool.release(connection)
        self.tell(tx)
        return result

    async def _acquire(self) -> Connection:
        try:
            return await self._pool.acquire(timeout=PATIENCE_SECONDS)
        except _UNREACHABLE as error:
            raise Unavailable(f"no connection to the database: {_words(error)}") from error


async def connect_postgresql(url: str) -> PostgresDatabase:
    """Open the database at `url`. Raises Unavailable, whose text never holds the URL's password."""
    try:
        pool: Pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=MOST_CONNECTIONS,
            timeout=PATIENCE_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            max_inactive_connection_lifetime=0,
            max_cached_statement_lifetime=0,
            statement_cache_size=512,
            # nothing is ever set on a connection outside a transaction, so there is nothing to reset
            reset=_nothing_to_reset,
            server_settings={"application_name": "isegoria", "jit": "off", "timezone": "UTC"},
        )
        await pool.release(await pool.acquire(timeout=PATIENCE_SECONDS))
    except _UNREACHABLE as error:
        raise Unavailable(f"no connection to the database: {_words(error)}") from error
    return PostgresDatabase(pool)


async def _nothing_to_reset(connection: Connection) -> None:
    """Leave the connection as it is."""


async def _commit(connection: Connection) -> None:
    try:
        await connection.execute("COMMIT")  # the commit point
    except (*_LOST, asyncpg.InterfaceError) as error:
        raise OutcomeUnknown(f"the connection was lost in COMMIT: {_words(error)}") from error
    except asyncpg.PostgresError as error:
        if isinstance(error, _TRY_AGAIN):
            raise
        raise _translated(error, _is_lost(connection)) from error


async def _roll_back(connection: Connection) -> None:
    if _is_lost(connection):
        return
    try:
        if connection.is_in_transaction():
            await connection.execute("ROLLBACK", timeout=PATIENCE_SECONDS)
    except _ANY:
        connection.terminate()


def _is_lost(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # it broke, and the pool has taken it back already
        return True


def _translated(error: Exception, is_lost: bool) -> Exception:
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return _conflict(error)
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return AssertionError(f"a read-only transaction was asked to write: {error}")
    if isinstance(error, asyncpg.DiskFullError):
        return NoSpace(f"the disk of the database is full: {_words(error)}")
    if isinstance(error, _UNABLE) or (isinstance(error, asyncpg.InterfaceError) and is_lost):
        return Unavailable(f"the database cannot work now: {_words(error)}")
    return error


def _conflict(error: asyncpg.IntegrityConstraintViolationError) -> Conflict:
    """The conflict, its columns read out of `Key (account, target)=(1, 2) already exists.`"""
    named = (error.detail or "").partition("Key (")[2].partition(")=")[0]
    columns = tuple(name.strip('"') for name in named.split(", ") if name)
    return Conflict(str(error), error.table_name or "", columns or tuple(filter(None, [error.column_name])))


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
