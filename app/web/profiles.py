"""A person's page: what they say of themselves, what they posted, and following them."""

from collections.abc import Awaitable

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.marks import pinned_posts
from app.media.pictures import Faces, faces_among
from app.posts import Post
from app.square import Square
from app.store import follows
from app.store.accounts import Account, account_by_handle
from app.store.circles import Span
from app.store.engines import Tx
from app.store.restrictions import Restriction, restrictions_of
from app.store.stats import AccountStat, account_stats_among
from app.store.timelines import own_timeline, profile_timeline
from app.text import to_html
from app.web.answers import Answer, answer, done
from app.web.requests import Invalid, PageRequest
from app.web.sentences import say
from app.web.timelines import FIRST, Before, begin, page_of
from app.web.visits import Visit, account_of, signed_in


class ProfilePage(Struct, frozen=True):
    """A person and a page of their posts, newest first; for themselves with what is folded.

    `pinned` stand before the others, on the first page alone. `restrictions` are those of the account: slow, mute,
    suspend. `joined` is the day, Unix ms at its begin (UTC).
    """

    id: str
    handle: str
    name: str
    bio: str
    bio_html: str
    kind: str
    joined: int
    posts: int
    following: int
    followers: int
    followed: bool
    mine: bool
    faces: Faces
    restrictions: tuple[Restriction, ...]
    pinned: tuple[Post, ...]
    items: tuple[Post, ...]
    next: str | None
    is_first: bool


class Following(Struct, frozen=True):
    """Whether the reader follows somebody now."""

    handle: str
    followed: bool


@get("/{at_handle:str}", tags=["profiles"])
async def show_profile(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, before: Before = FIRST
) -> Answer[ProfilePage]:
    """A person and what they posted."""
    reader = visit.account.id if visit.account is not None else None
    now = square.clock.now()

    async def load(tx: Tx) -> ProfilePage:
        person = await existing_account(tx, at_handle)

        def ids(most: int) -> Awaitable[list[int]]:
            if reader == person.id:
                return own_timeline(tx, person.id, Span(most, begin(before)))
            return profile_timeline(tx, person.id, reader or 0, now, Span(most, begin(before)))

        items, more = await page_of(tx, ids, f"/@{person.handle}", visit, now)
        counts = (await account_stats_among(tx, [person.id])).get(person.id, AccountStat(person.id))
        member = person.member
        restricted = (await restrictions_of(tx, [member], now)).get(member, ()) if member is not None else ()
        return ProfilePage(
            id=str(person.id),
            handle=person.handle,
            name=person.shown_name,
            bio=person.bio,
            bio_html=str(to_html(person.bio)),
            kind=person.kind,
            joined=person.created_day,
            posts=counts.posts,
            following=counts.following,
            followers=counts.followers,
            followed=reader is not None and await follows.follows(tx, reader, person.id),
            mine=reader == person.id,
            faces=(await faces_among(tx, [person.id])).get(person.id, Faces()),
            restrictions=restricted,
            pinned=() if before else await pinned_posts(tx, person.id, reader, now, visit.country),
            items=items,
            next=more,
            is_first=not before,
        )

    return answer(request, "profiles/profile.html", await square.database.read(load))


@post("/{at_handle:str}/follow", tags=["profiles"], guards=[signed_in])
async def follow(request: PageRequest, square: Square, visit: Visit, at_handle: str) -> Response[Following]:
    """Begin to follow somebody."""
    reader, now = account_of(visit).id, square.clock.now()

    async def begin_it(tx: Tx) -> Account:
        person = await existing_account(tx, at_handle)
        if person.id == reader:
            raise Invalid({"handle": say("You see your own posts without following yourself.")})
        await follows.follow(tx, reader, person.id, now)
        return person

    person = await square.database.write(begin_it)
    return done(request, f"/@{person.handle}", Following(person.handle, True))


@post("/{at_handle:str}/unfollow", tags=["profiles"], guards=[signed_in])
async def unfollow(request: PageRequest, square: Square, visit: Visit, at_handle: str) -> Response[Following]:
    """Cease to follow somebody."""
    reader = account_of(visit).id

    async def end_it(tx: Tx) -> Account:
        person = await existing_account(tx, at_handle)
        await follows.unfollow(tx, reader, person.id)
        return person

    person = await square.database.write(end_it)
    return done(request, f"/@{person.handle}", Following(person.handle, False))


async def existing_account(tx: Tx, at_handle: str) -> Account:
    """The account of "@handle" in an address. Raises NotFoundException."""
    if not at_handle.startswith("@"):
        raise NotFoundException
    found = await account_by_handle(tx, at_handle[1:].lower())
    if found is None:
        raise NotFoundException
    return found


routes = [show_profile, follow, unfollow]
