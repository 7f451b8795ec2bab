"""Notifications as the API tells them: each alone, and by groups."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, Struct, UnsetType

from app.api.entities import Account, Status
from app.api.people import accounts_as
from app.api.speech import statuses_as
from app.api.views import View
from app.clock import iso
from app.posts import show_posts
from app.store.engines import Tx
from app.store.notifications import NotificationKind
from app.store.posts import posts_among
from app.store.told import Told
from app.told import Group


class Notification(Struct, frozen=True, kw_only=True):
    """Something that somebody was told."""

    id: str
    type: NotificationKind
    created_at: str
    group_key: str
    account: Account
    status: Status | UnsetType = UNSET


class NotificationGroup(Struct, frozen=True, kw_only=True):
    """Notifications that stand together; the accounts and the post are beside, by their ids."""

    group_key: str
    notifications_count: int
    type: NotificationKind
    most_recent_notification_id: str
    page_min_id: str
    page_max_id: str
    latest_page_notification_at: str
    sample_account_ids: tuple[str, ...]
    status_id: str | UnsetType = UNSET


class GroupedNotifications(Struct, frozen=True):
    """A page of groups, with every account and post that they name once."""

    accounts: tuple[Account, ...]
    statuses: tuple[Status, ...]
    notification_groups: tuple[NotificationGroup, ...]


async def notifications_as(tx: Tx, rows: Sequence[Told], view: View) -> list[Notification]:
    """What the reader was told, in its order; what is of a post that cannot be shown is left out."""
    statuses = await _statuses(tx, [row.post for row in rows], view)
    accounts = await accounts_as(tx, {row.sender for row in rows}, view)
    return [
        Notification(
            id=str(row.id),
            type=row.kind,
            created_at=iso(row.created_at),
            group_key=row.group_key,
            account=accounts[row.sender],
            status=statuses[row.post] if row.post else UNSET,
        )
        for row in rows
        if row.sender in accounts and (not row.post or row.post in statuses)
    ]


async def groups_as(tx: Tx, groups: Sequence[Group], view: View) -> GroupedNotifications:
    """A page of groups; what is of a post that cannot be shown is left out."""
    statuses = await _statuses(tx, [group.newest.post for group in groups], view)
    shown = [group for group in groups if not group.newest.post or group.newest.post in statuses]
    accounts = await accounts_as(tx, {sender for group in shown for sender in group.senders}, view)
    return GroupedNotifications(
        tuple(accounts.values()),
        tuple(statuses[post] for post in dict.fromkeys(group.newest.post for group in shown) if post),
        tuple(_group(group, accounts) for group in shown),
    )


def _group(group: Group, accounts: Mapping[int, Account]) -> NotificationGroup:
    newest = group.newest
    return NotificationGroup(
        group_key=group.key,
        notifications_count=group.count,
        type=newest.kind,
        most_recent_notification_id=str(newest.id),
        page_min_id=str(group.oldest),
        page_max_id=str(newest.id),
        latest_page_notification_at=iso(newest.created_at),
        sample_account_ids=tuple(accounts[sender].id for sender in group.senders if sender in accounts),
        status_id=str(newest.post) if newest.post else UNSET,
    )


async def _statuses(tx: Tx, posts: Sequence[int], view: View) -> dict[int, Status]:
    rows = await posts_among(tx, sorted({post for post in posts if post}))
    shown = await show_posts(tx, rows, view.reader, view.now, view.country)
    return {int(status.id): status for status in await statuses_as(tx, shown, view)}
