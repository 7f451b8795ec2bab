"""Posts: said, read, edited, taken back; and what stands around them."""

from typing import Final

from litestar.exceptions import NotFoundException
from msgspec import Struct, structs

from app.api import entities
from app.api.accounts import known_id
from app.api.callers import Caller, anybody
from app.api.callers import person as person_with
from app.api.errors import Unusable
from app.api.marks import shown_post, shown_status
from app.api.paging import ids_asked
from app.api.people import account_list
from app.api.routes import delete, get, post, put
from app.api.scheduled import later
from app.api.speech import attachment_as, statuses_as
from app.api.status_forms import DeleteForm, EditForm, StatusForm, rewording_of, time_in, words_of
from app.api.views import View
from app.clock import iso
from app.edits import MOST_VERSIONS, TooManyEdits, edit_post
from app.history import Version, history_of
from app.marks import do
from app.posts import show_posts
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.posts import ancestors_of, find_post, posts_among, replies_below
from app.store.profiles import profile_of
from app.web.keys import Key, asked
from app.web.requests import PageRequest
from app.writing import PicturesGone, take_back, write_post

MOST_ASKED: Final = 40
MOST_BELOW: Final = 400
NO_PICTURES: Final = "Validation failed: a picture is not there any more, or stands in a post already"


class Context(Struct, frozen=True):
    """What a post answers, the beginning first, and what answers it, the oldest first."""

    ancestors: list[entities.Status]
    descendants: list[entities.Status]


class StatusSource(Struct, frozen=True):
    """What an author typed."""

    id: str
    text: str
    spoiler_text: str


class EditedPoll(Struct, frozen=True):
    """The answers that a version of a post offered."""

    options: tuple[entities.PollTitle, ...]


class StatusEdit(Struct, frozen=True, kw_only=True):
    """A version of a post."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: entities.Account
    poll: EditedPoll | None
    media_attachments: tuple[entities.MediaAttachment, ...]
    emojis: entities.Nothing = ()
    quote: None = None


@post("/api/v1/statuses", person_with("write:statuses"))
async def create_status(
    request: PageRequest,
    square: Square,
    person: Account,
    caller: Caller,
    view: View,
    data: StatusForm,
    key: Key = "",
) -> entities.Status | entities.ScheduledStatus:
    """Say something, or have it said later."""
    profile = await square.database.read(lambda tx: profile_of(tx, person.id))
    words = words_of(data, person, profile, caller.app or None)
    once = await asked(request, key, data)
    due_at = time_in(data.scheduled_at) if data.scheduled_at else 0
    if due_at > view.now:
        return await later(square, person, words, due_at, once, view)
    try:
        made = await write_post(square, person.id, person.member, words, once)
    except PicturesGone as error:
        raise Unusable(NO_PICTURES) from error
    if made is None:
        raise NotFoundException
    return await square.database.read(lambda tx: shown_status(tx, made, view))


@get("/api/v1/statuses", anybody("read:statuses"))
async def list_statuses(request: PageRequest, square: Square, view: View) -> list[entities.Status]:
    """Posts by their ids, as far as the caller sees them: `?id[]=1&id[]=2`."""
    numbers = ids_asked(request, "id", MOST_ASKED)

    async def load(tx: Tx) -> list[entities.Status]:
        rows = await posts_among(tx, numbers)
        return await statuses_as(tx, await show_posts(tx, rows, view.reader, view.now, view.country), view)

    return await square.database.read(load)


@get("/api/v1/statuses/{status_id:str}", anybody("read:statuses"))
async def show_status(square: Square, view: View, status_id: str) -> entities.Status:
    """A post."""
    return await square.database.read(lambda tx: shown_status(tx, known_id(status_id), view))


@put("/api/v1/statuses/{status_id:str}", person_with("write:statuses"))
async def edit_status(square: Square, person: Account, view: View, status_id: str, data: EditForm) -> entities.Status:
    """Say it otherwise; what was said before stays in the history."""
    number = known_id(status_id)
    row = await square.database.read(lambda tx: find_post(tx, number))
    words = rewording_of(data, row.language if row is not None else "")
    try:
        edited = await edit_post(square, person.id, person.member, number, words)
    except PicturesGone as error:
        raise Unusable(NO_PICTURES) from error
    except TooManyEdits as error:
        raise Unusable(f"Validation failed: a post has at most {MOST_VERSIONS} versions") from error
    if not edited:
        raise NotFoundException
    return await square.database.read(lambda tx: shown_status(tx, number, view))


@delete("/api/v1/statuses/{status_id:str}", person_with("write:statuses"))
async def delete_status(
    square: Square, person: Account, view: View, status_id: str, data: DeleteForm
) -> entities.Status:
    """Take a post back; the answer has what was typed, and its pictures may stand in another post for a day.

    The id of one's own boost takes that back.
    """
    number = known_id(status_id)

    async def load(tx: Tx) -> entities.Status:
        shown = await shown_post(tx, number, view)
        author = shown.author if shown.boost is None else shown.boost.author
        if author.id != str(person.id):
            raise NotFoundException
        status = (await statuses_as(tx, [shown], view))[0]
        if status.reblog is not None:
            return status
        return structs.replace(status, text=shown.text, spoiler_text=shown.warning)

    status = await square.database.read(load)
    if status.reblog is not None:
        await do(square, person, "unboost", number)
    elif not await take_back(square, person.id, number, keeps_pictures=not data.delete_media):
        raise NotFoundException
    return status


@get("/api/v1/statuses/{status_id:str}/context", anybody("read:statuses"))
async def show_context(square: Square, view: View, status_id: str) -> Context:
    """What a post answers, and what answers it, as far as the caller sees it."""

    async def load(tx: Tx) -> Context:
        number = int((await shown_post(tx, known_id(status_id), view)).id)
        row = await find_post(tx, number)
        assert row is not None, "what is shown is there"
        above = await ancestors_of(tx, row)
        below = await replies_below(tx, row, 0, MOST_BELOW)
        rows = await posts_among(tx, [*above, *below])
        shown = await show_posts(tx, rows, view.reader, view.now, view.country)
        told = await statuses_as(tx, shown, view)
        over = set(map(str, above))
        return Context([one for one in told if one.id in over], [one for one in told if one.id not in over])

    return await square.database.read(load)


@get("/api/v1/statuses/{status_id:str}/source", anybody("read:statuses"))
async def show_source(square: Square, view: View, status_id: str) -> StatusSource:
    """What the author of a post typed."""

    async def load(tx: Tx) -> StatusSource:
        shown = await shown_post(tx, known_id(status_id), view)
        if not shown.shows_words:
            raise NotFoundException
        return StatusSource(shown.id, shown.text, shown.warning)

    return await square.database.read(load)


@get("/api/v1/statuses/{status_id:str}/history", anybody("read:statuses"))
async def show_edits(square: Square, view: View, status_id: str) -> list[StatusEdit]:
    """What a post said and says, the oldest version first."""

    async def load(tx: Tx) -> list[StatusEdit]:
        shown = await shown_post(tx, known_id(status_id), view)
        row = await find_post(tx, int(shown.id))
        assert row is not None, "what is shown is there"
        history = await history_of(tx, row, view.reader, view.now, view.country, view.root)
        if history is None:
            raise NotFoundException
        author = (await account_list(tx, [row.account], view))[0]
        return [_edit(one, author, view) for one in history.versions]

    return await square.database.read(load)


def _edit(version: Version, author: entities.Account, view: View) -> StatusEdit:
    return StatusEdit(
        content=version.html.rstrip(),
        spoiler_text=version.warning,
        sensitive=version.sensitive,
        created_at=iso(version.written_at),
        account=author,
        poll=EditedPoll(tuple(entities.PollTitle(one) for one in version.options)) if version.options else None,
        media_attachments=tuple(attachment_as(one, view) for one in version.pictures),
    )


routes = [
    create_status,
    list_statuses,
    show_status,
    edit_status,
    delete_status,
    show_context,
    show_source,
    show_edits,
]
