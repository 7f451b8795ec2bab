"""Searching posts, people and hashtags; posts newest first, so that no ranking speaks in between."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct

from app.asking import LONGEST
from app.filters import sift
from app.identifiers import DAY
from app.posts import Post
from app.search import search_posts, search_tags, wish_of
from app.square import Square
from app.store.accounts import accounts_among
from app.store.engines import Tx
from app.store.search import Window, find_accounts
from app.store.stats import AccountStat, account_stats_among
from app.store.tags import uses_of_tags
from app.text import excerpt
from app.web.answers import Answer, answer
from app.web.requests import PageRequest
from app.web.timelines import FIRST, Before, begin
from app.web.visits import Visit

MOST_POSTS: Final = 40
MOST_NAMES: Final = 40
FURTHEST: Final = 10_000

What = Literal["posts", "people", "tags"]
Query = Annotated[str, QueryParameter(max_length=10 * LONGEST, description="Words, names and conditions.")]
Kind = Annotated[What, QueryParameter(description="What is looked for.")]
Skip = Annotated[int, QueryParameter(ge=0, le=FURTHEST, description="Leave out so many of people or hashtags.")]


class Person(Struct, frozen=True):
    """Somebody who is found."""

    id: str
    handle: str
    name: str
    bio: str
    followers: int


class FoundTag(Struct, frozen=True):
    """A hashtag that is found; how many posts and accounts used it in the last seven days."""

    name: str
    url: str
    uses: int


class SearchPage(Struct, frozen=True):
    """What is found of one kind, and the address of more; `began`: the query has something to begin with."""

    q: str
    type: What
    began: bool
    posts: tuple[Post, ...] = ()
    people: tuple[Person, ...] = ()
    tags: tuple[FoundTag, ...] = ()
    next: str | None = None
    is_first: bool = True


@get("/search", tags=["search"])
async def show_search(
    request: PageRequest,
    square: Square,
    visit: Visit,
    q: Query = "",
    type: Kind = "posts",
    before: Before = FIRST,
    skip: Skip = 0,
) -> Answer[SearchPage]:
    """Posts, people or hashtags that a query finds."""
    now = square.clock.now()

    async def load(tx: Tx) -> SearchPage:
        if type == "people":
            return await _people(tx, q, visit, skip)
        return await _tags(tx, q, now, skip) if type == "tags" else await _posts(tx, q, visit, begin(before), now)

    return answer(request, "search/search.html", await square.database.read(load))


async def _posts(tx: Tx, q: str, visit: Visit, before: int, now: int) -> SearchPage:
    found, further = await search_posts(tx, q, visit.account, now, Window(before, MOST_POSTS), visit.country)
    found = await sift(tx, found, visit.account.id if visit.account is not None else None, "public", now)
    more = _address(q, "posts", {"before": str(further)}) if further is not None else None
    began = wish_of(q, visit.account).finds
    return SearchPage(q, "posts", began, posts=found, next=more, is_first=before == begin(FIRST))


async def _people(tx: Tx, q: str, visit: Visit, skip: int) -> SearchPage:
    reader = visit.account.id if visit.account is not None else None
    ids = await find_accounts(tx, q, reader, False, MOST_NAMES + 1, skip)
    accounts = await accounts_among(tx, ids[:MOST_NAMES])
    stats = await account_stats_among(tx, ids[:MOST_NAMES])
    people = tuple(
        Person(
            str(id_),
            accounts[id_].handle,
            accounts[id_].shown_name,
            excerpt(accounts[id_].bio),
            stats.get(id_, AccountStat(id_)).followers,
        )
        for id_ in ids[:MOST_NAMES]
    )
    return SearchPage(
        q, "people", bool(q.strip()), people=people, next=_more(q, "people", len(ids), skip), is_first=not skip
    )


async def _tags(tx: Tx, q: str, now: int, skip: int) -> SearchPage:
    names = await search_tags(tx, q, now, MOST_NAMES + 1, skip)
    uses = Counter[str]()
    for use in await uses_of_tags(tx, names[:MOST_NAMES], now // DAY - 6):
        uses[use.tag] += use.uses
    tags = tuple(FoundTag(name, f"/tags/{name}", uses[name]) for name in names[:MOST_NAMES])
    return SearchPage(q, "tags", bool(q.strip()), tags=tags, next=_more(q, "tags", len(names), skip), is_first=not skip)


def _more(q: str, what: What, found: int, skip: int) -> str | None:
    further = skip + MOST_NAMES
    return _address(q, what, {"skip": str(further)}) if found > MOST_NAMES and further <= FURTHEST else None


def _address(q: str, what: What, place: Mapping[str, str]) -> str:
    return f"/search?{urlencode({'q': q, 'type': what, **place})}"


routes = [show_search]
