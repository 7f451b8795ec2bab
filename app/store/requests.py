"""Who asks to follow whom, where somebody wants to be asked first."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx


class Wish(Struct, frozen=True):
    """How somebody wants to follow."""

    boosts: bool
    notifies: bool


class _Id(Struct, frozen=True):
    id: int


class _Locked(Struct, frozen=True):
    locked: bool


async def is_locked(tx: Tx, account: int) -> bool:
    """Whether an account wants to be asked before somebody follows it."""
    found = await tx.one(_Locked, "select locked from profile where account = {}", account)
    return found is not None and found.locked


async def locked_among(tx: Tx, accounts: Sequence[int]) -> set[int]:
    """Those of many accounts that want to be asked before somebody follows them."""
    sql = "select account as id from profile where locked and account in {among}"
    return {row.id for row in await tx.among(_Id, sql, accounts)}


async def ask(tx: Tx, account: int, target: int, wish: Wish, now: int) -> bool:
    """Ask to follow, or change how; False if it was asked already."""
    sql = (
        "insert into follow_request (account, target, created_at, boosts, notifies) values ({}, {}, {}, {}, {}) "
        "on conflict (account, target) do nothing"
    )
    if await tx.run(sql, account, target, now, wish.boosts, wish.notifies) == 1:
        return True
    sql = "update follow_request set boosts = {}, notifies = {} where account = {} and target = {}"
    await tx.run(sql, wish.boosts, wish.notifies, account, target)
    return False


async def wish_of(tx: Tx, account: int, target: int) -> Wish | None:
    """How somebody asks to follow, None where they do not."""
    sql = "select boosts, notifies from follow_request where account = {} and target = {}"
    return await tx.one(Wish, sql, account, target)


async def withdraw(tx: Tx, account: int, target: int) -> bool:
    """Take a request away; False if there is none."""
    return await tx.run("delete from follow_request where account = {} and target = {}", account, target) == 1


async def requested_among(tx: Tx, account: int, targets: Sequence[int]) -> set[int]:
    """Those of many accounts whom an account asks to follow."""
    sql = "select target as id from follow_request where account = {} and target in {among}"
    return {row.id for row in await tx.among(_Id, sql, targets, account)}


async def requesters_among(tx: Tx, account: int, others: Sequence[int]) -> set[int]:
    """Those of many accounts who ask to follow an account."""
    sql = "select account as id from follow_request where target = {} and account in {among}"
    return {row.id for row in await tx.among(_Id, sql, others, account)}
