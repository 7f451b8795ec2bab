"""Lists of accounts that somebody reads together: whoever stands in one is followed by its owner, or is the owner."""

from collections.abc import Sequence
from typing import Final

from app.relations import NotPossible
from app.square import Square
from app.store import lists
from app.store.engines import Tx
from app.store.follows import followed_among
from app.store.lists import List, Replies

LONGEST_TITLE: Final = 200


async def make_list(
    square: Square, owner: int, title: str, replies: Replies = "list", *, exclusive: bool = False
) -> List:
    """Make a list with nobody in it. Raises NotPossible."""

    async def make(tx: Tx) -> List:
        new = List(square.post_ids.next(square.clock.now()), owner, title, replies, exclusive)
        if not await lists.add_list(tx, new):
            raise NotPossible("too many lists")
        return new

    return await square.database.write(make)


async def put_in_list(tx: Tx, of: List, accounts: Sequence[int]) -> None:
    """Put accounts into a list; whoever stands there stays. Raises NotPossible, with nothing done."""
    await lists.lock_follows(tx, of.account, accounts)
    if set(accounts) - {of.account} - await followed_among(tx, of.account, accounts):
        raise NotPossible("not followed")
    if not await lists.put_in_list(tx, of, accounts):
        raise NotPossible("too many in a list")
