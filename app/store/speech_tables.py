"""The tables of what people say."""

from piccolo.columns import BigInt, Boolean, Bytea, Integer, Text
from piccolo.table import Table

from app.store.orm import ENGINE


class Post(Table, tablename="post", db=ENGINE):
    """A post, or a boost of one: then it has no words of its own."""

    id = BigInt(primary_key=True)
    account = BigInt()
    body = Text()
    language = Text()
    topic = Text()
    warning = Text()
    sensitive = Boolean()
    visibility = Text()
    reply_to = BigInt(null=True)
    root = BigInt()
    boost_of = BigInt(null=True)
    app = BigInt(null=True)
    version = Integer()
    created_at = BigInt()
    edited_at = BigInt(null=True)
    origin_at = BigInt(null=True)
    origin = Text(null=True)
    deleted_at = BigInt(null=True)


class PostStat(Table, tablename="post_stat", db=ENGINE):
    """Counters of a post; absent: nothing to count."""

    id = BigInt(primary_key=True)
    replies = BigInt()
    boosts = BigInt()
    favourites = BigInt()


class PostEdit(Table, tablename="post_edit", db=ENGINE):
    """What a post said before an edit."""

    post = BigInt(primary_key=True)
    version = Integer()
    body = Text()
    warning = Text()
    sensitive = Boolean()
    language = Text()
    media = Text()
    options = Text()
    written_at = BigInt()


class PostTag(Table, tablename="post_tag", db=ENGINE):
    """A hashtag of a post; it counts where the post is for everybody."""

    tag = Text(primary_key=True)
    post = BigInt()
    account = BigInt()
    counts = Boolean()


class TagDay(Table, tablename="tag_day", db=ENGINE):
    """How many use a hashtag on one day (since 1970, UTC), and how often; absent: nobody."""

    tag = Text(primary_key=True)
    day = BigInt()
    accounts = BigInt()
    uses = BigInt()


class Mention(Table, tablename="mention", db=ENGINE):
    """Whom a post names."""

    post = BigInt(primary_key=True)
    account = BigInt()


class StaleWords(Table, tablename="stale_words", db=ENGINE):
    """An index of words that still holds some of what is gone."""

    name = Text(primary_key=True)


class Media(Table, tablename="media", db=ENGINE):
    """A picture; its bytes are files named by their digest."""

    id = BigInt(primary_key=True)
    account = BigInt()
    post = BigInt(null=True)
    place = Integer()
    kind = Text()
    mime = Text()
    digest = Bytea()
    preview = Bytea()
    size = BigInt()
    width = Integer()
    height = Integer()
    preview_width = Integer()
    preview_height = Integer()
    focus = Text()
    blurhash = Text()
    description = Text()
    secret = Bytea()
    created_at = BigInt()


class Favourite(Table, tablename="favourite", db=ENGINE):
    """Who likes what; the id tells the order."""

    account = BigInt(primary_key=True)
    post = BigInt()
    id = BigInt()


class Bookmark(Table, tablename="bookmark", db=ENGINE):
    """Who keeps what for later; the id tells the order."""

    account = BigInt(primary_key=True)
    post = BigInt()
    id = BigInt()


class Pin(Table, tablename="pin", db=ENGINE):
    """What an account shows first; the id tells the order."""

    account = BigInt(primary_key=True)
    post = BigInt()
    id = BigInt()


class Draft(Table, tablename="draft", db=ENGINE):
    """Words that are not said yet: a draft, or a post to be published at `due_at`."""

    id = BigInt(primary_key=True)
    account = BigInt()
    words = Text()
    due_at = BigInt(null=True)
    unsaid = Text()
    saved_at = BigInt()


class PostKey(Table, tablename="post_key", db=ENGINE):
    """What was written under a request's key."""

    id = Text(primary_key=True)
    fingerprint = Bytea()
    post = BigInt()
    at = BigInt()


class Poll(Table, tablename="poll", db=ENGINE):
    """A poll; `id` is its post's."""

    id = BigInt(primary_key=True)
    multiple = Boolean()
    hide_totals = Boolean()
    certified = Boolean()
    opens_at = BigInt()
    closes_at = BigInt()
    recounted_at = BigInt(null=True)
    vote = BigInt(null=True)


class PollOption(Table, tablename="poll_option", db=ENGINE):
    """One choice of a poll."""

    poll = BigInt(primary_key=True)
    place = Integer()
    title = Text()


class PollBallot(Table, tablename="poll_ballot", db=ENGINE):
    """One account's choices in a poll: sorted places joined by commas."""

    poll = BigInt(primary_key=True)
    account = BigInt()
    choices = Text()


class PollTally(Table, tablename="poll_tally", db=ENGINE):
    """How often a place was chosen, in shards that add up."""

    poll = BigInt(primary_key=True)
    shard = Integer()
    place = Integer()
    votes = BigInt()


class PollEnding(Table, tablename="poll_ending", db=ENGINE):
    """A poll that is over and whose voters are being told: up to which account, in order, they are."""

    id = BigInt(primary_key=True)
    last = BigInt()
