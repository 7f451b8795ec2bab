"""The history of a post: each version that its author wrote, for whoever may read the post."""

import msgspec
from msgspec import Struct

from app.edits import EarlierPoll
from app.posts import Post, show_posts
from app.store.addressed import mentions_among
from app.store.edits import Edit, edits_of
from app.store.engines import Tx
from app.store.posts import PostRow
from app.text import to_html


class Version(Struct, frozen=True):
    """What a post said from `written_at` (Unix ms) on; `options` are the answers that it offered, empty for no poll."""

    version: int
    written_at: int
    text: str
    html: str
    warning: str
    sensitive: bool
    language: str
    options: tuple[str, ...]
    multiple: bool


class History(Struct, frozen=True):
    """A post as it stands, and its versions, the oldest first; the last one is what it says now."""

    post: Post
    versions: tuple[Version, ...]


async def history_of(
    tx: Tx, row: PostRow, reader: int | None, now: int, country: str, base: str = ""
) -> History | None:
    """What a post said and says, as far as this reader may read the post now; None where that is nothing.

    `base` stands before the addresses in the HTML.
    """
    shown = await show_posts(tx, [row], reader, now, country)
    if not shown or not shown[0].shows_words:
        return None
    post = shown[0]
    named = frozenset(mention.handle for mention in (await mentions_among(tx, [row.id])).get(row.id, []))
    earlier = [_earlier(edit, named, base) for edit in await edits_of(tx, row.id)]
    latest = Version(
        version=row.version,
        written_at=row.said_at,
        text=row.body,
        html=str(to_html(row.body, named, base)),
        warning=row.warning,
        sensitive=row.sensitive,
        language=row.language,
        options=tuple(option.title for option in post.poll.options) if post.poll is not None else (),
        multiple=post.poll is not None and post.poll.multiple,
    )
    return History(post, (*earlier, latest))


def _earlier(edit: Edit, named: frozenset[str], base: str) -> Version:
    poll = msgspec.json.decode(edit.options, type=EarlierPoll) if edit.options else None
    return Version(
        version=edit.version,
        written_at=edit.written_at,
        text=edit.body,
        html=str(to_html(edit.body, named, base)),
        warning=edit.warning,
        sensitive=edit.sensitive,
        language=edit.language,
        options=poll.options if poll is not None else (),
        multiple=poll is not None and poll.multiple,
    )
