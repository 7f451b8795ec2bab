"""Offices and memberships: granted, ended, left."""

from app.deeds import Request
from app.moderation import number_of
from app.record import Recorded
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.offices import office_of
from governance.acts.members import CloseAccount, Grant, Revoke
from governance.acts.words import Role
from governance.members import Granted, number


async def grant(
    square: Square, steward: Account, member: int, role: Role, duration_ms: int, request: Request
) -> Recorded:
    """Grant a member an office, on the basis of the steward's own. Raises what the door raises."""
    by, now = number_of(steward), square.clock.now()
    office = await square.database.read(lambda tx: office_of(tx, "steward", by, now))
    act = Grant(member, role, now + duration_ms, office.grant if office is not None else 0)
    key, fingerprint = request.of(by)
    return await square.door.record(act, by, request=key, fingerprint=fingerprint)


async def revoke(square: Square, account: Account, granted: int, request: Request) -> Recorded:
    """End an office early: the own one by resignation, another's on the basis of the steward's own."""
    by, now = number_of(account), square.clock.now()

    async def basis(tx: Tx) -> int:
        found = await value_of(tx, Granted, granted)
        if found is not None and found.member == number(by):
            return granted
        office = await office_of(tx, "steward", by, now)
        return office.grant if office is not None else 0

    act = Revoke(granted, await square.database.read(basis))
    key, fingerprint = request.of(by)
    return await square.door.record(act, by, request=key, fingerprint=fingerprint)


async def close_account(square: Square, account: Account, request: Request) -> Recorded:
    """Close one's own account: it does nothing any more, and what it said stays."""
    by = number_of(account)
    key, fingerprint = request.of(by)
    return await square.door.record(CloseAccount(number(by)), by, request=key, fingerprint=fingerprint)
