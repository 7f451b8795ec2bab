"""Bringing people along from elsewhere, and taking them elsewhere: the files that Mastodon exports."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.exports.people import FILES, people_csv
from app.imports.people import MOST_ROWS, Imported, Kind, Unreadable, import_people
from app.square import Square
from app.web.answers import PRIVATE, Answer, answer
from app.web.posts import at_most
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import Sentence, say, say_many
from app.web.visits import Visit, account_of, signed_in

LONGEST_FILE: Final = 300_000
FILE: Final = ("upload",)


class ImportForm(Struct, frozen=True):
    """What a file holds, and its text where the file itself is not sent beside, as `upload`."""

    kind: Kind
    file: Annotated[str, Meta(max_length=LONGEST_FILE)] = ""


class ImportPage(Struct, frozen=True):
    """The form for a file, and what came of the last one."""

    result: Imported | None = None


async def import_page(request: PageRequest) -> Answer[ImportPage]:
    """The form for a file."""
    return answer(request, "people/import.html", ImportPage())


@get("/me/import", tags=["people"], guards=[signed_in])
async def show_import(request: PageRequest) -> Answer[ImportPage]:
    """The form for a file of people, and the same files of one's own."""
    return await import_page(request)


@post(
    "/me/import",
    tags=["people"],
    guards=[signed_in],
    status_code=200,
    opt={"again": import_page, "files": FILE},
)
async def take_import(request: PageRequest, square: Square, visit: Visit, data: ImportForm) -> Answer[ImportPage]:
    """Follow, block, mute or list everybody in a file who is here; the others are named."""
    text = await _text_of(request, data)
    try:
        done = await import_people(square, account_of(visit).id, data.kind, text, host_of(request))
    except Unreadable as error:
        raise Invalid({"file": _why(error)}) from error
    return answer(request, "people/import.html", ImportPage(done))


@get("/me/export/{name:str}", tags=["people"], guards=[signed_in], media_type="text/csv")
async def send_export(request: PageRequest, square: Square, visit: Visit, name: Kind) -> Response[str]:
    """Whom one follows, blocks, mutes or lists, as a file."""
    text = await square.database.read(lambda tx: people_csv(tx, account_of(visit).id, name, host_of(request)))
    headers = {"Content-Disposition": f'attachment; filename="{FILES[name]}"', "Cache-Control": PRIVATE}
    return Response(text, media_type="text/csv", headers=headers)


def host_of(request: PageRequest) -> str:
    """What stands behind the second sign of an address of somebody here."""
    return urlsplit(square_of(request).config.public_url or "").netloc or request.headers.get("host", "")


async def _text_of(request: PageRequest, data: ImportForm) -> str:
    """The text of the file that was chosen, or that was put into the form. Raises Invalid."""
    chosen = next(iter(await request.files(FILE[0])), b"")
    try:
        text = chosen.decode() or data.file
    except UnicodeDecodeError as error:
        raise Invalid({FILE[0]: say("This value cannot be used.")}) from error
    if not text.strip():
        raise Invalid({"file": say("This must not be empty.")})
    if len(text) > LONGEST_FILE:
        raise Invalid({"file": at_most(LONGEST_FILE)})
    return text


def _why(error: Unreadable) -> Sentence:
    if not error.line:
        return say_many("A file has at most %(n)s row.", "A file has at most %(n)s rows.", MOST_ROWS)
    return say("Line %(line)s cannot be read.", line=str(error.line))


routes = [show_import, take_import, send_export]
