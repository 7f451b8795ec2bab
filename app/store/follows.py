"""Who follows whom."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx


class Counts(Struct, frozen=True):
    """How many an account follows, and how many follow it."""

    following: int
    followers: int


class _Target(Struct, frozen=True):
    target: int


class _Since(Struct, frozen=True):
    created_at: int


async def follow(tx: Tx, account: int, target: int, now: int) -> bool:
    """Begin to follow; False if it is so already."""
    sql = (
        "insert into follow (account, target, created_at) values ({}, {}, {}) on conflict (account, target) do nothing"
    )
    return await tx.run(sql, account, target, now) == 1


async def unfollow(tx: Tx, account: int, target: int) -> bool:
    """Cease to follow; False if it is so already."""
    return await tx.run("delete from follow where account = {} and target = {}", account, target) == 1


async def follows(tx: Tx, account: int, target: int) -> bool:
    """Whether an account follows another."""
    sql = "select created_at from follow where account = {} and target = {}"
    return await tx.one(_Since, sql, account, target) is not None


async def followed_among(tx: Tx, account: int, targets: Sequence[int]) -> set[int]:
    """Those of many accounts whom an account follows."""
    sql = "select target from follow where account = {} and target in {among}"
    return {row.target for row in await tx.among(_Target, sql, targets, account)}


async def counts_of(tx: Tx, account: int) -> Counts:
    """How many an account follows, and how many follow it."""
    counts = await tx.one(
        Counts,
        "select (select count(*) from follow where account = {}) as following, "
        "(select count(*) from follow where target = {}) as followers",
        *(account, account),
    )
    assert counts is not None
    return counts
