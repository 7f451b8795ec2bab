"""No other site can act in a reader's name: every unsafe request shows where it comes from and brings a token."""

from typing import Final
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from app.config import Config
from app.web.requests import PageRequest, square_of
from app.web.visits import token_is_right, visit_of

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER: Final = "x-csrf-token"
FIELD: Final = "csrf"


class Forged(Exception):
    """A request that writes does not come from a page of this square, or from a program that read its token.

    `is_foreign`: it comes from another site; otherwise the token is not that of this session.
    """

    def __init__(self, *, is_foreign: bool) -> None:
        super().__init__("from another site" if is_foreign else "without this session's token")
        self.is_foreign = is_foreign


async def refuse_forgery(
    connection: ASGIConnection[BaseRouteHandler, None, None, State], handler: BaseRouteHandler
) -> None:
    """The guard of every route; one that knows no session has none that could be misused."""
    assert isinstance(connection, PageRequest)
    if connection.method in SAFE or handler.opt.get("sessionless"):
        return
    if not _comes_from_here(connection, square_of(connection).config):
        raise Forged(is_foreign=True)
    if connection.has_unread_files and (await visit_of(connection)).account is None:
        raise Forged(is_foreign=False)  # before what may be large is read; no form of ours asks a visitor for files
    token = connection.headers.get(HEADER) or (await connection.typed()).get(FIELD, [""])[-1]
    if not token_is_right(await visit_of(connection), token):
        raise Forged(is_foreign=False)


def _comes_from_here(request: PageRequest, config: Config) -> bool:
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin == config.public_url or _is_host(origin, request, config)


def _is_host(origin: str, request: PageRequest, config: Config) -> bool:
    """Whether it is the host that was asked; over https only the address that the configuration names will do."""
    return not config.is_secure and urlsplit(origin).netloc == request.headers.get("host", "")
