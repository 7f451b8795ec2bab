"""What an account has here, page by page, for its archive: each answers with at most so many rows after a number."""

from msgspec import Struct

from app.store.edits import Edit
from app.store.engines import Tx

TOGETHER = 200


class OwnPicture(Struct, frozen=True):
    """A picture of an account's: its kind, the post it stands in, its file and what it shows in words."""

    id: int
    post: int | None
    kind: str
    mime: str
    digest: bytes
    description: str


class OwnDraft(Struct, frozen=True):
    """Words that are not said yet, as JSON; times are Unix ms."""

    id: int
    words: str
    due_at: int | None
    saved_at: int


class OwnBallot(Struct, frozen=True):
    """What an account answered in an everyday poll: places, counted from 0 and joined by commas."""

    poll: int
    choices: str


class Address(Struct, frozen=True):
    """A post of anybody's by its address: the number of the mark or boost, the author's handle, the post's number."""

    id: int
    handle: str
    post: int


class _Id(Struct, frozen=True):
    id: int


class _Tag(Struct, frozen=True):
    tag: str


_MARKED = (
    "select m.id, a.handle, m.post from {mark} m join post p on p.id = m.post join account a on a.id = p.account "
    "where m.account = {} and m.id > {} and p.deleted_at is null order by m.id limit {}"
)


async def own_posts(tx: Tx, account: int, after: int) -> list[int]:
    """Its posts that it has not deleted, oldest first; boosts are not among them."""
    sql = (
        "select id from post where account = {} and id > {} and deleted_at is null and boost_of is null "
        "order by id limit {}"
    )
    return [row.id for row in await tx.all(_Id, sql, account, after, TOGETHER)]


async def letters_to(tx: Tx, account: int, after: int) -> list[int]:
    """Posts that others wrote for those alone whom they name, this account among them."""
    sql = (
        "select p.id from mention m join post p on p.id = m.post where m.account = {} and m.post > {} "
        "and p.account <> {} and p.visibility = 'mentioned' and p.deleted_at is null order by p.id limit {}"
    )
    return [row.id for row in await tx.all(_Id, sql, account, after, account, TOGETHER)]


async def own_pictures(tx: Tx, account: int, after: int) -> list[OwnPicture]:
    """Its pictures, those of its profile among them."""
    sql = (
        "select id, post, kind, mime, digest, description from media where account = {} and id > {} "
        "order by id limit {}"
    )
    return await tx.all(OwnPicture, sql, account, after, TOGETHER)


async def own_drafts(tx: Tx, account: int, after: int) -> list[OwnDraft]:
    """Its drafts and what it will say later."""
    sql = "select id, words, due_at, saved_at from draft where account = {} and id > {} order by id limit {}"
    return await tx.all(OwnDraft, sql, account, after, TOGETHER)


async def own_ballots(tx: Tx, account: int, after: int) -> list[OwnBallot]:
    """What it answered in the polls of posts. How it voted on the law nobody can look up."""
    sql = "select poll, choices from poll_ballot where account = {} and poll > {} order by poll limit {}"
    return await tx.all(OwnBallot, sql, account, after, TOGETHER)


async def own_edits(tx: Tx, account: int, after: int) -> list[Edit]:
    """What its posts said before they were edited: of at most so many posts all versions."""
    edited = await tx.all(
        _Id,
        "select distinct p.id from post_edit e join post p on p.id = e.post "
        "where p.account = {} and p.id > {} and p.deleted_at is null order by p.id limit {}",
        *(account, after, TOGETHER),
    )
    sql = (
        "select post, version, body, warning, sensitive, language, media, options, written_at from post_edit "
        "where post in {among} order by post, version"
    )
    return await tx.among(Edit, sql, [row.id for row in edited])


async def bookmarks(tx: Tx, account: int, after: int) -> list[Address]:
    """What it keeps for later."""
    return await tx.all(Address, _MARKED.replace("{mark}", "bookmark"), account, after, TOGETHER)


async def favourites(tx: Tx, account: int, after: int) -> list[Address]:
    """What it likes."""
    return await tx.all(Address, _MARKED.replace("{mark}", "favourite"), account, after, TOGETHER)


async def boosts(tx: Tx, account: int, after: int) -> list[Address]:
    """What it passed on."""
    sql = (
        "select p.id, a.handle, o.id as post from post p join post o on o.id = p.boost_of "
        "join account a on a.id = o.account where p.account = {} and p.id > {} and o.deleted_at is null "
        "order by p.id limit {}"
    )
    return await tx.all(Address, sql, account, after, TOGETHER)


async def followed_hashtags(tx: Tx, account: int) -> list[str]:
    """The hashtags that it follows."""
    sql = "select tag from tag_follow where account = {} order by tag"
    return [row.tag for row in await tx.all(_Tag, sql, account)]
