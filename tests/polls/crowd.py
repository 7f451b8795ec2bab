"""A poll that has closed and that very many answered, straight in the tables, and who is told of its end."""

from collections import Counter
from typing import Final

from msgspec import Struct

from app.store.engines import Tx
from app.store.polls import PollRow, add_poll, import_ballots
from app.store.posts import NewPost, add_post

ASKER: Final = 1
POLL: Final = 7
DAY: Final = 86_400_000
HOUR: Final = 3_600_000

_PERSON: Final = (
    "insert into account (id, handle, skeleton, name, bio, kind, locale, theme, created_day) "
    "values ({}, {}, {}, '', '', 'person', '', '', 0)"
)
_SESSION: Final = (
    "insert into session (id_hash, account, csrf, created_at, seen_at, expires_at) values ({}, {}, {}, {}, {}, {})"
)


class _Told(Struct, frozen=True):
    account: int


class _Left(Struct, frozen=True):
    n: int


async def enter_crowd(tx: Tx, people: int, now: int) -> Counter[int]:
    """Everybody answers, the asker too; whom to tell, each once: every tenth was not here lately."""
    accounts = range(ASKER, ASKER + people)
    await tx.many(_PERSON, [(one, f"p{one}", f"p{one}") for one in accounts])
    seen = {one: now - (8 * DAY if one % 10 == 0 else DAY) for one in accounts}
    sessions = [(b"%d" % one, one, b"", 1, seen[one], now + DAY) for one in accounts]
    await tx.many(_SESSION, sessions)
    assert await add_post(tx, NewPost(POLL, ASKER, "Which?", "en", "", None, POLL, now - HOUR))
    await add_poll(tx, PollRow(POLL, False, False, now - HOUR, now - 1, None), ["a", "b"])
    await import_ballots(tx, POLL, [(one, (one % 2,)) for one in accounts])
    return Counter(one for one in accounts if one % 10)


async def dismiss_all(tx: Tx) -> list[int]:
    """Everybody reads what they were told and clears it away; who that was."""
    return [row.account for row in await tx.all(_Told, "delete from notification returning account")]


async def is_over(tx: Tx) -> bool:
    """Whether the poll was recounted and nobody is left to be told."""
    sql = "select (select count(*) from poll where recounted_at is null) + (select count(*) from poll_ending) as n"
    left = await tx.one(_Left, sql)
    assert left is not None
    return left.n == 0
