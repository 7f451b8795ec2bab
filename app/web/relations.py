"""What somebody does to another on their page: follow, block, mute, note, put into lists, answer a request."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final, Literal

from litestar import Response, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app import lists, relations
from app.relations import LONGEST_MUTE, LONGEST_NOTE, Relationship, relationships
from app.square import Square
from app.store import lists as kept
from app.store.engines import Tx
from app.store.lists import MOST_LISTS
from app.text import clean, is_too_long
from app.web.answers import done, local_path
from app.web.posts import at_most
from app.web.profiles import existing_account
from app.web.requests import Invalid, PageRequest
from app.web.visits import Visit, account_of, signed_in

Path = Annotated[str, Meta(max_length=2000)]
Choice = Literal["", "yes", "no"]
_MEANT: Final = {"": None, "yes": True, "no": False}


class ActForm(Struct, frozen=True):
    """Where to go on to; the person's page where nothing is said."""

    next: Path = ""


class FollowForm(Struct, frozen=True):
    """How to follow: with what somebody boosts, and told of each post; "" as it is, or as it is at first."""

    boosts: Choice = ""
    notifies: Choice = ""
    next: Path = ""


class MuteForm(Struct, frozen=True):
    """For how many seconds, 0 for good, and whether notifications of somebody go as well."""

    lasts: Annotated[int, Meta(ge=0, le=LONGEST_MUTE // 1000)] = 0
    notifications: bool = True
    next: Path = ""


class NoteForm(Struct, frozen=True):
    """What to note of somebody; "" takes the note away."""

    note: Annotated[str, Meta(max_length=8 * LONGEST_NOTE)] = ""
    next: Path = ""


class ListsForm(Struct, frozen=True):
    """The lists in which somebody is to stand; they stand in no other."""

    lists: Annotated[list[Annotated[str, Meta(pattern="^[0-9]{1,18}\\Z")]], Meta(max_length=MOST_LISTS)] = []
    next: Path = ""


Act = Callable[[Tx, int, int], Awaitable[object]]


class _Acting:
    """An act of the reader towards whoever has a handle, and where to go on to."""

    def __init__(self, request: PageRequest, square: Square, visit: Visit, at_handle: str) -> None:
        self._request = request
        self._square = square
        self._reader = account_of(visit).id
        self._at_handle = at_handle
        self.now = square.clock.now()

    async def does(self, act: Act, onward: str) -> Response[Relationship]:
        """Do it, and tell how the two stand now. Raises NotFoundException."""

        async def work(tx: Tx) -> tuple[str, Relationship]:
            person = await existing_account(tx, self._at_handle)
            await act(tx, self._reader, person.id)
            stand = await relationships(tx, self._reader, [person.id], self.now)
            return f"/@{person.handle}", stand[person.id]

        page, stand = await self._square.database.write(work)
        return done(self._request, local_path(onward, page) if onward else page, stand)


@post("/{at_handle:str}/follow", tags=["people"], guards=[signed_in])
async def follow(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: FollowForm
) -> Response[Relationship]:
    """Begin to follow somebody, or ask to where they want to be asked; said again it changes how."""
    acting = _Acting(request, square, visit, at_handle)
    wish = {"boosts": _MEANT[data.boosts], "notifies": _MEANT[data.notifies]}
    return await acting.does(lambda tx, me, them: relations.follow(tx, me, them, acting.now, **wish), data.next)


@post("/{at_handle:str}/unfollow", tags=["people"], guards=[signed_in])
async def unfollow(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ActForm
) -> Response[Relationship]:
    """Cease to follow somebody, or to ask."""
    return await _Acting(request, square, visit, at_handle).does(relations.unfollow, data.next)


@post("/{at_handle:str}/accept", tags=["people"], guards=[signed_in])
async def accept(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ActForm
) -> Response[Relationship]:
    """Let somebody follow who asks to."""
    acting = _Acting(request, square, visit, at_handle)

    async def act(tx: Tx, me: int, them: int) -> None:
        if not await relations.accept(tx, me, them, acting.now):
            raise NotFoundException

    return await acting.does(act, data.next)


@post("/{at_handle:str}/reject", tags=["people"], guards=[signed_in])
async def reject(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ActForm
) -> Response[Relationship]:
    """Let somebody not follow who asks to."""

    async def act(tx: Tx, me: int, them: int) -> None:
        if not await relations.reject(tx, me, them):
            raise NotFoundException

    return await _Acting(request, square, visit, at_handle).does(act, data.next)


@post("/{at_handle:str}/remove-follower", tags=["people"], guards=[signed_in])
async def remove_follower(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ActForm
) -> Response[Relationship]:
    """Have somebody follow no longer."""
    return await _Acting(request, square, visit, at_handle).does(relations.remove_follower, data.next)


@post("/{at_handle:str}/block", tags=["people"], guards=[signed_in])
async def block(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ActForm
) -> Response[Relationship]:
    """Have nothing to do with somebody."""
    acting = _Acting(request, square, visit, at_handle)
    return await acting.does(lambda tx, me, them: relations.block(tx, me, them, acting.now), data.next)


@post("/{at_handle:str}/unblock", tags=["people"], guards=[signed_in])
async def unblock(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ActForm
) -> Response[Relationship]:
    """Cease to block somebody."""
    return await _Acting(request, square, visit, at_handle).does(relations.unblock, data.next)


@post("/{at_handle:str}/mute", tags=["people"], guards=[signed_in])
async def mute(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: MuteForm
) -> Response[Relationship]:
    """Read nothing of somebody, for a while or for good."""
    acting = _Acting(request, square, visit, at_handle)

    async def act(tx: Tx, me: int, them: int) -> None:
        lasts = data.lasts * 1000
        await relations.mute(tx, me, them, acting.now, lasts=lasts, notifications=data.notifications)

    return await acting.does(act, data.next)


@post("/{at_handle:str}/unmute", tags=["people"], guards=[signed_in])
async def unmute(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ActForm
) -> Response[Relationship]:
    """Read somebody again."""
    return await _Acting(request, square, visit, at_handle).does(relations.unmute, data.next)


@post("/{at_handle:str}/note", tags=["people"], guards=[signed_in])
async def take_note(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: NoteForm
) -> Response[Relationship]:
    """Note something of somebody for oneself."""
    note = clean(data.note)
    if is_too_long(note, LONGEST_NOTE):
        raise Invalid({"note": at_most(LONGEST_NOTE)})
    acting = _Acting(request, square, visit, at_handle)
    return await acting.does(lambda tx, me, them: relations.take_note(tx, me, them, note), data.next)


@post("/{at_handle:str}/lists", tags=["people"], guards=[signed_in])
async def choose_lists(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, data: ListsForm
) -> Response[Relationship]:
    """Have somebody stand in these lists of one's own, and in no other."""
    wanted = set(map(int, data.lists))

    async def act(tx: Tx, me: int, them: int) -> None:
        own = await kept.lists_of(tx, me)
        if wanted - {one.id for one in own}:
            raise NotFoundException
        for one in own:
            if one.id in wanted:
                await lists.put_in_list(tx, one, [them])
            else:
                await kept.take_from_list(tx, one.id, [them])

    return await _Acting(request, square, visit, at_handle).does(act, data.next)


routes = [
    follow,
    unfollow,
    accept,
    reject,
    remove_follower,
    block,
    unblock,
    mute,
    unmute,
    take_note,
    choose_lists,
]
