"""Who follows whom."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx
from app.store.stats import count_follow


class _Target(Struct, frozen=True):
    target: int


class _Since(Struct, frozen=True):
    created_at: int


async def follow(tx: Tx, account: int, target: int, now: int) -> bool:
    """Begin to follow; False if it is so already."""
    sql = (
        "insert into follow (account, target, created_at) values ({}, {}, {}) on conflict (account, target) do nothing"
    )
    is_new = await tx.run(sql, account, target, now) == 1
    if is_new:
        await count_follow(tx, account, target, 1)
    return is_new


async def unfollow(tx: Tx, account: int, target: int) -> bool:
    """Cease to follow; False if it is so already."""
    was_so = await tx.run("delete from follow where account = {} and target = {}", account, target) == 1
    if was_so:
        await count_follow(tx, account, target, -1)
    return was_so


async def follows(tx: Tx, account: int, target: int) -> bool:
    """Whether an account follows another."""
    sql = "select created_at from follow where account = {} and target = {}"
    return await tx.one(_Since, sql, account, target) is not None


async def followed_among(tx: Tx, account: int, targets: Sequence[int]) -> set[int]:
    """Those of many accounts whom an account follows."""
    sql = "select target from follow where account = {} and target in {among}"
    return {row.target for row in await tx.among(_Target, sql, targets, account)}
