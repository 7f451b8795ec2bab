"""Who calls the API: a visitor, a program, or a program that speaks for somebody; and what it may do."""

from contextlib import suppress
from typing import Final

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from app.scopes import covers
from app.square import Square
from app.store.accounts import Account
from app.store.engines import StoreError
from app.store.oauth import find_token, use_token
from app.store.sessions import DAY
from app.web.requests import Asked, PageRequest, square_of
from app.web.visits import country_of

_KEPT: Final = "caller"


class Denied(HTTPException):
    """A call that the API does not answer, with the words for it; `name` is what OAuth calls it."""

    def __init__(self, status: int, error: str, name: str = "invalid_request") -> None:
        super().__init__(error, status_code=status)
        self.error = error
        self.name = name


class Access(Struct, frozen=True):
    """Who may call a route: `who`, with a token of one of `scopes`; none is asked for where there are none."""

    who: str
    scopes: tuple[str, ...] = ()


def anybody(*scopes: str) -> Access:
    """Everyone, with a token or without; one that comes has to have one of the scopes."""
    return Access("anybody", scopes)


def person(*scopes: str) -> Access:
    """A program that speaks for somebody."""
    return Access("person", scopes)


def program(*scopes: str) -> Access:
    """A program, whether it speaks for somebody or for itself."""
    return Access("program", scopes)


class Caller(Struct, frozen=True):
    """One call's author. `account` is None for a visitor and for a program that speaks for itself.

    `app` and `token` are numbers, 0 for a visitor. `country` is where a trusted proxy says that they are.
    """

    account: Account | None = None
    app: int = 0
    token: int = 0
    scopes: tuple[str, ...] = ()
    country: str = ""

    @property
    def reader(self) -> int | None:
        """The account that reads, None for nobody's."""
        return self.account.id if self.account is not None else None


async def caller_of(request: Asked) -> Caller:
    """Who makes this call. Raises Denied for a token that opens nothing."""
    kept = request.scope["state"].get(_KEPT)
    if isinstance(kept, Caller):
        return kept
    caller = await _load(request)
    request.scope["state"][_KEPT] = caller
    return caller


async def person_of(request: Asked) -> Account:
    """The account that the call speaks for, on routes for a `person`."""
    account = (await caller_of(request)).account
    if account is None:
        raise Denied(422, "This method requires an authenticated user")
    return account


async def check_access(connection: ASGIConnection[BaseRouteHandler, None, None, State], _: BaseRouteHandler) -> None:
    """The guard of every route of the API: each names in its `access` who may call it. Raises Denied."""
    assert isinstance(connection, PageRequest)
    if b"%00" in connection.scope["query_string"]:
        raise Denied(422, "A text has no NUL")
    access = connection.route_handler.opt["access"]
    assert isinstance(access, Access)
    caller = await caller_of(connection)
    if access.who != "anybody" and not caller.token:
        raise Denied(401, "The access token is invalid", "invalid_token")
    if access.who == "person" and caller.account is None:
        raise Denied(422, "This method requires an authenticated user")
    if caller.token and access.scopes and not any(covers(caller.scopes, scope) for scope in access.scopes):
        raise Denied(403, "This action is outside the authorized scopes", "insufficient_scope")


def token_in(header: str) -> str | None:
    """The token of an Authorization header, None where it bears none."""
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


async def _load(request: Asked) -> Caller:
    token = token_in(request.headers.get("authorization", ""))
    if token is None and request.route_handler.opt.get("token_in_query"):
        token = request.query_params.get("access_token")
    return await caller_with(square_of(request), token, country_of(request))


async def caller_with(square: Square, token: str | None, country: str) -> Caller:
    """Who shows a token, a visitor without one. Raises Denied for a token that opens nothing."""
    if token is None:
        return Caller(country=country)
    found = await square.database.read(lambda tx: find_token(tx, token))
    if found is None or (found[0].account is not None and found[1] is None):
        raise Denied(401, "The access token is invalid", "invalid_token")
    shown, account = found
    now = square.clock.now()
    if now >= shown.used_day + DAY:
        # That a token was seen is worth no refused call: with a full disk reading goes on.
        with suppress(StoreError):
            await square.database.write(lambda tx: use_token(tx, shown.id, now))
    return Caller(account, shown.app, shown.id, tuple(shown.scopes.split()), country)
