"""Words and posts that somebody does not want to meet."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from app.store.engines import Tx

Context = Literal["home", "notifications", "public", "thread", "account"]
"""Where a filter holds: home and lists; notifications; what everybody meets, with hashtags, rankings, searches and
what one has marked; conversations; profiles."""

CONTEXTS: Final[tuple[Context, ...]] = ("home", "notifications", "public", "thread", "account")

Action = Literal["warn", "hide"]
"""What becomes of a post: it stands behind a warning, or it is left out."""

MOST_FILTERS: Final = 100
MOST_IN_FILTER: Final = 100
MOST_KEYWORDS: Final = 1_000
"""Keywords of all filters of an account together, so that holding a page against them stays cheap."""


class Keyword(Struct, frozen=True):
    """Words to look for, as the reader wrote them; `whole`: not within longer words."""

    id: int
    keyword: str
    whole: bool


class Kept(Struct, frozen=True):
    """A post that a filter names."""

    id: int
    post: int


class Filter(Struct, frozen=True):
    """A filter of an account, with all that it looks for; `until` in Unix ms, None for good."""

    id: int
    account: int
    title: str
    contexts: tuple[Context, ...]
    action: Action
    until: int | None
    keywords: tuple[Keyword, ...] = ()
    posts: tuple[Kept, ...] = ()


class _Filter(Struct, frozen=True):
    id: int
    account: int
    title: str
    contexts: str
    action: Action
    until: int | None


class _Keyword(Struct, frozen=True):
    id: int
    filter: int
    keyword: str
    whole_word: bool


class _Kept(Struct, frozen=True):
    id: int
    filter: int
    post: int


class _Count(Struct, frozen=True):
    n: int


async def filters_of(tx: Tx, account: int) -> list[Filter]:
    """The filters of an account, those that have ended among them, the oldest first."""
    sql = "select id, account, title, contexts, action, until from filter where account = {} order by id"
    rows = await tx.all(_Filter, sql, account)
    return await _whole(tx, rows)


async def filters_among(tx: Tx, accounts: Sequence[int]) -> dict[int, list[Filter]]:
    """The filters of those of many accounts that have some."""
    sql = "select id, account, title, contexts, action, until from filter where account in {among} order by id"
    found: dict[int, list[Filter]] = {}
    for one in await _whole(tx, await tx.among(_Filter, sql, accounts)):
        found.setdefault(one.account, []).append(one)
    return found


async def filter_of(tx: Tx, account: int, filter_id: int) -> Filter | None:
    """A filter, if it is this account's."""
    sql = "select id, account, title, contexts, action, until from filter where id = {} and account = {}"
    found = await _whole(tx, await tx.all(_Filter, sql, filter_id, account))
    return found[0] if found else None


async def filter_with_keyword(tx: Tx, account: int, keyword: int) -> Filter | None:
    """The filter in which a keyword stands, if it is this account's."""
    sql = (
        "select f.id, f.account, f.title, f.contexts, f.action, f.until from filter f "
        "join filter_keyword k on k.filter = f.id where k.id = {} and f.account = {}"
    )
    found = await _whole(tx, await tx.all(_Filter, sql, keyword, account))
    return found[0] if found else None


async def filter_with_post(tx: Tx, account: int, kept: int) -> Filter | None:
    """The filter in which a post stands under an id of its own, if it is this account's."""
    sql = (
        "select f.id, f.account, f.title, f.contexts, f.action, f.until from filter f "
        "join filter_post k on k.filter = f.id where k.id = {} and f.account = {}"
    )
    found = await _whole(tx, await tx.all(_Filter, sql, kept, account))
    return found[0] if found else None


async def lock_filters(tx: Tx, account: int) -> None:
    """Let nobody else change the filters of an account until the transaction ends."""
    await tx.lock("select id from account where id = {} for no key update", account)


async def count_keywords(tx: Tx, account: int) -> int:
    """How many keywords the filters of an account have together."""
    sql = "select count(*) as n from filter_keyword k join filter f on f.id = k.filter where f.account = {}"
    found = await tx.one(_Count, sql, account)
    assert found is not None
    return found.n


async def save_filter(tx: Tx, saved: Filter) -> None:
    """Write a filter, with its keywords and posts, in the place of the one that has its id."""
    await tx.run("delete from filter_keyword where filter = {}", saved.id)
    await tx.run("delete from filter_post where filter = {}", saved.id)
    sql = (
        "insert into filter (id, account, title, contexts, action, until) values ({}, {}, {}, {}, {}, {}) "
        "on conflict (id) do update set title = excluded.title, contexts = excluded.contexts, "
        "action = excluded.action, until = excluded.until"
    )
    told = (saved.title, ",".join(saved.contexts), saved.action, saved.until)
    await tx.run(sql, saved.id, saved.account, *told)
    keywords = [(one.id, saved.id, one.keyword, one.whole) for one in saved.keywords]
    sql = "insert into filter_keyword (id, filter, keyword, whole_word) values ({}, {}, {}, {})"
    await tx.many(sql, keywords)
    posts = [(one.id, saved.id, one.post) for one in saved.posts]
    await tx.many("insert into filter_post (id, filter, post) values ({}, {}, {})", posts)


async def remove_filter(tx: Tx, account: int, filter_id: int) -> bool:
    """Take a filter away with all that it has; False if there is none of this account's."""
    if await tx.run("delete from filter where id = {} and account = {}", filter_id, account) == 0:
        return False
    await tx.run("delete from filter_keyword where filter = {}", filter_id)
    await tx.run("delete from filter_post where filter = {}", filter_id)
    return True


async def _whole(tx: Tx, rows: Sequence[_Filter]) -> list[Filter]:
    ids = [row.id for row in rows]
    sql = "select id, filter, keyword, whole_word from filter_keyword where filter in {among} order by id"
    keywords = await tx.among(_Keyword, sql, ids)
    posts = await tx.among(_Kept, "select id, filter, post from filter_post where filter in {among} order by id", ids)
    return [
        Filter(
            row.id,
            row.account,
            row.title,
            tuple(context for context in CONTEXTS if context in row.contexts.split(",")),
            row.action,
            row.until,
            tuple(Keyword(one.id, one.keyword, one.whole_word) for one in keywords if one.filter == row.id),
            tuple(Kept(one.id, one.post) for one in posts if one.filter == row.id),
        )
        for row in rows
    ]
