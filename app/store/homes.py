"""Home and lists: what somebody reads of those whom they follow, newest first.

A home has two sources. Of the *kept* follows each post is entered in the reader's `home_entry` (app/store/keeping.py,
which also says why none is ever missing there); posts that are not entered yet stand in `home_due`, and are read too.
All other follows, hashtags and the reader's own posts are *merged* as they are read: one step in an index finds the
newest post of each source, the sources whose newest are newest are walked back, no further than is asked for. So the
price is set by how many one follows, and not by how much the square says; and there is no `account in (…) order by id`.

What is entered is only a place to look: whether a post is shown is decided anew each time it is read, by what holds in
that moment (follows, blocks, mutes, lists, deletions, the law). So unfollowing, blocking or deleting changes no entry.

A boost is left out where the post, or another boost of it, stands among the `NEAR` that come before it in time.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from app.store.circles import Span
from app.store.engines import Tx
from app.store.timelines import HEARD_OR_FOLLOWED, NEWEST, heard, newest_first, of_original, placed, shown
from app.store.visibility import SEES, WANTS

NEAR: Final = 20
"""How many posts back a boost looks for what it would repeat."""

Replies = Literal["followed", "list", "none"]
"""Which replies a list shows: those to whom its owner follows, those to who stands in it, none."""

# What is no boost, or one of a post that stands, that the reader may read and wants to.
_ORIGINAL: Final = (
    "(p.boost_of is null or exists (select 1 from post o join account b on b.id = o.account where o.id = p.boost_of "
    f"and {shown('o')} and {of_original(SEES)} and {of_original(WANTS)} and ({heard('b')} "
    "or b.id = {reader} or exists (select 1 from follow c where c.account = {reader} and c.target = b.id))))"
)
_PLAIN: Final = f"{shown('p')} and {SEES} and {_ORIGINAL}"
# Of the replies those to the reader, to the author's own post and to whom the reader follows: the rest is half a talk.
_REPLIES: Final[dict[Replies, str]] = {
    "followed": "(p.reply_to is null or p.account = {reader} or exists (select 1 from post q where q.id = p.reply_to "
    "and (q.account in ({reader}, p.account) or exists "
    "(select 1 from follow g where g.account = {reader} and g.target = q.account))))",
    "list": "(p.reply_to is null or exists (select 1 from post q where q.id = p.reply_to and (q.account = p.account "
    "or exists (select 1 from list_account g where g.list = {list} and g.account = q.account))))",
    "none": "(p.reply_to is null or exists (select 1 from post q where q.id = p.reply_to and q.account = p.account))",
}
# Who stands in an exclusive list is read there. Cross joins are made in the order in which they are written.
_NOT_EXCLUSIVE: Final = (
    "not exists (select 1 from list l cross join list_account x "
    "where l.account = {reader} and l.exclusive and x.list = l.id and x.account = p.account)"
)
_OF_HOME: Final = f"{_PLAIN} and {_REPLIES['followed']}"
_OF_TAG: Final = f"p.visibility = 'public' and {shown('p')} and {SEES} and {WANTS} and {HEARD_OR_FOLLOWED}"

# The sources of a timeline: accounts whom the reader wants to read, with their boosts or without, and hashtags.
_WANTED: Final = WANTS.replace("p.account", "f.target")
_OWN: Final = "select cast({reader} as bigint), true, cast(null as text)"
_TAGS: Final = "select cast(0 as bigint), false, tag from tag_follow where account = {reader}"
_FOLLOWS: Final = (
    f"select f.target, f.boosts, cast(null as text) from follow f where f.account = {{reader}} and {_WANTED} "
    f"and {_NOT_EXCLUSIVE.replace('p.account', 'f.target')}"
)
_LISTED: Final = (
    "select f.target, f.boosts, cast(null as text) from list_account x join follow f on f.target = x.account "
    f"where x.list = {{list}} and f.account = {{reader}} and {_WANTED}"
)
_ALL: Final = f"{_FOLLOWS} union all {_TAGS} union all {_OWN}"
_MERGED: Final = f"{_FOLLOWS} and not f.kept union all {_TAGS} union all {_OWN}"


class _Row(Struct, frozen=True):
    """A post of a timeline, and the post that it shows: itself, or what it passes on."""

    id: int
    original: int


class _Floor(Struct, frozen=True):
    floor: int


class _Asked(Struct, frozen=True):
    """A timeline of `reader`; `list_id` 0 is the home."""

    reader: int
    now: int
    list_id: int = 0
    replies: Replies = "followed"


async def home_timeline(tx: Tx, reader: int, now: int, span: Span) -> list[int]:
    """What the reader and those whom the reader follows say and pass on, and what stands under followed hashtags."""
    return await _read(tx, _Asked(reader, now), span)


async def list_timeline(tx: Tx, list_id: int, replies: Replies, reader: int, now: int, span: Span) -> list[int]:
    """What those say and pass on whom the reader follows and has put into a list."""
    return await _read(tx, _Asked(reader, now, list_id, replies), span)


async def _read(tx: Tx, asked: _Asked, span: Span) -> list[int]:
    rows = await (_rise if span.upwards else _fall)(tx, asked, span)
    return [row.id for row in rows]


async def _fall(tx: Tx, asked: _Asked, span: Span) -> list[_Row]:
    """The newest of a span; what is below it is looked at only for what boosts would repeat."""
    rows: list[_Row] = []
    below = span.below
    while True:
        wanted = Span(span.most + NEAR, below=below)
        found = await _rows(tx, asked, wanted)
        rows += found
        is_whole = len(found) < wanted.most
        said = [row for row in _unrepeated(rows, is_whole) if row.id > span.above]
        if is_whole or len(said) >= span.most or rows[-NEAR].id <= span.above:
            return said[: span.most]
        below = rows[-1].id


async def _rise(tx: Tx, asked: _Asked, span: Span) -> list[_Row]:
    """The oldest of a span, the newest of these first."""
    before = await _rows(tx, asked, Span(NEAR, below=span.above + 1))
    said: list[_Row] = []
    above = span.above
    while True:
        found = await _rows(tx, asked, Span(span.most, span.below, above, upwards=True))
        said = [row for row in _unrepeated([*found, *before], True) if row.id > above] + said
        if len(found) < span.most or len(said) >= span.most:
            return said[-span.most :]
        before = [*found, *before][:NEAR]
        above = found[0].id


def _unrepeated(rows: Sequence[_Row], is_whole: bool) -> list[_Row]:
    """Rows without the boosts that repeat what is near; where more rows follow, those that cannot be judged yet."""
    judged = len(rows) if is_whole else len(rows) - NEAR
    return [
        row
        for place, row in enumerate(rows[:judged])
        if row.id == row.original or all(row.original != near.original for near in rows[place + 1 : place + 1 + NEAR])
    ]


async def _rows(tx: Tx, asked: _Asked, span: Span) -> list[_Row]:
    """The posts of a span before boosts that repeat are left out."""
    if asked.list_id:
        return await _ask(tx, _sql("list", span.upwards, asked.replies), asked, span)
    kept = await tx.one(_Floor, "select floor from home_state where account = {}", asked.reader)
    floor = kept.floor if kept is not None else NEWEST
    if floor <= (span.above if span.upwards else span.below):
        rows = await _ask(tx, _sql("kept", span.upwards), asked, span, max(floor, span.above))
        if floor <= span.above or (len(rows) == span.most and rows[-1].id > floor):
            return rows
    return await _ask(tx, _sql("home", span.upwards), asked, span)


async def _ask(tx: Tx, sql: str, asked: _Asked, span: Span, floor: int = 0) -> list[_Row]:
    text, names = placed(sql)
    values = {
        "reader": asked.reader,
        "now": asked.now,
        "list": asked.list_id,
        "below": span.below,
        "above": span.above,
        "floor": floor,
        "most": span.most,
    }
    return newest_first(await tx.all(_Row, text, *(values[name] for name in names)), span)


@lru_cache(maxsize=16)
def _sql(timeline: Literal["home", "kept", "list"], upwards: bool, replies: Replies = "followed") -> str:
    way = "" if upwards else " desc"
    if timeline == "list":
        found = walk(_LISTED, f"{_PLAIN} and {_REPLIES[replies]}", upwards)
    elif timeline == "home":
        found = walk(_ALL, _OF_HOME, upwards, with_tags=True)
    else:
        found = walk(_MERGED, _OF_HOME, upwards, with_tags=True, entered=_entered(way))
    return (
        f"{found} select p.id, coalesce(p.boost_of, p.id) as original from found u join post p on p.id = u.id "
        f"order by p.id{way} limit {{most}}"
    )


def _entered(way: str) -> str:
    """What was entered in the home, and what is due."""
    # Not a join: SQLite would sort all that is entered instead of ending with the page.
    kept = (
        "exists (select 1 from follow f where f.account = {reader} and f.target = p.account and f.kept "
        "and (p.boost_of is null or f.boosts))"
    )
    wanted = f"{kept} and {WANTS} and {_NOT_EXCLUSIVE} and {_OF_HOME}"
    return (
        "select id from (select p.id from home_entry e cross join post p where e.account = {reader} "
        f"and p.id = e.post and e.post < {{below}} and e.post > {{floor}} and {wanted} "
        f"order by e.post{way} limit {{most}}) h "
        "union select p.id from home_due d cross join post p where p.id = d.post "
        f"and d.post < {{below}} and d.post > {{above}} and {wanted}"
    )


def walk(sources: str, condition: str, upwards: bool = False, *, with_tags: bool = False, entered: str = "") -> str:
    """The beginning of SQL whose table `found` has the posts of many sources (account, boosts, hashtag).

    Each is walked step by step from the newest (or the oldest) as far as is needed for `most` of all and of what is
    `entered`, which stands among them.
    """
    way, none = ("", NEWEST) if upwards else (" desc", 0)
    on, edge = (">", "<=") if upwards else ("<", ">=")
    within = "p.id < {below} and p.id > {above}"
    then_within = f"{within} and p.id {on} w.id and p.id {edge} w.edge"
    first, then = _next("s", condition, within, way), _next("w", condition, then_within, way)
    if with_tags:
        first = f"case when s.tag is null then {first} else {_next_of_tag('s', within, way)} end"
        then = f"case when w.tag is null then {then} else {_next_of_tag('w', then_within, way)} end"
    return f"""
with recursive
source(account, boosts, tag) as ({sources}),
entered(id) as materialized ({entered or "select cast(null as bigint)"}),
first(account, boosts, tag, id) as materialized (select s.account, s.boosts, s.tag, {first} from source s),
edge(id) as materialized (select coalesce((
    select id from (select id from first union select id from entered) known where id is not null
    order by id{way} limit 1 offset {{most}} - 1
), {none})),
walk(account, boosts, tag, id, n, edge) as (
    select f.account, f.boosts, f.tag, f.id, 1, e.id from first f cross join edge e where f.id {edge} e.id
    union all
    select w.account, w.boosts, w.tag, {then}, w.n + 1, w.edge from walk w where w.id is not null and w.n < {{most}}
),
found(id) as (select id from walk where id is not null union select id from entered where id is not null)
"""


def _next(row: str, condition: str, within: str, way: str) -> str:
    """The next post of the account that a row of sources names."""
    return (
        f"(select p.id from post p where p.account = {row}.account and {within} "
        f"and (p.boost_of is null or {row}.boosts) and {condition} order by p.id{way} limit 1)"
    )


def _next_of_tag(row: str, within: str, way: str) -> str:
    """The next post under the hashtag that a row of sources names."""
    return (
        "(select p.id from post_tag t join post p on p.id = t.post join account a on a.id = p.account "
        f"where t.tag = {row}.tag and {within.replace('p.id', 't.post')} and {_OF_TAG} order by t.post{way} limit 1)"
    )
