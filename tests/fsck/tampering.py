"""Changes single values of a database behind the program's back, and puts them back."""

from collections.abc import Sequence

from msgspec import Struct

from app.store import statements
from app.store.engines import Database, Tx, Value
from app.store.transaction import Row

PREFIXES = ("gov_", "ledger_", "box")
OTHERS = ("opening", "request_key", "mark")
FAR = 1_000_003
"""How far a number is moved: further than anything reaches."""


class Column(Struct, frozen=True):
    """A column of a table whose key is `key`."""

    table: str
    name: str
    key: tuple[str, ...]

    @property
    def is_key(self) -> bool:
        """Whether the column is a part of the key."""
        return self.name in self.key


class Change(Struct, frozen=True):
    """A value that was changed, and the row's key before and after."""

    column: Column
    before: tuple[Value, ...]
    after: tuple[Value, ...]
    old: Value

    @property
    def rows(self) -> set[str]:
        """The row's key before and after, as fsck writes it."""
        return {"/".join(map(str, key)) for key in (self.before, self.after)}


async def columns_of(database: Database) -> list[Column]:
    """Every column of every table that the ledger determines, as the database itself lists them."""
    return await database.read(_columns)


async def _columns(tx: Tx) -> list[Column]:
    listed = _SQLITE if tx.kind == "sqlite" else _POSTGRESQL
    rows = [row for row in await tx.rows(listed, ()) if _is_determined(str(row["tablename"]))]
    keys: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: int(str(row["place"]))):
        if int(str(row["place"])):
            keys.setdefault(str(row["tablename"]), []).append(str(row["name"]))
    return [Column(str(row["tablename"]), str(row["name"]), tuple(keys[str(row["tablename"])])) for row in rows]


_SQLITE = """
select m.name as tablename, c.name as name, c.pk as place from sqlite_master m, pragma_table_info(m.name) c
where m.type = 'table' order by m.name, c.cid"""

_POSTGRESQL = """
select c.relname::text as tablename, a.attname::text as name,
    coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 as place
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_index i on i.indrelid = c.oid and i.indisprimary
where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by c.relname, a.attnum"""


def _is_determined(table: str) -> bool:
    return table.startswith(PREFIXES) or table in OTHERS


async def unlock(database: Database) -> None:
    """Take away what keeps the tables from being changed."""

    async def work(tx: Tx) -> None:
        if tx.kind == "sqlite":
            for row in await tx.rows("select name from sqlite_master where type = 'trigger'", ()):
                await tx.run(f"drop trigger {row['name']!s}")
            await tx.rows("pragma ignore_check_constraints = on", ())
            return
        for row in await tx.rows("select tablename::text as name from pg_tables where schemaname = 'public'", ()):
            await tx.run(f'alter table "{row["name"]!s}" disable trigger user')
        await tx.run("alter table ledger_head drop constraint ledger_head_id_check")

    await database.write(work)


async def rows_of(database: Database, column: Column) -> list[Row]:
    """All rows of a column's table, key and column, in order of the key."""
    names = ", ".join(f'"{name}"' for name in dict.fromkeys((*column.key, column.name)))
    order = ", ".join(f'"{name}"' for name in column.key)
    return await database.read(lambda tx: tx.rows(f"select {names} from {column.table} order by {order}", ()))


async def tamper(database: Database, column: Column, row: Row) -> Change:
    """The value of one row's column becomes another."""
    old, new = row[column.name], other_than(row[column.name], is_key=column.is_key)
    before = tuple(row[name] for name in column.key)
    after = tuple(new if name == column.name else row[name] for name in column.key)
    await _set(database, column, before, new)
    return Change(column, before, after, old)


async def put_back(database: Database, change: Change) -> None:
    """The value becomes what it was."""
    await _set(database, change.column, change.after, change.old)


def other_than(value: Value, *, is_key: bool) -> Value:
    """Another value of the same kind: one bit of bytes, the last letter of a text, a number far away."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return 1 - value if value in (0, 1) and not is_key else value + FAR
    if isinstance(value, bytes):
        middle = len(value) // 2
        return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :] if value else b"\0"
    assert isinstance(value, str)
    return value[:-1] + ("x" if not value.endswith("x") else "y") if value else "x"


async def _set(database: Database, column: Column, key: Sequence[Value], value: Value) -> None:
    where = " and ".join(f'"{name}" = {{}}' for name in column.key)
    sql = f'update {column.table} set "{column.name}" = {{}} where {where}'

    async def work(tx: Tx) -> int:
        await tx.rows(statements.placed(sql, tx.kind), (value, *key))
        return 0

    await database.write(work)
