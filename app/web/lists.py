"""The reader's own lists of people: making them, and who stands in each."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app import lists
from app.lists import LONGEST_TITLE
from app.square import Square
from app.store import lists as kept
from app.store.accounts import account_by_handle
from app.store.circles import Span, circle_of
from app.store.engines import Tx
from app.store.lists import MOST_IN_LIST, MOST_LISTS, Replies
from app.text import clean_line, is_blank, is_too_long
from app.web.answers import Answer, Done, answer, done
from app.web.circles import Person, people_of
from app.web.posts import at_most, known_id
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.visits import Visit, account_of, signed_in, visit_of

LONGEST_HANDLE: Final = 100


class ListForm(Struct, frozen=True):
    """A list; what stands in an exclusive one is not in the home timeline as well."""

    title: Annotated[str, Meta(max_length=8 * LONGEST_TITLE)]
    replies: Replies = "list"
    exclusive: bool = False


class HandleForm(Struct, frozen=True):
    """Somebody's handle, with or without its sign."""

    handle: Annotated[str, Meta(max_length=LONGEST_HANDLE)]


class ListLine(Struct, frozen=True):
    """A list of the reader's."""

    id: str
    title: str
    replies: Replies
    exclusive: bool


class ListsPage(Struct, frozen=True):
    """The reader's lists, and the form for another."""

    items: tuple[ListLine, ...]
    may_make: bool


class ListPage(ListLine, frozen=True):
    """A list and everybody in it, the youngest accounts first."""

    people: tuple[Person, ...]


def line_of(one: kept.List) -> ListLine:
    """A list as it is told."""
    return ListLine(str(one.id), one.title, one.replies, one.exclusive)


def title_of(text: str) -> str:
    """A title as it is kept. Raises Invalid."""
    title = clean_line(text)
    if is_blank(title):
        raise Invalid({"title": say("This must not be empty.")})
    if is_too_long(title, LONGEST_TITLE):
        raise Invalid({"title": at_most(LONGEST_TITLE)})
    return title


async def own_list(tx: Tx, visit: Visit, list_id: str) -> kept.List:
    """A list of the reader's. Raises NotFoundException for everybody else's."""
    found = await kept.list_of(tx, account_of(visit).id, known_id(list_id))
    if found is None:
        raise NotFoundException
    return found


async def lists_page(request: PageRequest) -> Answer[ListsPage]:
    """The reader's lists."""
    square, reader = square_of(request), account_of(await visit_of(request)).id
    found = await square.database.read(lambda tx: kept.lists_of(tx, reader))
    return answer(request, "people/lists.html", ListsPage(tuple(map(line_of, found)), len(found) < MOST_LISTS))


async def list_page(request: PageRequest) -> Answer[ListPage]:
    """A list and who stands in it."""
    square, visit = square_of(request), await visit_of(request)

    async def load(tx: Tx) -> ListPage:
        found = await own_list(tx, visit, str(request.path_params["list_id"]))
        ids = await circle_of(tx, "list", found.id, Span(MOST_IN_LIST), square.clock.now())
        line = line_of(found)
        return ListPage(line.id, line.title, line.replies, line.exclusive, await people_of(tx, ids))

    return answer(request, "people/list.html", await square.database.read(load))


@get("/me/lists", tags=["people"], guards=[signed_in])
async def show_lists(request: PageRequest) -> Answer[ListsPage]:
    """My lists."""
    return await lists_page(request)


@post("/me/lists", tags=["people"], guards=[signed_in], opt={"again": lists_page})
async def create_list(request: PageRequest, square: Square, visit: Visit, data: ListForm) -> Response[Done]:
    """Make a list."""
    title = title_of(data.title)
    made = await lists.make_list(square, account_of(visit).id, title, data.replies, exclusive=data.exclusive)
    return done(request, f"/me/lists/{made.id}", Done(f"/me/lists/{made.id}"))


@get("/me/lists/{list_id:str}", tags=["people"], guards=[signed_in])
async def show_list(request: PageRequest, list_id: str) -> Answer[ListPage]:
    """A list of mine, and who stands in it."""
    return await list_page(request)


@post("/me/lists/{list_id:str}", tags=["people"], guards=[signed_in], opt={"again": list_page})
async def change_list(
    request: PageRequest, square: Square, visit: Visit, list_id: str, data: ListForm
) -> Response[Done]:
    """Change a list's title, its replies, or whether it takes from the home timeline."""
    title = title_of(data.title)

    async def work(tx: Tx) -> None:
        old = await own_list(tx, visit, list_id)
        await kept.change_list(tx, kept.List(old.id, old.account, title, data.replies, data.exclusive))

    await square.database.write(work)
    return done(request, f"/me/lists/{list_id}", Done(f"/me/lists/{list_id}"))


@post("/me/lists/{list_id:str}/delete", tags=["people"], guards=[signed_in])
async def remove_list(request: PageRequest, square: Square, visit: Visit, list_id: str) -> Response[Done]:
    """Take a list away."""

    async def work(tx: Tx) -> None:
        if not await kept.remove_list(tx, account_of(visit).id, known_id(list_id)):
            raise NotFoundException

    await square.database.write(work)
    return done(request, "/me/lists", Done("/me/lists"))


@post("/me/lists/{list_id:str}/add", tags=["people"], guards=[signed_in], opt={"again": list_page})
async def put_in_list(
    request: PageRequest, square: Square, visit: Visit, list_id: str, data: HandleForm
) -> Response[Done]:
    """Put somebody into a list whom one follows."""

    async def work(tx: Tx) -> None:
        of = await own_list(tx, visit, list_id)
        person = await account_by_handle(tx, data.handle.strip().removeprefix("@").lower())
        if person is None:
            raise Invalid({"handle": say("Nobody here has this handle.")})
        await lists.put_in_list(tx, of, [person.id])

    await square.database.write(work)
    return done(request, f"/me/lists/{list_id}", Done(f"/me/lists/{list_id}"))


@post("/me/lists/{list_id:str}/remove", tags=["people"], guards=[signed_in])
async def take_from_list(
    request: PageRequest, square: Square, visit: Visit, list_id: str, data: HandleForm
) -> Response[Done]:
    """Take somebody out of a list."""

    async def work(tx: Tx) -> None:
        of = await own_list(tx, visit, list_id)
        person = await account_by_handle(tx, data.handle.strip().removeprefix("@").lower())
        if person is None:
            raise NotFoundException
        await kept.take_from_list(tx, of.id, [person.id])

    await square.database.write(work)
    return done(request, f"/me/lists/{list_id}", Done(f"/me/lists/{list_id}"))


routes = [show_lists, create_list, show_list, change_list, remove_list, put_in_list, take_from_list]
