"""The tables of a square read into memory, and its timelines computed from them the slow and obvious way."""

from collections import defaultdict
from collections.abc import Callable

from msgspec import Struct

from app.store.engines import Tx

NOW = 50
HIDDEN = 100
NEAR = 20


class Post(Struct, frozen=True):
    """A row of post."""

    id: int
    account: int
    visibility: str
    reply_to: int | None
    boost_of: int | None
    deleted_at: int | None


class Pair(Struct, frozen=True):
    """Two ids that belong together."""

    one: int
    two: int


class Followed(Struct, frozen=True):
    """A row of follow."""

    account: int
    target: int
    boosts: bool


class Muted(Struct, frozen=True):
    """A row of mute."""

    account: int
    target: int
    until: int | None


class Named(Struct, frozen=True):
    """A name and a number."""

    name: str
    id: int


class List(Struct, frozen=True):
    """A row of list."""

    id: int
    account: int
    replies: str
    exclusive: bool


class Model:
    """A whole square in memory."""

    def __init__(self) -> None:
        self.posts: dict[int, Post] = {}
        self.follows: dict[int, dict[int, bool]] = defaultdict(dict)
        self.blocks: set[tuple[int, int]] = set()
        self.mutes: set[tuple[int, int]] = set()
        self.mentions: dict[int, set[int]] = defaultdict(set)
        self.tags: dict[int, set[str]] = defaultdict(set)
        self.followed_tags: dict[int, set[str]] = defaultdict(set)
        self.media: set[int] = set()
        self.lists: dict[int, List] = {}
        self.listed: dict[int, set[int]] = defaultdict(set)
        self.hidden: set[str] = set()

    def sees(self, reader: int, post: Post) -> bool:
        """Whether a reader may read a post."""
        if (post.account, reader) in self.blocks:
            return False
        if post.visibility in ("public", "unlisted") or post.account == reader or reader in self.mentions[post.id]:
            return True
        return post.visibility == "followers" and post.account in self.follows[reader]

    def wants(self, reader: int, author: int) -> bool:
        """Whether a reader has neither blocked nor muted somebody."""
        return (reader, author) not in self.blocks and (reader, author) not in self.mutes

    def stands(self, post: Post) -> bool:
        """Whether neither its author nor the law has taken a post away."""
        return post.deleted_at is None and str(post.id) not in self.hidden

    def is_heard(self, reader: int, author: int) -> bool:
        """Whether the law lets an author reach a reader."""
        return f"m:{author}" not in self.hidden or author == reader or author in self.follows[reader]

    def reads(self, reader: int, post: Post) -> bool:
        """Whether a post, and what it passes on, may stand in a timeline of this reader."""
        if not (self.stands(post) and self.sees(reader, post) and self.wants(reader, post.account)):
            return False
        if post.boost_of is None:
            return True
        first = self.posts[post.boost_of]
        may = self.stands(first) and self.sees(reader, first) and self.wants(reader, first.account)
        return may and self.is_heard(reader, first.account)

    def answers(self, post: Post, to: Callable[[int], bool]) -> bool:
        """Whether a post is no reply, or one to its own author, or to somebody who counts."""
        if post.reply_to is None:
            return True
        answered = self.posts[post.reply_to].account
        return answered == post.account or to(answered)

    def home(self, reader: int) -> list[int]:
        """Every id of a home, newest first."""
        follows = self.follows[reader]
        exclusive = {
            account
            for one in self.lists.values()
            if one.account == reader and one.exclusive
            for account in self.listed[one.id]
        } - {reader}

        def is_followed(post: Post) -> bool:
            if post.account == reader:
                return True
            if post.account not in follows or (post.boost_of is not None and not follows[post.account]):
                return False
            return self.answers(post, lambda other: other == reader or other in follows)

        def is_tagged(post: Post) -> bool:
            said = bool(self.tags[post.id] & self.followed_tags[reader])
            return said and post.visibility == "public" and self.is_heard(reader, post.account)

        return self._newest(
            lambda post: (
                self.reads(reader, post) and ((is_followed(post) and post.account not in exclusive) or is_tagged(post))
            )
        )

    def gathered(self, list_id: int) -> list[int]:
        """Every id of a list's timeline, newest first."""
        one = self.lists[list_id]
        follows, members = self.follows[one.account], self.listed[list_id]
        counts: dict[str, Callable[[int], bool]] = {
            "followed": lambda other: other == one.account or other in follows,
            "list": lambda other: other in members,
            "none": lambda other: False,
        }
        return self._newest(
            lambda post: (
                post.account in members
                and post.account in follows
                and (post.boost_of is None or follows[post.account])
                and self.reads(one.account, post)
                and self.answers(post, counts[one.replies])
            )
        )

    def local(self, reader: int, only_media: bool) -> list[int]:
        """Every public opener."""
        return self._newest(
            lambda post: (
                post.reply_to is None
                and post.boost_of is None
                and self._listed(reader, post)
                and (post.id in self.media or not only_media)
            )
        )

    def tagged(self, reader: int, any_of: set[str], all_of: set[str], none_of: set[str]) -> list[int]:
        """Every public post under hashtags."""
        return self._newest(
            lambda post: (
                bool(self.tags[post.id] & any_of)
                and self.tags[post.id] >= all_of
                and not self.tags[post.id] & none_of
                and self._listed(reader, post)
            )
        )

    def profile(self, account: int, reader: int) -> list[int]:
        """Every post of one account that a reader is shown."""

        def is_shown(post: Post) -> bool:
            if not (self.stands(post) and self.sees(reader, post) and self.is_heard(reader, account)):
                return False
            if post.boost_of is None:
                return True
            first = self.posts[post.boost_of]
            return self.stands(first) and self.sees(reader, first) and f"m:{first.account}" not in self.hidden

        return sorted((id_ for id_, post in self.posts.items() if post.account == account and is_shown(post)))[::-1]

    def _listed(self, reader: int, post: Post) -> bool:
        may = post.visibility == "public" and self.is_heard(reader, post.account)
        return may and self.stands(post) and self.sees(reader, post) and self.wants(reader, post.account)

    def _newest(self, chosen: Callable[[Post], bool]) -> list[int]:
        rows = [post for _, post in sorted(self.posts.items(), reverse=True) if chosen(post)]
        said = [post.boost_of or post.id for post in rows]
        return [
            post.id
            for place, post in enumerate(rows)
            if post.boost_of is None or post.boost_of not in said[place + 1 : place + 1 + NEAR]
        ]


async def load(tx: Tx) -> Model:
    """What the tables say at this moment."""
    model = Model()
    sql = "select id, account, visibility, reply_to, boost_of, deleted_at from post"
    model.posts = {post.id: post for post in await tx.all(Post, sql)}
    for row in await tx.all(Followed, "select account, target, boosts from follow"):
        model.follows[row.account][row.target] = row.boosts
    for muted in await tx.all(Muted, "select account, target, until from mute"):
        if muted.until is None or muted.until > NOW:
            model.mutes.add((muted.account, muted.target))
    pairs = await tx.all(Pair, "select account as one, target as two from block")
    model.blocks = {(pair.one, pair.two) for pair in pairs}
    for pair in await tx.all(Pair, "select post as one, account as two from mention"):
        model.mentions[pair.one].add(pair.two)
    for pair in await tx.all(Pair, "select list as one, account as two from list_account"):
        model.listed[pair.one].add(pair.two)
    for named in await tx.all(Named, "select tag as name, post as id from post_tag"):
        model.tags[named.id].add(named.name)
    for named in await tx.all(Named, "select tag as name, account as id from tag_follow"):
        model.followed_tags[named.id].add(named.name)
    for named in await tx.all(Named, "select id as name, 0 as id from gov_subject where hidden_until > {}", NOW):
        model.hidden.add(named.name)
    for pair in await tx.all(Pair, "select post as one, 0 as two from media where post is not null and place = 0"):
        model.media.add(pair.one)
    lists = await tx.all(List, "select id, account, replies, exclusive from list")
    model.lists = {one.id: one for one in lists}
    return model
