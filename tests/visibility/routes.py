"""Every route that reads, by what it may show of posts; a test holds this table against the routes that there are.

In an address `{post}` is the post that is looked for, `{root}` what it answers, `{boost}` a boost of it, `{author}` who
wrote it, `{list}` a list of the reader's own with the author in it.
"""

from typing import Final

ADDRESSES: Final = {
    "/posts/{post_id:str}": "/posts/{post}",
    "/{at_handle:str}/{post_id:str}": "/@author/{post}",
    "/posts/{post_id:str}/history": "/posts/{post}/history",
    "/api/v1/statuses/{status_id:str}": "/api/v1/statuses/{post}",
    "/api/v1/statuses/{status_id:str}/source": "/api/v1/statuses/{post}/source",
    "/api/v1/statuses/{status_id:str}/history": "/api/v1/statuses/{post}/history",
    "/api/v1/statuses": "/api/v1/statuses?id[]={post}",
    "/api/v1/polls/{poll_id:str}": "/api/v1/polls/{post}",
}
"""Where a post is asked for by its number: whoever may read it is shown it, and nobody else."""

AROUND: Final = {
    "/posts/{post_id:str}": "/posts/{root}",
    "/{at_handle:str}/{post_id:str}": "/@author/{root}",
    "/api/v1/statuses/{status_id:str}/context": "/api/v1/statuses/{root}/context",
}
"""Where it stands among others in its thread: likewise."""

LISTS: Final = {
    "/": "/",
    "/local": "/local",
    "/lively": "/lively",
    "/{at_handle:str}": "/@author",
    "/bookmarks": "/bookmarks",
    "/favourites": "/favourites",
    "/search": "/search?q=%23herons",
    "/local.atom": "/local.atom",
    "/feeds/people/{handle:str}": "/@author.atom",
    "/feeds/tags/{name:str}": "/tags/herons.atom",
    "/notifications": "/notifications",
    "/me/lists/{list_id:str}": "/me/lists/{list}",
    "/lists/{list_id:str}": "/lists/{list}",
    "/tags/{name:str}": "/tags/herons",
    "/api/v1/timelines/home": "/api/v1/timelines/home",
    "/api/v1/timelines/public": "/api/v1/timelines/public",
    "/api/v1/timelines/tag/{hashtag:str}": "/api/v1/timelines/tag/herons",
    "/api/v1/timelines/list/{list_id:str}": "/api/v1/timelines/list/{list}",
    "/api/v1/bookmarks": "/api/v1/bookmarks",
    "/api/v1/favourites": "/api/v1/favourites",
    "/api/v1/notifications": "/api/v1/notifications",
    "/api/v2/notifications": "/api/v2/notifications",
    "/api/v1/conversations": "/api/v1/conversations",
    "/api/v1/accounts/{account_id:str}/statuses": "/api/v1/accounts/{author}/statuses",
    "/api/v1/trends/statuses": "/api/v1/trends/statuses",
    "/api/v1/search": "/api/v1/search?q=herons",
    "/api/v2/search": "/api/v2/search?q=herons&type=statuses",
}
"""Where posts are listed: nobody finds there what they may not read."""

BESIDE: Final = {
    "/compose": "/compose?reply_to={post}",
    "/posts/{post_id:str}/boosts": "/posts/{post}/boosts",
    "/posts/{post_id:str}/favourites": "/posts/{post}/favourites",
    "/posts/{post_id:str}/report": "/posts/{post}/report",
    "/posts/{post_id:str}/why": "/posts/{post}/why",
    "/posts/{post_id:str}/delete": "/posts/{post}/delete",
    "/posts/{post_id:str}/edit": "/posts/{post}/edit",
    "/polls/{post_id:str}": "/polls/{post}",
    "/polls/{post_id:str}/ballot": "/polls/{post}/ballot",
    "/posts/{post_id:str}/withhold": "/posts/{post}/withhold",
    "/api/v1/statuses/{status_id:str}/favourited_by": "/api/v1/statuses/{post}/favourited_by",
    "/api/v1/statuses/{status_id:str}/reblogged_by": "/api/v1/statuses/{post}/reblogged_by",
}
"""What can be done with a post, and who did: nothing for who may not read it, not even who likes it."""

UNQUOTED: Final = frozenset(
    {
        *("/me/lists/{list}", "/lively", "/api/v1/trends/statuses", "/posts/{post}/boosts", "/posts/{post}/favourites"),
        *("/polls/{post}", "/polls/{post}/ballot"),
        *(path for path in BESIDE.values() if path.startswith("/api/")),
    }
)
"""Of these what shows accounts alone, what is for certified polls, and the ranking of older posts."""

DEEDS: Final = tuple(
    f"/api/v1/statuses/{{status_id:str}}/{deed}"
    for deed in (
        *("favourite", "unfavourite", "bookmark", "unbookmark", "reblog", "unreblog"),
        *("pin", "unpin", "mute", "unmute"),
    )
)
"""What answers with the post it is done to."""

ELSEWHERE: Final = {
    "/media/{media_id:str}/{name:str}": "tests/media",
    "/api/v1/streaming": "tests/streams",
    "/api/v1/streaming/direct": "tests/streams",
    "/api/v1/streaming/hashtag": "tests/streams",
    "/api/v1/streaming/hashtag/local": "tests/streams",
    "/api/v1/streaming/list": "tests/streams",
    "/api/v1/streaming/public": "tests/streams",
    "/api/v1/streaming/public/local": "tests/streams",
    "/api/v1/streaming/public/remote": "tests/streams",
    "/api/v1/streaming/user": "tests/streams",
    "/api/v1/streaming/user/notification": "tests/streams",
    "/api/v1/notifications/{notification:str}": "tests/notifications",
    "/api/v2/notifications/{group_key:str}": "tests/notifications",
    "/api/v2/notifications/{group_key:str}/accounts": "tests/notifications",
    "/cases/{case:str}": "tests/cases/test_for_few.py",
    "/cases/{case:str}/precedents": "tests/cases/test_for_few.py",
    "/appeals/{appeal:str}": "tests/cases/test_for_few.py",
    "/data/openings.jsonl": "tests/cases/test_for_few.py",
    "/ledger/{entry:str}/openings.jsonl": "tests/cases/test_for_few.py",
    "/mod/queue": "tests/cases/test_for_few.py",
    "/drafts": "tests/speech/test_drafts.py",
    "/drafts/{draft_id:str}": "tests/speech/test_drafts.py",
    "/api/v1/scheduled_statuses": "tests/api/test_statuses.py",
    "/api/v1/scheduled_statuses/{scheduled_id:str}": "tests/api/test_statuses.py",
}
"""Routes whose posts another folder of tests looks at."""

_NO_POSTS: Final = """
/.well-known/host-meta /.well-known/nodeinfo /.well-known/oauth-authorization-server /.well-known/webfinger /about
/api/v1/accounts /api/v1/accounts/familiar_followers /api/v1/accounts/lookup /api/v1/accounts/relationships
/api/v1/accounts/search /api/v1/accounts/verify_credentials /api/v1/accounts/{account_id:str}
/api/v1/accounts/{account_id:str}/endorsements /api/v1/accounts/{account_id:str}/featured_tags
/api/v1/accounts/{account_id:str}/followers /api/v1/accounts/{account_id:str}/following
/api/v1/accounts/{account_id:str}/lists /api/v1/announcements /api/v1/apps/verify_credentials /api/v1/blocks
/api/v1/custom_emojis /api/v1/domain_blocks /api/v1/endorsements /api/v1/featured_tags
/api/v1/featured_tags/suggestions /api/v1/follow_requests /api/v1/followed_tags /api/v1/instance
/api/v1/instance/activity /api/v1/instance/extended_description /api/v1/instance/languages /api/v1/instance/peers
/api/v1/instance/rules /api/v1/instance/translation_languages /api/v1/lists /api/v1/lists/{list_id:str}
/api/v1/lists/{list_id:str}/accounts /api/v1/markers /api/v1/media/{media_id:str} /api/v1/mutes
/api/v1/notifications/policy /api/v1/notifications/requests /api/v1/notifications/unread_count /api/v1/preferences
/api/v1/streaming/health /api/v1/suggestions /api/v1/tags/{name:str} /api/v1/trends/links /api/v2/filters
/api/v2/filters/keywords/{keyword_id:str} /api/v2/filters/statuses/{kept_id:str} /api/v2/filters/{filter_id:str}
/api/v2/filters/{filter_id:str}/keywords /api/v2/filters/{filter_id:str}/statuses /api/v2/instance
/api/v2/notifications/policy /api/v2/notifications/unread_count /api/v2/suggestions /charter /charter/founding
/emergencies /emergencies/{emergency:str} /following /health /health/live /health/ready /join /join/confirm /jury
/jury/{jury:str} /ledger /ledger/checkpoint /ledger/checkpoint/{size:str} /ledger/key /ledger/proof/{name:str}
/ledger/tile/{path:path} /ledger/{entry:str}/correct /ledger/{entry:str}/erase /ledger/{index:int}
/ledger/{index:int}/bytes /me /me/acts /me/blocks /me/close /me/export/{name:str} /me/filters
/me/filters/{filter_id:str} /me/import /me/lists /me/mutes /me/requests /me/tags /metrics /modlog /modlog.atom
/modlog.csv /nodeinfo/2.0 /oauth/authorize /oauth/authorize/native /offices /orders /orders/{order:str} /proposals
/proposals/new /proposals/{proposal:str} /proposals/{proposal:str}/amend /rankings /rules /rules.atom /rules/{rule:str}
/rules/{rule:str}/diff/{span:str} /session /settings /settings/account /settings/followers /settings/pictures
/settings/programs /sign-in /static/{name:path} /terms /transparency /transparency/{name:str} /verify /votes/{vote:int}
/votes/{vote:int}/ballot /votes/{vote:int}/receipt /votes/{vote:str}/{part:str}/proof/{place:str}
/votes/{vote:str}/{part:str}/tile/{path:path} /{at_handle:str}/followers /{at_handle:str}/following
/api/v1/trends /api/v1/trends/tags /trends /api/v1/filters /api/v1/filters/{phrase_id:str} /oauth/userinfo
"""
NO_POSTS: Final = frozenset(_NO_POSTS.split())
"""Routes that tell of people, of the law, or of the reader's own settings, and quote no post."""
