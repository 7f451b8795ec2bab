"""Whom somebody does not want to read, until a time or for good."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx


class Muted(Struct, frozen=True):
    """A mute in force: until when (Unix ms, None for good), and whether it keeps notifications away as well."""

    target: int
    until: int | None
    notifications: bool


class MutedHandle(Struct, frozen=True):
    """Whom an account mutes for good, by handle."""

    handle: str
    notifications: bool


async def mute(tx: Tx, account: int, target: int, now: int, until: int | None, *, notifications: bool) -> None:
    """Mute somebody, or change for how long and how far; what has ended is let go of."""
    await tx.run("delete from mute where account = {} and until <= {}", account, now)
    sql = (
        "insert into mute (account, target, created_at, until, notifications) values ({}, {}, {}, {}, {}) "
        "on conflict (account, target) do update set until = excluded.until, notifications = excluded.notifications"
    )
    await tx.run(sql, account, target, now, until, notifications)


async def unmute(tx: Tx, account: int, target: int) -> bool:
    """Cease to mute; False if it is so already."""
    return await tx.run("delete from mute where account = {} and target = {}", account, target) == 1


async def muted_among(tx: Tx, account: int, targets: Sequence[int], now: int) -> dict[int, Muted]:
    """The mutes in force of an account against those of many whom it mutes."""
    sql = (
        "select target, until, notifications from mute "
        "where account = {} and target in {among} and (until is null or until > {})"
    )
    return {row.target: row for row in await tx.among(Muted, sql, targets, account, now)}


async def muted_handles(tx: Tx, account: int) -> list[MutedHandle]:
    """Everybody whom an account mutes for good, by handle."""
    sql = (
        "select a.handle, m.notifications from mute m join account a on a.id = m.target "
        "where m.account = {} and m.until is null order by a.handle"
    )
    return await tx.all(MutedHandle, sql, account)
