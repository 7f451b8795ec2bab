"""Searching: which posts, people and hashtags. Posts come newest first, for a search is no ranking."""

from typing import Final

from msgspec import Struct

from app.asking import Wish
from app.identifiers import TIME_SHIFT
from app.store.engines import Tx, Value
from app.store.indexing import beginning, matching
from app.store.timelines import heard, shown
from app.store.visibility import SEES, WANTS
from app.wording import words_in

_IS_FOUND: Final = (
    "(p.account = {reader} or exists (select 1 from mention j where j.post = p.id and j.account = {reader}) "
    "or (p.visibility = 'public' and not exists (select 1 from profile h where h.account = p.account "
    "and not h.indexable)))"
)
"""What can be searched: everybody's public posts but of those who do not wish it, one's own, and to whom one spoke."""

_FROM_WORDS: Final = {
    # A cross join is done in its order: a post whose author is asked for is not looked up in the index one by one.
    "sqlite": ("post_words w cross join post p on p.id = w.rowid", "post_words match {}", "w.rowid"),
    "postgresql": ("post_words w join post p on p.id = w.id", "w.words @@ cast(cast({} as text) as tsquery)", "p.id"),
}
_ACCOUNTS_FROM: Final = {
    "sqlite": ("account_words w join account a on a.id = w.rowid", "account_words match {}"),
    "postgresql": ("account_words w join account a on a.id = w.id", "w.words @@ cast(cast({} as text) as tsquery)"),
}
_IS_TAGGED: Final = "exists (select 1 from post_tag t where t.tag = {} and t.post = p.id)"


class Window(Struct, frozen=True):
    """Which part of what is found: ids in `(after, before)`, `most` of them after the first `skip`."""

    before: int
    most: int
    after: int = 0
    skip: int = 0


class _Id(Struct, frozen=True):
    id: int


class _Tag(Struct, frozen=True):
    tag: str


class _Conditions:
    """Conditions with the values at their places."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.values: list[Value] = []

    def add(self, sql: str, *values: Value, **named: Value) -> None:
        """A condition with its values; of `named` each stands at every place of its name."""
        for name, value in named.items():
            values += (value,) * sql.count(f"{{{name}}}")
        assert len(named) < 2, "values of several names would have to be put in the order of their places"
        for name in named:
            sql = sql.replace(f"{{{name}}}", "{}")
        self.all.append(sql)
        self.values += values


async def find_posts(tx: Tx, wish: Wish, reader: int | None, now: int, window: Window) -> list[int]:
    """The posts that a wish is about and that `reader` (None: a visitor) may see, newest first."""
    if not wish.finds:
        return []
    where = _Conditions()
    source, order = "post p", "p.id"
    if wish.phrases:
        source, match, order = _FROM_WORDS[tx.kind]
        where.add(match, matching(wish.phrases, wish.no_phrases, tx.kind))
    where.add(f"{order} < {{}} and {order} > {{}}", *_between(wish, window))
    where.add("p.boost_of is null")
    where.add(f"{shown('p')} and {heard('a')}", now=now)
    where.add(f"{_IS_FOUND} and {SEES}", reader=reader or 0)
    if reader is not None:
        wants, values = _wanted(reader, now)
        where.add(wants, *values)
    await _narrow(tx, where, wish)
    sql = (
        f"select p.id from {source} join account a on a.id = p.account where {' and '.join(where.all)} "
        f"order by {order} desc limit {{}} offset {{}}"
    )
    return [row.id for row in await tx.all(_Id, sql, *where.values, window.most, window.skip)]


async def _narrow(tx: Tx, where: _Conditions, wish: Wish) -> None:
    for tag in wish.tags:
        where.add(_IS_TAGGED, tag)
    for tag in wish.no_tags:
        where.add(f"not {_IS_TAGGED}", tag)
    if wish.authors:
        where.add(f"a.handle in ({', '.join(['{}'] * len(wish.authors))})", *wish.authors)
    for handle in wish.no_authors:
        where.add("a.handle <> {}", handle)
    for wanted, table, column in ((wish.media, "media", "post"), (wish.poll, "poll", "id")):
        if wanted is not None:
            is_there = f"exists (select 1 from {table} e where e.{column} = p.id)"
            where.add(is_there if wanted else f"not {is_there}")
    if wish.language:
        where.add("(p.language = {} or p.language like {})", wish.language, f"{wish.language}-%")
    if wish.no_phrases and not wish.phrases:
        for phrase in wish.no_phrases:
            _, match, place = _FROM_WORDS[tx.kind]
            place = "w.id" if tx.kind == "postgresql" else place
            unwanted = f"select 1 from post_words w where {place} = p.id and {match}"
            where.add(f"not exists ({unwanted})", matching([phrase], [], tx.kind))


def _between(wish: Wish, window: Window) -> tuple[int, int]:
    before = window.before if wish.before is None else min(window.before, wish.before << TIME_SHIFT)
    after = window.after if wish.since is None else max(window.after, (wish.since << TIME_SHIFT) - 1)
    return before, after


def _wanted(reader: int, now: int) -> tuple[str, list[int]]:
    """WANTS with its places, and the values in their order."""
    values = [reader if piece.startswith("reader") else now for piece in WANTS.split("{")[1:]]
    return WANTS.replace("{reader}", "{}").replace("{now}", "{}"), values


async def find_accounts(tx: Tx, text: str, reader: int | None, following: bool, most: int, skip: int) -> list[int]:
    """People whose handle and name have words that begin so: the exact handle first, then in the order of handles.

    Who does not wish to be discovered is found by the whole handle, and by those who follow them.
    """
    words = words_in(text)
    if not words:
        return []
    handle = text.strip().removeprefix("@").lower()
    source, match = _ACCOUNTS_FROM[tx.kind]
    where = _Conditions()
    where.add(match, beginning(words, tx.kind))
    is_followed = "exists (select 1 from follow f where f.account = {} and f.target = a.id)"
    where.add(
        "(not exists (select 1 from profile h where h.account = a.id and not h.discoverable) or a.handle = {} or "
        f"{is_followed})",
        *(handle, reader or 0),
    )
    if following:
        where.add(is_followed, reader or 0)
    sql = (
        f"select a.id from {source} where {' and '.join(where.all)} "
        f"order by case when a.handle = {{}} then 0 else 1 end, a.handle limit {{}} offset {{}}"
    )
    return [row.id for row in await tx.all(_Id, sql, *where.values, handle, most, skip)]


async def find_tags(tx: Tx, prefix: str, now: int, most: int, skip: int) -> list[str]:
    """Hashtags under which something public is shown and that begin so, in the order of their bytes."""
    if not prefix:
        return []
    # One step in the index for each hashtag, however many posts stand under it.
    sql = (
        "with recursive known(tag) as (select min(tag) from post_tag where tag >= {} and tag < {} union all "
        "select (select min(n.tag) from post_tag n where n.tag > known.tag and n.tag < {}) from known "
        "where known.tag is not null) "
        "select tag from known where tag is not null and exists (select 1 from post_tag t join post p on p.id = t.post "
        f"where t.tag = known.tag and p.visibility = 'public' and {shown('p')}) limit {{}} offset {{}}".replace(
            "{now}", "{}"
        )
    )
    end = prefix + "\U0010ffff"
    return [row.tag for row in await tx.all(_Tag, sql, prefix, end, end, now, most, skip)]
