"""Accounts: one's own, and everybody's."""

from litestar.exceptions import NotFoundException

from app.api import entities
from app.api.callers import anybody
from app.api.paging import number_in
from app.api.people import account_list
from app.api.routes import get
from app.api.views import View
from app.square import Square
from app.store.engines import Tx


def known_id(text: str) -> int:
    """The number of an id in an address. Raises NotFoundException for what is none."""
    number = number_in(text)
    if number is None:
        raise NotFoundException
    return number


@get("/api/v1/accounts/{account_id:str}", anybody("read:accounts"))
async def show_account(square: Square, view: View, account_id: str) -> entities.Account:
    """An account."""

    async def load(tx: Tx) -> entities.Account:
        found = await account_list(tx, [known_id(account_id)], view)
        if not found:
            raise NotFoundException
        return found[0]

    return await square.database.read(load)


routes = [show_account]
