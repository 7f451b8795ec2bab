"""Proposals as people meet them: where each stands, what it would change, and what it takes."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from app.changes import Difference, compare, rule_text
from app.store.engines import Tx
from app.store.governed import values_of
from app.store.rules import Words, standing_versions, versions_of, words_of
from app.store.votes import turnouts, votes_among
from governance.acts.proposals import AmendRule, AnyChange, EnactRule, RepealRule, SetTerm
from governance.acts.words import Class
from governance.proposals import Proposal
from governance.rules import RuleVersion
from governance.terms import Term, size_of
from governance.votes import Vote, is_strict

Kind = Literal["enact", "amend", "repeal", "term"]
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


class ChangeShown(Struct, frozen=True):
    """What a proposal would change: `rule` is the number of the rule concerned and `base` its version that changes.

    Both are 0 where there is none. `difference` is None for a term, `term` is None for a rule.
    """

    kind: Kind
    rule: int
    base: int
    label: str
    title: str
    difference: Difference | None
    term: TermChange | None


class ProposalLine(Struct, frozen=True, rename={"class_": "class"}):
    """A proposal in a list; `due_at` is when its phase may end (Unix ms), 0 when it is over.

    `ballots` lie in the box, `needed` is the quorum in persons once a vote is open, and `counts` (yes, no, blank) are
    None before its close.
    """

    proposal: int
    url: str
    kind: Kind
    rule: int
    label: str
    title: str
    term: str
    value: str
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
    counts: tuple[int, int, int] | None


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


def kind_of(change: AnyChange) -> Kind:
    """The kind of a change by its name."""
    match change:
        case EnactRule():
            return "enact"
        case AmendRule():
            return "amend"
        case RepealRule():
            return "repeal"
        case SetTerm():
            return "term"


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


async def show_change(tx: Tx, number: int, proposal: Proposal) -> ChangeShown:
    """What a proposal would change, or has changed: against the version that stood when it came into force."""
    change = proposal.change
    if isinstance(change, SetTerm):
        term = (await values_of(tx, Term, [change.name]))[change.name]
        told = TermChange(term.name, term.value, change.value, term.floor, term.ceiling, term.entrenched)
        return ChangeShown("term", 0, 0, "", "", None, told)
    drafted = await words_of(tx, [proposal.written])
    newer = None
    if not isinstance(change, RepealRule):
        newer = rule_text(change.rule, drafted.get(proposal.written, Words()))
    if isinstance(change, EnactRule):
        return ChangeShown("enact", 0, 0, change.rule.label, newer.title if newer else "", compare(None, newer), None)
    base = await _base(tx, number, change.target)
    words = await words_of(tx, [base.enacted])
    older = rule_text(base, words.get(base.enacted, Words()))
    return ChangeShown(
        kind_of(change), change.target, base.version, older.label, older.title, compare(older, newer), None
    )


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
    lines = []
    for number, proposal in proposals.items():
        named = _named(proposal, standing, words)
        lines.append(_line(number, proposal, votes.get(proposal.vote), boxes.get(proposal.vote, 0), named, now))
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
        case SetTerm():
            return "", ""


def _line(
    number: int, proposal: Proposal, vote: Vote | None, ballots: int, named: tuple[str, str], now: int
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
        value=change.value if isinstance(change, SetTerm) else "",
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
