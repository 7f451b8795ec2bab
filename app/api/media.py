"""Pictures as clients send them: first the picture, then the post that shows it."""

from typing import Annotated

from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.api import entities
from app.api.accounts import known_id
from app.api.callers import person as person_with
from app.api.errors import Unusable
from app.api.routes import MEDIA, delete, get, post, put
from app.api.speech import attachment_as
from app.api.views import View
from app.media.keeping import LONGEST_DESCRIPTION, description_is_too_long, focus_of, keep_picture, remove_picture
from app.media.pictures import picture_of
from app.media.taking import LARGEST
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.media import MediaRow, describe, find_media, waiting_media
from app.text import clean
from app.web.pictures import too_long
from app.web.requests import LARGEST_FORM, Invalid

WRITE = person_with("write:media")
Description = Annotated[str, Meta(max_length=8000)]
Focus = Annotated[str, Meta(max_length=100)]


class NewMedia(Struct, frozen=True):
    """A picture, what it shows in words, and the point "x,y" that matters most; its preview is made of itself."""

    file: UploadFile | None = None
    description: Description | None = None
    focus: Focus = ""


class MediaForm(Struct, frozen=True):
    """What is to be said of a picture; None leaves it as it is."""

    description: Description | None = None
    focus: Focus | None = None


class Gone(Struct, frozen=True):
    """Nothing is left to be told."""


@post(["/api/v2/media", "/api/v1/media"], WRITE, limit=MEDIA, largest=LARGEST_FORM)
async def send_media(square: Square, person: Account, view: View, data: NewMedia) -> entities.MediaAttachment:
    """Send a picture, which is looked at before this answers; within a day it has to stand in a post."""
    if data.file is None:
        raise Unusable("Validation failed: File can't be blank")
    words = _words(data.description or "")
    sent = await data.file.read(LARGEST + 1)
    row = await keep_picture(square, person.id, sent, description=words, focus=data.focus)
    return _told(row, view)


@get("/api/v1/media/{media_id:str}", WRITE)
async def show_media(square: Square, person: Account, view: View, media_id: str) -> entities.MediaAttachment:
    """A picture of one's own."""
    number = known_id(media_id)
    row = await square.database.read(lambda tx: find_media(tx, number))
    if row is None or row.account != person.id or row.kind != "picture":
        raise NotFoundException
    return _told(row, view)


@put("/api/v1/media/{media_id:str}", WRITE)
async def change_media(
    square: Square, person: Account, view: View, media_id: str, data: MediaForm
) -> entities.MediaAttachment:
    """Say what a picture shows before it stands in a post; later that is an edit of the post."""
    number = known_id(media_id)
    words = _words(data.description) if data.description is not None else None

    async def change(tx: Tx) -> MediaRow | None:
        found = await waiting_media(tx, person.id, [number])
        if not found:
            return None
        said = found[0].description if words is None else words
        point = found[0].focus if data.focus is None else focus_of(data.focus)
        await describe(tx, person.id, number, said, point)
        return await find_media(tx, number)

    row = await square.database.write(change)
    if row is None:
        raise NotFoundException
    return _told(row, view)


@delete("/api/v1/media/{media_id:str}", WRITE)
async def remove_media(square: Square, person: Account, media_id: str) -> Gone:
    """Take a picture back before it stands in a post."""
    number = known_id(media_id)
    if not await remove_picture(square, person.id, number):
        raise NotFoundException
    return Gone()


def _words(description: str) -> str:
    if description_is_too_long(description):
        raise Invalid({"description": too_long(LONGEST_DESCRIPTION)})
    return clean(description)


def _told(row: MediaRow, view: View) -> entities.MediaAttachment:
    return attachment_as(picture_of(row, view.reader, view.now), view)


routes = [send_media, show_media, change_media, remove_media]
