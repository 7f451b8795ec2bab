"""How far an account has read in its timelines."""

from typing import Final, Literal

from msgspec import Struct

from app.store.engines import Tx

Timeline = Literal["home", "notifications"]
TIMELINES: Final[tuple[Timeline, ...]] = ("home", "notifications")


class Marker(Struct, frozen=True):
    """The last that was read; `version` counts how often that was said, `updated_at` is Unix ms."""

    timeline: Timeline
    last_read: int
    version: int
    updated_at: int


async def markers_of(tx: Tx, account: int) -> list[Marker]:
    """The markers of an account."""
    sql = "select timeline, last_read, version, updated_at from marker where account = {} order by timeline"
    return await tx.all(Marker, sql, account)


async def mark(tx: Tx, account: int, timeline: Timeline, last_read: int, now: int) -> None:
    """Note how far an account has read."""
    await tx.run(
        "insert into marker (account, timeline, last_read, version, updated_at) values ({}, {}, {}, 1, {}) "
        "on conflict (account, timeline) do update set last_read = excluded.last_read, "
        "version = marker.version + 1, updated_at = excluded.updated_at",
        *(account, timeline, last_read, now),
    )
