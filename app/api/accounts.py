"""Accounts: everybody's, found by id, handle or name."""

from typing import Annotated

from litestar.exceptions import NotFoundException
from msgspec import Meta

from app.api import entities
from app.api.callers import anybody
from app.api.paging import ids_asked, number_in
from app.api.people import account_list
from app.api.routes import get
from app.api.views import View, handle_in
from app.square import Square
from app.store.accounts import account_by_handle
from app.web.requests import PageRequest

MOST_AT_ONCE = 40
USUAL = 20
Text = Annotated[str, Meta(max_length=500)]


def known_id(text: str) -> int:
    """The number of an id in an address. Raises NotFoundException for what is none."""
    number = number_in(text)
    if number is None:
        raise NotFoundException
    return number


@get("/api/v1/accounts/{account_id:str}", anybody("read:accounts"))
async def show_account(square: Square, view: View, account_id: str) -> entities.Account:
    """An account."""
    return await _one(square, view, known_id(account_id))


async def _one(square: Square, view: View, account: int) -> entities.Account:
    found = await square.database.read(lambda tx: account_list(tx, [account], view))
    if not found:
        raise NotFoundException
    return found[0]


@get("/api/v1/accounts", anybody("read:accounts"))
async def show_accounts(request: PageRequest, square: Square, view: View) -> list[entities.Account]:
    """Several accounts: `?id[]=1&id[]=2`; those that are not there are left out."""
    ids = ids_asked(request, "id", MOST_AT_ONCE)
    return await square.database.read(lambda tx: account_list(tx, ids, view))


@get("/api/v1/accounts/lookup", anybody("read:accounts"))
async def look_up(square: Square, view: View, acct: Text = "") -> entities.Account:
    """The account of a handle."""
    found = await square.database.read(lambda tx: account_by_handle(tx, handle_in(acct, view)))
    if found is None:
        raise NotFoundException
    return await _one(square, view, found.id)


routes = [look_up, show_accounts, show_account]
