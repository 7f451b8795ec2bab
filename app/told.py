"""Notifications as they are shown: those of one kind and post together, with the people and the post."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.notifications import GROUPED
from app.store.engines import Tx
from app.store.notifications import NotificationKind
from app.store.told import LOOKED_AT, Told, Wanted, told_to

MOST_SENDERS: Final = 8
"""People whom a group names."""


class Group(Struct, frozen=True):
    """Notifications that stand together: the newest of them, how many, their ids `[oldest, newest]` on this page."""

    key: str
    newest: Told
    oldest: int
    count: int
    senders: tuple[int, ...]


async def groups_for(
    tx: Tx, account: int, wanted: Wanted, now: int, most: int, grouped: Sequence[NotificationKind] = GROUPED
) -> list[Group]:
    """What an account is told, by groups, the group with the newest first; kinds that are not `grouped` each alone.

    A page is an interval of notifications, as long as they stand in its groups: so none is missing from page to page,
    and a group that goes on is met again.
    """
    rows: Sequence[Told] = await told_to(tx, account, wanted, now, LOOKED_AT)
    if wanted.oldest:
        rows = _within(rows[::-1], grouped, most)[::-1]
    return together(_within(rows, grouped, most), grouped)


def together(rows: Sequence[Told], grouped: Sequence[NotificationKind] = GROUPED) -> list[Group]:
    """Notifications, newest first, by their groups."""
    found: dict[str, list[Told]] = {}
    for row in rows:
        found.setdefault(_key(row, grouped), []).append(row)
    return [_group(key, members) for key, members in found.items()]


def _within(rows: Sequence[Told], grouped: Sequence[NotificationKind], most: int) -> Sequence[Told]:
    """The rows before that which would open one group too many."""
    keys: set[str] = set()
    for place, row in enumerate(rows):
        keys.add(_key(row, grouped))
        if len(keys) > most:
            return rows[:place]
    return rows


def _key(row: Told, grouped: Sequence[NotificationKind]) -> str:
    return row.group_key if row.kind in grouped else f"ungrouped-{row.id}"


def _group(key: str, members: Sequence[Told]) -> Group:
    senders = tuple(dict.fromkeys(row.sender for row in members))
    return Group(key, members[0], members[-1].id, len(members), senders[:MOST_SENDERS])
