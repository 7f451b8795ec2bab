"""What authors do: they post, and take back what they posted; app/edits.py is how they say it otherwise."""

from typing import Final

from msgspec import Struct

from app.certified import open_now
from app.deeds import KeyReused, Request
from app.events import Removed, Talked
from app.media.keeping import drop_files
from app.notifications import notify_of
from app.polls import BallotRefused, time_of
from app.square import Square
from app.store.addressed import accounts_of_handles, address, forget_tags, mentions_among, tags_among
from app.store.conversations import talk, talk_ends_earlier
from app.store.drafts import take_draft
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.media import MediaRow, attach, delete_media_of, release_media
from app.store.polls import PollRow, add_poll, asks_certified, forget_options
from app.store.post_keys import PostKey, claim_key, settle_key
from app.store.posts import NewPost, PostRow, add_post, delete_post, find_post, forget_beside, last_posted_at
from app.store.profiles import profile_of
from app.store.restrictions import Restriction, restrictions_of
from app.store.seen import seen_among
from app.store.stats import count_marks, count_post
from app.store.visibility import FOR_ALL, VISIBILITIES, Visibility
from app.text import addressed_in
from governance.emergencies import UNSHOWN
from governance.errors import Refused
from governance.terms import Term, size_of

NO_KEY: Final = Request()


class PicturesGone(Exception):
    """One of the pictures is not the author's, stands in another post, or was sent more than a day ago."""


class DraftGone(Exception):
    """What was kept is not there any more: it was said, or thrown away, meanwhile."""


class NewPoll(Struct, frozen=True):
    """A poll to be opened with a post, for `open_for` milliseconds; `certified`: into a box (POLICY [poll-1])."""

    options: tuple[str, ...]
    multiple: bool
    hide_totals: bool
    open_for: int
    certified: bool = False


class Words(Struct, frozen=True):
    """What somebody wants to say, checked and cleaned; `app` is the program that they say it with.

    Without a `visibility` it is for whom the account's posts are as a rule, and a reply for nobody beyond those whom
    the post that it answers is for. `media` are pictures that stand in no post yet, in order.
    """

    text: str
    language: str
    topic: str = ""
    reply_to: int | None = None
    poll: NewPoll | None = None
    warning: str = ""
    sensitive: bool = False
    visibility: Visibility | None = None
    app: int | None = None
    media: tuple[int, ...] = ()


async def write_post(
    square: Square, account: int, member: str | None, words: Words, request: Request = NO_KEY, draft: int | None = None
) -> int | None:
    """Write what an account says and return the post's id, None where the post that it answers is not there (any more).

    Under one key it is written once: who asks again is given the same id. A `draft` that it was goes with it. Raises
    Refused while the account is suspended or slowed down, KeyReused, PicturesGone, DraftGone, and BallotRefused for a
    poll that cannot be certified.
    """

    async def write(tx: Tx) -> int | None:
        now = square.clock.now()
        post = square.post_ids.next(now)
        before = await said_under(tx, account, request, post, now)
        if before is not None:
            return before
        said = await say_in(tx, square, post, account, member, words)
        if said is not None and draft is not None and not await take_draft(tx, account, draft):
            raise DraftGone
        if request.key and said != post:
            await settle_key(tx, request.of(f"account:{account}")[0], said)
        return said

    post = await square.database.write(write)
    if post is not None and words.poll is not None and words.poll.certified:
        await open_now(square, post)
    return post


async def _ask(tx: Tx, account: int, post: int, poll: NewPoll, visibility: Visibility, opens: int) -> None:
    """Open a poll. One that is certified is for everybody, and one at a time: its roll are all members."""
    if poll.certified and visibility not in ("public", "unlisted"):
        raise BallotRefused("not-for-all", post)
    if poll.certified and await asks_certified(tx, account, opens):
        raise BallotRefused("one-certified", post)
    row = PollRow(post, poll.multiple, poll.hide_totals, opens, opens + poll.open_for, None, poll.certified)
    await add_poll(tx, row, poll.options)


async def said_under(tx: Tx, account: int, request: Request, post: int, now: int) -> int | None:
    """What an account has said under a request's key in the last hour; None where it is said now, as `post`."""
    key, fingerprint = request.of(f"account:{account}")
    if not key:
        return None
    known = await claim_key(tx, PostKey(key, fingerprint, post, now))
    if known is not None and known.fingerprint != fingerprint:
        raise KeyReused
    return known.post if known is not None else None


async def say_in(tx: Tx, square: Square, post: int, account: int, member: str | None, words: Words) -> int | None:
    """Write what an account says in a transaction, as `post` where that id is free; otherwise like write_post."""
    now = square.clock.now()
    await check_may_speak(tx, account, member, now)
    parent = await _answered(tx, account, words.reply_to) if words.reply_to is not None else None
    if words.reply_to is not None and parent is None:
        return None
    visibility = words.visibility or await _usual(tx, account, parent)
    while not await enter_post(tx, _new(post, account, words, parent, visibility, now)):
        post = square.post_ids.next(now)
    if words.poll is not None:
        await _ask(tx, account, post, words.poll, visibility, await time_of(tx, square.clock))
    if words.media and not await attach(tx, account, words.media, post):
        raise PicturesGone
    return post


async def _usual(tx: Tx, account: int, parent: PostRow | None) -> Visibility:
    """For whom an account's posts are as a rule, and a reply for nobody more than what it answers."""
    usual = (await profile_of(tx, account)).post_visibility
    return usual if parent is None else max(usual, parent.visibility, key=VISIBILITIES.index)


async def enter_post(tx: Tx, post: NewPost) -> bool:
    """Write a post with whom it names, its hashtags and what it counts for; False if its id is taken already.

    Whom it names are those who have the handles now; they are told, and so is the author of what it answers or boosts.
    """
    if not await add_post(tx, post):
        return False
    addressed = addressed_in(post.body)
    named = await accounts_of_handles(tx, addressed.handles)
    is_public = post.visibility == "public"
    await address(tx, post.id, post.account, named, addressed.tags, is_public=is_public)
    await notify_of(tx, post, named)
    if post.visibility == "mentioned":
        await talk(tx, post.root, post.id, post.account, named)
        tx.announce(Talked(post.root, tuple(sorted({post.account, *named}))))
    await count_post(tx, post.account, 1, post.created_at)
    # Of replies for few no number tells.
    if post.reply_to is not None and post.visibility in FOR_ALL:
        await count_marks(tx, post.reply_to, replies=1)
    return True


async def take_back(square: Square, account: int, post: int, *, keeps_pictures: bool = False) -> bool:
    """Delete an author's own post, with its pictures and its poll; False if it is not theirs or gone already.

    Where it `keeps_pictures` those that it showed may stand in another post for a day.
    """

    async def delete(tx: Tx) -> list[MediaRow] | None:
        await check_not_preserved(tx, post, square.clock.now())
        row = await find_post(tx, post)
        if row is None or not await delete_post(tx, post, account, square.clock.now()):
            return None
        await forget_options(tx, post)
        await _announce_removed(tx, row)
        await _uncount(tx, row)
        if keeps_pictures:
            await release_media(tx, post, square.clock.now())
        return await delete_media_of(tx, [post])

    gone = await square.database.write(delete)
    await drop_files(square, gone or ())
    return gone is not None


async def _announce_removed(tx: Tx, row: PostRow) -> None:
    mentions = (await mentions_among(tx, [row.id])).get(row.id, [])
    tags = (await tags_among(tx, [row.id])).get(row.id, [])
    tx.announce(Removed(row.id, row.account, row.visibility, tuple(one.account for one in mentions), tuple(tags)))


async def _uncount(tx: Tx, row: PostRow) -> None:
    """What a deleted post counted for, and what counted for it, is gone."""
    await forget_tags(tx, row.id)
    for booster in await forget_beside(tx, row.id):
        await count_post(tx, booster, -1)
    await count_post(tx, row.account, -1)
    if row.visibility == "mentioned":
        named = [one.account for one in (await mentions_among(tx, [row.id])).get(row.id, ())]
        await talk_ends_earlier(tx, row.root, row.id, row.account, named)
    if row.reply_to is not None and row.visibility in FOR_ALL:
        await count_marks(tx, row.reply_to, replies=-1)


async def _answered(tx: Tx, account: int, post: int) -> PostRow | None:
    """The post that somebody answers, the original where it is a boost; None where they cannot see it (any more)."""
    row = await find_post(tx, post)
    if row is not None and row.boost_of is not None:
        row = await find_post(tx, row.boost_of)
    if row is None or row.deleted_at is not None or row.id not in await seen_among(tx, [row.id], account):
        return None
    return row


async def check_not_preserved(tx: Tx, post: int, now: int) -> None:
    """What the law wants kept is neither deleted nor changed, by its author either. Raises Refused."""
    standing = (await restrictions_of(tx, [str(post)], now)).get(str(post), ())
    if any(one.ground == UNSHOWN for one in standing):
        raise Refused("emergency-6", "this post is kept for the authorities, and shown to nobody")


async def check_not_suspended(tx: Tx, member: str | None, now: int) -> tuple[Restriction, ...]:
    """A suspended account does not speak; what else restrains it is returned. Raises Refused."""
    standing = (await restrictions_of(tx, [member], now)).get(member, ()) if member is not None else ()
    for restriction in standing:
        if restriction.sanction == "suspend":
            raise Refused("ladder-4", "the account is suspended by case %(case)s", case=restriction.case)
    return standing


async def check_may_speak(tx: Tx, account: int, member: str | None, now: int) -> None:
    """A suspended account does not speak, a slowed one not sooner than the term says. Raises Refused."""
    for restriction in await check_not_suspended(tx, member, now):
        if restriction.sanction == "slow":
            term = await value_of(tx, Term, "slow")
            assert term is not None, "a founded square has the term slow"
            if now < await last_posted_at(tx, account) + int(size_of(term.value)):
                raise Refused(
                    "ladder-4",
                    "the account is slowed down by case %(case)s: one post in %(value)s",
                    case=restriction.case,
                    value=term.value,
                )


def _new(post: int, account: int, words: Words, parent: PostRow | None, visibility: Visibility, now: int) -> NewPost:
    return NewPost(
        id=post,
        account=account,
        body=words.text,
        language=words.language,
        topic=words.topic if parent is None else "",
        reply_to=parent.id if parent is not None else None,
        root=parent.root if parent is not None else post,
        created_at=now,
        warning=words.warning,
        sensitive=words.sensitive,
        visibility=visibility,
        app=words.app,
    )
