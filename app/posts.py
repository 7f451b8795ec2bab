"""Posts as readers see them."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from app.media.pictures import Faces, Picture, faces_among, pictures_of
from app.polls import Poll, polls_of
from app.store.addressed import Mention, mentions_among, tags_among
from app.store.engines import Tx
from app.store.filters import Action, Context
from app.store.follows import followed_among
from app.store.governed import values_of
from app.store.posts import PostRow, find_post, posts_among
from app.store.restrictions import Restriction, restrictions_of
from app.store.seen import Marks, seen_among
from app.store.stats import PostStat, post_stats_among
from app.store.visibility import Visibility
from app.text import to_html
from governance.cases import Subject
from governance.emergencies import UNSHOWN
from governance.proposals import ProposedIn

# What restricts an account and is told of each of its posts; the others restrain what the account may do next.
_ON_POSTS_OF_ACCOUNT: Final = ("mute",)

Stands = Literal["open", "warned", "folded", "withheld", "deleted", "few"]
"""How a reader meets a post: as it is, behind a warning, as a tombstone that opens, as one that does not, as a stub.

`few`: it is restricted, and its author wrote it for others (app/forfew.py).
"""


class Author(Struct, frozen=True):
    """Who wrote a post; the handle is their address, `avatar` that of their picture, "" where they have none."""

    id: str
    handle: str
    name: str
    avatar: str = ""


class Booster(Struct, frozen=True):
    """Who passed a post on, the id of the boost, when it was made (Unix ms), and to whom it is shown."""

    id: str
    author: Author
    at: int
    visibility: Visibility


class Named(Struct, frozen=True):
    """An account that a post names."""

    id: str
    handle: str


class Program(Struct, frozen=True):
    """What a post was written with; `website` is "" where it gave none."""

    name: str
    website: str


class Origin(Struct, frozen=True):
    """Where an imported post comes from, and when it was written there (Unix ms, None where the source is silent)."""

    name: str
    at: int | None


class Caught(Struct, frozen=True):
    """A filter of the reader's that catches a post, by keywords as they were written or because it names the post.

    `until` is Unix ms, None for good.
    """

    id: str
    title: str
    action: Action
    contexts: tuple[Context, ...]
    until: int | None
    keywords: tuple[str, ...]
    named: bool


class Post(Struct, frozen=True):
    """A post as a reader sees it; what is withheld from this reader, or deleted, has no words.

    `warning` stands before the words, by the author's wish; `edited_at` is Unix ms, None where nothing was changed.
    `boost` tells who passed it on, where it is shown for that. `restriction` is the strictest in force where the reader
    is, `restrictions` all of them, what holds elsewhere first, then the mildest. `created_at` is when it entered this
    square, Unix ms. `proposal` is the change of the law that the post carries, `erased` the entry by which its words
    were erased, None where none was. `filtered` names the reader's own filters (app/filters.py).
    """

    id: str
    url: str
    author: Author
    text: str
    html: str
    language: str
    topic: str
    warning: str
    sensitive: bool
    visibility: Visibility
    reply_to: str | None
    reply_to_account: str | None
    reply_to_handle: str | None
    root: str
    version: int
    created_at: int
    edited_at: int | None
    origin: Origin | None
    stands: Stands
    reply_count: int
    boost_count: int
    favourite_count: int
    mentions: tuple[Named, ...]
    tags: tuple[str, ...]
    program: Program | None
    marks: Marks
    media: tuple[Picture, ...]
    poll: Poll | None
    proposal: int | None
    restriction: Restriction | None
    restrictions: tuple[Restriction, ...]
    mine: bool
    erased: int | None
    boost: Booster | None = None
    filtered: tuple[Caught, ...] = ()

    @property
    def shows_words(self) -> bool:
        """Whether this reader may read it, if need be behind a tombstone."""
        return not _is_silent(self.stands, self.restrictions, self.mine)


async def show_posts(
    tx: Tx, rows: Sequence[PostRow], reader: int | None, now: int, country: str = ""
) -> tuple[Post, ...]:
    """The posts as `reader` (an account, None for a visitor) in a country sees them; one query a kind.

    What the reader may not see, because of whom its author wrote it for or whom its author blocks, is left out. A boost
    is shown as the post that it passes on.
    """
    boosted = await posts_among(tx, sorted({row.boost_of for row in rows if row.boost_of is not None}))
    originals = {row.id: row for row in [*boosted, *rows] if row.boost_of is None}
    seen = await seen_among(tx, [row.id for row in rows if row.boost_of is not None] + list(originals), reader)
    faces = await faces_among(tx, sorted({row.account for row in [*boosted, *rows]}))
    visible = [row for row in originals.values() if row.id in seen]
    shown = await _show(tx, visible, seen, faces, reader, now, country)
    return tuple(
        _passed_on(row, shown[row.boost_of or row.id], faces)
        for row in rows
        if row.id in seen and (row.boost_of or row.id) in shown
    )


async def _show(
    tx: Tx,
    rows: Sequence[PostRow],
    seen: Mapping[int, Marks],
    faces: Mapping[int, Faces],
    reader: int | None,
    now: int,
    country: str,
) -> dict[int, Post]:
    ids = [row.id for row in rows]
    media = await pictures_of(tx, ids, reader, now)
    polls = await polls_of(tx, ids, reader, now)
    stats = await post_stats_among(tx, ids)
    mentions = await mentions_among(tx, ids)
    tags = await tags_among(tx, ids)
    restricted = await _restricted(tx, rows, now, country)
    near = await _near(tx, rows, restricted, reader)
    carried = await _carried(tx, ids)
    erased = await _erased(tx, rows)
    return {
        row.id: _shown(
            row,
            _Beside(
                author=_author(row, faces),
                media=media.get(row.id, ()),
                poll=polls.get(row.id),
                proposal=carried.get(row.id),
                stat=stats.get(row.id, PostStat(row.id)),
                mentions=tuple(mentions.get(row.id, ())),
                tags=tuple(tags.get(row.id, ())),
                marks=seen[row.id],
                erased=erased.get(row.id),
            ),
            restrictions=restricted[row.id],
            mine=row.account == reader,
            near=near,
        )
        for row in rows
    }


async def _restricted(tx: Tx, rows: Sequence[PostRow], now: int, country: str) -> dict[int, tuple[Restriction, ...]]:
    members = {row.member for row in rows if row.member is not None}
    standing = await restrictions_of(tx, [*(str(row.id) for row in rows), *sorted(members)], now, country)
    return {row.id: _restrictions(row, standing) for row in rows}


async def _carried(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    """The changes of the law that posts carry."""
    proposed = await values_of(tx, ProposedIn, [str(id_) for id_ in ids])
    return {int(post): found.proposal for post, found in proposed.items()}


async def _erased(tx: Tx, rows: Sequence[PostRow]) -> dict[int, int]:
    """The entries by which words were erased, by post."""
    said = await values_of(tx, Subject, [str(row.id) for row in rows if row.deleted_at is not None])
    return {int(post): subject.erased for post, subject in said.items() if subject.erased}


class _Beside(Struct, frozen=True):
    """What other tables say of a post."""

    author: Author
    media: tuple[Picture, ...]
    poll: Poll | None
    proposal: int | None
    stat: PostStat
    mentions: tuple[Mention, ...]
    tags: tuple[str, ...]
    marks: Marks
    erased: int | None


def _passed_on(row: PostRow, post: Post, faces: Mapping[int, Faces]) -> Post:
    if row.boost_of is None:
        return post
    return replace(post, boost=Booster(str(row.id), _author(row, faces), row.created_at, row.visibility))


def _author(row: PostRow, faces: Mapping[int, Faces]) -> Author:
    avatar = faces.get(row.account, Faces()).avatar
    return Author(str(row.account), row.handle, row.name or row.handle, avatar.preview_url if avatar else "")


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


async def is_told(tx: Tx, post: int, reader: int | None, now: int, country: str = "") -> bool:
    """Whether a reader in a country may have what a post says, its pictures among it, as far as they ask for it."""
    row = await find_post(tx, post)
    if row is None:
        return False
    return any(
        not _is_silent(one.stands, one.restrictions, one.mine)
        for one in await show_posts(tx, [row], reader, now, country)
    )


def _is_silent(stands: Stands, restrictions: tuple[Restriction, ...], mine: bool) -> bool:
    """Whether nothing of what was said is shown to this reader."""
    unshown = any(one.ground == UNSHOWN for one in restrictions)
    return stands in ("deleted", "few") or (stands == "withheld" and (not mine or unshown))


def _shown(row: PostRow, beside: _Beside, *, restrictions: tuple[Restriction, ...], mine: bool, near: set[int]) -> Post:
    stands = _stands(row, restrictions, near)
    silent = _is_silent(stands, restrictions, mine)
    holding = [one for one in restrictions if one.here]
    handles = frozenset(mention.handle for mention in beside.mentions)
    return Post(
        id=str(row.id),
        url=f"/@{row.handle}/{row.id}",
        author=beside.author,
        text="" if silent else row.body,
        html="" if silent else str(to_html(row.body, handles)),
        language=row.language,
        topic="" if silent else row.topic,
        warning="" if silent else row.warning,
        sensitive=row.sensitive,
        visibility=row.visibility,
        reply_to=str(row.reply_to) if row.reply_to is not None else None,
        reply_to_account=str(row.reply_account) if row.reply_account is not None else None,
        reply_to_handle=row.reply_handle,
        root=str(row.root),
        version=row.version,
        created_at=row.created_at,
        edited_at=row.edited_at,
        origin=Origin(row.origin, row.origin_at) if row.origin is not None else None,
        stands=stands,
        reply_count=beside.stat.replies,
        boost_count=beside.stat.boosts,
        favourite_count=beside.stat.favourites,
        mentions=() if silent else tuple(Named(str(one.account), one.handle) for one in beside.mentions),
        tags=() if silent else beside.tags,
        program=Program(row.app_name, row.app_website or "") if row.app_name and not silent else None,
        marks=beside.marks,
        media=() if silent else beside.media,
        poll=None if silent else beside.poll,
        proposal=beside.proposal,
        restriction=holding[-1] if holding else None,
        restrictions=restrictions,
        mine=mine,
        erased=beside.erased,
    )
