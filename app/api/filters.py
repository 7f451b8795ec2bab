"""Keyword filters of the caller, in the second version of clients' filters."""

from collections.abc import Sequence
from typing import Annotated, Literal

from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from app import filters
from app.api.accounts import known_id
from app.api.callers import person
from app.api.entities import Filter, FilterKeyword, FilterResult, FilterStatus
from app.api.lists import Done, line_in, title_in
from app.api.routes import delete, get, post, put
from app.api.views import View
from app.clock import iso
from app.filters import LONGEST_KEYWORD, LONGEST_TITLE
from app.posts import Caught
from app.square import Square
from app.store import filters as kept
from app.store.engines import Tx
from app.store.filters import CONTEXTS, MOST_IN_FILTER, Action, Context, Kept, Keyword
from app.web.requests import Invalid
from app.web.sentences import say

Seconds = Annotated[int, Meta(ge=0, le=10 * 365 * 86_400)]
Words = Annotated[str, Meta(max_length=8 * LONGEST_KEYWORD)]
Asked = Literal["warn", "hide", "blur"]


class KeywordForm(Struct, frozen=True):
    """A keyword: a new one, or with an `id` one that is there, changed or taken away."""

    keyword: Words = ""
    whole_word: bool | None = None
    id: str = ""
    destroy: bool = field(name="_destroy", default=False)


class FilterForm(Struct, frozen=True):
    """A filter, or what is to change in one: what is None stays. `expires_in` 0 is for good."""

    title: Annotated[str, Meta(max_length=8 * LONGEST_TITLE)] | None = None
    context: list[Context] | None = None
    filter_action: Asked | None = None
    expires_in: Seconds | None = None
    keywords_attributes: Annotated[list[KeywordForm], Meta(max_length=2 * MOST_IN_FILTER)] = []


def filter_as(one: kept.Filter) -> Filter:
    """A filter in the names that clients know."""
    return Filter(
        id=str(one.id),
        title=one.title,
        context=one.contexts,
        expires_at=iso(one.until) if one.until is not None else None,
        filter_action=one.action,
        keywords=tuple(keyword_as(word) for word in one.keywords),
        statuses=tuple(status_as(post) for post in one.posts),
    )


def keyword_as(one: Keyword) -> FilterKeyword:
    """A keyword in the names that clients know."""
    return FilterKeyword(str(one.id), one.keyword, one.whole)


def status_as(one: Kept) -> FilterStatus:
    """A post that a filter names, as clients know it."""
    return FilterStatus(str(one.id), str(one.post))


def result_as(caught: Caught, post: str) -> FilterResult:
    """What a filter caught, as it stands in a post."""
    until = iso(caught.until) if caught.until is not None else None
    of = Filter(
        id=caught.id, title=caught.title, context=caught.contexts, expires_at=until, filter_action=caught.action
    )
    return FilterResult(of, caught.keywords or None, (post,) if caught.named else None)


async def own_filter(tx: Tx, view: View, filter_id: str) -> kept.Filter:
    """A filter of the caller's. Raises NotFoundException for everybody else's."""
    found = await kept.filter_of(tx, view.reader or 0, known_id(filter_id))
    if found is None:
        raise NotFoundException
    return found


@get("/api/v2/filters", person("read:filters"))
async def show_filters(square: Square, view: View) -> list[Filter]:
    """The caller's filters."""
    found = await square.database.read(lambda tx: kept.filters_of(tx, view.reader or 0))
    return [filter_as(one) for one in found]


@post("/api/v2/filters", person("write:filters"))
async def create_filter(square: Square, view: View, data: FilterForm) -> Filter:
    """Make a filter."""
    if data.title is None:
        raise Invalid({"title": say("This is missing.")})
    if not data.context:
        raise Invalid({"context": say("This is missing.")})
    new = kept.Filter(square.post_ids.next(view.now), view.reader or 0, "", (), "warn", None)

    async def work(tx: Tx) -> Filter:
        made = _changed(square, new, data, view)
        await filters.save(tx, made)
        return filter_as(made)

    return await square.database.write(work)


@get("/api/v2/filters/{filter_id:str}", person("read:filters"))
async def show_filter(square: Square, view: View, filter_id: str) -> Filter:
    """A filter."""
    return filter_as(await square.database.read(lambda tx: own_filter(tx, view, filter_id)))


@put("/api/v2/filters/{filter_id:str}", person("write:filters"))
async def change_filter(square: Square, view: View, filter_id: str, data: FilterForm) -> Filter:
    """Change a filter; keywords that are not named stay."""
    if data.context == []:
        raise Invalid({"context": say("This must not be empty.")})

    async def work(tx: Tx) -> Filter:
        await kept.lock_filters(tx, view.reader or 0)
        changed = _changed(square, await own_filter(tx, view, filter_id), data, view)
        await filters.save(tx, changed)
        return filter_as(changed)

    return await square.database.write(work)


@delete("/api/v2/filters/{filter_id:str}", person("write:filters"))
async def remove_filter(square: Square, view: View, filter_id: str) -> Done:
    """Take a filter away."""

    async def work(tx: Tx) -> Done:
        if not await filters.remove(tx, view.reader or 0, known_id(filter_id)):
            raise NotFoundException
        return Done()

    return await square.database.write(work)


def keyword_in(text: str) -> str:
    """A keyword as it is kept. Raises Invalid."""
    return line_in("keyword", text, LONGEST_KEYWORD)


def holding(
    old: kept.Filter, contexts: Sequence[Context] | None, hides: bool | None, seconds: int | None, now: int
) -> kept.Filter:
    """A filter with where it holds, whether it hides, and for how long (0: for good); what is None stays."""
    action: Action = "hide" if hides else "warn"
    return replace(
        old,
        contexts=old.contexts if contexts is None else tuple(one for one in CONTEXTS if one in contexts),
        action=old.action if hides is None else action,
        until=old.until if seconds is None else now + seconds * 1000 if seconds else None,
    )


def _changed(square: Square, old: kept.Filter, data: FilterForm, view: View) -> kept.Filter:
    hides = None if data.filter_action is None else data.filter_action == "hide"
    return replace(
        holding(old, data.context, hides, data.expires_in, view.now),
        title=old.title if data.title is None else title_in(data.title),
        keywords=_keywords(square, old, data.keywords_attributes, view),
    )


def _keywords(square: Square, old: kept.Filter, forms: Sequence[KeywordForm], view: View) -> tuple[Keyword, ...]:
    """The keywords of a filter once some are added, changed and taken away. Raises NotFoundException."""
    found = {one.id: one for one in old.keywords}
    for form in forms:
        if not form.id:
            if not form.destroy:
                id_ = square.post_ids.next(view.now)
                found[id_] = Keyword(id_, keyword_in(form.keyword), form.whole_word is not False)
            continue
        one = found.get(known_id(form.id))
        if one is None:
            raise NotFoundException
        if form.destroy:
            del found[one.id]
            continue
        word = keyword_in(form.keyword) if form.keyword else one.keyword
        found[one.id] = Keyword(one.id, word, one.whole if form.whole_word is None else form.whole_word)
    return tuple(found.values())


routes = [show_filters, create_filter, show_filter, change_filter, remove_filter]
