"""Pages of the API: which part of a list is asked for, and the `Link` header that leads to the parts beside it."""

from collections.abc import Sequence
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from litestar import Response
from msgspec import Struct

from app.api.errors import Unusable
from app.web.requests import Asked, PageRequest, square_of

T = TypeVar("T")
NO_ID: Final = 2**63
MOST_AT_ONCE: Final = 200
_CURSORS: Final = frozenset({"max_id", "since_id", "min_id"})


class Paging(Struct, frozen=True):
    """Which part of a list is wanted: ids below `max_id` and above `since_id`, the newest first.

    With `min_id` it is those that come next above it. `limit` is None where the client leaves it to us.
    """

    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None
    limit: int | None = None

    def most(self, usual: int, most: int) -> int:
        """How many to answer with."""
        return usual if self.limit is None else max(1, min(self.limit, most))


async def paging_of(
    max_id: str | None = None, since_id: str | None = None, min_id: str | None = None, limit: str | None = None
) -> Paging:
    """What the query of an address says of the part that is wanted. Raises Unusable."""
    return Paging(
        _cursor("max_id", max_id), _cursor("since_id", since_id), _cursor("min_id", min_id), _cursor("limit", limit)
    )


def _cursor(name: str, text: str | None) -> int | None:
    if not text:
        return None
    number = number_in(text)
    if number is None:
        raise Unusable(f"{name} is no id: a decimal number below 2^63 is")
    return number


def number_in(text: str) -> int | None:
    """The number that an id writes, None for what is no id."""
    if not text.isascii() or not text.isdecimal() or len(text) > 19:
        return None
    return int(text) if int(text) < NO_ID else None


def ids_asked(request: Asked, name: str, most: int = MOST_AT_ONCE) -> list[int]:
    """The ids in the query of an address, as `name[]`, `name[0]` or `name`, each once; what is no id is left out."""
    pairs = [(key.partition("["), value) for key, value in request.query_params.items()]
    written = [str(value) for (key, _, place), value in pairs if key == name and place.strip("0123456789") in ("", "]")]
    numbers = [number_in(one) for one in written[:most]]
    return list(dict.fromkeys(number for number in numbers if number is not None))


def root_of(request: PageRequest) -> str:
    """The address of this square, without a slash at its end."""
    return square_of(request).config.public_url or str(request.base_url).rstrip("/")


def paged(request: PageRequest, value: Sequence[T], ids: Sequence[int], *, more: bool = True) -> Response[list[T]]:
    """A part of a list, whose rows have these ids, with links to what is before and after it.

    `more` is whether anything may come after it; where nothing was found there are no links.
    """
    links = []
    if ids and more:
        links.append(f'<{_beside(request, "max_id", min(ids))}>; rel="next"')
    if ids:
        links.append(f'<{_beside(request, "min_id", max(ids))}>; rel="prev"')
    return Response(list(value), headers={"Link": ", ".join(links)} if links else {})


def _beside(request: PageRequest, cursor: str, id_: int) -> str:
    kept = [pair for pair in parse_qsl(request.url.query or "") if pair[0] not in _CURSORS]
    return f"{root_of(request)}{request.url.path}?{urlencode([*kept, (cursor, id_)])}"
