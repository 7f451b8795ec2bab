"""What accounts are told of, written where it happens; app/store/told.py reads it."""

from collections.abc import Sequence
from typing import Final, Literal, get_args

from msgspec import Struct

from app.store.engines import Tx, Value
from app.store.visibility import SEES

NotificationKind = Literal["mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update"]
"""The names that clients know."""

KINDS: Final[tuple[NotificationKind, ...]] = get_args(NotificationKind)

_TELL: Final = f"""
with it(id, kind, sender, post, group_key, now, root) as (
    select cast({{}} as bigint), cast({{}} as text), cast({{}} as bigint), cast({{}} as bigint), cast({{}} as text),
        cast({{}} as bigint), coalesce((select p.root from post p where p.id = {{}}), 0)
)
insert into notification (account, id, kind, sender, post, group_key, created_at)
select a.id, it.id, it.kind, it.sender, it.post, it.group_key, it.now from account a cross join it
where a.id WHO and a.kind = 'person' and (a.id <> it.sender or it.kind = 'poll')
and not exists (select 1 from block k where k.account = a.id and k.target = it.sender)
and not exists (select 1 from block k where k.account = it.sender and k.target = a.id)
and not exists (select 1 from mute n where n.account = a.id and n.target = it.sender and n.notifications
    and (n.until is null or n.until > it.now))
and not exists (select 1 from muted_thread t where t.account = a.id and t.root = it.root)
and (it.post = 0 or exists (
    select 1 from post p where p.id = it.post and p.deleted_at is null and {SEES.replace("{reader}", "a.id")}
))
and (it.kind <> 'status' or not exists (
    select 1 from notification o
    where o.account = a.id and o.kind = 'mention' and o.sender = it.sender and o.post = it.post
))
on conflict do nothing returning account as id
"""
_TELL_SOME: Final = _TELL.replace("WHO", "in {among}")
_TELL_FOLLOWERS: Final = _TELL.replace("WHO", "in (select f.account from follow f where f.target = {} and f.notifies)")
_TELL_BOOSTERS: Final = _TELL.replace("WHO", "in (select b.account from post b where b.boost_of = {})")


class NewNotification(Struct, frozen=True):
    """Something that accounts are told of; `post` 0 where it is of no post."""

    id: int
    kind: NotificationKind
    sender: int
    post: int
    group_key: str
    created_at: int


class _Id(Struct, frozen=True):
    id: int


async def tell(tx: Tx, new: NewNotification, accounts: Sequence[int]) -> tuple[int, ...]:
    """Tell accounts of something, and return those that were told.

    Nobody is told of themselves (but the author of a poll of its end), by whom they block, who blocks them or whom
    they mute, in a conversation that they muted, of a post that they may not see, or twice.
    """
    return tuple(row.id for row in await tx.among(_Id, _TELL_SOME, accounts, *_values(new)))


async def tell_followers(tx: Tx, new: NewNotification) -> tuple[int, ...]:
    """Tell those followers of the sender who asked to be told of each post."""
    return tuple(row.id for row in await tx.all(_Id, _TELL_FOLLOWERS, *_values(new), new.sender))


async def tell_boosters(tx: Tx, new: NewNotification) -> tuple[int, ...]:
    """Tell those who boosted the post."""
    return tuple(row.id for row in await tx.all(_Id, _TELL_BOOSTERS, *_values(new), new.post))


async def untell(tx: Tx, account: int, kind: NotificationKind, sender: int, post: int) -> None:
    """Take back what an account was told, where it is no longer so."""
    sql = "delete from notification where account = {} and kind = {} and sender = {} and post = {}"
    await tx.run(sql, account, kind, sender, post)


def _values(new: NewNotification) -> tuple[Value, ...]:
    return (new.id, new.kind, new.sender, new.post, new.group_key, new.created_at, new.post)
