"""Timelines of the whole square, of a hashtag and of one account: which posts, newest first."""

from functools import lru_cache
from string import Formatter
from typing import Final, TypeVar

from msgspec import Struct

from app.store.circles import HIGHEST, Span
from app.store.engines import Tx
from app.store.visibility import SEES, WANTS

Row = TypeVar("Row")
NEWEST: Final = HIGHEST


class Choice(Struct, frozen=True):
    """Which posts of a timeline: those with pictures only, those without replies, those without boosts."""

    only_media: bool = False
    replies: bool = True
    boosts: bool = True


class Tags(Struct, frozen=True):
    """Hashtags, small letters: a post has `tag` or one of `any_of`, all of `all_of`, and none of `none_of`."""

    tag: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


def shown(post: str) -> str:
    """The condition that a post (by its alias) is neither deleted nor withheld from timelines by the law."""
    hidden = f"select 1 from gov_subject s where s.id = cast({post}.id as text) and s.hidden_until > {{now}}"
    return f"{post}.deleted_at is null and not exists ({hidden})"


def of_original(condition: str) -> str:
    """A condition on the post `p` as one on the post `o` that it passes on."""
    return condition.replace("p.", "o.")


def heard(author: str) -> str:
    """The condition that the law mutes no account (by its alias); the muted reach those who follow them [ladder-1]."""
    return f"not exists (select 1 from gov_subject h where h.id = {author}.member and h.hidden_until > {{now}})"


EVERYTHING: Final = Choice()
HEARD_OR_FOLLOWED: Final = (
    f"({heard('a')} or a.id = {{reader}} "
    "or exists (select 1 from follow g where g.account = {reader} and g.target = a.id))"
)
_HAS_MEDIA: Final = "exists (select 1 from media i where i.post = coalesce(p.boost_of, p.id) and i.place = 0)"
_LOCAL: Final = (
    "select p.id from post p join account a on a.id = p.account where p.reply_to is null and p.boost_of is null "
    f"and p.visibility = 'public' and {shown('p')} and {SEES} and {WANTS} and {HEARD_OR_FOLLOWED}"
)
_PICTURED: Final = (
    "select p.id from media i join post p on p.id = i.post join account a on a.id = p.account where i.place = 0 "
    f"and p.reply_to is null and p.visibility = 'public' and {shown('p')} and {SEES} and {WANTS} "
    f"and {HEARD_OR_FOLLOWED}"
)
_TAGGED: Final = (
    "select p.id from post_tag t join post p on p.id = t.post join account a on a.id = p.account "
    f"where t.tag = {{tag}} and p.visibility = 'public' and {shown('p')} and {SEES} and {WANTS} "
    f"and {HEARD_OR_FOLLOWED}"
)
_PROFILE: Final = (
    "select p.id from post p join account a on a.id = p.account left join post o on o.id = p.boost_of "
    f"left join account b on b.id = o.account where p.account = {{account}} and {shown('p')} and {SEES} "
    f"and {HEARD_OR_FOLLOWED} and (p.boost_of is null or ({shown('o')} and {of_original(SEES)} and {heard('b')}))"
)
_OWN_PROFILE: Final = (
    "select p.id from post p left join post o on o.id = p.boost_of where p.account = {account} "
    "and p.deleted_at is null and o.deleted_at is null"
)


class _Id(Struct, frozen=True):
    id: int


async def local_timeline(tx: Tx, reader: int, now: int, span: Span, *, only_media: bool = False) -> list[int]:
    """Every conversation that was opened here, for everybody to read (`reader` 0: a visitor)."""
    # Pictures are few: their own index leads to them, and not that of all posts.
    sql, id_ = (_PICTURED, "i.post") if only_media else (_LOCAL, "p.id")
    return await _ids(tx, sql, id_, span, reader=reader, now=now)


async def tag_timeline(tx: Tx, tags: Tags, reader: int, now: int, span: Span, *, only_media: bool = False) -> list[int]:
    """What stands under hashtags, for everybody to read."""
    more = f" and {_HAS_MEDIA}" if only_media else ""
    beside: dict[str, str] = {}
    for number, tag in enumerate(tags.all_of):
        beside[f"all{number}"] = tag
        more += f" and {_with_tag(f'all{number}')}"
    for number, tag in enumerate(tags.none_of):
        beside[f"none{number}"] = tag
        more += f" and not {_with_tag(f'none{number}')}"
    found: set[int] = set()
    for tag in dict.fromkeys((tags.tag, *tags.any_of)):
        found.update(await _ids(tx, _TAGGED + more, "t.post", span, tag=tag, reader=reader, now=now, **beside))
    ids = sorted(found, reverse=True)
    return ids[-span.most :] if span.upwards else ids[: span.most]


async def tagged_by(tx: Tx, account: int, tags: Tags, reader: int, now: int, span: Span) -> list[int]:
    """What an account says under a hashtag."""
    sql = _TAGGED + " and t.account = {account}"
    return await _ids(tx, sql, "t.post", span, tag=tags.tag, reader=reader, now=now, account=account)


async def profile_timeline(
    tx: Tx, account: int, reader: int, now: int, span: Span, choice: Choice = EVERYTHING
) -> list[int]:
    """What an account says and passes on; who is muted by the law reaches only followers (`reader` 0: a visitor)."""
    return await _ids(tx, _PROFILE + _chosen(choice), "p.id", span, account=account, reader=reader, now=now)


async def own_timeline(tx: Tx, account: int, span: Span, choice: Choice = EVERYTHING) -> list[int]:
    """What an account says, as it sees itself: with what is folded."""
    return await _ids(tx, _OWN_PROFILE + _chosen(choice), "p.id", span, account=account)


def _with_tag(name: str) -> str:
    return f"exists (select 1 from post_tag u where u.tag = {{{name}}} and u.post = t.post)"


def _chosen(choice: Choice) -> str:
    """The conditions of a choice; an answer to oneself is part of what one says."""
    alone = "(p.reply_to is null or exists (select 1 from post r where r.id = p.reply_to and r.account = p.account))"
    conditions = (
        (choice.only_media, _HAS_MEDIA),
        (not choice.replies, alone),
        (not choice.boosts, "p.boost_of is null"),
    )
    return "".join(f" and {condition}" for is_asked, condition in conditions if is_asked)


async def _ids(tx: Tx, sql: str, id_: str, span: Span, **values: int | str) -> list[int]:
    way = "" if span.upwards else " desc"
    sql = f"{sql} and {id_} < {{below}} and {id_} > {{above}} order by {id_}{way} limit {{most}}"
    text, names = placed(sql)
    within: dict[str, int | str] = {"below": span.below, "above": span.above, "most": span.most, **values}
    return newest_first([row.id for row in await tx.all(_Id, text, *(within[name] for name in names))], span)


def newest_first(rows: list[Row], span: Span) -> list[Row]:
    """What was read in the direction of a span, the newest first."""
    return rows[::-1] if span.upwards else rows


@lru_cache(maxsize=256)
def placed(sql: str) -> tuple[str, tuple[str, ...]]:
    """SQL with names at its places, as SQL with `{}` and the names in their order."""
    names = tuple(name for _, name, _, _ in Formatter().parse(sql) if name)
    return sql.format(**dict.fromkeys(names, "{}")), names
