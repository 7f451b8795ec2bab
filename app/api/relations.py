"""What somebody does to another account, and how the two stand to one another."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app import relations
from app.api.accounts import known_id
from app.api.bodies import ApiRequest, read_values
from app.api.callers import person
from app.api.entities import Account
from app.api.paging import MOST_AT_ONCE, ids_asked, number_in
from app.api.people import account_list
from app.api.routes import get, post
from app.api.views import View
from app.clock import iso
from app.relations import LONGEST_MUTE, LONGEST_NOTE, relationships
from app.square import Square
from app.store import accounts
from app.store.engines import Tx
from app.store.follows import familiar_followers
from app.text import clean, is_too_long
from app.web.posts import at_most
from app.web.requests import Asked, Invalid


class Relationship(Struct, frozen=True, kw_only=True):
    """How the caller and an account stand to one another."""

    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: None = None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool = False
    endorsed: bool = False
    note: str


class FamiliarFollowers(Struct, frozen=True):
    """Those whom the caller follows and who follow an account."""

    id: str
    accounts: list[Account]


class IdsForm(Struct, frozen=True):
    """The accounts that are meant."""

    id: Annotated[list[str], Meta(max_length=MOST_AT_ONCE)] = []


class FollowForm(Struct, frozen=True):
    """How to follow; what is not said stays as it is."""

    reblogs: bool | None = None
    notify: bool | None = None


class MuteForm(Struct, frozen=True):
    """Whether notifications go as well, and for how many seconds, 0 for good."""

    notifications: bool = True
    duration: Annotated[int, Meta(ge=0, le=LONGEST_MUTE // 1000)] = 0


class NoteForm(Struct, frozen=True):
    """What to note."""

    comment: Annotated[str, Meta(max_length=8 * LONGEST_NOTE)] = ""


Act = Callable[[Tx, int], Awaitable[object]]


def relationship_as(one: relations.Relationship) -> Relationship:
    """A relationship in the names that clients know."""
    return Relationship(
        id=str(one.account),
        following=one.following,
        showing_reblogs=one.boosts,
        notifying=one.notifies,
        followed_by=one.followed_by,
        blocking=one.blocking,
        blocked_by=one.blocked_by,
        muting=one.muting,
        muting_notifications=one.muting_notifications,
        muting_expires_at=iso(one.muted_until) if one.muted_until is not None else None,
        requested=one.requested,
        requested_by=one.requested_by,
        note=one.note,
    )


async def did(square: Square, view: View, account_id: str, act: Act) -> Relationship:
    """Do something to an account, and tell how the two stand now. Raises NotFoundException."""
    target, reader = known_id(account_id), view.reader
    assert reader is not None, "the route is for a person"

    async def work(tx: Tx) -> Relationship:
        if await accounts.account_by_id(tx, target) is None:
            raise NotFoundException
        await act(tx, reader)
        return relationship_as((await relationships(tx, reader, [target], view.now))[target])

    return await square.database.write(work)


@post("/api/v1/accounts/{account_id:str}/follow", person("write:follows"))
async def follow(square: Square, view: View, account_id: str, data: FollowForm) -> Relationship:
    """Follow somebody, or ask to; said again it changes how."""
    wish = {"boosts": data.reblogs, "notifies": data.notify}
    return await did(
        square, view, account_id, lambda tx, me: relations.follow(tx, me, known_id(account_id), view.now, **wish)
    )


@post("/api/v1/accounts/{account_id:str}/unfollow", person("write:follows"))
async def unfollow(square: Square, view: View, account_id: str) -> Relationship:
    """Cease to follow somebody, or to ask."""
    return await did(square, view, account_id, lambda tx, me: relations.unfollow(tx, me, known_id(account_id)))


@post("/api/v1/accounts/{account_id:str}/remove_from_followers", person("write:follows"))
async def remove_follower(square: Square, view: View, account_id: str) -> Relationship:
    """Have somebody follow no longer."""
    return await did(square, view, account_id, lambda tx, me: relations.remove_follower(tx, me, known_id(account_id)))


@post("/api/v1/accounts/{account_id:str}/block", person("write:blocks"))
async def block(square: Square, view: View, account_id: str) -> Relationship:
    """Have nothing to do with somebody."""
    return await did(square, view, account_id, lambda tx, me: relations.block(tx, me, known_id(account_id), view.now))


@post("/api/v1/accounts/{account_id:str}/unblock", person("write:blocks"))
async def unblock(square: Square, view: View, account_id: str) -> Relationship:
    """Cease to block somebody."""
    return await did(square, view, account_id, lambda tx, me: relations.unblock(tx, me, known_id(account_id)))


@post("/api/v1/accounts/{account_id:str}/mute", person("write:mutes"))
async def mute(square: Square, view: View, account_id: str, data: MuteForm) -> Relationship:
    """Read nothing of somebody, for a while or for good."""

    async def act(tx: Tx, me: int) -> None:
        lasts = data.duration * 1000
        await relations.mute(tx, me, known_id(account_id), view.now, lasts=lasts, notifications=data.notifications)

    return await did(square, view, account_id, act)


@post("/api/v1/accounts/{account_id:str}/unmute", person("write:mutes"))
async def unmute(square: Square, view: View, account_id: str) -> Relationship:
    """Read somebody again."""
    return await did(square, view, account_id, lambda tx, me: relations.unmute(tx, me, known_id(account_id)))


@post("/api/v1/accounts/{account_id:str}/note", person("write:accounts"))
async def take_note(square: Square, view: View, account_id: str, data: NoteForm) -> Relationship:
    """Note something of somebody for oneself."""
    note = clean(data.comment)
    if is_too_long(note, LONGEST_NOTE):
        raise Invalid({"comment": at_most(LONGEST_NOTE)})
    return await did(square, view, account_id, lambda tx, me: relations.take_note(tx, me, known_id(account_id), note))


@post("/api/v1/follow_requests/{account_id:str}/authorize", person("write:follows"))
async def authorize(square: Square, view: View, account_id: str) -> Relationship:
    """Let somebody follow who asks to."""

    async def act(tx: Tx, me: int) -> None:
        if not await relations.accept(tx, me, known_id(account_id), view.now):
            raise NotFoundException

    return await did(square, view, account_id, act)


@post("/api/v1/follow_requests/{account_id:str}/reject", person("write:follows"))
async def reject(square: Square, view: View, account_id: str) -> Relationship:
    """Let somebody not follow who asks to."""

    async def act(tx: Tx, me: int) -> None:
        if not await relations.reject(tx, me, known_id(account_id)):
            raise NotFoundException

    return await did(square, view, account_id, act)


@get("/api/v1/accounts/relationships", person("read:follows"))
async def show_relationships(request: Asked, square: Square, view: View) -> list[Relationship]:
    """How the caller and each of many accounts stand to one another; ids that are nobody's are left out."""
    asked, reader = ids_asked(request, "id"), view.reader
    assert reader is not None, "the route is for a person"

    async def load(tx: Tx) -> list[Relationship]:
        known = await accounts.accounts_among(tx, asked)
        found = await relationships(tx, reader, [id_ for id_ in asked if id_ in known], view.now)
        return [relationship_as(one) for one in found.values()]

    return await square.database.read(load)


@get("/api/v1/accounts/familiar_followers", person("read:follows"))
async def show_familiar(request: ApiRequest, square: Square, view: View) -> list[FamiliarFollowers]:
    """Of each of many accounts those followers whom the caller follows; some clients name them in a body."""
    sent = read_values(IdsForm, {"id": (await request.values()).get("id")})
    named = [number for one in sent.id if (number := number_in(one)) is not None]
    asked, reader = ids_asked(request, "id") or list(dict.fromkeys(named)), view.reader
    assert reader is not None, "the route is for a person"

    async def load(tx: Tx) -> list[FamiliarFollowers]:
        found = await familiar_followers(tx, reader, asked)
        told = {int(one.id): one for one in await account_list(tx, sorted({one.account for one in found}), view)}
        return [FamiliarFollowers(str(id_), [told[one.account] for one in found if one.target == id_]) for id_ in asked]

    return await square.database.read(load)


routes = [
    follow,
    unfollow,
    remove_follower,
    block,
    unblock,
    mute,
    unmute,
    take_note,
    authorize,
    reject,
    show_relationships,
    show_familiar,
]
