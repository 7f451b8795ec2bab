"""Rankings: which are offered and how each is computed, a page of one, and why a post stands where it does."""

from typing import Annotated, Final, Literal

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from msgspec import Struct

from app.feeds.lively import Part, Scored
from app.feeds.ranked import LOOKS_BACK, MOST, Ranked
from app.filters import sift
from app.posts import Post, show_posts
from app.rankings import rankings_in_force
from app.square import Square
from app.store.accounts import first_timeline_of, prefer_timeline
from app.store.engines import Tx
from app.store.follows import follows
from app.store.posts import PostRow, posts_among
from app.store.rankings import wanted_among
from app.web.answers import Answer, Done, answer, done
from app.web.posts import existing_post
from app.web.requests import PageRequest
from app.web.visits import Visit, account_of, signed_in
from governance.acts.proposals import Weight
from governance.rankings import FOLLOWING, Rankings

IN_A_PAGE: Final = 20
FirstPlace = Annotated[int, Parameter(ge=0, lt=MOST, description="Only posts from this place on, the first is 0.")]
AsOf = Annotated[int, Parameter(ge=0, lt=2**53, description="As of this minute (Unix ms), one of the last hour.")]


class Placed(Struct, frozen=True):
    """A post at its place (from 1), with its score and the terms of it."""

    place: int
    score: int
    parts: tuple[Part, ...]
    post: Post


class RankedPage(Struct, frozen=True):
    """A page of a ranking as of `at` (Unix ms), by version `version` of its formula, which entry `entry` adopted.

    Without a vote that adopted one, `version` is 0. What the reader blocks, mutes or filters is left out, and keeps
    its place. `next` is the address of the page that follows.
    """

    ranking: str
    at: int
    version: int
    entry: int
    weights: tuple[Weight, ...]
    ranked: int
    items: tuple[Placed, ...]
    next: str | None
    is_first: bool


class Offered(Struct, frozen=True):
    """A ranking that is offered, as a vote adopted it: proposal `proposal`, entry `entry`."""

    ranking: str
    version: int
    entry: int
    proposal: int
    weights: tuple[Weight, ...]


class RankingsPage(Struct, frozen=True):
    """The rankings beside the order of time. `first` is what readers meet who choose nothing, `chosen` this one's wish.

    A post is ranked for `looks_back` milliseconds, and never more than the newest `most` posts are.
    """

    first: str
    chosen: str
    offered: tuple[Offered, ...]
    looks_back: int = LOOKS_BACK
    most: int = MOST


class WhyPage(Struct, frozen=True):
    """Why a reader sees a post: whether its author is `followed`, and its `place` (from 1) and `parts` in a ranking."""

    post: Post
    followed: bool
    at: int = 0
    version: int = 0
    weights: tuple[Weight, ...] = ()
    place: int | None = None
    score: int = 0
    parts: tuple[Part, ...] = ()


@get("/rankings", tags=["rankings"])
async def show_rankings(request: PageRequest, square: Square, visit: Visit) -> Answer[RankingsPage]:
    """Which rankings are offered, and how each is computed."""

    async def load(tx: Tx) -> RankingsPage:
        known = await rankings_in_force(tx)
        account = visit.account.id if visit.account is not None else None
        chosen = await first_timeline_of(tx, account) if account is not None else ""
        return RankingsPage(known.first, chosen, _offered(known))

    return answer(request, "rankings/rankings.html", await square.database.read(load))


class FirstForm(Struct, frozen=True):
    """What a reader wants to meet first; "" leaves it to the square."""

    first: Literal["", "following", "lively"] = ""


@post("/rankings", tags=["rankings"], guards=[signed_in])
async def choose_first(request: PageRequest, square: Square, visit: Visit, data: FirstForm) -> Response[Done]:
    """Choose what the first page shows."""
    account = account_of(visit).id
    await square.database.write(lambda tx: prefer_timeline(tx, account, data.first))
    return done(request, "/rankings", Done("/rankings"))


@get("/lively", tags=["rankings"])
async def show_lively(
    request: PageRequest, square: Square, visit: Visit, place: FirstPlace = 0, at: AsOf = 0
) -> Answer[RankedPage]:
    """The ranking “lively”, as far as a vote has adopted one."""
    return answer(request, "rankings/ranked.html", await lively_page(square, visit, place, at))


async def lively_page(square: Square, visit: Visit, place: int, at: int) -> RankedPage:
    """A page of the ranking; where none is offered, an empty one of version 0."""
    ranked = await square.rankers.lively(at)
    if ranked is None:
        return RankedPage("lively", 0, 0, 0, (), 0, (), None, True)
    scored = ranked.posts[place : place + IN_A_PAGE]
    more = place + IN_A_PAGE < len(ranked.posts)
    return RankedPage(
        ranking="lively",
        at=ranked.at,
        version=ranked.formula.version,
        entry=ranked.formula.entry,
        weights=ranked.formula.weights,
        ranked=len(ranked.posts),
        items=await _items(square, visit, scored, place),
        next=f"/lively?place={place + IN_A_PAGE}&at={ranked.at}" if more else None,
        is_first=place == 0,
    )


async def _items(square: Square, visit: Visit, scored: tuple[Scored, ...], place: int) -> tuple[Placed, ...]:
    reader, now = visit.account.id if visit.account is not None else None, square.clock.now()

    async def load(tx: Tx) -> tuple[Placed, ...]:
        ids = [one.post for one in scored]
        wanted = set(ids) if reader is None else await wanted_among(tx, ids, reader, now)
        rows = await posts_among(tx, [one for one in ids if one in wanted])
        posts = await sift(tx, await show_posts(tx, rows, reader, now, visit.country), reader, "public", now)
        shown = {post.id: post for post in posts}
        return tuple(
            Placed(number, one.score, one.parts, shown[str(one.post)])
            for number, one in enumerate(scored, place + 1)
            if str(one.post) in shown and shown[str(one.post)].stands in ("open", "warned")
        )

    return await square.database.read(load)


@get("/posts/{post_id:str}/why", tags=["rankings"])
async def show_why(request: PageRequest, square: Square, visit: Visit, post_id: str) -> Answer[WhyPage]:
    """Why does one see this post: whom one follows, and the terms of its score in what is ranked."""
    now = square.clock.now()
    reader = visit.account.id if visit.account is not None else None
    ranked = await square.rankers.lively()

    async def load(tx: Tx) -> WhyPage:
        row = await existing_post(tx, post_id)
        shown = await show_posts(tx, [row], reader, now, visit.country)
        if not shown:
            raise NotFoundException
        return _why(shown[0], row, ranked, reader is not None and await follows(tx, reader, row.account))

    return answer(request, "rankings/why.html", await square.database.read(load))


def _why(shown: Post, row: PostRow, ranked: Ranked | None, followed: bool) -> WhyPage:
    if ranked is None:
        return WhyPage(shown, followed)
    formula, place = ranked.formula, ranked.place_of(row.id)
    if place is None:
        return WhyPage(shown, followed, ranked.at, formula.version, formula.weights)
    scored = ranked.posts[place]
    return WhyPage(shown, followed, ranked.at, formula.version, formula.weights, place + 1, scored.score, scored.parts)


def _offered(known: Rankings) -> tuple[Offered, ...]:
    return tuple(
        Offered(one.ranking, one.version, one.entry, one.proposal, one.weights) for one in known.formulas if one.weights
    )


async def meets_first(tx: Tx, account: int | None) -> str:
    """What a reader meets on the first page: their own choice where it is offered, else what the members decided."""
    known = await rankings_in_force(tx)
    chosen = await first_timeline_of(tx, account) if account is not None and known.formulas else ""
    return chosen if chosen == FOLLOWING or known.formula(chosen) is not None else known.first


routes = [show_rankings, choose_first, show_lively, show_why]
