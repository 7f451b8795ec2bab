"""Who stands around an account: its followers and the followed, who asks, who is blocked or muted, who is in a list.

Each answers with ids of accounts, the highest first.
"""

from typing import Final, Literal

from msgspec import Struct

from app.store.engines import Tx

Circle = Literal["followers", "following", "requests", "blocks", "mutes", "list"]
HIGHEST: Final = (1 << 63) - 1

_CIRCLES: Final = {
    "followers": "select account as id from follow where target = {} and account < {} and account > {}",
    "following": "select target as id from follow where account = {} and target < {} and target > {}",
    "requests": "select account as id from follow_request where target = {} and account < {} and account > {}",
    "blocks": "select target as id from block where account = {} and target < {} and target > {}",
    "mutes": "select target as id from mute where account = {} and target < {} and target > {} "
    "and (until is null or until > {})",
    "list": "select account as id from list_account where list = {} and account < {} and account > {}",
}


class Span(Struct, frozen=True):
    """At most `most` of the ids between two, both left out: the highest of them, or the lowest with `upwards`."""

    most: int
    below: int = HIGHEST
    above: int = 0
    upwards: bool = False


class _Id(Struct, frozen=True):
    id: int


class _Count(Struct, frozen=True):
    n: int


async def circle_of(tx: Tx, circle: Circle, of: int, span: Span, now: int) -> list[int]:
    """Those who stand around an account (in a list, where `of` is one), the highest id first."""
    order = " order by id limit {}" if span.upwards else " order by id desc limit {}"
    in_force = (now,) if circle == "mutes" else ()
    found = await tx.all(_Id, _CIRCLES[circle] + order, of, span.below, span.above, *in_force, span.most)
    ids = [row.id for row in found]
    return ids[::-1] if span.upwards else ids


async def count_requests(tx: Tx, account: int) -> int:
    """How many ask to follow an account."""
    found = await tx.one(_Count, "select count(*) as n from follow_request where target = {}", account)
    assert found is not None
    return found.n


async def hides_follows(tx: Tx, account: int) -> bool:
    """Whether an account shows nobody whom it follows and who follows it."""
    sql = "select account as id from profile where account = {} and hides_follows"
    return await tx.one(_Id, sql, account) is not None
