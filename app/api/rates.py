"""The limits of the API, and what each answer tells of them."""

from typing import Final

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from app.api.callers import Denied, caller_of
from app.api.routes import Limit
from app.clock import iso
from app.rates import Rate
from app.web.headers import add_missing, raw
from app.web.limits import TooMany, client_address
from app.web.requests import PageRequest, square_of

_KEPT: Final = "rate"


async def count_call(connection: ASGIConnection[BaseRouteHandler, None, None, State], _: BaseRouteHandler) -> None:
    """The guard that counts: by account, or by address for who has none. Raises TooMany, Denied."""
    assert isinstance(connection, PageRequest)
    square = square_of(connection)
    if not square.config.rate_limits:
        return
    limit = connection.route_handler.opt["limit"]
    assert isinstance(limit, Limit)
    try:
        reader = (await caller_of(connection)).reader
    except Denied:
        reader = None
    who = str(reader) if reader is not None else client_address(connection, square.config)
    now = square.clock.now()
    rate = await square.rates.count(f"{limit.kind} {who}", limit.most, limit.window, now)
    connection.scope["state"][_KEPT] = rate
    if rate.left < 0:
        raise TooMany((rate.anew - now) // 1000 + 1)


async def tell_rate(message: Message, scope: Scope) -> None:
    """Add what is left of the limit to an answer that was counted."""
    rate = scope["state"].get(_KEPT)
    if message["type"] != "http.response.start" or not isinstance(rate, Rate):
        return
    told = {"Limit": str(rate.most), "Remaining": str(max(rate.left, 0)), "Reset": iso(rate.anew)}
    add_missing(message, raw({f"X-RateLimit-{name}": value for name, value in told.items()}))
