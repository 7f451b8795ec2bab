"""Who holds which office."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import load, value_of, values_of
from governance.acts.words import Role
from governance.members import NAMES, Electing, Granted, Office, is_held, number
from governance.state import State
from governance.terms import Term, duration


class _Id(Struct, frozen=True):
    id: int


class _TextId(Struct, frozen=True):
    id: str


async def office_of(tx: Tx, role: Role, member: str | None, now: int) -> Office | None:
    """The office, if a member ("m:17") holds it now."""
    if member is None or not member.startswith("m:"):
        return None
    office = await value_of(tx, Office, f"{role}/{number(member)}")
    if office is None or now < office.until:
        return office
    return office if is_held(await elections_run(tx), office, now) else None


async def offices_held(tx: Tx, now: int) -> list[Office]:
    """Every office that is held now, stewards and moderators each in the order of their grants."""
    state = await elections_run(tx)
    sql = "select id from gov_office where until > {} order by id"
    ids = [row.id for row in await tx.all(_TextId, sql, now - duration(state, "prolong"))]
    held = [office for office in (await values_of(tx, Office, ids)).values() if is_held(state, office, now)]
    return sorted(held, key=lambda office: (office.role != "steward", office.grant))


async def offices_among(tx: Tx, members: Sequence[int], now: int) -> dict[int, tuple[Role, ...]]:
    """The offices that each of these members (by number) holds now, of those who hold any."""
    rows = await tx.among(_TextId, "select id from gov_office where member in {among} order by id", members)
    if not rows:
        return {}
    offices = await values_of(tx, Office, [row.id for row in rows])
    state = await elections_run(tx)
    held = [(name, office) for name, office in offices.items() if is_held(state, office, now)]
    found: dict[int, tuple[Role, ...]] = {}
    for name, office in held:
        member = int(str(name).rpartition("/")[2])
        found[member] = (*found.get(member, ()), office.role)
    return found


async def elections_run(tx: Tx) -> State:
    """What the law reads of how long an office is held: the latest election for each, and by how much it prolongs."""
    return State(await load(tx, [(Term, "prolong"), *((Electing, role) for role in NAMES)]))


async def grants_by(tx: Tx, proposal: int, members: Collection[int]) -> dict[int, int]:
    """The entries that gave offices to these members on the basis of an election, by member."""
    rows = await tx.among(_Id, "select id from gov_grant where member in {among} order by id", list(members))
    granted = await values_of(tx, Granted, [row.id for row in rows])
    return {one.member: int(entry) for entry, one in granted.items() if one.elected and one.basis == proposal}


async def grants_among(tx: Tx, numbers: Sequence[int]) -> dict[int, Granted]:
    """The powers that these entries granted, in their order."""
    found = await values_of(tx, Granted, numbers)
    return {number: found[number] for number in numbers if number in found}


async def grants_before(tx: Tx, before: int, most: int) -> dict[int, Granted]:
    """The powers that were granted, newest first, those before an entry."""
    sql = "select id from gov_grant where id < {} order by id desc limit {}"
    return await grants_among(tx, [row.id for row in await tx.all(_Id, sql, before, most)])
