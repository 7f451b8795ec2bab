"""The tables of what people read: whom they follow, shun, gather and are told of."""

from piccolo.columns import BigInt, Boolean, Integer, Text
from piccolo.table import Table

from app.store.orm import ENGINE


class Follow(Table, tablename="follow", db=ENGINE):
    """Who follows whom; `boosts`: also what these pass on, `notifies`: each post is told.

    `kept`: the posts of the target are entered in the follower's home as they come (app/store/keeping.py).
    """

    account = BigInt(primary_key=True)
    target = BigInt()
    created_at = BigInt()
    boosts = Boolean()
    notifies = Boolean()
    kept = Boolean()


class FollowRequest(Table, tablename="follow_request", db=ENGINE):
    """Who asks to follow whom."""

    account = BigInt(primary_key=True)
    target = BigInt()
    created_at = BigInt()
    boosts = Boolean()
    notifies = Boolean()


class Block(Table, tablename="block", db=ENGINE):
    """Who wants nothing to do with whom."""

    account = BigInt(primary_key=True)
    target = BigInt()
    created_at = BigInt()


class Mute(Table, tablename="mute", db=ENGINE):
    """Whom somebody does not want to read, until a time or for good."""

    account = BigInt(primary_key=True)
    target = BigInt()
    created_at = BigInt()
    until = BigInt(null=True)
    notifications = Boolean()


class MutedThread(Table, tablename="muted_thread", db=ENGINE):
    """A conversation of which somebody wants no notifications."""

    account = BigInt(primary_key=True)
    root = BigInt()


class AccountNote(Table, tablename="account_note", db=ENGINE):
    """What somebody notes for themselves about another."""

    account = BigInt(primary_key=True)
    target = BigInt()
    note = Text()


class List(Table, tablename="list", db=ENGINE):
    """Accounts that somebody reads together."""

    id = BigInt(primary_key=True)
    account = BigInt()
    title = Text()
    replies = Text()
    exclusive = Boolean()


class ListAccount(Table, tablename="list_account", db=ENGINE):
    """Who stands in a list."""

    list = BigInt(primary_key=True)
    account = BigInt()


class TagFollow(Table, tablename="tag_follow", db=ENGINE):
    """Who follows which hashtag."""

    account = BigInt(primary_key=True)
    tag = Text()
    created_at = BigInt()


class TagFeature(Table, tablename="tag_feature", db=ENGINE):
    """Which hashtags somebody shows on their profile."""

    account = BigInt(primary_key=True)
    tag = Text()
    id = BigInt()


class Filter(Table, tablename="filter", db=ENGINE):
    """Words that somebody does not want to meet."""

    id = BigInt(primary_key=True)
    account = BigInt()
    title = Text()
    contexts = Text()
    action = Text()
    until = BigInt(null=True)


class FilterKeyword(Table, tablename="filter_keyword", db=ENGINE):
    """A word of a filter."""

    id = BigInt(primary_key=True)
    filter = BigInt()
    keyword = Text()
    whole_word = Boolean()


class FilterPost(Table, tablename="filter_post", db=ENGINE):
    """A post of a filter."""

    id = BigInt(primary_key=True)
    filter = BigInt()
    post = BigInt()


class Notification(Table, tablename="notification", db=ENGINE):
    """What an account is told; all who are told of one thing are told under one id."""

    account = BigInt(primary_key=True)
    id = BigInt()
    kind = Text()
    sender = BigInt()
    post = BigInt()
    group_key = Text()
    created_at = BigInt()


class Marker(Table, tablename="marker", db=ENGINE):
    """How far somebody has read."""

    account = BigInt(primary_key=True)
    timeline = Text()
    last_read = BigInt()
    version = Integer()
    updated_at = BigInt()


class Conversation(Table, tablename="conversation", db=ENGINE):
    """Talks among mentioned persons, as one of them sees them."""

    account = BigInt(primary_key=True)
    root = BigInt()
    last_post = BigInt()
    unread = Boolean()


class HomeEntry(Table, tablename="home_entry", db=ENGINE):
    """A post in somebody's home timeline."""

    account = BigInt(primary_key=True)
    post = BigInt()


class HomeDue(Table, tablename="home_due", db=ENGINE):
    """A post that is still to be entered in homes."""

    post = BigInt(primary_key=True)


class HomeState(Table, tablename="home_state", db=ENGINE):
    """How far back somebody's home is kept, on which day they read it last, and for which day it was made."""

    account = BigInt(primary_key=True)
    floor = BigInt()
    seen_day = BigInt()
    kept_day = BigInt()
