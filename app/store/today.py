"""The square today, beside a timeline: the votes that are open, and what concerns the reader."""

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import values_of
from app.store.ledger import openings_of
from app.store.mine import Told, closed_votes
from governance.acts.proposals import AmendCharter, AmendRule, Elect, EnactRule, Recall, RepealRule, SetRanking, SetTerm
from governance.cases import Case
from governance.members import Member, number
from governance.proposals import Proposal
from governance.votes import Vote, is_on_roll

MOST_VOTES = 3
TOLD_FOR = 7 * 86_400_000
"""Milliseconds after its date for which a vote's close is told beside a timeline; `/me` tells it for ever."""


class OpenVote(Struct, frozen=True):
    """A vote that takes ballots: `subject` is the rule's title or the term; `may_vote` is None for a visitor."""

    vote: int
    proposal: int
    kind: str
    subject: str
    closes: int
    roll: int
    needed: int
    voted: int
    may_vote: bool | None
    has_voted: bool


class MyCase(Struct, frozen=True):
    """A case about a post of the reader's, with the date that counts in it."""

    case: int
    until: int
    appeal_until: int
    is_appealed: bool


class Today(Struct, frozen=True):
    """At most three open votes, those that close first, and what concerns the reader.

    `cases` restrict something of theirs now; of each vote `closed` of late that had them on its roll they are told
    whether a mark stands for them.
    """

    votes: tuple[OpenVote, ...]
    cases: tuple[MyCase, ...]
    closed: tuple[Told, ...]


class _Open(Struct, frozen=True):
    id: int
    voted: int
    mine: int


class _Id(Struct, frozen=True):
    id: int


async def today_of(tx: Tx, member: str | None, now: int) -> Today:
    """What stands beside a timeline for this reader; one query a kind."""
    reader = number(member) if member is not None and member.startswith("m:") else -1
    sql = (
        "select v.id, coalesce((select size from box where vote = v.id), 0) as voted,"
        " (select count(*) from mark where vote = v.id and member = {}) as mine"
        " from gov_vote v where v.status = 'open' and v.closes > {} and v.proposal > 0 order by v.closes limit {}"
    )
    rows = await tx.all(_Open, sql, reader, now, MOST_VOTES)
    votes = await values_of(tx, Vote, [row.id for row in rows])
    proposals = await values_of(tx, Proposal, {vote.proposal for vote in votes.values()})
    titles = await _titles(tx, [proposal.written for proposal in proposals.values()])
    person = (await values_of(tx, Member, [reader])).get(reader) if reader >= 0 else None
    shown = []
    for row in rows:
        vote = votes[row.id]
        proposal = proposals[vote.proposal]
        shown.append(
            OpenVote(
                vote=row.id,
                proposal=vote.proposal,
                kind=kind_of(proposal),
                subject=titles.get(proposal.written, "") or subject_of(proposal),
                closes=vote.closes,
                roll=vote.roll_size,
                needed=vote.ballots_needed,
                voted=row.voted,
                may_vote=None if person is None else is_on_roll(vote, reader, person),
                has_voted=row.mine > 0,
            )
        )
    told = await closed_votes(tx, member, now - TOLD_FOR, MOST_VOTES) if member is not None else []
    return Today(tuple(shown), await _my_cases(tx, member, now), tuple(told))


def kind_of(proposal: Proposal) -> str:
    """The kind of a proposal's change: enact, amend, repeal or term."""
    tag = proposal.change.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def subject_of(proposal: Proposal) -> str:
    """What a change is about where it brings no title."""
    match proposal.change:
        case SetTerm(name=name):
            return name
        case RepealRule(target=target):
            return str(target)
        case EnactRule(rule=rule) | AmendRule(rule=rule):
            return rule.label
        case Elect(role=role):
            return role
        case Recall(grant=grant):
            return str(grant)
        case SetRanking(ranking=ranking):
            return ranking
        case AmendCharter():
            return ""


async def _titles(tx: Tx, entries: list[int]) -> dict[int, str]:
    return {row.entry: row.value for row in await openings_of(tx, entries) if row.field == "title"}


async def _my_cases(tx: Tx, member: str | None, now: int) -> tuple[MyCase, ...]:
    if member is None:
        return ()

    sql = "select id from gov_case where author = {} and until > {} and outcome = 'restrict' order by until limit 5"
    cases = await values_of(tx, Case, [row.id for row in await tx.all(_Id, sql, member, now)])
    return tuple(
        MyCase(int(number_), case.until, case.appeal_until, bool(case.author_appeal))
        for number_, case in cases.items()
        if case.restricts
    )
