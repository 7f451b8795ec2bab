"""What processes tell each other of those who ask often."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import Tx

_MARK: Final = "calls "


class Spent(Struct, frozen=True):
    """How many calls more somebody has made in the window that ends at `anew` (Unix ms)."""

    who: str
    anew: int
    calls: int


class _Row(Struct, frozen=True):
    scope: str
    window: int
    count: int


async def exchange(tx: Tx, spent: Sequence[Spent], now: int) -> Mapping[tuple[str, int], int]:
    """Add what one process counted, forget what is over, and return what all have counted by person and window."""
    await tx.run('delete from login_attempt where scope like {} and "window" <= {}', f"{_MARK}%", now)
    await tx.many(
        'insert into login_attempt (scope, "window", count) values ({}, {}, {}) '
        'on conflict (scope, "window") do update set count = login_attempt.count + excluded.count',
        [(_MARK + one.who, one.anew, one.calls) for one in sorted(spent, key=lambda one: one.who)],
    )
    sql = 'select scope, "window", count from login_attempt where scope like {}'
    rows = await tx.all(_Row, sql, f"{_MARK}%")
    return {(row.scope.removeprefix(_MARK), row.window): row.count for row in rows}
