"""Elections as people meet them: who stands, how many approve of whom, and who took office."""

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import value_of, values_of
from app.store.offices import elections_run, grants_by
from governance.acts.proposals import AnyChange, Elect
from governance.acts.words import Role
from governance.elections import Candidates, Elected, approved
from governance.members import Electing, Member, Office, is_held
from governance.state import State
from governance.votes import Vote


class Candidate(Struct, frozen=True):
    """Who stands: `bit` of a ballot's choice approves them, `holds` says that they hold the office now.

    `approvals` are None before the close. `elected`: the ballots chose them; `grant` is the entry that gave them the
    office, 0 for none. `left`: their account is closed.
    """

    member: str
    bit: int
    holds: bool
    left: bool
    approvals: int | None
    elected: bool
    grant: int


class ElectionShown(Struct, frozen=True):
    """An election: its candidates in the order in which they stood, `needed` the approvals that have to be exceeded.

    `ballots` were counted, `blank` ones among them; all three are None before the close. `waits_for` is the election
    for the same office that is at the vote and has to be closed first, 0 for none.
    """

    role: Role
    seats: int
    candidates: tuple[Candidate, ...]
    ballots: int | None
    blank: int | None
    waits_for: int


async def candidates_of(tx: Tx, proposal: int) -> tuple[int, ...]:
    """The numbers of those who stand in an election."""
    found = await value_of(tx, Candidates, proposal)
    return found.members if found is not None else ()


async def approved_by(tx: Tx, vote: Vote, choice: int) -> tuple[str, ...] | None:
    """The candidates whom a ballot approves, None where the vote is no election."""
    if not vote.approval or vote.poll:
        return None
    return tuple(f"m:{one}" for one in approved(choice, await candidates_of(tx, vote.proposal)))


async def show_election(tx: Tx, number: int, change: AnyChange, vote: Vote | None, now: int) -> ElectionShown | None:
    """An election as it stands now, None where the proposal is none."""
    if not isinstance(change, Elect):
        return None
    standing = await candidates_of(tx, number)
    members = await values_of(tx, Member, standing)
    offices = await values_of(tx, Office, [f"{change.role}/{one}" for one in standing])
    run = await elections_run(tx)
    elected = await value_of(tx, Elected, number)
    chosen = elected.winners if elected is not None else ()
    grants = await grants_by(tx, number, chosen)
    closed = vote is not None and vote.status != "open"
    counts = vote.counts if vote is not None and closed else None

    def shown(place: int, one: int) -> Candidate:
        office = offices.get(f"{change.role}/{one}")
        return Candidate(
            member=f"m:{one}",
            bit=1 << place,
            holds=office is not None and is_held(run, office, now),
            left=members[one].closed > 0,
            approvals=counts[place] if counts else None,
            elected=one in chosen,
            grant=grants.get(one, 0),
        )

    return ElectionShown(
        role=change.role,
        seats=change.seats,
        candidates=tuple(shown(place, one) for place, one in enumerate(standing)),
        ballots=vote.sealed_size if vote is not None and closed else None,
        blank=counts[-1] if counts else None,
        waits_for=_waits_for(run, change.role, number, vote),
    )


def _waits_for(run: State, role: Role, number: int, vote: Vote | None) -> int:
    electing = run[Electing, role]
    waits = vote is None and electing is not None and not electing.closed and electing.proposal != number
    return electing.proposal if waits and electing is not None else 0
