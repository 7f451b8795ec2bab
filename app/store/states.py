"""How many cases and votes there are in each state, for whoever runs the square."""

from msgspec import Struct

from app.store.engines import Tx


class InState(Struct, frozen=True):
    """How many are in a state."""

    state: str
    number: int


async def cases_by_state(tx: Tx, now: int) -> list[InState]:
    """Cases: open, open past their date (overdue), decided, reversed, lifted; a state without any is missing."""
    sql = (
        "select state, count(*) as number from"
        " (select case when status = 'open' and due_at <= {} then 'overdue' else status end as state from gov_case)"
        " as found group by state order by state"
    )
    return await tx.all(InState, sql, now)


async def votes_by_state(tx: Tx) -> list[InState]:
    """Votes: open, adopted, rejected, void; a state without any is missing."""
    sql = "select status as state, count(*) as number from gov_vote group by status order by status"
    return await tx.all(InState, sql)
