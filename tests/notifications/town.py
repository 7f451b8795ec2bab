"""A few people and posts, written straight into the tables, and what they are told."""

from msgspec import Struct

from app.notifications import notify
from app.store.accounts import Account, add_account
from app.store.engines import Database, Tx
from app.store.notifications import NotificationKind
from app.store.posts import NewPost, add_post
from app.store.visibility import Visibility

NOW = 1_790_000_000_000
ANN, BEN, MIA, GUEST = 1, 2, 3, 4
PEOPLE = {ANN: "ann", BEN: "ben", MIA: "mia", GUEST: "guest"}
POST = 100


class Told(Struct, frozen=True):
    """A row of what somebody is told."""

    account: int
    kind: str
    sender: int
    post: int


async def people(tx: Tx) -> None:
    """Ann, Ben and Mia, and a guest whom nobody can sign in as."""
    for number, handle in PEOPLE.items():
        kind = "guest" if number == GUEST else "person"
        await add_account(tx, Account(number, handle, "", "", kind, None, None, "", "", NOW), handle)


async def post(tx: Tx, id_: int, account: int, visibility: Visibility = "public", root: int = 0) -> None:
    """A post of somebody, in a conversation of its own unless another is named."""
    made = NewPost(id_, account, "words", "en", "", root or None, root or id_, NOW, visibility=visibility)
    assert await add_post(tx, made)


async def told(tx: Tx) -> list[Told]:
    """What everybody is told."""
    return await tx.all(Told, "select account, kind, sender, post from notification order by account, id")


async def tell(database: Database, account: int, kind: NotificationKind, sender: int, about: int = POST) -> bool:
    """Whether somebody is told of something."""
    return await database.write(lambda tx: notify(tx, account, kind, sender, about, NOW)) == (account,)


async def run(database: Database, sql: str, *values: int | bool | None) -> None:
    """Run a statement that a test needs."""
    await database.write(lambda tx: tx.run(sql, *values))
