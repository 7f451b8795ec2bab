"""Search as readers use it: what they type, and what they find."""

from msgspec.structs import replace

from app.addressing import tag_of
from app.asking import Wish, read_wish
from app.posts import Post, show_posts
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.posts import posts_among
from app.store.search import Window, find_posts, find_tags


async def search_posts(
    tx: Tx, text: str, reader: Account | None, now: int, window: Window, country: str = ""
) -> tuple[tuple[Post, ...], int | None]:
    """What is found, newest first, and the id before which there may be more, None where there is not."""
    ids = await find_posts(
        tx, wish_of(text, reader), reader.id if reader else None, now, replace(window, most=window.most + 1)
    )
    rows = await posts_among(tx, ids[: window.most])
    shown = await show_posts(tx, rows, reader.id if reader else None, now, country)
    return shown, ids[window.most - 1] if len(ids) > window.most else None


async def search_tags(tx: Tx, text: str, now: int, most: int, skip: int = 0) -> list[str]:
    """The hashtags that begin as the text does, with or without its sign."""
    return await find_tags(tx, tag_of(text.strip()), now, most, skip)


def wish_of(text: str, reader: Account | None) -> Wish:
    """What somebody asks for, where "from:me" is the reader."""
    wish = read_wish(text)
    if reader is None:
        return wish

    def named(handles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(reader.handle if handle == "me" else handle for handle in handles)

    return replace(wish, authors=named(wish.authors), no_authors=named(wish.no_authors))
