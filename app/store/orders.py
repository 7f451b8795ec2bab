"""Emergencies and orders of the law as rows: lists, counts, and what is sealed."""

from collections.abc import Collection

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import load, values_of
from governance.emergencies import Emergency
from governance.orders import Compliance, Order

NEWEST = 2**53


class _Id(Struct, frozen=True):
    id: int


class Counted(Struct, frozen=True):
    """How many there are of something."""

    name: str
    n: int


async def emergencies_before(tx: Tx, before: int, most: int) -> dict[int, Emergency]:
    """Emergencies with a smaller number, newest first."""
    sql = "select id from gov_emergency where id < {} order by id desc limit {}"
    return await emergencies_among(tx, [row.id for row in await tx.all(_Id, sql, before, most)])


async def emergencies_among(tx: Tx, numbers: Collection[int]) -> dict[int, Emergency]:
    """The emergencies of these numbers, in their order."""
    found = await values_of(tx, Emergency, numbers)
    return {number: found[number] for number in numbers if number in found}


async def emergencies_about(tx: Tx, posts: Collection[str]) -> dict[int, Emergency]:
    """The emergencies about these posts, in the order of their numbers."""
    found = await tx.among(_Id, "select id from gov_emergency where post in {among} order by id", sorted(posts))
    return await emergencies_among(tx, [row.id for row in found])


async def unshown_among(tx: Tx, posts: Collection[str]) -> frozenset[str]:
    """Those of these posts whose words nobody is shown: an emergency of that ground stands, which no date ends."""
    about = (await emergencies_about(tx, posts)).values()
    return frozenset(one.post for one in about if one.is_unshown and one.status != "lifted")


async def emergencies_counted(tx: Tx) -> dict[str, int]:
    """How many emergencies there were on each ground."""
    sql = "select ground as name, count(*) as n from gov_emergency group by ground order by ground"
    return {row.name: row.n for row in await tx.all(Counted, sql)}


async def orders_before(tx: Tx, before: int, most: int) -> dict[int, Order]:
    """Orders with a smaller number, newest first."""
    sql = "select id from gov_order where id < {} order by id desc limit {}"
    numbers = [row.id for row in await tx.all(_Id, sql, before, most)]
    found = await values_of(tx, Order, numbers)
    return {number: found[number] for number in numbers}


async def orders_counted(tx: Tx, now: int) -> dict[str, int]:
    """How many orders were received, obeyed, refused, and are sealed now."""
    sql = (
        "select 'received' as name, count(*) as n from gov_order union all "
        "select 'obeyed', count(distinct order_id) from gov_compliance union all "
        "select 'refused', count(*) from gov_order where refused > 0 union all "
        "select 'sealed', count(*) from gov_order where public_at > {}"
    )
    return {row.name: row.n for row in await tx.all(Counted, sql, now)}


async def steps_of_orders(tx: Tx, orders: Collection[int]) -> dict[int, dict[int, Compliance]]:
    """What was done for these orders: by order, by the entry of the act."""
    found = await tx.among(_Id, "select id from gov_compliance where order_id in {among} order by id", sorted(orders))
    done = await values_of(tx, Compliance, [row.id for row in found])
    steps: dict[int, dict[int, Compliance]] = {order: {} for order in orders}
    for row in found:
        steps[done[row.id].order][row.id] = done[row.id]
    return steps


async def page_of_power(tx: Tx, number: int) -> str:
    """The page of an emergency, or of the order that an act obeyed; "" where a number is that of neither."""
    found = await load(tx, [(Emergency, number), (Compliance, number)])
    done = found.get((Compliance, number))
    if isinstance(done, Compliance):
        return f"/orders/{done.order}"
    return f"/emergencies/{number}" if found else ""


async def sealed_entries(tx: Tx, now: int) -> frozenset[int]:
    """The entries whose texts are sealed: of orders, and of all that was done for them."""
    numbers = [row.id for row in await tx.all(_Id, "select id from gov_order where public_at > {}", now)]
    orders = (await values_of(tx, Order, numbers)).items()
    return frozenset(one for number, order in orders for one in (int(number), order.refused, *order.complied) if one)
