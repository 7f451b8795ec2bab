"""Proposals as people meet them: where each stands, what it would change, and what it takes."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from app.changes import Difference, compare, rule_text
from app.charters import TextChange, show_text_change
from app.rankings import RankingChange, show_ranking_change
from app.store.engines import Tx
from app.store.governed import values_of
from app.store.rules import Words, standing_versions, versions_of, words_of
from app.store.votes import turnouts, votes_among
from governance.acts.proposals import (
    AmendCharter,
    AmendRule,
    AnyChange,
    Elect,
    EnactRule,
    Recall,
    RepealRule,
    SetRanking,
    SetTerm,
)
from governance.acts.words import Class, Role
from governance.charter import Charter
from governance.members import Granted
from governance.proposals import Proposal
from governance.rules import RuleVersion
from governance.state import Id
from governance.terms import Term, size_of
from governance.votes import Vote, is_strict

Kind = Literal["enact", "amend", "repeal", "term", "elect", "recall", "charter", "ranking"]
Phase = Literal[
    "voting",
    "counting",
    "sponsoring",
    "discussion",
    "frozen",
    "between",
    "adopted",
    "enacted",
    "rejected",
    "void",
    "lapsed",
    "withdrawn",
]
"""Where a proposal stands. `counting`: the vote is over and not closed yet; `between`: a change of the charter waits
for its second vote; `adopted`: it waits to come into force; `lapsed`: it found too few sponsors in time."""

PHASES: Final[tuple[Phase, ...]] = ("voting", "counting", "between", "frozen", "discussion", "sponsoring", "adopted")
"""The phases in which something is still to come, in the order in which they are listed."""


class TermChange(Struct, frozen=True):
    """Another value of a term; `standing` is in force now. Amounts are as written: "30d", "7", "3/5"."""

    name: str
    standing: str
    value: str
    floor: str
    ceiling: str
    entrenched: bool


class OfficeChange(Struct, frozen=True):
    """An office that is filled or ended: `seats` of an election; of a recall the `grant`, to whom, and until when."""

    role: Role
    seats: int = 0
    grant: int = 0
    member: str = ""
    until: int = 0


class ChangeShown(Struct, frozen=True):
    """What a proposal would change: `rule` is the number of the rule concerned and `base` its version that changes.

    Both are 0 where there is none. `difference` is None but for a rule, `term` but for a term, `office` but for an
    election or a recall, `charter` but for another text of the charter, and `ranking` but for a ranking.
    """

    kind: Kind
    rule: int = 0
    base: int = 0
    label: str = ""
    title: str = ""
    difference: Difference | None = None
    term: TermChange | None = None
    office: OfficeChange | None = None
    charter: TextChange | None = None
    ranking: RankingChange | None = None


class ProposalLine(Struct, frozen=True, rename={"class_": "class"}):
    """A proposal in a list; `due_at` is when its phase may end (Unix ms), 0 when it is over.

    `role` is that of an election, with its `seats`, or of a recall, with the `member` who holds the office. `ballots`
    lie in the box, `needed` is the quorum in persons once a vote is open, and `counts` (yes, no and blank, or the
    approvals of an election's candidates and the blank ballots) are None before its close.
    """

    proposal: int
    url: str
    kind: Kind
    rule: int
    label: str
    title: str
    term: str
    value: str
    ranking: str
    role: Role | Literal[""]
    seats: int
    member: str
    class_: Class
    phase: Phase
    opened_at: int
    due_at: int
    sponsors: int
    sponsors_needed: int
    vote: int
    ballots: int
    needed: int
    roll: int
    counts: tuple[int, ...] | None


class Takes(Struct, frozen=True, rename={"class_": "class"}):
    """What a class of proposals takes: shares as "3/5", `passes` votes, more than the threshold where `strictly`."""

    class_: Class
    quorum: str
    quorum_min: int
    threshold: str
    strictly: bool
    passes: int


def phase_of(proposal: Proposal, vote: Vote | None, now: int) -> Phase:
    """Where a proposal stands now, by its dates as well as by its entries."""
    if proposal.status == "sponsoring" and now >= proposal.due_at:
        return "lapsed"
    if proposal.status == "voting" and vote is not None and now >= vote.closes:
        return "counting"
    return proposal.status


_KINDS: Final[dict[type[AnyChange], Kind]] = {
    EnactRule: "enact",
    AmendRule: "amend",
    RepealRule: "repeal",
    SetTerm: "term",
    Elect: "elect",
    Recall: "recall",
    AmendCharter: "charter",
    SetRanking: "ranking",
}


def kind_of(change: AnyChange) -> Kind:
    """The kind of a change by its name."""
    return _KINDS[type(change)]


def takes(terms: Mapping[str, Term], class_: Class) -> Takes:
    """What a class takes under the terms in force; `terms` holds `quorum_…` and `threshold_…` of every class."""
    least = int(size_of(terms["quorum_min"].value))
    quorum, threshold = terms[f"quorum_{class_}"].value, terms[f"threshold_{class_}"].value
    return Takes(class_, quorum, least, threshold, is_strict(class_), 2 if class_ == "charter" else 1)


async def classes(tx: Tx) -> dict[Class, Takes]:
    """What each class takes now."""
    known: tuple[Class, ...] = ("ordinary", "restricting", "charter")
    names = ["quorum_min", *(f"{what}_{class_}" for what in ("quorum", "threshold") for class_ in known)]
    found = {str(name): term for name, term in (await values_of(tx, Term, names)).items()}
    return {class_: takes(found, class_) for class_ in known}


async def show_change(tx: Tx, number: int, proposal: Proposal, charter: Charter) -> ChangeShown:
    """What a proposal would change, or has changed: against what stood when it came into force.

    `charter` is the charter as it was founded.
    """
    change = proposal.change
    match change:
        case SetTerm():
            term = (await values_of(tx, Term, [change.name]))[change.name]
            told = TermChange(term.name, term.value, change.value, term.floor, term.ceiling, term.entrenched)
            return ChangeShown("term", term=told)
        case Elect():
            return ChangeShown("elect", office=OfficeChange(change.role, change.seats))
        case Recall():
            granted = (await values_of(tx, Granted, [change.grant]))[change.grant]
            return ChangeShown("recall", office=_recalled(change.grant, granted))
        case SetRanking():
            return ChangeShown("ranking", ranking=await show_ranking_change(tx, proposal, change))
        case AmendCharter():
            return ChangeShown("charter", charter=await show_text_change(tx, proposal, change, charter))
        case _:
            return await _show_rule_change(tx, number, proposal, change)


def _recalled(grant: int, granted: Granted) -> OfficeChange:
    return OfficeChange(granted.role, 0, grant, f"m:{granted.member}", granted.until)


async def _show_rule_change(
    tx: Tx, number: int, proposal: Proposal, change: EnactRule | AmendRule | RepealRule
) -> ChangeShown:
    drafted = await words_of(tx, [proposal.written])
    newer = None
    if not isinstance(change, RepealRule):
        newer = rule_text(change.rule, drafted.get(proposal.written, Words()))
    if isinstance(change, EnactRule):
        return ChangeShown("enact", 0, 0, change.rule.label, newer.title if newer else "", compare(None, newer))
    base = await _base(tx, number, change.target)
    words = await words_of(tx, [base.enacted])
    older = rule_text(base, words.get(base.enacted, Words()))
    difference = compare(older, newer)
    return ChangeShown(kind_of(change), change.target, base.version, older.label, older.title, difference)


async def _base(tx: Tx, number: int, rule: int) -> RuleVersion:
    """The version that a proposal changes: the latest one that the proposal itself has not brought."""
    versions = await versions_of(tx, rule)
    brought = next((version.version for version in versions if version.proposal == number), 0)
    return versions[brought - 2] if brought else versions[-1]


async def list_lines(tx: Tx, proposals: Mapping[int, Proposal], now: int) -> tuple[ProposalLine, ...]:
    """Proposals as lines of a list, in the order given; one query a kind."""
    votes = await votes_among(tx, {proposal.vote for proposal in proposals.values() if proposal.vote})
    boxes = await turnouts(tx, votes)
    targets = {p.change.target for p in proposals.values() if isinstance(p.change, AmendRule | RepealRule)}
    standing = await standing_versions(tx, targets)
    entries = {proposal.written for proposal in proposals.values()} | {one.enacted for one in standing.values()}
    words = await words_of(tx, entries)
    recalls = {p.change.grant for p in proposals.values() if isinstance(p.change, Recall)}
    granted = await values_of(tx, Granted, recalls)
    lines = []
    for number, proposal in proposals.items():
        named = _named(proposal, standing, words)
        office = _office(proposal.change, granted)
        vote, ballots = votes.get(proposal.vote), boxes.get(proposal.vote, 0)
        lines.append(_line(number, proposal, vote, ballots, named, office, now))
    return tuple(lines)


def _named(proposal: Proposal, standing: Mapping[int, RuleVersion], words: Mapping[int, Words]) -> tuple[str, str]:
    """Label and title of the rule that a proposal is about."""
    change = proposal.change
    match change:
        case EnactRule():
            return change.rule.label, words.get(proposal.written, Words()).title
        case AmendRule() | RepealRule():
            version = standing[change.target]
            return version.label, words.get(version.enacted, Words()).title
        case _:
            return "", ""


def _office(change: AnyChange, granted: Mapping[Id, Granted]) -> OfficeChange | None:
    match change:
        case Elect():
            return OfficeChange(change.role, change.seats)
        case Recall():
            return _recalled(change.grant, granted[change.grant])
        case _:
            return None


def _line(
    number: int,
    proposal: Proposal,
    vote: Vote | None,
    ballots: int,
    named: tuple[str, str],
    office: OfficeChange | None,
    now: int,
) -> ProposalLine:
    change = proposal.change
    closed = vote is not None and vote.status != "open"
    return ProposalLine(
        proposal=number,
        url=f"/proposals/{number}",
        kind=kind_of(change),
        rule=change.target if isinstance(change, AmendRule | RepealRule) else 0,
        label=named[0],
        title=named[1],
        term=change.name if isinstance(change, SetTerm) else "",
        ranking=change.ranking if isinstance(change, SetRanking) else "",
        value=change.value if isinstance(change, SetTerm) else "",
        role=office.role if office else "",
        seats=office.seats if office else 0,
        member=office.member if office else "",
        class_=proposal.class_,
        phase=phase_of(proposal, vote, now),
        opened_at=proposal.opened_at,
        due_at=proposal.due_at,
        sponsors=proposal.sponsors,
        sponsors_needed=proposal.needed,
        vote=proposal.vote,
        ballots=ballots,
        needed=vote.ballots_needed if vote else 0,
        roll=vote.roll_size if vote else proposal.edge,
        counts=vote.counts if vote and closed else None,
    )
