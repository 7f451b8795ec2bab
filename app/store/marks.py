"""What people mark: the posts that they like, keep and pin, the talks that they want to hear no more of, and boosts."""

from typing import Final, Literal

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from app.store.visibility import SEES, WANTS, Visibility

Mark = Literal["favourite", "bookmark", "pin"]
"""A mark that an account sets on a post; each has a table of its own, of the same shape."""

LAST: Final = (1 << 63) - 1

_COLUMNS: Final[dict[str, ColumnType]] = {"account": "bigint", "post": "bigint", "id": "bigint"}
_THREAD: Final[dict[str, ColumnType]] = {"account": "bigint", "root": "bigint"}


class Marked(Struct, frozen=True):
    """A post in a list of marked ones; `id` is the mark's, by which such a list is paged."""

    id: int
    post: int


class By(Struct, frozen=True):
    """Who has marked a post; `id` is the mark's."""

    id: int
    account: int


class Span(Struct, frozen=True):
    """At most `most` marks: the latest of those in (after, before), or where `ascending` the earliest of them."""

    most: int
    before: int = LAST
    after: int = 0
    ascending: bool = False

    @property
    def order(self) -> str:
        """How the rows are to be read."""
        return "asc" if self.ascending else "desc"


class Boost(Struct, frozen=True):
    """A boost to be written: a row among the posts that has no words of its own."""

    id: int
    account: int
    post: int
    language: str
    visibility: Visibility
    created_at: int


class _Id(Struct, frozen=True):
    id: int


class _Count(Struct, frozen=True):
    n: int


async def set_mark(tx: Tx, mark: Mark, account: int, post: int, id_: int) -> bool:
    """Mark a post; False if it is so already."""
    return bool(await tx.insert_new(mark, ("account", "post"), _COLUMNS, [(account, post, id_)]))


async def take_mark(tx: Tx, mark: Mark, account: int, post: int) -> bool:
    """Take a mark away; False if there is none."""
    return await tx.run(f"delete from {mark} where account = {{}} and post = {{}}", account, post) == 1


async def mute_thread(tx: Tx, account: int, root: int) -> bool:
    """Want no more notifications of a conversation; False if it is so already."""
    return bool(await tx.insert_new("muted_thread", ("account", "root"), _THREAD, [(account, root)]))


async def unmute_thread(tx: Tx, account: int, root: int) -> bool:
    """Want them again; False if it is so already."""
    return await tx.run("delete from muted_thread where account = {} and root = {}", account, root) == 1


async def boost_of(tx: Tx, account: int, post: int) -> int | None:
    """The id of an account's boost of a post."""
    found = await tx.one(_Id, "select id from post where boost_of = {} and account = {}", post, account)
    return found.id if found is not None else None


async def add_boost(tx: Tx, boost: Boost) -> bool:
    """Write a boost, which is then due in homes.

    False, and nothing written, if its id is taken or the account has boosted the post already.
    """
    # Of two who boost at once the second waits for the first, and then writes nothing.
    sql = (
        "insert into post (id, account, body, language, topic, warning, sensitive, visibility, root, boost_of, "
        "version, created_at) values ({}, {}, '', {}, '', '', false, {}, {}, {}, 1, {}) on conflict do nothing"
    )
    said = (boost.id, boost.account, boost.language, boost.visibility, boost.id, boost.post, boost.created_at)
    if await tx.run(sql, *said) != 1:
        return False
    await tx.run("insert into home_due (post) values ({})", boost.id)
    return True


async def drop_boost(tx: Tx, boost: int) -> bool:
    """Take a boost back: nothing of it is left."""
    return await tx.run("delete from post where id = {} and boost_of is not null", boost) == 1


async def lock_pins(tx: Tx, account: int) -> int:
    """How many posts an account has pinned; whoever else pins for it waits until this transaction has ended."""
    await tx.lock("select id from account where id = {} for update", account)
    found = await tx.one(_Count, "select count(*) as n from pin where account = {}", account)
    return found.n if found is not None else 0


async def pinned_by(tx: Tx, account: int) -> list[int]:
    """The posts that an account shows first, the one pinned last before the others."""
    sql = "select id, post from pin where account = {} order by id desc"
    return [row.post for row in await tx.all(Marked, sql, account)]


async def marked_by(tx: Tx, mark: Mark, account: int, span: Span) -> list[Marked]:
    """What an account has marked and may still see, the latest mark first."""
    sees, places = SEES.replace("{reader}", "{}"), SEES.count("{reader}")
    sql = (
        f"select m.id, m.post from {mark} m join post p on p.id = m.post and p.deleted_at is null "
        f"where m.account = {{}} and m.id < {{}} and m.id > {{}} and {sees} order by m.id {span.order} limit {{}}"
    )
    found = await tx.all(Marked, sql, account, span.before, span.after, *[account] * places, span.most)
    return found[::-1] if span.ascending else found


async def favourited_by(tx: Tx, post: int, reader: int, now: int, span: Span) -> list[By]:
    """Who likes a post, the latest first; those whom the reader (0: a visitor) blocks, mutes, or is blocked by not."""
    return await _by(tx, "favourite p where p.post = {}", (post, reader, now), span)


async def boosted_by(tx: Tx, post: int, reader: int, now: int, span: Span) -> list[By]:
    """Who has boosted a post so that the reader sees it, the latest first, as in `favourited_by`."""
    sees = SEES.replace("{reader}", str(reader))
    return await _by(tx, f"post p where p.boost_of = {{}} and {sees}", (post, reader, now), span)


async def _by(tx: Tx, where: str, asked: tuple[int, int, int], span: Span) -> list[By]:
    post, reader, now = asked
    wants = WANTS.replace("{reader}", str(reader)).replace("{now}", str(now))
    sql = (
        f"select p.id, p.account from {where} and p.id < {{}} and p.id > {{}} and {wants} "
        f"and not exists (select 1 from block o where o.account = p.account and o.target = {{}}) "
        f"order by p.id {span.order} limit {{}}"
    )
    found = await tx.all(By, sql, post, span.before, span.after, reader, span.most)
    return found[::-1] if span.ascending else found
