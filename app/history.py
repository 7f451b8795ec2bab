"""The history of a post: each version that its author wrote, for whoever may read the post."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.json import decode
from msgspec.structs import replace

from app.edits import EarlierPicture, EarlierPoll
from app.media.pictures import Picture, picture_of
from app.posts import Post, show_posts
from app.store.addressed import mentions_among
from app.store.edits import Edit, edits_of
from app.store.engines import Tx
from app.store.media import media_among
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
    pictures: tuple[Picture, ...]


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
    edits = await edits_of(tx, row.id)
    pictures = await pictures_of_versions(tx, edits, reader, now)
    earlier = [_earlier(edit, pictures.get(edit.version, ()), named, base) for edit in edits]
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
        pictures=post.media,
    )
    return History(post, (*earlier, latest))


async def pictures_of_versions(
    tx: Tx, edits: Sequence[Edit], reader: int | None, now: int
) -> dict[int, tuple[Picture, ...]]:
    """The pictures of earlier versions, with what was said of them then. Who asks says who sees them."""
    shown = {edit.version: decode(edit.media, type=list[EarlierPicture]) for edit in edits if edit.media}
    rows = await media_among(tx, sorted({int(one.id) for pictures in shown.values() for one in pictures}))
    return {
        version: tuple(
            picture_of(replace(rows[int(one.id)], description=one.description, focus=one.focus), reader, now)
            for one in pictures
            if int(one.id) in rows
        )
        for version, pictures in shown.items()
    }


def _earlier(edit: Edit, pictures: tuple[Picture, ...], named: frozenset[str], base: str) -> Version:
    poll = decode(edit.options, type=EarlierPoll) if edit.options else None
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
        pictures=pictures,
    )
