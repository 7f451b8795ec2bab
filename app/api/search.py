"""Searching, as clients do it."""

from typing import Annotated, Final, Literal

import regex
from litestar.params import QueryParameter
from msgspec import Struct
from msgspec.structs import replace

from app.api.callers import Caller, anybody, person
from app.api.entities import Account, Search, Status, Tag
from app.api.paging import Paging, number_in
from app.api.people import account_list
from app.api.routes import get
from app.api.speech import statuses_as
from app.api.tags import tags_as
from app.api.views import View, handle_in
from app.asking import LONGEST
from app.posts import show_posts
from app.search import search_posts, search_tags
from app.square import Square
from app.store.accounts import account_by_handle, account_by_id
from app.store.engines import Tx
from app.store.posts import posts_among
from app.store.search import Window, find_accounts
from app.store.timelines import NEWEST

USUAL: Final = 20
MOST: Final = 40
MOST_ACCOUNTS: Final = 80
FURTHEST: Final = 10_000

_ADDRESS: Final = regex.compile(r"/(?:@(?P<handle>[A-Za-z0-9_]{1,30})|posts)(?:/(?P<post>[0-9]{1,19}))?/?")

What = Literal["", "accounts", "statuses", "hashtags"]
Query = Annotated[str, QueryParameter(max_length=10 * LONGEST)]
Offset = Annotated[int, QueryParameter(ge=0, le=FURTHEST)]
Flag = Annotated[str, QueryParameter(max_length=10)]


class OlderSearch(Struct, frozen=True):
    """What a search has found, as older clients know it: of hashtags the names."""

    accounts: tuple[Account, ...]
    statuses: tuple[Status, ...]
    hashtags: tuple[str, ...]


@get("/api/v1/search", anybody("read:search"))
async def search_as_before(
    square: Square, view: View, caller: Caller, paging: Paging, q: Query = "", type: What = "", offset: Offset = 0
) -> OlderSearch:
    """The same for older clients."""
    found = await _search(square, view, caller, paging, q, type, offset)
    return OlderSearch(found.accounts, found.statuses, tuple(tag.name for tag in found.hashtags))


@get("/api/v2/search", anybody("read:search"))
async def search(
    square: Square,
    view: View,
    caller: Caller,
    paging: Paging,
    q: Query = "",
    type: What = "",
    offset: Offset = 0,
    following: Flag = "",
    account_id: Annotated[str, QueryParameter(max_length=30)] = "",
) -> Search:
    """Accounts, posts and hashtags; an address of this square finds what stands there."""
    return await _search(square, view, caller, paging, q, type, offset, following, account_id)


async def _search(
    square: Square,
    view: View,
    caller: Caller,
    paging: Paging,
    q: str,
    type: What,
    offset: int,
    following: str = "",
    account_id: str = "",
) -> Search:
    most, skip = paging.most(USUAL, MOST), offset if type else 0

    async def load(tx: Tx) -> Search:
        path = q.strip().removeprefix(view.root) if q.strip().startswith(view.root) else ""
        if path:
            return await _at(tx, path, view)
        found = Search()
        if type in ("", "accounts"):
            ids = await find_accounts(tx, handle_in(q, view), view.reader, _is_true(following), most, skip)
            found = replace(found, accounts=tuple(await account_list(tx, ids, view)))
        if type in ("", "statuses"):
            text = q if not account_id else f"{q} from:{await _handle(tx, account_id)}"
            before, after = paging.max_id or NEWEST, paging.min_id or paging.since_id or 0
            window = Window(before, most, after, skip)
            posts, _ = await search_posts(tx, text, caller.account, view.now, window, view.country)
            found = replace(found, statuses=tuple(await statuses_as(tx, posts, view)))
        if type in ("", "hashtags"):
            found = replace(found, hashtags=await _tags(tx, q, view, most, skip))
        return found

    return await square.database.read(load)


@get("/api/v1/accounts/search", person("read:accounts"))
async def search_accounts(
    square: Square, view: View, paging: Paging, q: Query = "", offset: Offset = 0, following: Flag = ""
) -> list[Account]:
    """Accounts by the beginnings of handle and name."""
    most = paging.most(MOST, MOST_ACCOUNTS)

    async def load(tx: Tx) -> list[Account]:
        ids = await find_accounts(tx, handle_in(q, view), view.reader, _is_true(following), most, offset)
        return await account_list(tx, ids, view)

    return await square.database.read(load)


async def _tags(tx: Tx, q: str, view: View, most: int, skip: int) -> tuple[Tag, ...]:
    return tuple(await tags_as(tx, await search_tags(tx, q, view.now, most, skip), view))


async def _handle(tx: Tx, account_id: str) -> str:
    """The handle of an id, or one that nobody can have."""
    number = number_in(account_id)
    found = await account_by_id(tx, number) if number is not None else None
    return found.handle if found is not None else "_"


async def _at(tx: Tx, path: str, view: View) -> Search:
    """What stands at an address of this square."""
    match = _ADDRESS.fullmatch(path)
    number = number_in(match["post"]) if match is not None and match["post"] else None
    if number is not None:
        return Search(statuses=await _post(tx, number, view))
    person = await account_by_handle(tx, match["handle"].lower()) if match is not None and match["handle"] else None
    return Search(accounts=tuple(await account_list(tx, [person.id], view))) if person is not None else Search()


async def _post(tx: Tx, number: int, view: View) -> tuple[Status, ...]:
    posts = await show_posts(tx, await posts_among(tx, [number]), view.reader, view.now, view.country)
    return tuple(await statuses_as(tx, posts, view))


def _is_true(flag: str) -> bool:
    return flag.lower() in ("true", "1", "on", "t")


routes = [search, search_as_before, search_accounts]
