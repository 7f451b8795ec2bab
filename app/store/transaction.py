"""What a transaction offers, and the errors that a database can answer with, the same on both databases."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Literal, TypeVar

import msgspec

from app.store import statements
from app.store.statements import ColumnType, Kind

Value = int | str | bytes | bool | float | None
Row = dict[str, Value]
Code = Literal["unique", "not null", "check", "ledger"]

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")


class StoreError(Exception):
    """A database did not do what it was asked; nothing was written, except where the subclass says otherwise."""


class Conflict(StoreError):
    """A row breaks a constraint, most often because its key is taken.

    `columns` are those of the constraint, as far as the database names them; `table` likewise.
    """

    def __init__(self, why: str, table: str = "", columns: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.table = table
        self.columns = columns


class Unavailable(StoreError):
    """The database cannot work now: not reachable, locked for too long, or its disk is full; come again later."""


class NoSpace(Unavailable):
    """The disk of the database is full: nothing can be written until somebody makes room, and all can be read."""


class OutcomeUnknown(StoreError):
    """The connection was lost in COMMIT: what was written is there whole or not at all, and only a look tells."""


class Tx(ABC):
    """One connection inside one transaction; used only by the work that was given it, one statement at a time.

    SQL is written once for both databases, with `{}` where a value goes. After a statement has failed the
    transaction can only end: catching the error and going on is an AssertionError.
    """

    kind: Kind

    def __init__(self) -> None:
        self._ended_by: str | None = None
        self._announced: list[msgspec.Struct] = []

    async def all(self, into: type[S], sql: str, *args: Value) -> list[S]:
        """Every row of the answer, as Structs filled by column name."""
        return self._structs(into, await self.rows(statements.placed(sql, self.kind), args))

    async def one(self, into: type[S], sql: str, *args: Value) -> S | None:
        """The only row of the answer, or None; two rows are an AssertionError."""
        found = self._structs(into, await self.rows(statements.placed(sql, self.kind), args))
        assert len(found) < 2, f"one row was asked for and {len(found)} were found: {sql}"
        return found[0] if found else None

    async def among(self, into: type[S], sql: str, ids: Sequence[int] | Sequence[str], *args: Value) -> list[S]:
        """The rows whose column is one of `ids`; `sql` says where: `where id in {among}`, once."""
        if not ids:
            return []
        text, place = statements.among(sql, self.kind, isinstance(ids[0], str))
        return self._structs(into, await self._rows_among(text, place, ids, args))

    @abstractmethod
    async def run(self, sql: str, *args: Value) -> int:
        """Run a statement and tell how many rows it wrote."""

    @abstractmethod
    async def many(self, sql: str, rows: Sequence[tuple[Value, ...]]) -> None:
        """Run one statement for each of `rows`."""

    @abstractmethod
    async def upsert(
        self, table: str, key: Sequence[str], columns: Mapping[str, ColumnType], rows: Sequence[tuple[Value, ...]]
    ) -> None:
        """Write each row over the one that has its key, or as a new one; of two rows with one key the last stays.

        `columns` lists every column of `rows` in their order, the key's among them.
        """

    @abstractmethod
    async def insert_new(
        self, table: str, key: Sequence[str], columns: Mapping[str, ColumnType], rows: Sequence[tuple[Value, ...]]
    ) -> list[tuple[Value, ...]]:
        """Write the rows whose key is free, and return the keys that were written; of two with one key the first."""

    @abstractmethod
    async def lock(self, sql_for_postgresql: str, *args: Value) -> None:
        """Lock rows with `select … for update`; on SQLite a writing transaction has the whole database already."""

    @abstractmethod
    async def lock_head(self) -> None:
        """Wait until no other transaction extends the ledger, and keep others waiting until this one has ended.

        What it loads must be asked for after this: a statement that locks and loads sees what was before its wait.
        """

    def announce(self, news: msgspec.Struct) -> None:
        """Have whoever listens to the database told of this, once the transaction is committed."""
        self._announced.append(news)

    @property
    def announced(self) -> Sequence[msgspec.Struct]:
        """What is told after the commit, in its order."""
        return self._announced

    def close(self, why: str = "its transaction has ended") -> None:
        """Refuse every further statement."""
        self._ended_by = self._ended_by or why

    def check_usable(self) -> None:
        """Raise AssertionError when the transaction has ended or a statement of it has failed."""
        assert self._ended_by is None, f"this Tx takes no more statements: {self._ended_by}"

    @abstractmethod
    async def rows(self, text: str, args: Sequence[Value]) -> list[Row]:
        """The answer to SQL in this database's own placeholders."""

    @abstractmethod
    async def _rows_among(
        self, text: str, place: int, ids: Sequence[int] | Sequence[str], args: tuple[Value, ...]
    ) -> list[Row]: ...

    @staticmethod
    def _structs(into: type[S], rows: list[Row]) -> list[S]:
        # strict=False because SQLite's booleans are 0 and 1
        return msgspec.convert(rows, list[into], strict=False)  # type: ignore[valid-type]


Work = Callable[[Tx], Awaitable[T]]
Listener = Callable[[Sequence[msgspec.Struct]], None]
"""Told what a transaction announced, right after its commit, in whatever thread that was; it must not wait."""


class Database(ABC):
    """One of the two databases, open; `listener` hears what transactions announce."""

    kind: Kind
    listener: Listener | None = None

    def tell(self, tx: Tx) -> None:
        """Pass on what a transaction announced, now that it is committed."""
        if self.listener is not None and tx.announced:
            self.listener(tx.announced)

    @abstractmethod
    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction, commit, and return its result; if it raises, nothing is written.

        `work` awaits nothing but its Tx, and may be run again when PostgreSQL sees a deadlock. When the caller is
        cancelled, a transaction that has begun may still be committed.
        Raises Conflict, Unavailable, OutcomeUnknown.
        """

    @abstractmethod
    async def read(self, work: Work[T]) -> T:
        """Run `work` on one read-only snapshot and return its result; it may be begun again. Raises Unavailable."""

    @abstractmethod
    async def purge(self, deleted: Sequence[bytes]) -> bool:
        """Leave nothing of these deleted byte strings in the database's own files, as far as the program can do that.

        On PostgreSQL the operator does it (docs/operate.md). False where it could not be done now.
        """

    @abstractmethod
    async def close(self) -> None:
        """End what runs and close every connection."""


CURRENT: ContextVar[Tx | None] = ContextVar("current_tx", default=None)


def refuse_nesting() -> None:
    """Raise AssertionError inside a work: a second transaction there would wait for the first one for ever."""
    assert CURRENT.get() is None, "a transaction was begun inside the work of another; pass the Tx on instead"
