"""Telling people what concerns them, in the transaction in which it happens."""

from collections.abc import Sequence
from secrets import randbelow
from typing import Final

from app.events import Notified, Posted
from app.identifiers import NODE_BITS, PostIds
from app.store.engines import Tx
from app.store.notifications import (
    NewNotification,
    NotificationKind,
    tell,
    tell_boosters,
    tell_followers,
    untell,
)
from app.store.posts import NewPost, author_of

HOUR: Final = 3_600_000
GROUPED_FOR: Final = 12
"""Hours that stand together in a group."""

GROUPED: Final[tuple[NotificationKind, ...]] = ("favourite", "follow", "reblog")
MOST_AT_ONCE: Final = 1_000
"""Accounts that one event names."""

# An account is told nothing twice under one id: that of two processes' ids in one millisecond is chance upon chance.
_ids: Final = PostIds(randbelow(1 << NODE_BITS))


async def notify(
    tx: Tx, account: int | Sequence[int], kind: NotificationKind, sender: int, post: int, now: int
) -> tuple[int, ...]:
    """Tell an account, or several, what `sender` did, and return those that were told (app/store/notifications.py).

    `post` is the post that is told of, for `reblog` the one that was boosted, and 0 for `follow` and `follow_request`.
    Streams hear of it after the commit.
    """
    accounts = [account] if isinstance(account, int) else account
    new = _new(kind, sender, post, now)
    return _announce(tx, new, await tell(tx, new, accounts))


async def notify_of(tx: Tx, post: NewPost, named: Sequence[int]) -> None:
    """Tell of a new post or boost whoever is named in it, is answered or boosted by it, or asked to be told of each."""
    tx.announce(Posted(post.id))
    if post.boost_of is not None:
        author = await author_of(tx, post.boost_of)
        assert author is not None, "what is boosted is there"
        await notify(tx, author, "reblog", post.account, post.boost_of, post.created_at)
        return
    answered = await author_of(tx, post.reply_to) if post.reply_to is not None else None
    concerned = [*named] if answered is None else [*named, answered]
    await notify(tx, concerned, "mention", post.account, post.id, post.created_at)
    await notify_followers(tx, post.account, post.id, post.created_at)


async def notify_followers(tx: Tx, sender: int, post: int, now: int) -> tuple[int, ...]:
    """Tell of a new post those who asked to be told of each of the sender's; who is mentioned in it knows already."""
    new = _new("status", sender, post, now)
    return _announce(tx, new, await tell_followers(tx, new))


async def notify_boosters(tx: Tx, author: int, post: int, now: int) -> tuple[int, ...]:
    """Tell those who boosted a post that it was edited."""
    new = _new("update", author, post, now)
    return _announce(tx, new, await tell_boosters(tx, new))


async def unnotify(tx: Tx, account: int, kind: NotificationKind, sender: int, post: int) -> None:
    """Take back what an account was told: a favourite, a boost, a follow that is no more."""
    await untell(tx, account, kind, sender, post)


def group_key(kind: NotificationKind, post: int, identifier: int, now: int) -> str:
    """The name under which notifications of one kind, post and half a day stand together."""
    if kind not in GROUPED:
        return f"ungrouped-{identifier}"
    hours = now // HOUR // GROUPED_FOR * GROUPED_FOR
    return f"{kind}-{post}-{hours}" if post else f"{kind}-{hours}"


def _new(kind: NotificationKind, sender: int, post: int, now: int) -> NewNotification:
    identifier = _ids.next(now)
    return NewNotification(identifier, kind, sender, post, group_key(kind, post, identifier, now), now)


def _announce(tx: Tx, new: NewNotification, told: tuple[int, ...]) -> tuple[int, ...]:
    for start in range(0, len(told), MOST_AT_ONCE):
        tx.announce(Notified(new.id, told[start : start + MOST_AT_ONCE]))
    return told
