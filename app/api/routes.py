"""A route of the API: its address, and who may call it."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

from litestar.handlers import HTTPRouteHandler
from litestar.types import AnyCallable
from msgspec import Struct

from app.api.callers import Access

Declared = Callable[[AnyCallable], HTTPRouteHandler]
Path = str | Sequence[str]


class Limit(Struct, frozen=True):
    """At most `most` calls in a window of `window` milliseconds, for one account or one address."""

    kind: str
    most: int
    window: int


EVERYTHING: Final = Limit("api", 300, 300_000)
MEDIA: Final = Limit("media", 30, 1_800_000)


def get(path: Path, access: Access, *, limit: Limit = EVERYTHING) -> Declared:
    """A route that reads."""
    return _route("GET", path, access, limit, None)


def post(path: Path, access: Access, *, limit: Limit = EVERYTHING, largest: int | None = None) -> Declared:
    """A route that does something; `largest` is how many bytes its body may have where that is not the usual."""
    return _route("POST", path, access, limit, largest)


def put(path: Path, access: Access, *, limit: Limit = EVERYTHING) -> Declared:
    """A route that replaces something."""
    return _route("PUT", path, access, limit, None)


def patch(path: Path, access: Access, *, limit: Limit = EVERYTHING, largest: int | None = None) -> Declared:
    """A route that changes a part of something."""
    return _route("PATCH", path, access, limit, largest)


def delete(path: Path, access: Access, *, limit: Limit = EVERYTHING) -> Declared:
    """A route that takes something away, and tells what it was."""
    return _route("DELETE", path, access, limit, None)


def _route(
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
    path: Path,
    access: Access,
    limit: Limit,
    largest: int | None,
) -> Declared:
    def declare(handler: AnyCallable) -> HTTPRouteHandler:
        opt = {"access": access, "limit": limit}
        if largest is None:
            return HTTPRouteHandler(path, http_method=method, status_code=200, opt=opt, tags=["api"])(handler)
        made = HTTPRouteHandler(
            path, http_method=method, status_code=200, opt=opt, tags=["api"], request_max_body_size=largest
        )
        return made(handler)

    return declare
