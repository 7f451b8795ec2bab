"""Conversations among those whom posts name, as each of them sees them."""

from collections.abc import Collection
from typing import Final

from msgspec import Struct

from app.store.circles import Span
from app.store.engines import Tx
from app.store.timelines import newest_first, placed
from app.store.visibility import SEES, WANTS

_MINE: Final = (
    "select c.root, c.last_post, c.unread from conversation c join post p on p.id = c.last_post "
    f"where c.account = {{reader}} and p.deleted_at is null and {SEES} and {WANTS} "
)
_LAST: Final = (
    "select max(p.id) from post p where p.root = c.root and p.visibility = 'mentioned' and p.deleted_at is null and "
    "(p.account = c.account or exists (select 1 from mention m where m.post = p.id and m.account = c.account))"
)


class Conversation(Struct, frozen=True):
    """A conversation: its first post and its last, and whether that was read."""

    root: int
    last_post: int
    unread: bool


async def talk(tx: Tx, root: int, post: int, author: int, named: Collection[int]) -> None:
    """Note that a conversation went on; whoever is named has not read it, its author has."""
    sql = (
        "insert into conversation (account, root, last_post, unread) values ({}, {}, {}, {}) "
        "on conflict (account, root) do update set last_post = excluded.last_post, unread = excluded.unread "
        "where conversation.last_post < excluded.last_post"
    )
    await tx.many(sql, [(account, root, post, account != author) for account in sorted({author, *named})])


async def talk_ends_earlier(tx: Tx, root: int, post: int, author: int, named: Collection[int]) -> None:
    """Where a conversation ended with a post that is deleted, note what is last now, or that nothing is left."""
    accounts = sorted({author, *named})
    last = f"update conversation as c set last_post = coalesce(({_LAST}), 0) "
    await tx.many(
        last + "where c.account = {} and c.root = {} and c.last_post = {}", [(one, root, post) for one in accounts]
    )
    nothing = "delete from conversation where account = {} and root = {} and last_post = 0"
    await tx.many(nothing, [(one, root) for one in accounts])


async def read_conversation(tx: Tx, account: int, root: int) -> bool:
    """Note that somebody has read a conversation; False if there is none."""
    return await tx.run("update conversation set unread = false where account = {} and root = {}", account, root) == 1


async def leave_conversation(tx: Tx, account: int, root: int) -> bool:
    """Take a conversation from somebody's list until it goes on; False if there is none."""
    return await tx.run("delete from conversation where account = {} and root = {}", account, root) == 1


async def conversations_of(tx: Tx, reader: int, now: int, span: Span) -> list[Conversation]:
    """The conversations of a reader; a span's ids are those of their last posts."""
    way = "" if span.upwards else " desc"
    within = "and c.last_post < {below} and c.last_post > {above}"
    text, names = placed(f"{_MINE} {within} order by c.last_post{way} limit {{most}}")
    values = {"reader": reader, "now": now, "below": span.below, "above": span.above, "most": span.most}
    return newest_first(await tx.all(Conversation, text, *(values[name] for name in names)), span)


async def conversation_of(tx: Tx, account: int, root: int) -> Conversation | None:
    """One conversation of an account."""
    sql = "select root, last_post, unread from conversation where account = {} and root = {}"
    return await tx.one(Conversation, sql, account, root)
