"""Who follows whom."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx
from app.store.stats import count_follow


class Followed(Struct, frozen=True):
    """Whom an account follows, and how: `boosts` too, and each post `notifies`."""

    target: int
    boosts: bool
    notifies: bool


class FollowedHandle(Struct, frozen=True):
    """Whom an account follows, by handle."""

    handle: str
    boosts: bool
    notifies: bool


class Familiar(Struct, frozen=True):
    """Somebody whom the reader follows and who follows `target`."""

    target: int
    account: int


class _Target(Struct, frozen=True):
    target: int


class _Account(Struct, frozen=True):
    account: int


class _Since(Struct, frozen=True):
    created_at: int


async def lock_pair(tx: Tx, one: int, other: int) -> None:
    """Keep everything that is done between two accounts in one order, until the transaction ends."""
    low, high = sorted((one, other))
    await tx.lock("select true from pg_advisory_xact_lock({})", (low * 31 + high) % 2**63)


async def follow(tx: Tx, account: int, target: int, now: int, *, boosts: bool = True, notifies: bool = False) -> bool:
    """Begin to follow, or change how; False if the account follows the target already."""
    sql = (
        "insert into follow (account, target, created_at, boosts, notifies) values ({}, {}, {}, {}, {}) "
        "on conflict (account, target) do nothing"
    )
    if await tx.run(sql, account, target, now, boosts, notifies) == 1:
        await count_follow(tx, account, target, 1)
        return True
    sql = "update follow set boosts = {}, notifies = {} where account = {} and target = {}"
    await tx.run(sql, boosts, notifies, account, target)
    return False


async def unfollow(tx: Tx, account: int, target: int) -> bool:
    """Cease to follow, which takes the target from the account's lists as well; False if it is so already."""
    was_so = await tx.run("delete from follow where account = {} and target = {}", account, target) == 1
    if was_so:
        await count_follow(tx, account, target, -1)
        lists = "delete from list_account where account = {} and list in (select id from list where account = {})"
        await tx.run(lists, target, account)
    return was_so


async def follows(tx: Tx, account: int, target: int) -> bool:
    """Whether an account follows another."""
    sql = "select created_at from follow where account = {} and target = {}"
    return await tx.one(_Since, sql, account, target) is not None


async def followed_among(tx: Tx, account: int, targets: Sequence[int]) -> set[int]:
    """Those of many accounts whom an account follows."""
    sql = "select target from follow where account = {} and target in {among}"
    return {row.target for row in await tx.among(_Target, sql, targets, account)}


async def follows_among(tx: Tx, account: int, targets: Sequence[int]) -> dict[int, Followed]:
    """How an account follows those of many whom it does."""
    sql = "select target, boosts, notifies from follow where account = {} and target in {among}"
    return {row.target: row for row in await tx.among(Followed, sql, targets, account)}


async def followers_among(tx: Tx, account: int, others: Sequence[int]) -> set[int]:
    """Those of many accounts who follow an account."""
    sql = "select account from follow where target = {} and account in {among}"
    return {row.account for row in await tx.among(_Account, sql, others, account)}


async def familiar_followers(tx: Tx, reader: int, targets: Sequence[int]) -> list[Familiar]:
    """For each of many accounts those whom the reader follows and who follow it, where it hides nobody."""
    sql = (
        # `cross`: from whom the reader follows, and not from all who follow somebody whom everybody follows.
        "select f.target, f.account from follow r cross join follow f "
        "left join profile p on p.account = f.target left join profile q on q.account = f.account "
        "where r.account = {} and f.account = r.target and f.target in {among} "
        "and not coalesce(p.hides_follows, false) and not coalesce(q.hides_follows, false) "
        "order by f.target, f.account"
    )
    return await tx.among(Familiar, sql, targets, reader)


async def followed_handles(tx: Tx, account: int) -> list[FollowedHandle]:
    """Everybody whom an account follows, by handle."""
    sql = (
        "select a.handle, f.boosts, f.notifies from follow f join account a on a.id = f.target "
        "where f.account = {} order by a.handle"
    )
    return await tx.all(FollowedHandle, sql, account)
