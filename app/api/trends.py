"""Trends as clients ask for them: hashtags by the formula of /trends, posts by the ranking that the members adopted."""

from typing import Annotated, Final

from litestar.params import QueryParameter

from app.api.callers import anybody
from app.api.entities import Status, Tag
from app.api.paging import Paging
from app.api.routes import get
from app.api.speech import statuses_as
from app.api.tags import tags_as
from app.api.views import View
from app.square import Square
from app.trends import trending_posts

FURTHEST: Final = 10_000
Offset = Annotated[int, QueryParameter(ge=0, le=FURTHEST)]


@get(["/api/v1/trends/tags", "/api/v1/trends"], anybody())
async def show_tags(square: Square, view: View, paging: Paging, offset: Offset = 0) -> list[Tag]:
    """The hashtags that trend, most points first."""
    trends = (await square.trends.now()).tags[offset : offset + paging.most(10, 20)]
    return await square.database.read(lambda tx: tags_as(tx, [one.tag for one in trends], view))


@get("/api/v1/trends/statuses", anybody())
async def show_statuses(square: Square, view: View, paging: Paging, offset: Offset = 0) -> list[Status]:
    """The posts of the ranking “lively”; none where the members have adopted none."""
    posts = await trending_posts(square, view.reader, view.country, paging.most(20, 40), offset)
    return await square.database.read(lambda tx: statuses_as(tx, posts, view))


routes = [show_tags, show_statuses]
