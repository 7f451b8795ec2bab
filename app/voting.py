"""Votes as people meet them: how one stands, who may vote in it and why, and whether a ballot lies in its box."""

from typing import Final, Literal

from msgspec import Struct

from app.store import boxes
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.votes import commitment_at, prove_ballot, recount, turnouts
from governance.boxes import ballot_commitment
from governance.members import Member, number
from governance.proposals import Proposal
from governance.votes import Vote, is_on_roll
from ledger.merkle import hash_leaf
from ledger.tiles import TILE_WIDTH, entries_path

RECOUNTED: Final = 20_000
"""Ballots up to which a page counts the box again itself; above it, whoever wants to know does."""

Counts = tuple[int, ...]


class Seal(Struct, frozen=True):
    """A box as a seal holds it: `root` in hex, `entry` the seal's, 0 and the empty root before the first."""

    size: int
    root: str
    at: int
    entry: int


class VoteShown(Struct, frozen=True):
    """A vote: what was fixed when it opened, the turnout, and after its close the counts (yes, no, blank).

    Of an `approval`, which fills `seats`, the counts are the approvals of each candidate, and last the blank ballots.

    `needed` is the quorum in persons; where the roll is too small `hides_voters` is false. `recounted` are the
    ballots of the box counted for this page, None where they are too many. `late` ballots came after the seal that
    counts and are void. Under `url` lie the tiles of `box/`, and once it is closed of `openings/` and `marks/`, whose
    roots are in hex; `bundles` are the addresses of their first entries. `proposal` is 0 for the vote of a `jury`
    and for a certified poll, whose post is `poll` and whose counts are those of its answers, and last the blank ones.
    """

    vote: int
    url: str
    proposal: int
    jury: int
    round: int
    status: Literal["open", "counting", "adopted", "rejected", "void", "counted"]
    opened_at: int
    closes: int
    roll_size: int
    roll_root: str
    edge: int
    quorum: str
    quorum_min: int
    needed: int
    threshold: str
    strictly: bool
    approval: bool
    seats: int
    hides_voters: bool
    ballots: int
    sealed: Seal
    closed_at: int
    closed: int
    counts: Counts | None
    recounted: Counts | None
    late: int
    openings_root: str
    marks_root: str
    bundles: tuple[str, ...]
    poll: str = ""


class Franchise(Struct, frozen=True):
    """Whether somebody may vote on a proposal, and why.

    `reason`: a `visitor` is not signed in, who is `waiting` has no number yet, a `guest` never votes, an account is
    `closed`, came too `late` for the roll, or is on the `roll`. `admitted` is the entry that admitted them at
    `admitted_at`; `roll_until` is the latest admission that counts. `voted`: a mark stands for them in the last vote.
    """

    reason: Literal["visitor", "waiting", "guest", "closed", "late", "roll"]
    roll_until: int
    admitted: int = 0
    admitted_at: int = 0
    voted: bool = False


class Found(Struct, frozen=True):
    """What a receipt finds in the box, and the proof of it.

    `lies`: the ballot is `sealed`, lies there `unsealed` as yet, came `late` and is void; another ballot lies at this
    place (`other`), or `nothing`. `leaf` is SHA-256(00 ‖ commitment), `proof` leads from it to the `seal`'s root
    (RFC 6962 §2.1.1), all in hex.
    """

    vote: int
    place: int
    choice: int
    lies: Literal["sealed", "unsealed", "late", "other", "nothing"]
    commitment: str
    leaf: str
    seal: Seal
    proof: tuple[str, ...]


async def show_vote(tx: Tx, index: int, vote: Vote, secret_roll: int, now: int) -> VoteShown:
    """A vote as it stands now; counts are told only after the close."""
    closed = vote.status != "open"
    countable = closed and vote.sealed_size <= RECOUNTED
    ballots = (await turnouts(tx, [index])).get(index, 0)
    return VoteShown(
        vote=index,
        url=f"/votes/{index}",
        proposal=vote.proposal,
        jury=vote.jury,
        round=vote.round,
        status="counting" if vote.status == "open" and now >= vote.closes else vote.status,
        opened_at=vote.opened_at,
        closes=vote.closes,
        roll_size=vote.roll_size,
        roll_root=vote.roll_root,
        edge=vote.edge,
        quorum=vote.quorum,
        quorum_min=vote.quorum_min,
        needed=vote.ballots_needed,
        threshold=vote.threshold,
        strictly=vote.strictly,
        approval=vote.approval,
        seats=vote.seats,
        hides_voters=vote.roll_size >= secret_roll,
        ballots=ballots,
        sealed=seal_of(vote),
        closed_at=vote.closed_at,
        closed=vote.closed,
        counts=vote.counts if closed else None,
        recounted=await recount(tx, index, vote) if countable else None,
        late=vote.late,
        openings_root=vote.openings_root if closed else "",
        marks_root=vote.marks_root if closed else "",
        bundles=_bundles(index, vote),
        poll=vote.poll,
    )


def _bundles(index: int, vote: Vote) -> tuple[str, ...]:
    """The addresses of the first entries of the vote's logs, as far as they are served."""
    sizes = {"box": vote.sealed_size}
    if vote.status != "open":
        sizes |= {"openings": vote.sealed_size, "marks": vote.sealed_size + vote.late}
    return tuple(
        f"/votes/{index}/{part}/{entries_path(0, min(size, TILE_WIDTH))}" for part, size in sizes.items() if size
    )


def seal_of(vote: Vote) -> Seal:
    """The last seal of a vote's box."""
    return Seal(vote.sealed_size, vote.sealed_root, vote.sealed_at, vote.sealed)


async def franchise_of(
    tx: Tx, proposal: Proposal, vote: Vote | None, person: str | None, vote_after: int, *, is_visitor: bool
) -> Franchise:
    """Whether a person ("m:17", None before admission) may vote on a proposal; `vote_after` is the term, in ms."""
    until = proposal.opened_at - vote_after
    if is_visitor:
        return Franchise("visitor", until)
    member = await value_of(tx, Member, number(person)) if person is not None else None
    if person is None or member is None:
        return Franchise("waiting", until)
    if member.guest:
        return Franchise("guest", until)
    marked = proposal.vote > 0 and await boxes.is_marked(tx, proposal.vote, number(person))
    on_roll = 0 <= member.place < proposal.edge and not member.closed
    if vote is not None:
        on_roll = is_on_roll(vote, number(person), member)
    reason: Literal["closed", "late", "roll"] = "roll"
    if not on_roll:
        reason = "closed" if member.closed and member.place < proposal.edge else "late"
    return Franchise(reason, until, number(person), member.admitted, marked)


async def find_ballot(tx: Tx, index: int, vote: Vote, place: int, token: bytes, choice: int) -> Found:
    """Whether the ballot of a receipt lies in the box, with the proof to the last seal; `token` is 32 bytes."""
    wanted = ballot_commitment(index, token, choice)
    there = await commitment_at(tx, index, place)
    proof: list[bytes] = []
    lies: Literal["sealed", "unsealed", "late", "other", "nothing"]
    if there is None:
        lies = "nothing"
    elif there != wanted:
        lies = "other"
    elif place < vote.sealed_size:
        lies = "sealed"
        proof = await prove_ballot(tx, index, place, vote.sealed_size)
    else:
        lies = "unsealed" if vote.status == "open" else "late"
    return Found(
        vote=index,
        place=place,
        choice=choice,
        lies=lies,
        commitment=wanted.hex(),
        leaf=hash_leaf(wanted).hex(),
        seal=seal_of(vote),
        proof=tuple(one.hex() for one in proof),
    )
