"""Proposals and votes as people look at them: what is under way, who sponsors, how a box stands."""

from collections.abc import Collection

import msgspec
from msgspec import Struct

from app.store.accounts import account_by_id
from app.store.boxes import read_box_tile
from app.store.engines import Tx
from app.store.governed import values_of
from governance.acts.proposals import AmendRule, EnactRule
from governance.members import Member, number
from governance.proposals import Proposal
from governance.rules import target_of
from governance.votes import Vote, count_places, places_counted
from ledger.merkle import nodes_for_inclusion, prove_inclusion
from ledger.tiles import node_reader, tiles_holding

MOST_UNDER_WAY = 500

_UNDER_WAY = (
    "(status in ('voting', 'frozen', 'between', 'discussion', 'adopted') or (status = 'sponsoring' and due_at > {}))"
)


class _Id(Struct, frozen=True):
    id: int


class _Member(Struct, frozen=True):
    member: int


class _Vote(Struct, frozen=True):
    vote: int


class _Size(Struct, frozen=True):
    vote: int
    size: int


class _Counted(Struct, frozen=True):
    choice: int
    count: int


class _MemberRow(Struct, frozen=True, gc=False):
    id: int
    value: bytes


_decode_member = msgspec.json.Decoder(Member).decode


class _Number(Struct, frozen=True):
    n: int


class _Commitment(Struct, frozen=True):
    commitment: bytes


class RejectedText(Struct, frozen=True):
    """A text that was voted down: the entry that brought it, and the label of its rule."""

    written: int
    label: str


async def proposals_of(tx: Tx, numbers: Collection[int]) -> dict[int, Proposal]:
    """Proposals by number."""
    found = await values_of(tx, Proposal, numbers)
    return {int(number): proposal for number, proposal in found.items()}


async def under_way(tx: Tx, now: int) -> dict[int, Proposal]:
    """Proposals on which something is still to come, newest first."""
    sql = f"select id from gov_proposal where {_UNDER_WAY} order by id desc limit {MOST_UNDER_WAY}"
    return await _in_order(tx, [row.id for row in await tx.all(_Id, sql, now)])


async def over(tx: Tx, now: int, before: int, most: int) -> dict[int, Proposal]:
    """Proposals that are over, newest first, those before an entry."""
    sql = f"select id from gov_proposal where id < {{}} and not {_UNDER_WAY} order by id desc limit {{}}"
    return await _in_order(tx, [row.id for row in await tx.all(_Id, sql, before, now, most)])


async def about_rule(tx: Tx, rule: int, now: int) -> dict[int, Proposal]:
    """Proposals under way that would amend or repeal a rule, newest first."""
    wanted = {f"amend/{rule}", f"repeal/{rule}"}
    return {id_: value for id_, value in (await under_way(tx, now)).items() if target_of(value.change) in wanted}


async def charters_enacted(tx: Tx) -> dict[int, Proposal]:
    """The proposals that brought another text of the charter into force, the first one first."""
    rows = await tx.all(_Id, "select id from gov_proposal where kind = 'charter' and status = 'enacted' order by id")
    return await _in_order(tx, [row.id for row in rows])


async def rejected_texts(tx: Tx) -> dict[int, RejectedText]:
    """The texts of rules that were rejected last, by number of the proposal, newest first."""
    rejected = "select id from gov_proposal where status = 'rejected' and kind in ('enact', 'amend')"
    sql = f"{rejected} order by id desc limit {MOST_UNDER_WAY}"
    found = await _in_order(tx, [row.id for row in await tx.all(_Id, sql)])
    return {
        number: RejectedText(one.written, one.change.rule.label)
        for number, one in found.items()
        if isinstance(one.change, EnactRule | AmendRule)
    }


async def _in_order(tx: Tx, ids: list[int]) -> dict[int, Proposal]:
    found = await proposals_of(tx, ids)
    return {id_: found[id_] for id_ in ids}


async def sponsors_of(tx: Tx, proposal: int, version: int) -> list[int]:
    """The members who sponsor a version of a proposal."""
    # All keys of the version: "0" is what follows "/".
    sql = "select member from gov_sponsor where id >= {} and id < {} order by member"
    first = f"{proposal}/{version}"
    return [row.member for row in await tx.all(_Member, sql, f"{first}/", f"{first}0")]


async def votes_on(tx: Tx, proposal: int) -> dict[int, Vote]:
    """The votes on a proposal, by number, the first one first."""
    rows = await tx.all(_Id, "select id from gov_vote where proposal = {} order by id", proposal)
    found = await votes_among(tx, [row.id for row in rows])
    return {row.id: found[row.id] for row in rows}


async def votes_among(tx: Tx, numbers: Collection[int]) -> dict[int, Vote]:
    """Votes by number."""
    found = await values_of(tx, Vote, numbers)
    return {int(number): vote for number, vote in found.items()}


async def turnouts(tx: Tx, votes: Collection[int]) -> dict[int, int]:
    """How many ballots lie in each of these boxes; those before the first ballot are missing."""
    rows = await tx.among(_Size, "select vote, size from box where vote in {among}", sorted(votes))
    return {row.vote: row.size for row in rows}


async def marked_for(tx: Tx, votes: Collection[int], account: int) -> set[int]:
    """Those of many votes in which a mark stands for the member behind an account."""
    person = await account_by_id(tx, account)
    if person is None or person.member is None or not person.member.startswith("m:"):
        return set()
    sql = "select vote from mark where member = {} and vote in {among}"
    return {row.vote for row in await tx.among(_Vote, sql, sorted(votes), number(person.member))}


async def recount(tx: Tx, vote: int, value: Vote) -> tuple[int, ...]:
    """The sealed ballots of a box, counted now."""
    sql = "select choice, count(*) as count from box_entry where vote = {} and place < {} group by choice"
    counts = [0] * count_places(value)
    for row in await tx.all(_Counted, sql, vote, value.sealed_size):
        for place in places_counted(value, row.choice):
            counts[place] += row.count
    return tuple(counts)


async def voters_among(tx: Tx, numbers: Collection[int]) -> dict[int, Member]:
    """The members of these numbers that exist, with nothing done that a hot path can do without."""
    sql = "select id, value from gov_member where id in {among}"
    rows = await tx.among(_MemberRow, sql, list(numbers))
    return {row.id: _decode_member(row.value) for row in rows}


async def sort_marks(tx: Tx, vote: int) -> None:
    """Write the marks of a vote anew in the order of the members' numbers.

    PostgreSQL keeps rows in the order in which they came, each with the transaction that brought it, as it does with
    the ballots: rank by rank that would join them. SQLite keeps marks in the order of their key and needs none of it.
    """
    if tx.kind == "sqlite":
        return
    # One transaction brought them all: they were written anew already, or came together and sorted.
    row = await tx.one(_Number, "select count(distinct xmin::text) as n from mark where vote = {}", vote)
    if row is not None and row.n < 2:
        return
    await tx.run(
        "with gone as (delete from mark where vote = {} returning member)"
        " insert into mark (vote, member) select {}, member from gone order by member",
        *(vote, vote),
    )


async def commitment_at(tx: Tx, vote: int, place: int) -> bytes | None:
    """What lies at a place of a box (32 bytes), None where nothing does."""
    sql = "select commitment from box_entry where vote = {} and place = {}"
    row = await tx.one(_Commitment, sql, vote, place)
    return row.commitment if row is not None else None


async def prove_ballot(tx: Tx, vote: int, place: int, size: int) -> list[bytes]:
    """The hashes that prove a place under the box's root at `size`, from the leaf up."""
    wanted = tiles_holding(nodes_for_inclusion(place, size), size)
    held = {tile: await read_box_tile(tx, vote, tile) for tile in wanted}
    return prove_inclusion(place, size, node_reader(size, lambda asked: [held[tile] for tile in asked]))
