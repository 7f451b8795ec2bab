"""Posts that wait for their time."""

from typing import Annotated, Final

from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.api import entities
from app.api.accounts import known_id
from app.api.callers import person as person_with
from app.api.errors import Unusable
from app.api.paging import NO_ID, Paging, paged
from app.api.routes import delete, get, put
from app.api.speech import VISIBILITIES, attachment_as
from app.api.status_forms import time_in
from app.api.views import View
from app.clock import iso
from app.deeds import Request
from app.media.pictures import waiting_pictures
from app.square import Square
from app.store.accounts import Account
from app.store.drafts import find_draft, waiting_of
from app.store.engines import Tx
from app.store.profiles import profile_of
from app.unsaid import Draft, TooManyDrafts, TooSoon, draft_of, drop_draft, put_off, schedule
from app.web.requests import PageRequest
from app.writing import Words

USUAL: Final = 20
MOST: Final = 40
TOO_SOON: Final = "Validation failed: Scheduled at must be at least 5 minutes in the future"


class DueForm(Struct, frozen=True):
    """When it is to be said, of ISO 8601."""

    scheduled_at: Annotated[str, Meta(max_length=64)]


class Nothing(Struct, frozen=True):
    """There is nothing more to tell."""


async def later(
    square: Square, person: Account, words: Words, due_at: int, once: Request, view: View
) -> entities.ScheduledStatus:
    """Have it said at a time. Raises Unusable."""
    try:
        made = await schedule(square, person.id, person.member, words, due_at, once)
    except TooSoon as error:
        raise Unusable(TOO_SOON) from error
    except TooManyDrafts as error:
        raise Unusable("Validation failed: too many posts are waiting") from error
    return await square.database.read(lambda tx: _told(tx, made, person.id, view))


@get("/api/v1/scheduled_statuses", person_with("read:statuses"))
async def list_scheduled(
    request: PageRequest, square: Square, person: Account, view: View, paging: Paging
) -> Response[list[entities.ScheduledStatus]]:
    """What waits to be said, what was entered last first."""
    most = paging.most(USUAL, MOST)
    after = paging.min_id if paging.min_id is not None else paging.since_id or 0
    before = NO_ID if paging.max_id is None else paging.max_id

    async def load(tx: Tx) -> list[entities.ScheduledStatus]:
        rows = await waiting_of(tx, person.id, min(before, NO_ID - 1), after, most, up=paging.min_id is not None)
        return [await _told(tx, draft_of(row), person.id, view) for row in rows]

    found = await square.database.read(load)
    return paged(request, found, [int(one.id) for one in found], more=len(found) == most)


@get("/api/v1/scheduled_statuses/{scheduled_id:str}", person_with("read:statuses"))
async def show_scheduled(square: Square, person: Account, view: View, scheduled_id: str) -> entities.ScheduledStatus:
    """What waits to be said."""

    async def load(tx: Tx) -> entities.ScheduledStatus:
        row = await find_draft(tx, person.id, known_id(scheduled_id))
        if row is None or row.due_at is None:
            raise NotFoundException
        return await _told(tx, draft_of(row), person.id, view)

    return await square.database.read(load)


@put("/api/v1/scheduled_statuses/{scheduled_id:str}", person_with("write:statuses"))
async def put_off_scheduled(
    square: Square, person: Account, view: View, scheduled_id: str, data: DueForm
) -> entities.ScheduledStatus:
    """Have it said at another time."""
    try:
        changed = await put_off(square, person.id, known_id(scheduled_id), time_in(data.scheduled_at))
    except TooSoon as error:
        raise Unusable(TOO_SOON) from error
    if changed is None:
        raise NotFoundException
    return await square.database.read(lambda tx: _told(tx, changed, person.id, view))


@delete("/api/v1/scheduled_statuses/{scheduled_id:str}", person_with("write:statuses"))
async def drop_scheduled(square: Square, person: Account, scheduled_id: str) -> Nothing:
    """Do not say it."""

    async def load(tx: Tx) -> bool:
        row = await find_draft(tx, person.id, known_id(scheduled_id))
        return row is not None and row.due_at is not None

    if not await square.database.read(load) or not await drop_draft(square, person.id, known_id(scheduled_id)):
        raise NotFoundException
    return Nothing()


async def _told(tx: Tx, draft: Draft, account: int, view: View) -> entities.ScheduledStatus:
    words, poll = draft.words, draft.words.poll
    due_at = iso(draft.due_at or 0)
    visibility = words.visibility or (await profile_of(tx, account)).post_visibility
    return entities.ScheduledStatus(
        id=str(draft.id),
        scheduled_at=due_at,
        params=entities.ScheduledParams(
            text=words.text,
            spoiler_text=words.warning,
            sensitive=words.sensitive,
            visibility=VISIBILITIES[visibility],
            language=words.language or None,
            in_reply_to_id=str(words.reply_to) if words.reply_to is not None else None,
            media_ids=tuple(map(str, words.media)) or None,
            scheduled_at=None,
            application_id=words.app,
            poll=(
                entities.ScheduledPoll(poll.options, poll.open_for // 1000, poll.multiple, poll.hide_totals)
                if poll is not None
                else None
            ),
        ),
        media_attachments=tuple(
            attachment_as(one, view) for one in await waiting_pictures(tx, account, list(words.media))
        ),
    )


routes = [list_scheduled, show_scheduled, put_off_scheduled, drop_scheduled]
