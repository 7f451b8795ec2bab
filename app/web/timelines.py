"""The two timelines of everyone: those whom one follows, and the whole square; newest first, nothing ranked."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final, Literal

from litestar import get
from litestar.params import Parameter
from msgspec import Struct

from app.feeds.homes import note_reading
from app.filters import sift
from app.posts import Post, show_posts
from app.square import Square
from app.store.circles import Span
from app.store.engines import Tx
from app.store.homes import home_timeline
from app.store.keeping import is_news
from app.store.posts import posts_among
from app.store.stats import AccountStat, account_stats_among
from app.store.timelines import NEWEST, local_timeline
from app.store.today import Today, today_of
from app.web.answers import Answer, answer
from app.web.posts import known_id
from app.web.rankings import RankedPage, lively_page, meets_first
from app.web.requests import PageRequest
from app.web.visits import Visit

Before = Annotated[str, Parameter(description="Only posts with a smaller id than this one.")]
FIRST: Final = ""
IN_A_PAGE: Final = 20


class TimelinePage(Struct, frozen=True):
    """A page of a timeline, newest first; `next` is the address of the page of older posts, None on the last.

    `today` stands beside it; `following` is how many the reader follows.
    """

    timeline: Literal["home", "local"]
    items: tuple[Post, ...]
    next: str | None
    is_first: bool
    today: Today
    following: int = 0


def begin(before: str) -> int:
    """Where a page of a timeline begins. Raises NotFoundException for what is no id."""
    return known_id(before) if before else NEWEST


async def page_of(
    tx: Tx, list_ids: Callable[[int], Awaitable[list[int]]], path: str, visit: Visit, now: int
) -> tuple[tuple[Post, ...], str | None]:
    """The posts of one page and the address of the next; `list_ids` answers with at most so many ids."""
    ids = await list_ids(IN_A_PAGE + 1)
    reader = visit.account.id if visit.account is not None else None
    items = await show_posts(tx, await posts_among(tx, ids[:IN_A_PAGE]), reader, now, visit.country)
    more = len(ids) > IN_A_PAGE
    return items, f"{path}?before={ids[IN_A_PAGE - 1]}" if more else None


@get("/", tags=["timelines"])
async def show_home(
    request: PageRequest, square: Square, visit: Visit, before: Before = FIRST
) -> Answer[TimelinePage] | Answer[RankedPage]:
    """What the reader meets first: those whom they follow, unless they or the members chose a ranking.

    For a visitor it is the whole square.
    """
    account = visit.account.id if visit.account is not None else None
    if not before and await square.database.read(lambda tx: meets_first(tx, account)) == "lively":
        return answer(request, "rankings/ranked.html", await lively_page(square, visit, 0, 0))
    return await _home(request, square, visit, before, "/")


@get("/following", tags=["timelines"])
async def show_following(
    request: PageRequest, square: Square, visit: Visit, before: Before = FIRST
) -> Answer[TimelinePage]:
    """What those say whom the reader follows, newest first, whatever else comes first."""
    return await _home(request, square, visit, before, "/following")


async def _home(request: PageRequest, square: Square, visit: Visit, before: str, path: str) -> Answer[TimelinePage]:
    if visit.account is None:
        return answer(request, "timelines/timeline.html", await _local(square, visit, before, path))
    reader = visit.account.id
    now = square.clock.now()

    async def load(tx: Tx) -> tuple[TimelinePage, bool]:
        def ids(most: int) -> Awaitable[list[int]]:
            return home_timeline(tx, reader, now, Span(most, begin(before)))

        items, more = await page_of(tx, ids, path, visit, now)
        items = await sift(tx, items, reader, "home", now)
        today = await today_of(tx, visit.member, now)
        following = (await account_stats_among(tx, [reader])).get(reader, AccountStat(reader)).following
        return TimelinePage("home", items, more, not before, today, following), await is_news(tx, reader, now)

    page, is_first_today = await square.database.read(load)
    if is_first_today:
        await note_reading(square, reader)
    return answer(request, "timelines/timeline.html", page)


@get("/local", tags=["timelines"])
async def show_local(
    request: PageRequest, square: Square, visit: Visit, before: Before = FIRST
) -> Answer[TimelinePage]:
    """Every conversation that was opened here."""
    return answer(request, "timelines/timeline.html", await _local(square, visit, before, "/local"))


async def _local(square: Square, visit: Visit, before: str, path: str) -> TimelinePage:
    now = square.clock.now()
    reader = visit.account.id if visit.account is not None else 0

    async def load(tx: Tx) -> TimelinePage:
        def ids(most: int) -> Awaitable[list[int]]:
            return local_timeline(tx, reader, now, Span(most, begin(before)))

        items, more = await page_of(tx, ids, path, visit, now)
        items = await sift(tx, items, reader or None, "public", now)
        return TimelinePage("local", items, more, not before, await today_of(tx, visit.member, now))

    return await square.database.read(load)


routes = [show_home, show_following, show_local]
