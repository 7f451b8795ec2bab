"""The reader's own keyword filters: making, changing and taking them away."""

from typing import Annotated

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app import filters
from app.filters import LONGEST_KEYWORD, LONGEST_TITLE
from app.square import Square
from app.store import filters as kept
from app.store.engines import Tx
from app.store.filters import CONTEXTS, MOST_FILTERS, MOST_IN_FILTER, Action, Context, Filter, Keyword
from app.text import clean_line, is_blank, is_too_long
from app.web.answers import Answer, Done, answer, done
from app.web.lists import title_of
from app.web.posts import at_most, known_id
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say, say_many
from app.web.visits import Visit, account_of, signed_in, visit_of


class FilterForm(Struct, frozen=True):
    """A filter: a keyword a line; `lasts` is for how many days from now, 0 for good, "" as it is."""

    title: Annotated[str, Meta(max_length=8 * LONGEST_TITLE)]
    contexts: list[Context] = []
    action: Action = "warn"
    keywords: Annotated[str, Meta(max_length=8 * LONGEST_KEYWORD * MOST_IN_FILTER)] = ""
    whole: bool = False
    lasts: Annotated[str, Meta(pattern="^([0-9]{1,4})?\\Z")] = "0"


class FilterLine(Struct, frozen=True):
    """A filter of the reader's; `until` in Unix ms, None for good; `whole` where it looks for whole words alone."""

    id: str
    title: str
    contexts: tuple[Context, ...]
    action: Action
    until: int | None
    keywords: tuple[str, ...]
    whole: bool
    posts: int


class FiltersPage(Struct, frozen=True):
    """The reader's filters, and the form for another."""

    items: tuple[FilterLine, ...]
    may_make: bool


def line_of(one: Filter) -> FilterLine:
    """A filter as it is told."""
    words = tuple(word.keyword for word in one.keywords)
    whole = all(word.whole for word in one.keywords)
    return FilterLine(str(one.id), one.title, one.contexts, one.action, one.until, words, whole, len(one.posts))


async def filters_page(request: PageRequest) -> Answer[FiltersPage]:
    """The reader's filters."""
    square, reader = square_of(request), account_of(await visit_of(request)).id
    found = await square.database.read(lambda tx: kept.filters_of(tx, reader))
    return answer(request, "people/filters.html", FiltersPage(tuple(map(line_of, found)), len(found) < MOST_FILTERS))


async def filter_page(request: PageRequest) -> Answer[FilterLine]:
    """A filter of the reader's."""
    square, visit = square_of(request), await visit_of(request)
    found = await square.database.read(lambda tx: _own(tx, visit, str(request.path_params["filter_id"])))
    return answer(request, "people/filter.html", line_of(found))


@get("/me/filters", tags=["people"], guards=[signed_in])
async def show_filters(request: PageRequest) -> Answer[FiltersPage]:
    """My filters."""
    return await filters_page(request)


@post("/me/filters", tags=["people"], guards=[signed_in], opt={"again": filters_page})
async def create_filter(request: PageRequest, square: Square, visit: Visit, data: FilterForm) -> Response[Done]:
    """Make a filter."""
    new = Filter(square.post_ids.next(square.clock.now()), account_of(visit).id, "", (), "warn", None)
    made = _filled(square, new, data)
    await square.database.write(lambda tx: filters.save(tx, made))
    return done(request, "/me/filters", Done("/me/filters"))


@get("/me/filters/{filter_id:str}", tags=["people"], guards=[signed_in])
async def show_filter(request: PageRequest, filter_id: str) -> Answer[FilterLine]:
    """A filter of mine."""
    return await filter_page(request)


@post("/me/filters/{filter_id:str}", tags=["people"], guards=[signed_in], opt={"again": filter_page})
async def change_filter(
    request: PageRequest, square: Square, visit: Visit, filter_id: str, data: FilterForm
) -> Response[Done]:
    """Change a filter; the posts that it names stay."""

    async def work(tx: Tx) -> None:
        await kept.lock_filters(tx, account_of(visit).id)
        await filters.save(tx, _filled(square, await _own(tx, visit, filter_id), data))

    await square.database.write(work)
    return done(request, "/me/filters", Done("/me/filters"))


@post("/me/filters/{filter_id:str}/delete", tags=["people"], guards=[signed_in])
async def remove_filter(request: PageRequest, square: Square, visit: Visit, filter_id: str) -> Response[Done]:
    """Take a filter away."""

    async def work(tx: Tx) -> None:
        if not await filters.remove(tx, account_of(visit).id, known_id(filter_id)):
            raise NotFoundException

    await square.database.write(work)
    return done(request, "/me/filters", Done("/me/filters"))


async def _own(tx: Tx, visit: Visit, filter_id: str) -> Filter:
    found = await kept.filter_of(tx, account_of(visit).id, known_id(filter_id))
    if found is None:
        raise NotFoundException
    return found


def _filled(square: Square, old: Filter, form: FilterForm) -> Filter:
    """The filter that a form says. Raises Invalid."""
    title, now = title_of(form.title), square.clock.now()
    if not form.contexts:
        raise Invalid({"contexts": say("Choose at least one place.")})
    words = _words(form.keywords)
    if not words and not old.posts:
        raise Invalid({"keywords": say("Write at least one keyword.")})
    before = {word.keyword: word.id for word in old.keywords}
    keywords = tuple(Keyword(before.get(word) or square.post_ids.next(now), word, form.whole) for word in words)
    lasts = int(form.lasts) * 86_400_000 if form.lasts else None
    return Filter(
        old.id,
        old.account,
        title,
        tuple(context for context in CONTEXTS if context in form.contexts),
        form.action,
        old.until if lasts is None else now + lasts if lasts else None,
        keywords,
        old.posts,
    )


def _words(text: str) -> list[str]:
    lines = [clean_line(line) for line in text.split("\n")]
    words = list(dict.fromkeys(line for line in lines if not is_blank(line)))
    if any(is_too_long(word, LONGEST_KEYWORD) for word in words):
        raise Invalid({"keywords": at_most(LONGEST_KEYWORD)})
    if len(words) > MOST_IN_FILTER:
        most = say_many("A filter has at most %(n)s keyword.", "A filter has at most %(n)s keywords.", MOST_IN_FILTER)
        raise Invalid({"keywords": most})
    return words


routes = [show_filters, create_filter, show_filter, change_filter, remove_filter]
