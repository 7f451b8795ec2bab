"""Who holds which office."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import value_of, values_of
from governance.acts.words import Role
from governance.members import Granted, Office, number


class _Id(Struct, frozen=True):
    id: int


class _TextId(Struct, frozen=True):
    id: str


async def office_of(tx: Tx, role: Role, member: str | None, now: int) -> Office | None:
    """The office, if a member ("m:17") holds it now."""
    if member is None or not member.startswith("m:"):
        return None
    office = await value_of(tx, Office, f"{role}/{number(member)}")
    return office if office is not None and now < office.until else None


async def offices_held(tx: Tx, now: int) -> list[Office]:
    """Every office that is held now, stewards and moderators each in the order of their grants."""
    sql = "select id from gov_office where until > {} order by id"
    ids = [row.id for row in await tx.all(_TextId, sql, now)]
    held = (await values_of(tx, Office, ids)).values()
    return sorted(held, key=lambda office: (office.role != "steward", office.grant))


async def grants_among(tx: Tx, numbers: Sequence[int]) -> dict[int, Granted]:
    """The powers that these entries granted, in their order."""
    found = await values_of(tx, Granted, numbers)
    return {number: found[number] for number in numbers if number in found}


async def grants_before(tx: Tx, before: int, most: int) -> dict[int, Granted]:
    """The powers that were granted, newest first, those before an entry."""
    sql = "select id from gov_grant where id < {} order by id desc limit {}"
    return await grants_among(tx, [row.id for row in await tx.all(_Id, sql, before, most)])
