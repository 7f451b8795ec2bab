"""Emergencies, counted."""

from msgspec import Struct

from app.store.engines import Tx


class _Count(Struct, frozen=True):
    n: int


async def count_emergencies(tx: Tx) -> int:
    """How many emergencies were ever invoked."""
    row = await tx.one(_Count, "select count(*) as n from gov_emergency")
    assert row is not None
    return row.n
