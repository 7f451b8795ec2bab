"""Posts as readers see them, and the acts of their authors."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from app.polls import Poll, polls_of
from app.square import Square
from app.store.engines import Tx
from app.store.follows import followed_among
from app.store.governed import value_of, values_of
from app.store.polls import PollRow, add_poll, forget_options
from app.store.posts import NewPost, PostRow, add_post, delete_post, find_post, last_posted_at, reply_counts
from app.store.restrictions import Restriction, restrictions_of
from app.text import to_html
from governance.cases import Subject
from governance.emergencies import UNSHOWN
from governance.errors import Refused
from governance.proposals import ProposedIn
from governance.terms import Term, size_of

# What restricts an account and is told of each of its posts; the others restrain what the account may do next.
_ON_POSTS_OF_ACCOUNT: Final = ("mute",)

Stands = Literal["open", "warned", "folded", "withheld", "deleted"]
"""How a reader meets a post: as it is, behind a warning, as a tombstone that opens, as one that does not, as a stub."""


class Author(Struct, frozen=True):
    """Who wrote a post; the handle is their address."""

    id: str
    handle: str
    name: str


class Origin(Struct, frozen=True):
    """Where an imported post comes from, and when it was written there (Unix ms, None where the source is silent)."""

    name: str
    at: int | None


class Post(Struct, frozen=True):
    """A post as a reader sees it; what is withheld from this reader, or deleted, has no words.

    `restriction` is the strictest in force where the reader is, `restrictions` all of them, what holds elsewhere first,
    then the mildest. `created_at` is when it
    entered this square, Unix ms. `proposal` is the change of the law that the post carries,
    `erased` the entry by which its words were erased, None where none was.
    """

    id: str
    url: str
    author: Author
    text: str
    html: str
    language: str
    topic: str
    reply_to: str | None
    reply_to_handle: str | None
    root: str
    version: int
    created_at: int
    origin: Origin | None
    stands: Stands
    reply_count: int
    poll: Poll | None
    proposal: int | None
    restriction: Restriction | None
    restrictions: tuple[Restriction, ...]
    mine: bool
    erased: int | None


class NewPoll(Struct, frozen=True):
    """A poll to be opened with a post, for `open_for` milliseconds."""

    options: tuple[str, ...]
    multiple: bool
    hide_totals: bool
    open_for: int


class Words(Struct, frozen=True):
    """What somebody wants to say, checked and cleaned."""

    text: str
    language: str
    topic: str = ""
    reply_to: int | None = None
    poll: NewPoll | None = None


async def show_posts(
    tx: Tx, rows: Sequence[PostRow], reader: int | None, now: int, country: str = ""
) -> tuple[Post, ...]:
    """The posts as `reader` (an account, None for a visitor) in a country sees them; one query a kind."""
    ids = [row.id for row in rows]
    polls = await polls_of(tx, ids, reader, now)
    replies = await reply_counts(tx, ids)
    members = {row.member for row in rows if row.member is not None}
    standing = await restrictions_of(tx, [*map(str, ids), *sorted(members)], now, country)
    restricted = {row.id: _restrictions(row, standing) for row in rows}
    near = await _near(tx, rows, restricted, reader)
    proposed = await values_of(tx, ProposedIn, [str(id_) for id_ in ids])
    carried = {int(post): found.proposal for post, found in proposed.items()}
    said = await values_of(tx, Subject, [str(row.id) for row in rows if row.deleted_at is not None])
    erased = {int(post): subject.erased for post, subject in said.items() if subject.erased}
    shown = (
        _shown(
            row,
            poll=polls.get(row.id),
            proposal=carried.get(row.id),
            replies=replies.get(row.id, 0),
            restrictions=restricted[row.id],
            mine=row.account == reader,
            near=near,
        )
        for row in rows
    )
    return tuple(replace(post, erased=erased.get(int(post.id))) if erased else post for post in shown)


async def write_post(square: Square, account: int, member: str | None, words: Words) -> int | None:
    """Write what an account says and return the post's id, None where the post that it answers is not there (any more).

    Raises Refused while the account is suspended or slowed down.
    """

    async def write(tx: Tx) -> int | None:
        now = square.clock.now()
        await check_may_speak(tx, account, member, now)
        parent = await find_post(tx, words.reply_to) if words.reply_to is not None else None
        if words.reply_to is not None and (parent is None or parent.deleted_at is not None):
            return None
        post = square.post_ids.next(now)
        while not await add_post(tx, _new(post, account, words, parent, now)):
            post = square.post_ids.next(now)
        if words.poll is not None:
            poll = words.poll
            row = PollRow(post, poll.multiple, poll.hide_totals, now, now + poll.open_for, None)
            await add_poll(tx, row, poll.options)
        return post

    return await square.database.write(write)


async def take_back(square: Square, account: int, post: int) -> bool:
    """Delete an author's own post, with the words of its poll; False if it is not theirs or gone already."""

    async def delete(tx: Tx) -> bool:
        await _check_not_preserved(tx, post, square.clock.now())
        if not await delete_post(tx, post, account, square.clock.now()):
            return False
        await forget_options(tx, post)
        return True

    return await square.database.write(delete)


async def _check_not_preserved(tx: Tx, post: int, now: int) -> None:
    """What the law wants kept is not deleted, by its author either. Raises Refused."""
    standing = (await restrictions_of(tx, [str(post)], now)).get(str(post), ())
    if any(one.ground == UNSHOWN for one in standing):
        raise Refused("emergency-6", "this post is kept for the authorities, and shown to nobody")


async def check_may_speak(tx: Tx, account: int, member: str | None, now: int) -> None:
    """A suspended account does not speak, a slowed one not sooner than the term says. Raises Refused."""
    if member is None:
        return
    for restriction in (await restrictions_of(tx, [member], now)).get(member, ()):
        if restriction.sanction == "suspend":
            raise Refused("ladder-4", "the account is suspended by case %(case)s", case=restriction.case)
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


def _new(post: int, account: int, words: Words, parent: PostRow | None, now: int) -> NewPost:
    return NewPost(
        id=post,
        account=account,
        body=words.text,
        language=words.language,
        topic=words.topic if parent is None else "",
        reply_to=parent.id if parent is not None else None,
        root=parent.root if parent is not None else post,
        created_at=now,
    )


def _restrictions(row: PostRow, standing: Mapping[str, tuple[Restriction, ...]]) -> tuple[Restriction, ...]:
    own = standing.get(str(row.id), ())
    of_account = standing.get(row.member, ()) if row.member is not None else ()
    all_of_it = own + tuple(one for one in of_account if one.sanction in _ON_POSTS_OF_ACCOUNT)
    # A post of a muted account is as folded: what withholds it stands above that, whatever the ladder says of accounts.
    # What nobody is shown stands above all, and what holds elsewhere below all.
    return tuple(sorted(all_of_it, key=lambda one: (one.here, not one.opens, one.ground == UNSHOWN)))


async def _near(
    tx: Tx, rows: Sequence[PostRow], restricted: Mapping[int, tuple[Restriction, ...]], reader: int | None
) -> set[int]:
    """The authors whom a mute does not keep from this reader: those whom the reader follows, and the reader."""
    muted = {row.account for row in rows if any(one.sanction == "mute" for one in restricted[row.id])}
    if reader is None or not muted:
        return set()
    return {reader, *await followed_among(tx, reader, sorted(muted))}


def _stands(row: PostRow, restrictions: tuple[Restriction, ...], near: set[int]) -> Stands:
    holding = [one for one in restrictions if one.here]
    sanctions = {one.sanction for one in holding}
    if row.deleted_at is not None:
        return "deleted"
    if not all(one.opens for one in holding):
        return "withheld"
    if "fold" in sanctions or ("mute" in sanctions and row.account not in near):
        return "folded"
    return "warned" if "interstitial" in sanctions else "open"


def _shown(
    row: PostRow,
    *,
    poll: Poll | None,
    proposal: int | None,
    replies: int,
    restrictions: tuple[Restriction, ...],
    mine: bool,
    near: set[int],
) -> Post:
    stands = _stands(row, restrictions, near)
    unshown = any(one.ground == UNSHOWN for one in restrictions)
    silent = stands == "deleted" or (stands == "withheld" and (not mine or unshown))
    holding = [one for one in restrictions if one.here]
    return Post(
        id=str(row.id),
        url=f"/@{row.handle}/{row.id}",
        author=Author(str(row.account), row.handle, row.name or row.handle),
        text="" if silent else row.body,
        html="" if silent else str(to_html(row.body)),
        language=row.language,
        topic="" if silent else row.topic,
        reply_to=str(row.reply_to) if row.reply_to is not None else None,
        reply_to_handle=row.reply_handle,
        root=str(row.root),
        version=row.version,
        created_at=row.created_at,
        origin=Origin(row.origin, row.origin_at) if row.origin is not None else None,
        stands=stands,
        reply_count=replies,
        poll=None if silent else poll,
        proposal=proposal,
        restriction=holding[-1] if holding else None,
        restrictions=restrictions,
        mine=mine,
        erased=None,
    )
