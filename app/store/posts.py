"""Posts and the conversations they stand in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import ColumnType, Tx, Value
from app.store.indexing import forget_words, index_words
from app.store.stats import count_posts_of_many
from app.store.visibility import Visibility

COLUMNS: Final[Mapping[str, ColumnType]] = {
    "id": "bigint",
    "account": "bigint",
    "body": "text",
    "language": "text",
    "topic": "text",
    "warning": "text",
    "sensitive": "bool",
    "visibility": "text",
    "reply_to": "bigint",
    "root": "bigint",
    "boost_of": "bigint",
    "app": "bigint",
    "version": "int",
    "created_at": "bigint",
    "edited_at": "bigint",
    "origin_at": "bigint",
    "origin": "text",
}
MOST_ANCESTORS: Final = 50

_ROW: Final = (
    "select p.id, p.account, p.body, p.language, p.topic, p.warning, p.sensitive, p.visibility, p.reply_to, p.root, "
    "p.boost_of, p.version, p.created_at, p.edited_at, p.origin_at, p.origin, p.deleted_at, "
    "a.handle, a.name, a.member, q.account as reply_account, b.handle as reply_handle, "
    "o.name as app_name, o.website as app_website "
    "from post p join account a on a.id = p.account left join oauth_app o on o.id = p.app "
    "left join post q on q.id = p.reply_to left join account b on b.id = q.account "
)


_BESIDE: Final = (
    "delete from post where boost_of = {}",
    "delete from post_edit where post = {}",
    "delete from post_stat where id = {}",
    "delete from favourite where post = {}",
    "delete from bookmark where post = {}",
    "delete from pin where post = {}",
    "delete from notification where post = {}",
)


class NewPost(Struct, frozen=True):
    """A post to be written; `root` is its own id unless it is a reply. `origin` names it in the source it came from."""

    id: int
    account: int
    body: str
    language: str
    topic: str
    reply_to: int | None
    root: int
    created_at: int
    origin_at: int | None = None
    origin: str | None = None
    version: int = 1
    warning: str = ""
    sensitive: bool = False
    visibility: Visibility = "public"
    boost_of: int | None = None
    app: int | None = None


class PostRow(Struct, frozen=True):
    """A post or a boost, its author's account, whom it answers, and the program it was written with."""

    id: int
    account: int
    body: str
    language: str
    topic: str
    warning: str
    sensitive: bool
    visibility: Visibility
    reply_to: int | None
    root: int
    boost_of: int | None
    version: int
    created_at: int
    edited_at: int | None
    origin_at: int | None
    origin: str | None
    deleted_at: int | None
    handle: str
    name: str
    member: str | None
    reply_account: int | None
    reply_handle: str | None
    app_name: str | None
    app_website: str | None

    @property
    def said_at(self) -> int:
        """When this version of it was written, Unix ms: what the law calls the time at which it was posted."""
        return self.created_at if self.edited_at is None else self.edited_at

    @property
    def words(self) -> str:
        """What is judged when it is reported: the warning that its author put before it, and the text."""
        return words_of(self.warning, self.body)


class _Id(Struct, frozen=True):
    id: int


class _Account(Struct, frozen=True):
    account: int


class _Made(Struct, frozen=True):
    created_at: int


def words_of(warning: str, body: str) -> str:
    """A warning and the text behind it as one text."""
    return f"{warning}\n\n{body}" if warning else body


async def add_post(tx: Tx, post: NewPost) -> bool:
    """Write a post, to be found by its words and due in homes; False, and nothing written, if its id is taken."""
    if not await tx.insert_new("post", ("id",), COLUMNS, [_values(post)]):
        return False
    await index_words(tx, "post_words", {post.id: text_to_find(post)})
    await tx.run("insert into home_due (post) values ({})", post.id)
    return True


def text_to_find(post: NewPost) -> str:
    """What a post can be found by; a boost is found by nothing."""
    return f"{post.topic}\n{post.warning}\n{post.body}" if post.boost_of is None else ""


async def import_posts(tx: Tx, posts: Sequence[NewPost]) -> set[str]:
    """Write the posts whose `origin` is not here yet, and return these origins."""
    written = await tx.insert_new("post", ("origin",), COLUMNS, [_values(post) for post in posts])
    new = {str(origin) for (origin,) in written}
    texts = {post.id: text_to_find(post) for post in posts if post.origin in new}
    await index_words(tx, "post_words", texts)
    await count_posts_of_many(tx, Counter(post.account for post in posts if post.origin in new))
    await tx.many("insert into home_due (post) values ({})", [(post.id,) for post in posts if post.origin in new])
    return new


async def find_post(tx: Tx, post: int) -> PostRow | None:
    """The post of an id, deleted or not."""
    return await tx.one(PostRow, _ROW + "where p.id = {}", post)


async def author_of(tx: Tx, post: int) -> int | None:
    """The account that wrote a post."""
    found = await tx.one(_Account, "select account from post where id = {}", post)
    return found.account if found is not None else None


async def posts_among(tx: Tx, ids: Sequence[int]) -> list[PostRow]:
    """The posts of many ids at once, in the order of `ids`."""
    found = {row.id: row for row in await tx.among(PostRow, _ROW + "where p.id in {among}", ids)}
    return [found[post] for post in ids if post in found]


async def posts_of_origins(tx: Tx, origins: Sequence[str]) -> dict[str, int]:
    """The ids of imported posts, by the name they have in their source."""
    found = await tx.among(PostRow, _ROW + "where p.origin in {among}", origins)
    return {row.origin: row.id for row in found if row.origin is not None}


async def delete_post(tx: Tx, post: int, account: int, now: int) -> bool:
    """Take away what an author said, at the author's wish; False if it is not theirs or is gone already."""
    sql = (
        "update post set body = '', topic = '', warning = '', deleted_at = {} "
        "where id = {} and account = {} and deleted_at is null and boost_of is null"
    )
    if await tx.run(sql, now, post, account) != 1:
        return False
    await forget_words(tx, "post_words", [post])
    return True


async def forget_beside(tx: Tx, post: int) -> list[int]:
    """Take away what stood beside a post that is deleted: earlier words, marks, boosts; the accounts of the boosts."""
    boosters = await tx.all(_Account, "select account from post where boost_of = {} order by account", post)
    for sql in _BESIDE:
        await tx.run(sql, post)
    return [row.account for row in boosters]


async def last_posted_at(tx: Tx, account: int) -> int:
    """When an account last posted, 0 for never."""
    sql = "select created_at from post where account = {} order by id desc limit 1"
    found = await tx.one(_Made, sql, account)
    return found.created_at if found is not None else 0


async def ancestors_of(tx: Tx, post: PostRow) -> list[int]:
    """What a post answers, and what that answers: the nearest 50, the opener first."""
    if post.reply_to is None:
        return []
    found = await tx.all(
        _Id,
        "with recursive up(id, reply_to, depth) as (select id, reply_to, 1 from post where id = {} union all "
        "select p.id, p.reply_to, up.depth + 1 from post p join up on p.id = up.reply_to where up.depth < {}) "
        "select id from up order by id",
        *(post.reply_to, MOST_ANCESTORS),
    )
    return [row.id for row in found]


async def replies_below(tx: Tx, post: PostRow, after: int, most: int) -> list[int]:
    """The replies to a post and to these, oldest first, at most `most` of those later than `after`."""
    if post.root == post.id:
        sql = "select id from post where root = {} and id > {} order by id limit {}"
        return [row.id for row in await tx.all(_Id, sql, post.id, max(after, post.id), most)]
    sql = (
        "with recursive down(id) as (select id from post where reply_to = {} union all "
        "select p.id from post p join down on p.reply_to = down.id) "
        "select id from down where id > {} order by id limit {}"
    )
    return [row.id for row in await tx.all(_Id, sql, post.id, after, most)]


async def has_topic(tx: Tx, post: PostRow) -> bool:
    """Whether the opener of the conversation that a post stands in set a topic."""
    sql = "select p.id from post p where p.id = {} and p.topic <> ''"
    return await tx.one(_Id, sql, post.root) is not None


def _values(post: NewPost) -> tuple[Value, ...]:
    said = (post.body, post.language, post.topic, post.warning, post.sensitive, post.visibility)
    made = (post.boost_of, post.app, post.version, post.created_at, None, post.origin_at, post.origin)
    return (post.id, post.account, *said, post.reply_to, post.root, *made)
