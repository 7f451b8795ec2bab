"""A few people and what they say, written straight into the tables, and what somebody finds."""

from collections.abc import Sequence
from typing import Final

from app.search import search_posts
from app.store.accounts import Account, account_by_id, add_account
from app.store.engines import Database, Tx
from app.store.follows import follow
from app.store.posts import NewPost
from app.store.search import Window
from app.store.timelines import NEWEST
from app.store.visibility import Visibility
from app.writing import enter_post

NOW: Final = 1_793_620_800_000
"""Noon of 2 November 2026."""

DAY: Final = 86_400_000
ANN, BEN, CID, DORA = 1, 2, 3, 4
PEOPLE: Final = {ANN: ("ann", "Ann Arbor"), BEN: ("ben_day", ""), CID: ("cid", "أحمد"), DORA: ("dora", "Dora Ann")}


async def enter_people(tx: Tx) -> None:
    """Ann, Ben, Cid and Dora; Ben follows Ann."""
    for number, (handle, name) in PEOPLE.items():
        account = Account(number, handle, name, "", "person", None, f"m:{number}", "", "", 0)
        assert await add_account(tx, account, handle)
    await follow(tx, BEN, ANN, NOW)


async def say(
    tx: Tx,
    place: int,
    account: int,
    text: str,
    *,
    visibility: Visibility = "public",
    at: int = NOW,
    language: str = "en",
) -> int:
    """Somebody's post; its id."""
    post = (at << 16) + place
    made = NewPost(post, account, text, language, "", None, post, at, visibility=visibility)
    assert await enter_post(tx, made)
    return post


async def found(database: Database, text: str, reader: int | None = None, most: int = 50) -> list[str]:
    """The texts that a reader finds, newest first."""

    async def load(tx: Tx) -> Sequence[str]:
        person = await account_by_id(tx, reader) if reader is not None else None
        posts, _ = await search_posts(tx, text, person, NOW, Window(NEWEST, most))
        return [post.text for post in posts]

    return list(await database.read(load))
