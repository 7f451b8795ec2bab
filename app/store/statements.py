"""SQL as each of the two databases wants it, made once for each text and kept."""

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Literal

from piccolo.querystring import QueryString

Kind = Literal["sqlite", "postgresql"]
ColumnType = Literal["bigint", "int", "text", "bytea", "bool"]
PiccoloKind = Literal["sqlite", "postgres"]

PICCOLO_KINDS: Mapping[Kind, PiccoloKind] = {"sqlite": "sqlite", "postgresql": "postgres"}
MARK = "in {among}"


@lru_cache(maxsize=4096)
def placed(sql: str, kind: Kind) -> str:
    """`sql` with the database's own placeholders where it has `{}`."""
    assert "{{" not in sql and "}}" not in sql, f"a brace that is no placeholder goes into an argument: {sql}"
    places = _places(sql)
    assert not any(places), f"a placeholder has no name: {sql}"
    text, _ = QueryString(sql, *places).compile_string(PICCOLO_KINDS[kind])
    return text


@lru_cache(maxsize=4096)
def among(sql: str, kind: Kind, is_text: bool) -> tuple[str, int]:
    """`sql` with its list of ids as one value, and the place of that value among the arguments, from 0."""
    assert sql.count(MARK) == 1 and f"not {MARK}" not in sql, f"`{MARK}` must stand in it once: {sql}"
    if kind == "sqlite":
        one = "in (select value from json_each({}))"
    else:
        one = f"= any({{}}::{'text' if is_text else 'bigint'}[])"
    return placed(sql.replace(MARK, one), kind), _places(sql).index("among")


@lru_cache(maxsize=1024)
def upsert(table: str, key: tuple[str, ...], columns: tuple[tuple[str, ColumnType], ...], kind: Kind) -> str:
    """INSERT … ON CONFLICT DO UPDATE of every column that is not in the key."""
    others = [name for name, _ in columns if name not in key]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
    action = f"do update set {changes}" if others else "do nothing"
    return f"{_insert(table, columns, kind)} on conflict ({_names(key)}) {action}"


@lru_cache(maxsize=1024)
def insert_new(table: str, key: tuple[str, ...], columns: tuple[tuple[str, ColumnType], ...], kind: Kind) -> str:
    """INSERT … ON CONFLICT DO NOTHING; on PostgreSQL it returns the keys that were written."""
    returned = f" returning {_names(key)}" if kind == "postgresql" else ""
    return f"{_insert(table, columns, kind)} on conflict ({_names(key)}) do nothing{returned}"


def holds(column: str, kind: Kind) -> str:
    """The condition that a column of bytes has some bytes in it, with a place for these."""
    return f"instr({column}, {{}}) > 0" if kind == "sqlite" else f"position({{}} in {column}) > 0"


def _insert(table: str, columns: tuple[tuple[str, ColumnType], ...], kind: Kind) -> str:
    head = f'insert into "{table}" ({_names([name for name, _ in columns])})'
    if kind == "sqlite":
        return f"{head} values ({', '.join('?' * len(columns))})"
    arrays = ", ".join(f"${place}::{type_}[]" for place, (_, type_) in enumerate(columns, 1))
    return f"{head} select * from unnest({arrays})"


def _names(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _places(sql: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sql) if name is not None]
