"""The entries that decided cases, also where a case was decided anew since."""

from msgspec import Struct

from app.store.engines import Tx
from app.store.ledger import read_bodies, read_head
from governance.entry import decode


class _Entry(Struct, frozen=True):
    entry: int


async def last_before(tx: Tx, at: int) -> int:
    """The last entry dated before a time (Unix ms), 0 where there is none but the founding."""
    low, high = 1, (await read_head(tx)).size
    while low < high:
        middle = (low + high) // 2
        (body,) = await read_bodies(tx, middle, middle + 1)
        low, high = (middle + 1, high) if decode(body).at < at else (low, middle)
    return low - 1


async def decisions_after(tx: Tx, after: int, most: int) -> list[int]:
    """The entries after `after` that decided a case, in order, at most `most`."""
    # An appeal names the decision that it is against, which stands there also when the case has been decided again.
    sql = (
        "select entry from (select decision as entry from gov_case where decision > {} "
        "union select decision as entry from gov_appeal where decision > {}) as decided order by entry limit {}"
    )
    return [row.entry for row in await tx.all(_Entry, sql, after, after, most)]
