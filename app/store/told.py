"""What an account is told of, as it reads it: without what concerns whom it does not want to hear of, or cannot see."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import Tx
from app.store.notifications import NotificationKind
from app.store.visibility import SEES

NEWEST: Final = (1 << 63) - 1
LOOKED_AT: Final = 800
"""Notifications from which a page of groups is made, at most."""

_IS_SHOWN: Final = f"""
not exists (select 1 from block k where k.account = n.account and k.target = n.sender)
and not exists (select 1 from block k where k.account = n.sender and k.target = n.account)
and not exists (select 1 from mute m where m.account = n.account and m.target = n.sender and m.notifications
    and (m.until is null or m.until > {{now}}))
and (n.post = 0 or exists (
    select 1 from post p where p.id = n.post and p.deleted_at is null and {SEES.replace("{reader}", "n.account")}
    and (p.account = n.account or not exists (
        select 1 from gov_subject g where g.id = cast(p.id as text) and g.hidden_until > {{now}}
    ))
))
"""
_SHOWN: Final = _IS_SHOWN.replace("{now}", "{}")
_COLUMNS: Final = "n.account, n.id, n.kind, n.sender, n.post, n.group_key, n.created_at"


class Told(Struct, frozen=True):
    """Something that an account was told; `post` is 0 where it is of no post."""

    account: int
    id: int
    kind: NotificationKind
    sender: int
    post: int
    group_key: str
    created_at: int


class Wanted(Struct, frozen=True):
    """Which notifications are wanted: of these kinds, by this account, with ids in `(after, before)`.

    They come newest first; with `oldest` it is those that come next above `after`.
    """

    kinds: tuple[NotificationKind, ...]
    sender: int = 0
    before: int = NEWEST
    after: int = 0
    oldest: bool = False


class _Count(Struct, frozen=True):
    n: int


async def told_to(tx: Tx, account: int, wanted: Wanted, now: int, most: int) -> list[Told]:
    """What an account is told, newest first."""
    if not wanted.kinds:
        return []
    order = "asc" if wanted.oldest else "desc"
    rows = await tx.all(
        Told,
        f"select {_COLUMNS} from notification n where n.account = {{}} and n.id < {{}} and n.id > {{}} "
        f"and {_of(wanted)} and {_SHOWN} order by n.id {order} limit {{}}",
        *(account, wanted.before, wanted.after, now, now, most),
    )
    return rows[::-1] if wanted.oldest else rows


async def told_under(tx: Tx, notification: int, accounts: Sequence[int], now: int) -> list[Told]:
    """What those of many accounts are told that are told something under this id."""
    sql = f"select {_COLUMNS} from notification n where n.account in {{among}} and n.id = {{}} and {_SHOWN}"
    return await tx.among(Told, sql, accounts, notification, now, now)


async def group_of(tx: Tx, account: int, key: str, now: int, most: int) -> list[Told]:
    """What an account is told under the name of a group, newest first."""
    sql = (
        f"select {_COLUMNS} from notification n where n.account = {{}} and n.group_key = {{}} and {_SHOWN} "
        "order by n.id desc limit {}"
    )
    return await tx.all(Told, sql, account, key, now, now, most)


async def count_unread(tx: Tx, account: int, kinds: Sequence[NotificationKind], now: int, most: int) -> int:
    """How many notifications are newer than the last that an account has read; what is more than `most` counts so."""
    if not kinds:
        return 0
    sql = (
        f"select count(*) as n from (select 1 from notification n where n.account = {{}} and n.id > {READ} "
        f"and {_of(Wanted(tuple(kinds)))} and {_SHOWN} limit {{}}) unread"
    )
    found = await tx.one(_Count, sql, account, account, now, now, most)
    assert found is not None
    return found.n


async def dismiss(tx: Tx, account: int, notification: int) -> None:
    """Tell an account of one thing no more."""
    await tx.run("delete from notification where account = {} and id = {}", account, notification)


async def dismiss_group(tx: Tx, account: int, key: str) -> None:
    """Tell an account of one group no more."""
    await tx.run("delete from notification where account = {} and group_key = {}", account, key)


async def clear(tx: Tx, account: int) -> None:
    """Tell an account nothing of what it was told."""
    await tx.run("delete from notification where account = {}", account)


READ: Final = "coalesce((select last_read from marker where account = {} and timeline = 'notifications'), 0)"
"""The last notification that an account has read."""


def _of(wanted: Wanted) -> str:
    kinds = ", ".join(f"'{kind}'" for kind in wanted.kinds)
    sender = f" and n.sender = {wanted.sender:d}" if wanted.sender else ""
    return f"n.kind in ({kinds}){sender}"
