"""Who stands around somebody: followers and the followed for everybody, requests, blocks and mutes for oneself."""

from typing import Annotated, Final

from litestar import get
from litestar.params import Parameter
from msgspec import Struct

from app.square import Square
from app.store.accounts import accounts_among
from app.store.circles import HIGHEST, Circle, Span, circle_of, hides_follows
from app.store.engines import Tx
from app.store.mutes import muted_among
from app.text import excerpt
from app.web.answers import Answer, answer
from app.web.posts import known_id
from app.web.profiles import existing_account
from app.web.requests import PageRequest
from app.web.visits import Visit, account_of, signed_in

MOST_IN_A_PAGE: Final = 40
Before = Annotated[str, Parameter(description="Only accounts with a smaller id than this one.")]


class Person(Struct, frozen=True):
    """Somebody in a list; `bio` is how it begins, `until` the end of a mute (Unix ms, None for good)."""

    id: str
    handle: str
    name: str
    bio: str
    until: int | None = None


class CirclePage(Struct, frozen=True):
    """A page of those who stand around somebody, the youngest accounts first; `hidden` where they show nobody."""

    circle: Circle
    handle: str
    name: str
    mine: bool
    items: tuple[Person, ...]
    next: str | None
    is_first: bool
    hidden: bool = False


async def people_of(tx: Tx, ids: list[int]) -> tuple[Person, ...]:
    """The people of these ids, in their order."""
    found = await accounts_among(tx, ids)
    shown = [found[id_] for id_ in ids if id_ in found]
    return tuple(Person(str(one.id), one.handle, one.shown_name, excerpt(one.bio, 120)) for one in shown)


async def _page(tx: Tx, circle: Circle, of: int, before: str, now: int) -> tuple[tuple[Person, ...], int]:
    """A page of people, and the id after which the next one begins, 0 on the last."""
    span = Span(MOST_IN_A_PAGE + 1, known_id(before) if before else HIGHEST)
    ids = await circle_of(tx, circle, of, span, now)
    shown = ids[:MOST_IN_A_PAGE]
    return await people_of(tx, shown), shown[-1] if len(ids) > MOST_IN_A_PAGE else 0


async def _public(
    request: PageRequest, square: Square, visit: Visit, circle: Circle, at_handle: str, before: str
) -> Answer[CirclePage]:
    reader, now = visit.account.id if visit.account is not None else None, square.clock.now()

    async def load(tx: Tx) -> CirclePage:
        person = await existing_account(tx, at_handle)
        mine = reader == person.id
        hidden = not mine and await hides_follows(tx, person.id)
        items, last = ((), 0) if hidden else await _page(tx, circle, person.id, before, now)
        more = f"/@{person.handle}/{circle}?before={last}" if last else None
        return CirclePage(circle, person.handle, person.shown_name, mine, items, more, not before, hidden)

    return answer(request, "people/circle.html", await square.database.read(load))


@get("/{at_handle:str}/followers", tags=["people"])
async def show_followers(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, before: Before = ""
) -> Answer[CirclePage]:
    """Who follows somebody."""
    return await _public(request, square, visit, "followers", at_handle, before)


@get("/{at_handle:str}/following", tags=["people"])
async def show_following(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, before: Before = ""
) -> Answer[CirclePage]:
    """Whom somebody follows."""
    return await _public(request, square, visit, "following", at_handle, before)


async def _own(request: PageRequest, square: Square, visit: Visit, circle: Circle, before: str) -> Answer[CirclePage]:
    reader, now = account_of(visit), square.clock.now()

    async def load(tx: Tx) -> CirclePage:
        items, last = await _page(tx, circle, reader.id, before, now)
        if circle == "mutes":
            muted = await muted_among(tx, reader.id, [int(one.id) for one in items], now)
            items = tuple(
                Person(one.id, one.handle, one.name, one.bio, muted[int(one.id)].until)
                for one in items
                if int(one.id) in muted
            )
        more = f"/me/{circle}?before={last}" if last else None
        return CirclePage(circle, reader.handle, reader.shown_name, True, items, more, not before)

    return answer(request, "people/circle.html", await square.database.read(load))


@get("/me/requests", tags=["people"], guards=[signed_in])
async def show_requests(request: PageRequest, square: Square, visit: Visit, before: Before = "") -> Answer[CirclePage]:
    """Who asks to follow me."""
    return await _own(request, square, visit, "requests", before)


@get("/me/blocks", tags=["people"], guards=[signed_in])
async def show_blocks(request: PageRequest, square: Square, visit: Visit, before: Before = "") -> Answer[CirclePage]:
    """Whom I block."""
    return await _own(request, square, visit, "blocks", before)


@get("/me/mutes", tags=["people"], guards=[signed_in])
async def show_mutes(request: PageRequest, square: Square, visit: Visit, before: Before = "") -> Answer[CirclePage]:
    """Whom I mute, and until when."""
    return await _own(request, square, visit, "mutes", before)


routes = [show_followers, show_following, show_requests, show_blocks, show_mutes]
