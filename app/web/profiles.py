"""A person's page: what they say of themselves, what they posted, and how they stand to the reader."""

from collections.abc import Awaitable

from litestar import get
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.filters import sift
from app.marks import pinned_posts
from app.media.pictures import Faces, faces_among
from app.posts import Post
from app.relations import Relationship, relationships
from app.square import Square
from app.store.accounts import Account, account_by_handle
from app.store.circles import Span
from app.store.engines import Tx
from app.store.lists import lists_of, lists_with
from app.store.profiles import profile_of
from app.store.restrictions import Restriction, restrictions_of
from app.store.stats import AccountStat, account_stats_among
from app.store.tagfeatures import features_of
from app.store.timelines import own_timeline, profile_timeline
from app.text import to_html
from app.web.answers import Answer, answer
from app.web.presenting import Row, rows_of
from app.web.requests import PageRequest
from app.web.timelines import FIRST, Before, begin, page_of
from app.web.visits import Visit


class ListMark(Struct, frozen=True):
    """A list of the reader's, and whether the person stands in it."""

    id: str
    title: str
    holds: bool


class ProfilePage(Struct, frozen=True):
    """A person and a page of their posts, newest first; for themselves with what is folded.

    `pinned` stand before the others, on the first page alone. `restrictions` are those of the account: slow, mute,
    suspend. `rows` are what they tell beside. `joined` is the day, Unix ms at its begin (UTC). `relationship` is how
    the reader and the person stand to one another, and `lists` are the reader's where the reader follows the person.
    """

    id: str
    handle: str
    name: str
    bio: str
    bio_html: str
    kind: str
    locked: bool
    bot: bool
    rows: tuple[Row, ...]
    joined: int
    posts: int
    following: int
    followers: int
    followed: bool
    mine: bool
    faces: Faces
    relationship: Relationship | None
    lists: tuple[ListMark, ...]
    hashtags: tuple[str, ...]
    restrictions: tuple[Restriction, ...]
    pinned: tuple[Post, ...]
    items: tuple[Post, ...]
    next: str | None
    is_first: bool


@get("/{at_handle:str}", tags=["profiles"])
async def show_profile(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, before: Before = FIRST
) -> Answer[ProfilePage]:
    """A person and what they posted."""
    reader = visit.account.id if visit.account is not None else None
    now = square.clock.now()

    async def load(tx: Tx) -> ProfilePage:
        person = await existing_account(tx, at_handle)
        items, more = await _items(tx, person, visit, before, now)
        stand = await _stand(tx, reader, person.id, now)
        counts = (await account_stats_among(tx, [person.id])).get(person.id, AccountStat(person.id))
        profile = await profile_of(tx, person.id)
        return ProfilePage(
            id=str(person.id),
            handle=person.handle,
            name=person.shown_name,
            bio=person.bio,
            bio_html=str(to_html(person.bio)),
            kind=person.kind,
            locked=profile.locked,
            bot=profile.bot,
            rows=rows_of(profile.fields),
            joined=person.created_day,
            posts=counts.posts,
            following=counts.following,
            followers=counts.followers,
            followed=stand is not None and stand.following,
            mine=reader == person.id,
            faces=(await faces_among(tx, [person.id])).get(person.id, Faces()),
            relationship=stand,
            lists=await _lists(tx, reader, person.id) if stand is not None and stand.following else (),
            hashtags=tuple(one.tag for one in await features_of(tx, person.id)),
            restrictions=await _restrictions(tx, person.member, now),
            pinned=() if before else await _pinned(tx, person.id, visit, now),
            items=items,
            next=more,
            is_first=not before,
        )

    return answer(request, "profiles/profile.html", await square.database.read(load))


async def _restrictions(tx: Tx, member: str | None, now: int) -> tuple[Restriction, ...]:
    return (await restrictions_of(tx, [member], now)).get(member, ()) if member is not None else ()


async def _items(tx: Tx, person: Account, visit: Visit, before: str, now: int) -> tuple[tuple[Post, ...], str | None]:
    """A page of what a person posted, and the address of the next."""
    reader = visit.account.id if visit.account is not None else None

    def ids(most: int) -> Awaitable[list[int]]:
        if reader == person.id:
            return own_timeline(tx, person.id, Span(most, begin(before)))
        return profile_timeline(tx, person.id, reader or 0, now, Span(most, begin(before)))

    items, more = await page_of(tx, ids, f"/@{person.handle}", visit, now)
    return await sift(tx, items, reader, "account", now), more


async def _pinned(tx: Tx, person: int, visit: Visit, now: int) -> tuple[Post, ...]:
    reader = visit.account.id if visit.account is not None else None
    return await sift(tx, await pinned_posts(tx, person, reader, now, visit.country), reader, "account", now)


async def _stand(tx: Tx, reader: int | None, person: int, now: int) -> Relationship | None:
    if reader is None or reader == person:
        return None
    return (await relationships(tx, reader, [person], now))[person]


async def _lists(tx: Tx, reader: int | None, person: int) -> tuple[ListMark, ...]:
    own = await lists_of(tx, reader) if reader is not None else []
    holding = {one.id for one in await lists_with(tx, reader, person)} if reader is not None and own else set()
    return tuple(ListMark(str(one.id), one.title, one.id in holding) for one in own)


async def existing_account(tx: Tx, at_handle: str) -> Account:
    """The account of "@handle" in an address. Raises NotFoundException."""
    if not at_handle.startswith("@"):
        raise NotFoundException
    found = await account_by_handle(tx, at_handle[1:].lower())
    if found is None:
        raise NotFoundException
    return found


routes = [show_profile]
