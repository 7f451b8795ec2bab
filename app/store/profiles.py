"""How accounts present themselves: profile and counters beside the account, in one query."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from app.store.visibility import Visibility

_COLUMNS: Final[Mapping[str, ColumnType]] = {
    "account": "bigint",
    "locked": "bool",
    "bot": "bool",
    "discoverable": "bool",
    "indexable": "bool",
    "hides_follows": "bool",
    "fields": "text",
    "post_visibility": "text",
    "post_sensitive": "bool",
    "post_language": "text",
}


class Profile(Struct, frozen=True):
    """What an account has chosen beside its name; `fields` is JSON.

    The last three are what a new post begins with; `post_language` is "" for the language of the interface.
    """

    account: int
    locked: bool = False
    bot: bool = False
    discoverable: bool = True
    indexable: bool = True
    hides_follows: bool = False
    fields: str = "[]"
    post_visibility: Visibility = "public"
    post_sensitive: bool = False
    post_language: str = ""


class Presented(Struct, frozen=True):
    """An account with its profile and its counters; `posts` and what follows count what is there."""

    id: int
    handle: str
    name: str
    bio: str
    kind: str
    member: str | None
    created_day: int
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    hides_follows: bool
    fields: str
    posts: int
    followers: int
    following: int
    last_post_at: int | None


async def presented_among(tx: Tx, ids: Sequence[int]) -> dict[int, Presented]:
    """How many accounts present themselves."""
    rows = await tx.among(
        Presented,
        "select a.id, a.handle, a.name, a.bio, a.kind, a.member, a.created_day, coalesce(p.locked, false) as locked, "
        "coalesce(p.bot, false) as bot, coalesce(p.discoverable, true) as discoverable, "
        "coalesce(p.indexable, true) as indexable, coalesce(p.hides_follows, false) as hides_follows, "
        "coalesce(p.fields, '[]') as fields, coalesce(s.posts, 0) as posts, "
        "coalesce(s.followers, 0) as followers, coalesce(s.following, 0) as following, s.last_post_at "
        "from account a left join profile p on p.account = a.id left join account_stat s on s.account = a.id "
        "where a.id in {among}",
        list(dict.fromkeys(ids)),
    )
    return {row.id: row for row in rows}


async def profile_of(tx: Tx, account: int) -> Profile:
    """What an account has chosen."""
    found = await tx.one(Profile, f"select {', '.join(_COLUMNS)} from profile where account = {{}}", account)
    return found or Profile(account)


async def save_profile(tx: Tx, profile: Profile) -> None:
    """Replace what an account has chosen."""
    said = (profile.discoverable, profile.indexable, profile.hides_follows, profile.fields)
    posts = (profile.post_visibility, profile.post_sensitive, profile.post_language)
    row = (profile.account, profile.locked, profile.bot, *said, *posts)
    await tx.upsert("profile", ("account",), _COLUMNS, [row])
