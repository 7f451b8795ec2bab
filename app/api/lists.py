"""Lists of accounts that somebody reads together."""

from typing import Annotated

from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app import lists
from app.api.accounts import known_id
from app.api.callers import person
from app.api.circles import around, span_of
from app.api.entities import Account
from app.api.paging import MOST_AT_ONCE, Paging, ids_asked, number_in, paged
from app.api.routes import delete, get, post, put
from app.api.views import View
from app.lists import LONGEST_TITLE
from app.square import Square
from app.store import lists as kept
from app.store.accounts import accounts_among
from app.store.circles import Span
from app.store.engines import Tx
from app.store.lists import MOST_IN_LIST, Replies
from app.text import clean_line, is_blank, is_too_long
from app.web.posts import at_most
from app.web.requests import Asked, Invalid, PageRequest
from app.web.sentences import say


class List(Struct, frozen=True):
    """A list."""

    id: str
    title: str
    replies_policy: Replies
    exclusive: bool


class Done(Struct, frozen=True):
    """What is told of something done that leaves nothing to tell of: an empty object."""


class NewList(Struct, frozen=True):
    """A list to be made."""

    title: Annotated[str, Meta(max_length=8 * LONGEST_TITLE)]
    replies_policy: Replies = "list"
    exclusive: bool = False


class ChangedList(Struct, frozen=True):
    """What is to change in a list; what is None stays."""

    title: Annotated[str, Meta(max_length=8 * LONGEST_TITLE)] | None = None
    replies_policy: Replies | None = None
    exclusive: bool | None = None


class ListedForm(Struct, frozen=True):
    """The accounts that are meant."""

    account_ids: Annotated[list[str], Meta(max_length=MOST_AT_ONCE)] = []


def list_as(one: kept.List) -> List:
    """A list in the names that clients know."""
    return List(str(one.id), one.title, one.replies, one.exclusive)


def title_in(text: str) -> str:
    """The title of a list or a filter as it is kept. Raises Invalid."""
    return line_in("title", text, LONGEST_TITLE)


def line_in(name: str, text: str, longest: int) -> str:
    """A line that was sent under this name as it is kept. Raises Invalid."""
    line = clean_line(text)
    if is_blank(line):
        raise Invalid({name: say("This must not be empty.")})
    if is_too_long(line, longest):
        raise Invalid({name: at_most(longest)})
    return line


async def own_list(tx: Tx, view: View, list_id: str) -> kept.List:
    """A list of the caller's. Raises NotFoundException for everybody else's."""
    found = await kept.list_of(tx, view.reader or 0, known_id(list_id))
    if found is None:
        raise NotFoundException
    return found


@get("/api/v1/lists", person("read:lists"))
async def show_lists(square: Square, view: View) -> list[List]:
    """The caller's lists."""
    found = await square.database.read(lambda tx: kept.lists_of(tx, view.reader or 0))
    return [list_as(one) for one in found]


@post("/api/v1/lists", person("write:lists"))
async def create_list(square: Square, view: View, data: NewList) -> List:
    """Make a list."""
    title = title_in(data.title)
    made = await lists.make_list(square, view.reader or 0, title, data.replies_policy, exclusive=data.exclusive)
    return list_as(made)


@get("/api/v1/lists/{list_id:str}", person("read:lists"))
async def show_list(square: Square, view: View, list_id: str) -> List:
    """A list."""
    return list_as(await square.database.read(lambda tx: own_list(tx, view, list_id)))


@put("/api/v1/lists/{list_id:str}", person("write:lists"))
async def change_list(square: Square, view: View, list_id: str, data: ChangedList) -> List:
    """Change a list's title, its replies, or whether it takes from the home timeline."""
    title = title_in(data.title) if data.title is not None else None

    async def work(tx: Tx) -> List:
        old = await own_list(tx, view, list_id)
        changed = kept.List(
            old.id,
            old.account,
            old.title if title is None else title,
            data.replies_policy or old.replies,
            old.exclusive if data.exclusive is None else data.exclusive,
        )
        await kept.change_list(tx, changed)
        return list_as(changed)

    return await square.database.write(work)


@delete("/api/v1/lists/{list_id:str}", person("write:lists"))
async def remove_list(square: Square, view: View, list_id: str) -> Done:
    """Take a list away."""

    async def work(tx: Tx) -> Done:
        if not await kept.remove_list(tx, view.reader or 0, known_id(list_id)):
            raise NotFoundException
        return Done()

    return await square.database.write(work)


@get("/api/v1/lists/{list_id:str}/accounts", person("read:lists"))
async def show_listed(
    request: PageRequest, square: Square, view: View, list_id: str, paging: Paging
) -> Response[list[Account]]:
    """Who stands in a list; all of them with `limit=0`."""
    found = await square.database.read(lambda tx: own_list(tx, view, list_id))
    span = Span(MOST_IN_LIST) if paging.limit == 0 else span_of(paging)
    page = await around(square, view, "list", found.id, span)
    return paged(request, page.accounts, page.ids, more=len(page.ids) == span.most)


@post("/api/v1/lists/{list_id:str}/accounts", person("write:lists"))
async def put_in_list(request: Asked, square: Square, view: View, list_id: str, data: ListedForm) -> Done:
    """Put accounts into a list that the caller follows."""
    asked = _accounts_in(request, data)

    async def work(tx: Tx) -> Done:
        found = await own_list(tx, view, list_id)
        if set(asked) - (await accounts_among(tx, asked)).keys():
            raise NotFoundException
        await lists.put_in_list(tx, found, asked)
        return Done()

    return await square.database.write(work)


@delete("/api/v1/lists/{list_id:str}/accounts", person("write:lists"))
async def take_from_list(request: Asked, square: Square, view: View, list_id: str, data: ListedForm) -> Done:
    """Take accounts out of a list."""
    asked = _accounts_in(request, data)

    async def work(tx: Tx) -> Done:
        await kept.take_from_list(tx, (await own_list(tx, view, list_id)).id, asked)
        return Done()

    return await square.database.write(work)


@get("/api/v1/accounts/{account_id:str}/lists", person("read:lists"))
async def show_lists_with(square: Square, view: View, account_id: str) -> list[List]:
    """Those of the caller's lists in which an account stands."""
    found = await square.database.read(lambda tx: kept.lists_with(tx, view.reader or 0, known_id(account_id)))
    return [list_as(one) for one in found]


def _accounts_in(request: Asked, data: ListedForm) -> list[int]:
    """The accounts that a body or an address names. Raises NotFoundException for what is no id."""
    numbers = [number_in(one) for one in data.account_ids]
    if None in numbers:
        raise NotFoundException
    return [*(number for number in numbers if number is not None), *ids_asked(request, "account_ids")]


routes = [
    show_lists,
    create_list,
    show_list,
    change_list,
    remove_list,
    show_listed,
    put_in_list,
    take_from_list,
    show_lists_with,
]
