"""Whom somebody follows, blocks, mutes and lists, as the CSV files that Mastodon exports and imports."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Final

from app.imports.people import Kind
from app.store.blocks import blocked_handles
from app.store.engines import Tx
from app.store.follows import followed_handles
from app.store.lists import listed_handles
from app.store.mutes import muted_handles

FILES: Final[dict[Kind, str]] = {
    "following": "following_accounts.csv",
    "blocks": "blocked_accounts.csv",
    "mutes": "muted_accounts.csv",
    "lists": "lists.csv",
}


async def people_csv(tx: Tx, account: int, kind: Kind, host: str) -> str:
    """A file of an account; addresses are of this square, at `host`. Mutes that end by themselves are left out."""
    if kind == "following":
        head = ["Account address", "Show boosts", "Notify on new posts", "Languages"]
        found = await followed_handles(tx, account)
        rows = [[_at(one.handle, host), _told(one.boosts), _told(one.notifies), ""] for one in found]
        return _written([head, *rows])
    if kind == "mutes":
        muted = await muted_handles(tx, account)
        rows = [[_at(one.handle, host), _told(one.notifications)] for one in muted]
        return _written([["Account address", "Hide notifications"], *rows])
    if kind == "blocks":
        return _written([[_at(handle, host)] for handle in await blocked_handles(tx, account)])
    return _written([[one.title, _at(one.handle, host)] for one in await listed_handles(tx, account)])


def _written(rows: Sequence[Sequence[str]]) -> str:
    file = StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _at(handle: str, host: str) -> str:
    return f"{handle}@{host}"


def _told(value: bool) -> str:
    return "true" if value else "false"
