"""What posts said before they were edited, and the change itself."""

from msgspec import Struct

from app.store.engines import Tx
from app.store.indexing import change_words
from app.store.posts import PostRow, find_post


class Edit(Struct, frozen=True):
    """What a version of a post said that another replaced; `written_at` is when it was written, Unix ms.

    `media` and `options` are the JSON of what stood beside (app/edits.py), "" for nothing.
    """

    post: int
    version: int
    body: str
    warning: str
    sensitive: bool
    language: str
    media: str
    options: str
    written_at: int


async def locked_post(tx: Tx, post: int) -> PostRow | None:
    """The post of an id, which nobody else edits or deletes until this transaction has ended."""
    await tx.lock("select id from post where id = {} for update", post)
    return await find_post(tx, post)


class _Topic(Struct, frozen=True):
    topic: str


async def keep_words(tx: Tx, row: PostRow, media: str, options: str) -> None:
    """Write down what a post says before it says something else."""
    await tx.run(
        "insert into post_edit (post, version, body, warning, sensitive, language, media, options, written_at) "
        "values ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(row.id, row.version, row.body, row.warning, row.sensitive, row.language, media, options, row.said_at),
    )


async def reword(tx: Tx, post: int, body: str, warning: str, sensitive: bool, language: str, at: int) -> None:
    """Let a post say something else: its next version."""
    sql = (
        "update post set body = {}, warning = {}, sensitive = {}, language = {}, version = version + 1, edited_at = {} "
        "where id = {}"
    )
    await tx.run(sql, body, warning, sensitive, language, at, post)
    said = await tx.one(_Topic, "select topic from post where id = {}", post)
    assert said is not None, "a post that says something else is there"
    await change_words(tx, "post_words", post, f"{said.topic}\n{warning}\n{body}")


async def edits_of(tx: Tx, post: int) -> list[Edit]:
    """The earlier versions of a post, the oldest first."""
    sql = (
        "select post, version, body, warning, sensitive, language, media, options, written_at "
        "from post_edit where post = {} order by version"
    )
    return await tx.all(Edit, sql, post)
