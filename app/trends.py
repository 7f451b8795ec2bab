"""Posts that are talked about now, by the ranking that the members adopted; app/feeds/trending.py has the hashtags."""

from app.posts import Post, show_posts
from app.square import Square
from app.store.engines import Tx
from app.store.posts import posts_among
from app.store.rankings import wanted_among


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
