"""Whole tables, a page at a time in the order of their keys: for who compares every row of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from app.store import statements
from app.store.engines import Tx, Value
from app.store.transaction import Row

PAGE = 4096
"""Rows of a page; a multiple of the width of a tile."""

_ALL: Mapping[str, int] = MappingProxyType({})


async def pages(
    tx: Tx, table: str, key: Sequence[str], columns: Sequence[str], equal: Mapping[str, int] = _ALL
) -> AsyncIterator[list[Row]]:
    """Every row of a table, or those whose columns are `equal` to these, in the order of `key`; no page is empty."""
    order, places = _names(key), ", ".join("{}" for _ in key)
    held = [f'"{name}" = {{}}' for name in equal]
    after: tuple[Value, ...] = ()
    while True:
        conditions = [*held, f"({order}) > ({places})"] if after else held
        where = f" where {' and '.join(conditions)}" if conditions else ""
        sql = f"select {_names(columns)} from {table}{where} order by {order} limit {PAGE}"
        found = await tx.rows(statements.placed(sql, tx.kind), (*equal.values(), *after))
        if found:
            yield found
        if len(found) < PAGE:
            return
        after = tuple(found[-1][name] for name in key)


class Span(Struct, frozen=True):
    """The rows of a table whose `column` lies in [first, last), and whose other columns are `equal` to these."""

    table: str
    columns: Sequence[str]
    column: str
    first: int
    last: int
    equal: Mapping[str, int] = {}


async def rows_in(tx: Tx, span: Span) -> list[Row]:
    """The rows of a span, in order of its column."""
    where = (
        "".join(f'"{name}" = {{}} and ' for name in span.equal) + f'"{span.column}" >= {{}} and "{span.column}" < {{}}'
    )
    sql = f'select {_names(span.columns)} from {span.table} where {where} order by "{span.column}"'
    return await tx.rows(statements.placed(sql, tx.kind), (*span.equal.values(), span.first, span.last))


async def rows_outside(tx: Tx, span: Span) -> list[Row]:
    """The rows whose column does not lie in the span, PAGE of them at most."""
    where = "".join(f'"{name}" = {{}} and ' for name in span.equal)
    outside = f'("{span.column}" < {{}} or "{span.column}" >= {{}})'
    sql = f"select {_names(span.columns)} from {span.table} where {where}{outside} limit {PAGE}"
    return await tx.rows(statements.placed(sql, tx.kind), (*span.equal.values(), span.first, span.last))


async def values_in(tx: Tx, table: str, column: str) -> list[Value]:
    """The values that a column has, each once."""
    return [row[column] for row in await tx.rows(f'select distinct "{column}" from {table}', ())]


async def count_rows(tx: Tx, table: str) -> int:
    """How many rows a table has."""
    (row,) = await tx.rows(f"select count(*) as n from {table}", ())
    assert isinstance(row["n"], int)
    return row["n"]


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
