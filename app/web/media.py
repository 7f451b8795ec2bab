"""The files of pictures, each for who may see it at this moment."""

from contextlib import suppress
from typing import Annotated, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import HeaderParameter

from app.api.callers import Denied, caller_of
from app.judged import judges
from app.media.pictures import is_open, names_of, reader_of
from app.posts import is_told
from app.scopes import covers
from app.square import Square
from app.store.accounts import accounts_among
from app.store.engines import Tx
from app.store.media import MediaRow, find_media
from app.web.posts import known_id
from app.web.requests import PageRequest
from app.web.visits import country_of, visit_of

OF_POSTS: Final = "public, no-cache"
"""What can be withheld is asked for each time, by everybody's caches too."""

OF_SOME: Final = "private, no-cache"
OF_JUDGES: Final = "private, no-store"
"""What is shown only because it is judged leaves no copy behind."""

OF_FACES: Final = "public, max-age=86400"
ALONE: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Authorization, Cookie",
}
"""A picture is nothing but a picture, whoever shows it."""


@get("/media/{media_id:str}/{name:str}", tags=["posts"], media_type="image/*", opt={"public": True})
async def send_picture(
    request: PageRequest,
    square: Square,
    media_id: str,
    name: str,
    to: str = "",
    if_none_match: Annotated[str, HeaderParameter(name="If-None-Match")] = "",
) -> Response[bytes]:
    """A picture or its preview: of a post for who may see the post, or who judges it.

    `to` is the pass that the API gave a program.
    """
    number, now = known_id(media_id), square.clock.now()
    reader, country = await _reader(request), country_of(request)

    async def load(tx: Tx) -> tuple[MediaRow, str] | None:
        row = await find_media(tx, number)
        if row is None or name not in names_of(row):
            return None
        asking = reader if reader is not None or not to else reader_of(row, to, now)
        caching = await _seen(tx, row, asking, now, country)
        return (row, caching) if caching else None

    found = await square.database.read(load)
    data = await square.media.read(names_of(found[0])[name]) if found is not None else None
    if found is None or data is None:
        raise NotFoundException
    row, caching = found
    etag = f'"{names_of(row)[name].hex()[:32]}"'
    headers = {**ALONE, "ETag": etag, "Cache-Control": caching}
    if etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}:
        return Response(b"", status_code=304, headers=headers)
    return Response(data, media_type=row.mime, headers=headers)


async def _reader(request: PageRequest) -> int | None:
    """Who asks, by the token of a program that may read or by a session; nobody for a token that opens nothing."""
    if "authorization" in request.headers:
        with suppress(Denied):
            caller = await caller_of(request)
            return caller.reader if covers(caller.scopes, "read:statuses") else None
        return None
    account = (await visit_of(request)).account
    return account.id if account is not None else None


async def _seen(tx: Tx, row: MediaRow, reader: int | None, now: int, country: str) -> str:
    """How a reader may keep a picture; "" where they may not see it."""
    if row.kind != "picture":
        return OF_FACES
    if row.post is None:
        return OF_SOME if reader == row.account else ""
    if await is_told(tx, row.post, reader, now, country):
        return OF_POSTS if is_open(row) else OF_SOME
    account = (await accounts_among(tx, [reader])).get(reader) if reader is not None else None
    return OF_JUDGES if await judges(tx, row.post, account, now) else ""


routes = [send_picture]
