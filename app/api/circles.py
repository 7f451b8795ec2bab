"""Who stands around an account: followers and the followed, requests, the blocked and the muted."""

from collections.abc import Sequence

from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec import Struct
from msgspec.structs import asdict

from app.api.accounts import known_id
from app.api.callers import anybody, person
from app.api.entities import Account
from app.api.paging import Paging, paged
from app.api.people import account_list
from app.api.routes import get
from app.api.views import View
from app.clock import iso
from app.square import Square
from app.store.accounts import account_by_id
from app.store.circles import HIGHEST, Circle, Span, circle_of, hides_follows
from app.store.engines import Tx
from app.store.mutes import muted_among
from app.web.requests import PageRequest

USUAL = 40
MOST = 80


class MutedAccount(Account, frozen=True, kw_only=True):
    """Somebody whom the caller mutes, and until when."""

    mute_expires_at: str | None


class _Found(Struct, frozen=True):
    ids: Sequence[int]
    accounts: list[Account]
    until: dict[int, int | None]


def span_of(paging: Paging, usual: int = USUAL, most: int = MOST) -> Span:
    """The part of a list that is wanted, as the store asks for it."""
    return Span(
        most=paging.most(usual, most),
        below=HIGHEST if paging.max_id is None else paging.max_id,
        above=paging.min_id or paging.since_id or 0,
        upwards=paging.min_id is not None,
    )


async def around(square: Square, view: View, circle: Circle, of: int, span: Span) -> _Found:
    """A page of those who stand around an account."""

    async def load(tx: Tx) -> _Found:
        ids = await circle_of(tx, circle, of, span, view.now)
        muted = await muted_among(tx, of, ids, view.now) if circle == "mutes" else {}
        return _Found(ids, await account_list(tx, ids, view), {one.target: one.until for one in muted.values()})

    return await square.database.read(load)


async def _followed(
    request: PageRequest, square: Square, view: View, circle: Circle, account_id: str, paging: Paging
) -> Response[list[Account]]:
    """Followers or the followed of an account; nobody where it hides them from others."""
    of, span = known_id(account_id), span_of(paging)

    async def is_shown(tx: Tx) -> bool:
        if await account_by_id(tx, of) is None:
            raise NotFoundException
        return of == view.reader or not await hides_follows(tx, of)

    if not await square.database.read(is_shown):
        return paged(request, [], [])
    found = await around(square, view, circle, of, span)
    return paged(request, found.accounts, found.ids, more=len(found.ids) == span.most)


@get("/api/v1/accounts/{account_id:str}/followers", anybody("read:accounts"))
async def show_followers(
    request: PageRequest, square: Square, view: View, account_id: str, paging: Paging
) -> Response[list[Account]]:
    """Who follows somebody."""
    return await _followed(request, square, view, "followers", account_id, paging)


@get("/api/v1/accounts/{account_id:str}/following", anybody("read:accounts"))
async def show_following(
    request: PageRequest, square: Square, view: View, account_id: str, paging: Paging
) -> Response[list[Account]]:
    """Whom somebody follows."""
    return await _followed(request, square, view, "following", account_id, paging)


@get("/api/v1/follow_requests", person("read:follows"))
async def show_requests(request: PageRequest, square: Square, view: View, paging: Paging) -> Response[list[Account]]:
    """Who asks to follow the caller."""
    span = span_of(paging)
    found = await around(square, view, "requests", view.reader or 0, span)
    return paged(request, found.accounts, found.ids, more=len(found.ids) == span.most)


@get("/api/v1/blocks", person("read:blocks"))
async def show_blocks(request: PageRequest, square: Square, view: View, paging: Paging) -> Response[list[Account]]:
    """Whom the caller blocks."""
    span = span_of(paging)
    found = await around(square, view, "blocks", view.reader or 0, span)
    return paged(request, found.accounts, found.ids, more=len(found.ids) == span.most)


@get("/api/v1/mutes", person("read:mutes"))
async def show_mutes(request: PageRequest, square: Square, view: View, paging: Paging) -> Response[list[MutedAccount]]:
    """Whom the caller mutes, and until when."""
    span = span_of(paging)
    found = await around(square, view, "mutes", view.reader or 0, span)
    told = [_muted(one, found.until.get(int(one.id))) for one in found.accounts]
    return paged(request, told, found.ids, more=len(found.ids) == span.most)


def _muted(one: Account, until: int | None) -> MutedAccount:
    return MutedAccount(**asdict(one), mute_expires_at=iso(until) if until is not None else None)


@get("/api/v1/domain_blocks", person("read:blocks"))
async def show_domain_blocks() -> list[str]:
    """No domain is blocked, since this square speaks with none."""
    return []


routes = [show_followers, show_following, show_requests, show_blocks, show_mutes, show_domain_blocks]
