"""The public posts of the last weeks, as a condition is tried on them."""

from typing import Final

from msgspec import Struct

from app.identifiers import TIME_SHIFT
from app.store.engines import Tx
from app.store.governed import values_of
from governance.cases import Subject

_POSTS: Final = (
    "select p.id, p.account, p.body, p.language, p.reply_to, p.created_at, a.created_day "
    "from post p join account a on a.id = p.account "
    "where p.id >= {} and p.deleted_at is null and p.visibility = 'public' and p.boost_of is null "
    "order by p.id desc limit {}"
)
_HIDDEN: Final = (
    "select p.id from post p join gov_subject s on s.id = cast(p.id as text) "
    "where p.id >= {} and p.deleted_at is null and s.hidden_until > {}"
)


class _Id(Struct, frozen=True):
    id: int


class RecentPost(Struct, frozen=True, gc=False):
    """A post that everyone may read; on the day that began at `created_day` (Unix ms) its account joined."""

    id: int
    account: int
    body: str
    language: str
    reply_to: int | None
    created_at: int
    created_day: int


class Recent(Struct, frozen=True):
    """Posts, newest first; where they are not `is_whole` there were more than were asked for."""

    posts: tuple[RecentPost, ...]
    is_whole: bool


async def recent_posts(tx: Tx, since: int, now: int, most: int) -> Recent:
    """The newest posts made since a time, without what was deleted or is withheld; `most` are looked at."""
    first = since << TIME_SHIFT
    rows = await tx.all(RecentPost, _POSTS, first, most)
    hidden = [str(row.id) for row in await tx.all(_Id, _HIDDEN, first, now)]
    subjects = await values_of(tx, Subject, hidden)
    withheld = {
        str(post)
        for post, subject in subjects.items()
        if any(one.sanction == "withhold" for one in subject.standing(now))
    }
    posts = tuple(row for row in rows if str(row.id) not in withheld)
    return Recent(posts, len(rows) < most)
