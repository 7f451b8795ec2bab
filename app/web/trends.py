"""The page of trends: which hashtags, by which formula, and what each score is made of."""

from typing import Final

from litestar import get
from msgspec import Struct

from app.feeds.trends import BEFORE, FEWEST, NOW, VERSION, Trend
from app.square import Square
from app.web.answers import Answer, answer
from app.web.requests import PageRequest

MOST: Final = 40


class TrendsPage(Struct, frozen=True):
    """The hashtags that trend as of `at` (Unix ms), and the formula: its version and its weights."""

    at: int
    items: tuple[Trend, ...]
    version: int = VERSION
    weight_now: int = NOW
    weight_before: int = BEFORE
    fewest: int = FEWEST


@get("/trends", tags=["search"])
async def show_trends(request: PageRequest, square: Square) -> Answer[TrendsPage]:
    """The hashtags that many people use just now, with the formula that says so."""
    trending = await square.trends.now()
    return answer(request, "trends/trends.html", TrendsPage(trending.at, trending.tags[:MOST]))


routes = [show_trends]
