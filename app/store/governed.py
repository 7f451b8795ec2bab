"""Governed values in the database: loaded and saved by key, one statement a noun."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from msgspec import Struct

from app.store.engines import Tx, Value
from app.store.nouns import NOUNS
from governance.state import Id, Key

V = TypeVar("V", bound=Struct)


class _IntRow(Struct, frozen=True, gc=False):
    id: int
    value: bytes


class _TextRow(Struct, frozen=True, gc=False):
    id: str
    value: bytes


_BY_TYPE = {noun.type: noun for noun in NOUNS}


async def load(tx: Tx, keys: Collection[Key]) -> dict[Key, Struct]:
    """The values of those keys that exist; one query a noun."""
    wanted: dict[type[Struct], list[Id]] = {}
    for type_, id_ in keys:
        wanted.setdefault(type_, []).append(id_)
    found: dict[Key, Struct] = {}
    for type_, ids in wanted.items():
        noun = _BY_TYPE[type_]
        rows: list[_IntRow] | list[_TextRow]
        if noun.columns["id"] == "text":
            rows = await tx.among(_TextRow, noun.select, [str(id_) for id_ in ids])
        else:
            rows = await tx.among(_IntRow, noun.select, [int(id_) for id_ in ids])
        for row in rows:
            found[type_, row.id] = noun.decode(row.value)
    return found


async def save(tx: Tx, changes: Mapping[Key, Struct]) -> None:
    """Write what changed, with its derived columns; one statement a noun."""
    by_type: dict[type[Struct], list[tuple[Value, ...]]] = {}
    for (type_, id_), value in changes.items():
        by_type.setdefault(type_, []).append(_BY_TYPE[type_].row_of(id_, value))
    for type_, rows in by_type.items():
        noun = _BY_TYPE[type_]
        await tx.upsert(noun.table, ("id",), noun.columns, rows)


async def value_of(tx: Tx, type_: type[V], id_: Id) -> V | None:
    """One value, for a page."""
    found = (await load(tx, [(type_, id_)])).get((type_, id_))
    assert found is None or isinstance(found, type_)
    return found


async def values_of(tx: Tx, type_: type[V], ids: Collection[Id]) -> dict[Id, V]:
    """Many values of one noun by id, in one query; absent ones are missing."""
    found = await load(tx, [(type_, id_) for id_ in ids])
    return {id_: value for (_, id_), value in found.items() if isinstance(value, type_)}
