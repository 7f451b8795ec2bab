"""Posts as the API tells them."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from msgspec import UNSET

from app.api import entities
from app.api.filters import result_as
from app.api.people import accounts_as
from app.api.views import View
from app.clock import iso
from app.filters import mark
from app.media.pictures import Picture
from app.polls import Poll
from app.posts import Post
from app.store.engines import Tx
from app.store.restrictions import Restriction
from app.store.visibility import Visibility
from app.text import to_html

VISIBILITIES: Final[Mapping[Visibility, entities.Visibility]] = {
    "public": "public",
    "unlisted": "unlisted",
    "followers": "private",
    "mentioned": "direct",
}


async def statuses_as(tx: Tx, posts: Sequence[Post], view: View) -> list[entities.Status]:
    """Posts that show_posts has made for this reader, in their order; deleted ones are left out.

    Each names the reader's filters that catch it: what is hidden by them the client leaves out.
    """
    undeleted = [post for post in posts if post.stands != "deleted"]
    told = await mark(tx, undeleted, view.reader, None, view.now)
    boosters = [int(post.boost.author.id) for post in told if post.boost is not None]
    accounts = await accounts_as(tx, [*(int(post.author.id) for post in told), *boosters], view)
    return [_status(post, accounts, view) for post in told]


def _status(post: Post, accounts: Mapping[int, entities.Account], view: View) -> entities.Status:
    told = _original(post, accounts[int(post.author.id)], view)
    if post.boost is None:
        return told
    boost = post.boost
    return entities.Status(
        id=boost.id,
        created_at=iso(boost.at),
        in_reply_to_id=None,
        in_reply_to_account_id=None,
        sensitive=told.sensitive,
        spoiler_text=told.spoiler_text,
        visibility=VISIBILITIES[boost.visibility],
        language=told.language,
        uri=f"{view.root}/posts/{boost.id}",
        url=f"{view.root}/posts/{boost.id}",
        replies_count=told.replies_count,
        reblogs_count=told.reblogs_count,
        favourites_count=told.favourites_count,
        edited_at=None,
        favourited=told.favourited,
        reblogged=told.reblogged,
        muted=told.muted,
        bookmarked=told.bookmarked,
        content=told.content,
        filtered=told.filtered,
        reblog=told,
        account=accounts[int(boost.author.id)],
    )


def _original(post: Post, account: entities.Account, view: View) -> entities.Status:
    signed_in = view.reader is not None
    marks = post.marks
    url = f"{view.root}{post.url}"
    return entities.Status(
        id=post.id,
        created_at=iso(post.created_at),
        in_reply_to_id=post.reply_to,
        in_reply_to_account_id=post.reply_to_account,
        sensitive=post.sensitive or bool(post.warning) or post.stands in ("warned", "folded", "withheld"),
        spoiler_text=_spoiler(post),
        visibility=VISIBILITIES[post.visibility],
        language=post.language or None,
        uri=url,
        url=url,
        replies_count=post.reply_count,
        reblogs_count=post.boost_count,
        favourites_count=post.favourite_count,
        edited_at=iso(post.edited_at) if post.edited_at is not None else None,
        favourited=marks.favourited if signed_in else UNSET,
        reblogged=marks.boosted if signed_in else UNSET,
        muted=marks.muted if signed_in else UNSET,
        bookmarked=marks.bookmarked if signed_in else UNSET,
        pinned=marks.pinned if post.mine else UNSET,
        content=str(to_html(post.text, frozenset(one.handle for one in post.mentions), view.root)).rstrip(),
        filtered=tuple(result_as(one, post.id) for one in post.filtered) if signed_in else UNSET,
        application=_application(post),
        account=account,
        mentions=tuple(
            entities.StatusMention(one.id, one.handle, f"{view.root}/@{one.handle}", one.handle)
            for one in post.mentions
        ),
        tags=tuple(entities.StatusTag(tag, f"{view.root}/tags/{quote(tag)}") for tag in post.tags),
        media_attachments=tuple(attachment_as(one, view) for one in post.media),
        poll=poll_as(post.id, post.poll, view) if post.poll is not None else None,
        restriction=post.restriction or UNSET,
    )


def _application(post: Post) -> entities.Application | None:
    program = post.program
    return entities.Application(program.name, program.website or None) if program is not None else None


def _spoiler(post: Post) -> str:
    """What stands before the words: what the law has to say of them, then the author's own warning."""
    said = [restriction_words(post.restriction)] if post.restriction is not None and post.stands != "open" else []
    return " · ".join([*said, post.warning] if post.warning else said)


def restriction_words(one: Restriction) -> str:
    """What restricts a post in one line, for clients that know of content warnings alone: rule and decision."""
    if one.kind == "emergency":
        return f"Withheld for a short time: emergency, entry {one.case} of the ledger"
    if one.kind == "order":
        return f"Withheld by order, entry {one.case} of the ledger"
    act = {"interstitial": "Marked", "withhold": "Withheld"}.get(one.sanction, "Folded")
    return f"{act} under rule {one.label} “{one.title}”, decision {one.entry} of the ledger"


def attachment_as(one: Picture, view: View) -> entities.MediaAttachment:
    """A picture. What not everybody may see has its reader's ticket: an image of a page bears no token."""
    ticket = f"?to={one.ticket}" if one.ticket else ""
    return entities.MediaAttachment(
        id=one.id,
        type="image",
        url=f"{view.root}{one.url}{ticket}",
        preview_url=f"{view.root}{one.preview_url}{ticket}",
        meta=entities.Meta(
            original=_size(one.width, one.height),
            small=_size(one.preview_width, one.preview_height),
            focus=entities.Focus(*one.focus),
        ),
        description=one.description or None,
        blurhash=one.blurhash,
    )


def _size(width: int, height: int) -> entities.Size:
    return entities.Size(width, height, f"{width}x{height}", round(width / height, 6))


def poll_as(post: str, poll: Poll, view: View) -> entities.Poll:
    """A poll, which has the id of its post; hidden totals are null."""
    signed_in = view.reader is not None
    return entities.Poll(
        id=post,
        expires_at=iso(poll.closes_at),
        expired=poll.closed,
        multiple=poll.multiple,
        votes_count=sum(option.votes or 0 for option in poll.options),
        voters_count=poll.voters,
        voted=poll.answered if signed_in else UNSET,
        own_votes=tuple(option.place for option in poll.options if option.mine) if signed_in else UNSET,
        options=tuple(entities.PollOption(option.title, option.votes) for option in poll.options),
        blank_count=poll.blank,
        certified=poll.vote if poll.certified else UNSET,
    )
