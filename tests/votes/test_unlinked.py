"""Whoever has a copy of the tables after a vote joins no mark to a ballot, by no column and by no order of rows.

A box has its ballots in the order in which they came. So anything that tells, member by member, when somebody was there
would join the two, rank by rank: every column of every table that names a member is tried, what the database keeps
beside the columns as well.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from app.store.engines import Tx
from app.store.tables import TABLES
from app.store.transaction import Row, Value
from tests.votes.told import Receipt
from tests.votes.town import NAMES, Town, rule
from tests.web.serving import Site

VOTERS = tuple(f"voter{n}" for n in range(40))
MINUTE = 60_000
MORNING = 6 * 60 * MINUTE
CHANCE = 0.6
"""How far two orders of forty may agree by chance: beyond it lies one pair of orders in a hundred thousand."""

Order = dict[int, float]
"""What a column says of members, by number."""


def test_no_order_of_rows_joins_ballots_to_voters(site: Site) -> None:
    """They sign in, look around, and vote an hour later one by one, more than a minute apart, in another order."""
    town = Town.settled(site, [*NAMES, *VOTERS])
    try:
        proposal = town.proposes("ann", **rule())
        vote = town.to_vote(proposal).vote
        at_dawn(town)
        chance = Random(7)
        for name in chance.sample(VOTERS, len(VOTERS)):
            assert 200 == town.program(name).get("/me").status_code
        site.clock.advance(60 * MINUTE)
        receipts = _vote_one_by_one(town, vote, chance.sample(VOTERS, len(VOTERS)))
        site.clock.set(town.told(proposal).due_at + MINUTE // 60)
        town.ticks(2)
        places = {int(town.members[name][2:]): float(receipt.place) for name, receipt in receipts.items()}
        orders = town.read(lambda tx: _orders(tx, _identities(town)))
        joined = {name: round(agreement(order, places), 2) for name, order in orders.items()}
        assert {} == {name: found for name, found in joined.items() if abs(found) > CHANCE}
        assert {"mark.member", "session.seen_at", "account.created_day"} <= orders.keys()
    finally:
        town.close()


def test_an_order_that_agrees_is_seen() -> None:
    """What this test would find, it finds: the same order, its reverse, and not one of chance."""
    places = {member: float(place) for place, member in enumerate(Random(1).sample(range(40), 40))}
    assert 1.0 == agreement({member: place * 1000 for member, place in places.items()}, places)
    assert -1.0 == agreement({member: -place for member, place in places.items()}, places)
    assert abs(agreement({member: float(member) for member in places}, places)) < CHANCE


def at_dawn(town: Town) -> None:
    """It is six in the morning, so that all that follows is on one day."""
    day = 24 * 60 * MINUTE
    now = town.site.clock.now()
    town.passes(f"{(MORNING - now) % day}ms")


def _vote_one_by_one(town: Town, vote: int, order: Sequence[str]) -> Mapping[str, Receipt]:
    receipts = {}
    for place, name in enumerate(order):
        town.site.clock.advance(MINUTE + 1_000)
        receipts[name] = town.casts(name, vote, place % 3)
    return receipts


def agreement(order: Order, places: Order) -> float:
    """Spearman's rank correlation over the members who have both; 0 where a column says little of them."""
    both = [member for member in order if member in places]
    if len(both) < 20 or len({order[member] for member in both}) < 10:
        return 0.0
    ours, theirs = (_ranks([values[member] for member in both]) for values in (order, places))
    mean = (len(both) - 1) / 2
    spread = [sum((rank - mean) ** 2 for rank in ranks) for ranks in (ours, theirs)]
    together = sum((a - mean) * (b - mean) for a, b in zip(ours, theirs, strict=True))
    return together / math.sqrt(spread[0] * spread[1])


def _ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, equal ones sharing theirs."""
    first = {value: place for place, value in reversed(list(enumerate(sorted(values))))}
    count = {value: values.count(value) for value in first}
    return [first[value] + (count[value] - 1) / 2 for value in values]


def _identities(town: Town) -> Mapping[Value, int]:
    """Each voter's number by whatever names them in a table."""
    named: dict[Value, int] = {}
    for name in VOTERS:
        member = int(town.members[name][2:])
        named |= dict.fromkeys((member, town.members[name], town.accounts[name], name), member)
    return named


async def _orders(tx: Tx, identities: Mapping[Value, int]) -> dict[str, Order]:
    """By table and column what stands beside a voter: numbers, sizes, and where and by whom the row was written."""
    orders: dict[str, Order] = {}
    for table in TABLES:
        name = str(table._meta.tablename)
        for row in await _rows(tx, name):
            members = {identities[value] for value in row.values() if value in identities}
            for column, size in _sizes(row):
                for member in members:
                    orders.setdefault(f"{name}.{column}", {})[member] = size
    return orders


async def _rows(tx: Tx, table: str) -> list[Row]:
    """The rows as they lie there, with what the database knows of each."""
    if tx.kind == "postgresql":
        at = "(ctid::text::point)[0] * 10000 + (ctid::text::point)[1]"
        hidden = f", xmin::text::bigint as xmin, ({at})::bigint as ctid"
        return await tx.rows(f'select *{hidden} from "{table}"', ())
    sql = await tx.rows("select sql from sqlite_master where name = ?", (table,))
    hidden = "" if "without rowid" in str(sql[0]["sql"]).lower() else ", rowid as row_id"
    return await tx.rows(f'select *{hidden} from "{table}"', ())


def _sizes(row: Row) -> Iterator[tuple[str, float]]:
    for column, value in row.items():
        if isinstance(value, int):
            yield column, float(value)
        elif isinstance(value, str | bytes):
            yield column, float(len(value))
