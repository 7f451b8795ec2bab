"""What is talked about now: hashtags by a formula of their own, posts by the ranking that the members adopted."""

from typing import Final

from app.feeds.trends import Trend, rank_tags
from app.posts import Post, show_posts
from app.square import Square
from app.store.engines import Tx
from app.store.posts import posts_among
from app.store.rankings import wanted_among
from app.store.trends import voices_of_tags

MINUTE: Final = 60_000


async def trending_tags(tx: Tx, now: int) -> tuple[int, list[Trend]]:
    """The hashtags that trend as of this minute (Unix ms), which is the same for everyone who asks within it."""
    at = now - now % MINUTE
    return at, rank_tags(await voices_of_tags(tx, at))


async def trending_posts(square: Square, reader: int | None, country: str, most: int, skip: int) -> tuple[Post, ...]:
    """The posts of the ranking “lively”, without those that the reader does not want; none where none was adopted."""
    ranked = await square.rankers.lively()
    ids = [one.post for one in ranked.posts[skip : skip + most]] if ranked is not None else []
    now = square.clock.now()

    async def load(tx: Tx) -> tuple[Post, ...]:
        wanted = set(ids) if reader is None else await wanted_among(tx, ids, reader, now)
        rows = await posts_among(tx, [id_ for id_ in ids if id_ in wanted])
        shown = await show_posts(tx, rows, reader, now, country)
        return tuple(post for post in shown if post.stands in ("open", "warned"))

    return await square.database.read(load)
