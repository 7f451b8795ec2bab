"""Accounts that somebody reads together."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from app.store.engines import Tx

Replies = Literal["followed", "list", "none"]
"""Which replies a list shows: those to whom its owner follows, those to who stands in it, none."""

MOST_LISTS: Final = 50
MOST_IN_LIST: Final = 500

_LIST: Final = "select id, account, title, replies, exclusive from list "


class List(Struct, frozen=True):
    """A list of an account; what stands in an `exclusive` one is not in the home timeline as well."""

    id: int
    account: int
    title: str
    replies: Replies
    exclusive: bool


class Listed(Struct, frozen=True):
    """Who stands in which list, by handle."""

    title: str
    handle: str


class _Id(Struct, frozen=True):
    id: int


class _Count(Struct, frozen=True):
    n: int


async def lists_of(tx: Tx, account: int) -> list[List]:
    """The lists of an account, by title."""
    return await tx.all(List, _LIST + "where account = {} order by title, id", account)


async def list_of(tx: Tx, account: int, list_id: int) -> List | None:
    """A list, if it is this account's."""
    return await tx.one(List, _LIST + "where id = {} and account = {}", list_id, account)


async def lists_with(tx: Tx, account: int, target: int) -> list[List]:
    """Those lists of an account in which another stands."""
    sql = "where account = {} and id in (select list from list_account where account = {}) order by title, id"
    return await tx.all(List, _LIST + sql, account, target)


async def add_list(tx: Tx, new: List) -> bool:
    """Make a list; False where the account has all that it may have, or the id is taken."""
    await _lock_lists(tx, new.account)
    sql = (
        "insert into list (id, account, title, replies, exclusive) select {}, {}, {}, {}, {} "
        "where (select count(*) from list where account = {}) < {} on conflict (id) do nothing"
    )
    values = (new.id, new.account, new.title, new.replies, new.exclusive)
    return await tx.run(sql, *values, new.account, MOST_LISTS) == 1


async def change_list(tx: Tx, changed: List) -> None:
    """Write a list over the one that has its id."""
    sql = "update list set title = {}, replies = {}, exclusive = {} where id = {} and account = {}"
    await tx.run(sql, changed.title, changed.replies, changed.exclusive, changed.id, changed.account)


async def remove_list(tx: Tx, account: int, list_id: int) -> bool:
    """Take a list away; False if there is none of this account's."""
    if await tx.run("delete from list where id = {} and account = {}", list_id, account) == 0:
        return False
    await tx.run("delete from list_account where list = {}", list_id)
    return True


async def listed_among(tx: Tx, list_id: int, accounts: Sequence[int]) -> set[int]:
    """Those of many accounts that stand in a list."""
    sql = "select account as id from list_account where list = {} and account in {among}"
    return {row.id for row in await tx.among(_Id, sql, accounts, list_id)}


async def lock_follows(tx: Tx, owner: int, accounts: Sequence[int]) -> None:
    """Keep the owner of lists from ceasing to follow any of these until the transaction ends."""
    for account in sorted(set(accounts)):
        await tx.lock("select true from follow where account = {} and target = {} for share", owner, account)


async def put_in_list(tx: Tx, of: List, accounts: Sequence[int]) -> bool:
    """Put accounts into a list, once each; False, and nothing done, if it gets too long."""
    await _lock_lists(tx, of.account)
    new = sorted(set(accounts) - await listed_among(tx, of.id, accounts))
    held = await tx.one(_Count, "select count(*) as n from list_account where list = {}", of.id)
    assert held is not None
    if held.n + len(new) > MOST_IN_LIST:
        return False
    await tx.many("insert into list_account (list, account) values ({}, {})", [(of.id, one) for one in new])
    return True


async def take_from_list(tx: Tx, list_id: int, accounts: Sequence[int]) -> None:
    """Take accounts out of a list."""
    sql = "delete from list_account where list = {} and account = {}"
    await tx.many(sql, [(list_id, one) for one in sorted(set(accounts))])


async def listed_handles(tx: Tx, account: int) -> list[Listed]:
    """Who stands in each list of an account."""
    sql = (
        "select l.title, a.handle from list l join list_account m on m.list = l.id "
        "join account a on a.id = m.account where l.account = {} order by l.title, l.id, a.handle"
    )
    return await tx.all(Listed, sql, account)


async def _lock_lists(tx: Tx, account: int) -> None:
    await tx.lock("select id from account where id = {} for no key update", account)
