"""Filters as older clients know them: each keyword stands for one, and to drop for good is to hide."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from app import filters
from app.api.callers import person
from app.api.errors import Unusable
from app.api.filtered import own_keyword
from app.api.filters import Seconds, Words, holding, keyword_in
from app.api.lists import Done
from app.api.routes import delete, get, post, put
from app.api.views import View
from app.clock import iso
from app.square import Square
from app.store import filters as kept
from app.store.engines import Tx
from app.store.filters import CONTEXTS, Context, Filter, Keyword
from app.web.requests import Invalid
from app.web.sentences import say


class Phrase(Struct, frozen=True):
    """A keyword with what its filter says of it."""

    id: str
    phrase: str
    context: tuple[Context, ...]
    whole_word: bool
    expires_at: str | None
    irreversible: bool


class PhraseForm(Struct, frozen=True):
    """What to look for, and where; what is None stays. `expires_in` 0 is for good."""

    phrase: Words | None = None
    context: Annotated[list[Context], Meta(max_length=2 * len(CONTEXTS))] | None = None
    irreversible: bool | None = None
    whole_word: bool | None = None
    expires_in: Seconds | None = None


@get("/api/v1/filters", person("read:filters"))
async def show_phrases(square: Square, view: View) -> list[Phrase]:
    """The keywords of all of the caller's filters."""
    found = await square.database.read(lambda tx: kept.filters_of(tx, view.reader or 0))
    return [_phrase(of, one) for of in found for one in of.keywords]


@post("/api/v1/filters", person("write:filters"))
async def create_phrase(square: Square, view: View, data: PhraseForm) -> Phrase:
    """Make a filter of one keyword, which is its title too."""
    if not data.phrase or not data.context:
        raise Invalid({"context" if data.phrase else "phrase": say("This is missing.")})
    id_ = square.post_ids.next(view.now)
    word = Keyword(square.post_ids.next(view.now), keyword_in(data.phrase), data.whole_word is not False)
    made = _changed(Filter(id_, view.reader or 0, word.keyword, (), "warn", None, (word,)), data, view.now)

    async def work(tx: Tx) -> Phrase:
        await filters.save(tx, made)
        return _phrase(made, word)

    return await square.database.write(work)


@get("/api/v1/filters/{phrase_id:str}", person("read:filters"))
async def show_phrase(square: Square, view: View, phrase_id: str) -> Phrase:
    """A keyword."""
    return _phrase(*await square.database.read(lambda tx: own_keyword(tx, view, phrase_id)))


@put("/api/v1/filters/{phrase_id:str}", person("write:filters"))
async def change_phrase(square: Square, view: View, phrase_id: str, data: PhraseForm) -> Phrase:
    """Change a keyword, and its filter as far as that has no other: an older client does not see the others."""
    if data.context == []:
        raise Invalid({"context": say("This must not be empty.")})

    async def work(tx: Tx) -> Phrase:
        await kept.lock_filters(tx, view.reader or 0)
        of, old = await own_keyword(tx, view, phrase_id)
        changed = _changed(of, data, view.now)
        if changed != of and len(of.keywords) + len(of.posts) > 1:
            raise Unusable("Validation failed: this filter looks for more, and a newer client changes it")
        word = Keyword(
            old.id,
            old.keyword if data.phrase is None else keyword_in(data.phrase),
            old.whole if data.whole_word is None else data.whole_word,
        )
        changed = replace(changed, keywords=tuple(word if one == old else one for one in of.keywords))
        await filters.save(tx, changed)
        return _phrase(changed, word)

    return await square.database.write(work)


@delete("/api/v1/filters/{phrase_id:str}", person("write:filters"))
async def remove_phrase(square: Square, view: View, phrase_id: str) -> Done:
    """Take a keyword away, and its filter where nothing is left to look for."""

    async def work(tx: Tx) -> Done:
        await kept.lock_filters(tx, view.reader or 0)
        of, old = await own_keyword(tx, view, phrase_id)
        left = replace(of, keywords=tuple(one for one in of.keywords if one != old))
        if left.keywords or left.posts:
            await filters.save(tx, left)
        else:
            await filters.remove(tx, of.account, of.id)
        return Done()

    return await square.database.write(work)


def _phrase(of: Filter, one: Keyword) -> Phrase:
    until = iso(of.until) if of.until is not None else None
    return Phrase(str(one.id), one.keyword, of.contexts, one.whole, until, of.action == "hide")


def _changed(of: Filter, data: PhraseForm, now: int) -> Filter:
    return holding(of, data.context, data.irreversible, data.expires_in, now)


routes = [show_phrases, create_phrase, show_phrase, change_phrase, remove_phrase]
