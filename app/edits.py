"""Editing: an author says it otherwise, and everyone can read what was said before."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from app.clock import Clock
from app.events import Edited
from app.notifications import notify, notify_boosters
from app.polls import time_of
from app.square import Square
from app.store.addressed import accounts_of_handles, address, mentions_among
from app.store.edits import keep_words, locked_post, reword
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.media import MediaRow, attach, describe, media_of_posts
from app.store.polls import PollRow, add_poll, drop_poll, options_among, polls_among
from app.store.posts import PostRow
from app.text import addressed_in
from app.writing import NewPoll, PicturesGone, check_not_preserved, check_not_suspended
from governance.errors import Refused
from governance.proposals import ProposedIn

MOST_VERSIONS: Final = 100
"""How often a post may be said otherwise; a technical limit, the same for all."""


class Description(Struct, frozen=True):
    """What a picture shows, and what in it matters most, "x,y" or ""; None where that stays."""

    text: str | None = None
    focus: str | None = None


class Rewording(Struct, frozen=True):
    """What an author's post is to say now; without a `poll` it has none, unless its poll has closed.

    `media` are its pictures in order, None where they stay; `told` says what some of them show.
    """

    text: str
    language: str
    warning: str = ""
    sensitive: bool = False
    poll: NewPoll | None = None
    media: tuple[int, ...] | None = None
    told: Mapping[int, Description] = {}


class EarlierPicture(Struct, frozen=True):
    """A picture of a version of a post, and what was said of it."""

    id: str
    description: str
    focus: str


class EarlierPoll(Struct, frozen=True):
    """The answers that a version of a post offered."""

    options: tuple[str, ...]
    multiple: bool
    hide_totals: bool


class TooManyEdits(Exception):
    """The post was edited as often as a post may be."""


async def edit_post(square: Square, account: int, member: str | None, post: int, words: Rewording) -> bool:
    """Let an author's post say something else; False if it is not theirs or is gone.

    Raises Refused where the law holds the post or its author as they are, TooManyEdits, and PicturesGone.
    """

    async def edit(tx: Tx) -> bool:
        now = square.clock.now()
        row = await locked_post(tx, post)
        if row is None or row.account != account or row.deleted_at is not None or row.boost_of is not None:
            return False
        await check_may_edit(tx, row, member, now)
        poll = (await polls_among(tx, [post])).get(post)
        offered = await _offered(tx, poll)
        is_open = poll is None or now < poll.closes_at
        wished = _wished(words.poll) if is_open else offered
        pictures = (await media_of_posts(tx, [post])).get(post, [])
        shown = await _change_pictures(tx, account, post, pictures, words)
        if (words.text, words.warning, words.sensitive, words.language, wished, shown) == (
            *_said(row),
            offered,
            _told(pictures),
        ):
            return True
        if row.version >= MOST_VERSIONS:
            raise TooManyEdits
        # Each version has a time of its own, so that a time tells the version.
        at = max(now, row.said_at + 1)
        await keep_words(tx, row, _written(_told(pictures)), _written(offered))
        await reword(tx, post, words.text, words.warning, words.sensitive, words.language, at)
        if wished != offered:
            await _change_poll(tx, square.clock, post, words.poll)
        await _readdress(tx, row, words.text, at)
        await notify_boosters(tx, account, post, at)
        tx.announce(Edited(post))
        return True

    return await square.database.write(edit)


async def check_may_edit(tx: Tx, row: PostRow, member: str | None, now: int) -> None:
    """Whether the law lets an author change what they said. Raises Refused.

    A post that is folded or withheld may be edited: what was decided stays on it (POLICY [ladder-7]), and its author
    may ask for another look ([appeal-9]).
    """
    await check_not_suspended(tx, member, now)
    await check_not_preserved(tx, row.id, now)
    carried = await value_of(tx, ProposedIn, str(row.id))
    if carried is not None:
        raise Refused(
            "propose-6",
            "this post carries proposal %(proposal)s: its text is changed by an amendment, which sponsors can see",
            proposal=carried.proposal,
        )
    poll = (await polls_among(tx, [row.id])).get(row.id)
    if poll is not None and poll.certified:
        raise Refused("poll-2", "this post asks a certified poll: its question and its answers stay as they are")


def _said(row: PostRow) -> tuple[str, str, bool, str]:
    return row.body, row.warning, row.sensitive, row.language


async def _offered(tx: Tx, poll: PollRow | None) -> EarlierPoll | None:
    if poll is None:
        return None
    options = (await options_among(tx, [poll.id])).get(poll.id, [])
    return EarlierPoll(tuple(option.title for option in options), poll.multiple, poll.hide_totals)


def _wished(poll: NewPoll | None) -> EarlierPoll | None:
    return EarlierPoll(poll.options, poll.multiple, poll.hide_totals) if poll is not None else None


async def _change_poll(tx: Tx, clock: Clock, post: int, poll: NewPoll | None) -> None:
    """Other answers are another poll: it begins anew, without a ballot."""
    await drop_poll(tx, post)
    if poll is not None:
        opens = await time_of(tx, clock)
        row = PollRow(post, poll.multiple, poll.hide_totals, opens, opens + poll.open_for, None)
        await add_poll(tx, row, poll.options)


async def _change_pictures(
    tx: Tx, account: int, post: int, before: Sequence[MediaRow], words: Rewording
) -> tuple[EarlierPicture, ...]:
    """Show other pictures, or say of them something else; what is shown then. Raises PicturesGone."""
    if words.media is not None and words.media != tuple(row.id for row in before):
        if not await attach(tx, account, words.media, post):
            raise PicturesGone
        before = (await media_of_posts(tx, [post])).get(post, [])
    for row in before:
        told = words.told.get(row.id)
        if told is not None:
            text = row.description if told.text is None else told.text
            await describe(tx, account, row.id, text, row.focus if told.focus is None else told.focus)
    return _told((await media_of_posts(tx, [post])).get(post, []))


def _told(pictures: Sequence[MediaRow]) -> tuple[EarlierPicture, ...]:
    return tuple(EarlierPicture(str(row.id), row.description, row.focus) for row in pictures)


def _written(value: EarlierPoll | tuple[EarlierPicture, ...] | None) -> str:
    return msgspec.json.encode(value).decode() if value else ""


async def _readdress(tx: Tx, row: PostRow, text: str, at: int) -> None:
    """Whom it names now is told so; whom it named before may still read it."""
    named = addressed_in(text)
    accounts = await accounts_of_handles(tx, named.handles)
    known = {mention.account for mention in (await mentions_among(tx, [row.id])).get(row.id, [])}
    is_public = row.visibility == "public"
    await address(tx, row.id, row.account, sorted(known.union(accounts)), named.tags, is_public=is_public)
    await notify(tx, [one for one in accounts if one not in known], "mention", row.account, row.id, at)
