"""Elections: who stands, when one may go to the vote, and whom the ballots choose.

A ballot approves as many candidates as its voter likes. Its choice is a number whose bit n stands for the candidate at
place n, in the order in which they stood; 0 is a blank ballot.
"""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct, structs

from governance.acts.words import Role
from governance.errors import Refused
from governance.members import Electing, Member
from governance.state import Changes, State

MOST_CANDIDATES = 32


class Candidates(Struct, frozen=True, gc=False):
    """Who stands in an election, by its proposal: the numbers of members, in the order in which they stood."""

    members: tuple[int, ...]


class Elected(Struct, frozen=True, gc=False):
    """Whom an election chose, by its proposal, most approvals first.

    `waiting` have not been given the office yet, which was due at `due_at` (Unix ms).
    """

    role: Role
    winners: tuple[int, ...]
    waiting: tuple[int, ...]
    due_at: int


def candidates_of(state: State, proposal: int) -> tuple[int, ...]:
    """The candidates of an election, in the order in which they stood."""
    candidates = state[Candidates, proposal]
    return () if candidates is None else candidates.members


def approved(choice: int, candidates: Sequence[int]) -> tuple[int, ...]:
    """The candidates that a ballot approves."""
    return tuple(candidate for place, candidate in enumerate(candidates) if choice >> place & 1)


def is_carried(approvals: int, ballots: int, threshold: Fraction) -> bool:
    """Whether a candidate is approved by more than the threshold of the ballots cast, blank ones among them."""
    return approvals > threshold * ballots


def winners(
    standing: Sequence[tuple[int, int]], approvals: Sequence[int], *, seats: int, ballots: int, threshold: Fraction
) -> tuple[int, ...]:
    """Whom an election chose, most approvals first; among equals who is longer in the register.

    `standing` are the candidates' numbers, each with the place in the register.
    """
    ranked = sorted(
        (-got, place, member)
        for (member, place), got in zip(standing, approvals, strict=True)
        if is_carried(got, ballots, threshold)
    )
    return tuple(member for _, _, member in ranked[:seats])


def standing_of(state: State, candidates: Sequence[int]) -> list[tuple[int, int]]:
    """Candidates with their places in the register."""
    state.need([(Member, candidate) for candidate in candidates])
    members = [(candidate, state[Member, candidate]) for candidate in candidates]
    return [(candidate, member.place) for candidate, member in members if member is not None]


def check_may_run(state: State, role: Role) -> None:
    """One election for an office is at the vote at a time."""
    electing = state[Electing, role]
    if electing is not None and not electing.closed:
        raise Refused(
            "elect-4",
            "the election of proposal %(proposal)s for the same office is not closed yet",
            proposal=electing.proposal,
        )


def apply_run(role: Role, proposal: int, at: int) -> Changes:
    """The election goes to the vote: offices that end meanwhile are held until its close."""
    return {(Electing, role): Electing(proposal, at, 0)}


def apply_ran(state: State, role: Role, at: int) -> Changes:
    """The vote is closed."""
    electing = state[Electing, role]
    return {} if electing is None else {(Electing, role): structs.replace(electing, closed=at)}
