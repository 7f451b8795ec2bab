"""What an account said."""

from collections.abc import Sequence
from typing import Annotated, Final

from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.addressing import tag_of
from app.api.accounts import known_id
from app.api.bodies import nested, read_values
from app.api.callers import anybody
from app.api.circles import span_of
from app.api.entities import Status
from app.api.paging import Paging, paged
from app.api.routes import get
from app.api.speech import statuses_as
from app.api.views import View
from app.posts import show_posts
from app.square import Square
from app.store.accounts import account_by_id
from app.store.engines import Tx
from app.store.marks import pinned_by
from app.store.posts import posts_among
from app.store.timelines import Choice, Tags, own_timeline, profile_timeline, tagged_by
from app.web.requests import PageRequest

USUAL: Final = 20
MOST: Final = 40


class Asked(Struct, frozen=True):
    """Which posts: without replies, without boosts, with pictures, pinned, or of a hashtag."""

    exclude_replies: bool = False
    exclude_reblogs: bool = False
    exclude_direct: bool = False
    only_media: bool = False
    pinned: bool = False
    tagged: Annotated[str, Meta(max_length=500)] = ""


@get("/api/v1/accounts/{account_id:str}/statuses", anybody("read:statuses"))
async def show_statuses(
    request: PageRequest, square: Square, view: View, paging: Paging, account_id: str
) -> Response[list[Status]]:
    """What an account said, newest first."""
    account = known_id(account_id)
    asked = read_values(Asked, nested([*request.query_params.items()]))
    choice = Choice(only_media=asked.only_media, replies=not asked.exclude_replies, boosts=not asked.exclude_reblogs)
    span = span_of(paging, USUAL, MOST)

    async def ids_of(tx: Tx) -> Sequence[int]:
        if asked.pinned:
            return await pinned_by(tx, account)
        if asked.tagged:
            return await tagged_by(tx, account, Tags(tag_of(asked.tagged)), view.reader or 0, view.now, span)
        if account == view.reader:
            return await own_timeline(tx, account, span, choice)
        return await profile_timeline(tx, account, view.reader or 0, view.now, span, choice)

    async def load(tx: Tx) -> tuple[Sequence[int], list[Status]]:
        if await account_by_id(tx, account) is None:
            raise NotFoundException
        ids = await ids_of(tx)
        posts = await show_posts(tx, await posts_among(tx, ids), view.reader, view.now, view.country)
        return ids, await statuses_as(tx, posts, view)

    ids, found = await square.database.read(load)
    if asked.exclude_direct:
        found = [one for one in found if one.visibility != "direct"]
    return paged(request, found, [] if asked.pinned else ids)


routes = [show_statuses]
