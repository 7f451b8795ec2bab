"""Who wants nothing to do with whom."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx


class _Id(Struct, frozen=True):
    id: int


class _Handle(Struct, frozen=True):
    handle: str


async def block(tx: Tx, account: int, target: int, now: int) -> bool:
    """Block somebody; False if it is so already."""
    sql = "insert into block (account, target, created_at) values ({}, {}, {}) on conflict (account, target) do nothing"
    return await tx.run(sql, account, target, now) == 1


async def unblock(tx: Tx, account: int, target: int) -> bool:
    """Cease to block; False if it is so already."""
    return await tx.run("delete from block where account = {} and target = {}", account, target) == 1


async def blocked_among(tx: Tx, account: int, targets: Sequence[int]) -> set[int]:
    """Those of many accounts whom an account blocks."""
    sql = "select target as id from block where account = {} and target in {among}"
    return {row.id for row in await tx.among(_Id, sql, targets, account)}


async def blockers_among(tx: Tx, account: int, others: Sequence[int]) -> set[int]:
    """Those of many accounts who block an account."""
    sql = "select account as id from block where target = {} and account in {among}"
    return {row.id for row in await tx.among(_Id, sql, others, account)}


async def blocked_handles(tx: Tx, account: int) -> list[str]:
    """Everybody whom an account blocks, by handle."""
    sql = "select a.handle from block b join account a on a.id = b.target where b.account = {} order by a.handle"
    return [row.handle for row in await tx.all(_Handle, sql, account)]
