"""Votes on proposals, of juries and in polls: the roll, the box and its seals, the count, and what the result does.

A ballot is no act: it goes to the vote's box, a small log of its own, whose root and size are sealed into
the ledger. The counts that `CloseVote` states are recounted by every audit from the published openings.
"""

from fractions import Fraction
from typing import Literal

import msgspec
from msgspec import Struct

from governance.acts.proposals import Elect
from governance.acts.votes import CloseVote, OpenVote, SealBox
from governance.acts.words import Class, Role
from governance.elections import Elected, apply_ran, candidates_of, is_carried, standing_of, winners
from governance.entry import Entry
from governance.errors import Refused
from governance.juries import Jury, check_open_jury, check_reasons_of_jurors, jury_of
from governance.members import Member, register_of
from governance.proposals import Proposal, Rejection, proposal_of
from governance.rules import question_of
from governance.state import Changes, State
from governance.terms import count, duration, fraction
from governance.verdicts import apply_verdict

Result = Literal["adopted", "rejected", "void", "counted"]
"""What a vote comes to; a poll is counted, and nothing comes of it."""

YES, NO, BLANK = 0, 1, 2
CHOICES = ("yes", "no", "blank")
"""The words of the choices, by number."""

LAST_SEAL = 60_000
"""Milliseconds after the close within which a seal still counts (POLICY [box-4])."""

EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing: the root of an empty box (RFC 9162 §2.1.1)."""


class Vote(Struct, frozen=True, gc=False):
    """A vote, named by the entry that opened it. What it takes is fixed when it opens.

    Quorum: at least `quorum` of the roll and `quorum_min` persons. Threshold: yes among yes and no, of a jury among all
    ballots cast, at least `threshold`, and more than it where `strictly`. `sealed` and `closed` are the entries of the
    last seal and of the close, 0 for none yet. `proposal` is 0 for the vote of a `jury`, whose roll are the `jurors`,
    sorted; `jury` is 0 for every other. Where it is an `approval`, a ballot may approve any of `options`, and as many
    as there are `seats` are chosen. `poll` is the post of a certified poll, "" for every other vote: its last option
    is the blank ballot, unless it takes several answers, and it has neither proposal nor jury, quorum nor threshold.
    """

    proposal: int
    round: int
    opened_at: int
    closes: int
    edge: int
    roll_size: int
    roll_root: str
    quorum: str
    quorum_min: int
    threshold: str
    strictly: bool
    status: Literal["open"] | Result = "open"
    sealed_size: int = 0
    sealed_root: str = EMPTY_ROOT
    sealed_at: int = 0
    sealed: int = 0
    closed_at: int = 0
    closed: int = 0
    counts: tuple[int, ...] = ()
    openings_root: str = EMPTY_ROOT
    marks_root: str = EMPTY_ROOT
    late: int = 0
    options: int = len(CHOICES)
    approval: bool = False
    seats: int = 0
    jury: int = 0
    jurors: tuple[int, ...] = ()
    poll: str = ""

    @property
    def ballots_needed(self) -> int:
        """The quorum in persons."""
        share = parse_fraction(self.quorum)
        return max(-(-self.roll_size * share.numerator // share.denominator), self.quorum_min)


def parse_fraction(written: str) -> Fraction:
    """3/5 of "3/5"."""
    over, under = written.split("/")
    return Fraction(int(over), int(under))


def vote_of(state: State, index: int) -> Vote:
    """The vote; raises Refused [vote-1] where there is none."""
    vote = state[Vote, index]
    if vote is None:
        raise Refused("vote-1", "there is no vote %(vote)s", vote=index)
    return vote


def is_on_roll(vote: Vote, number: int, member: Member) -> bool:
    """Whether a member may vote: admitted in time, and not closed when the vote opened; of a jury, who sits in it."""
    if vote.jury:
        return number in vote.jurors
    return 0 <= member.place < vote.edge and (member.closed == 0 or member.closed > vote.opened_at)


def has_choice(vote: Vote, choice: int) -> bool:
    """Whether a ballot may say this: one of the options by number, or any of them as a mask of bits."""
    return 0 <= choice < (1 << vote.options if vote.approval else vote.options)


def count_places(vote: Vote) -> int:
    """How many numbers the result has."""
    return vote.options + 1 if vote.approval else vote.options


def places_counted(vote: Vote, choice: int) -> tuple[int, ...]:
    """Which numbers of the result a ballot adds one to."""
    if not vote.approval:
        return (choice,)
    return tuple([place for place in range(vote.options) if choice >> place & 1]) or (vote.options,)


def result_of(vote: Vote, counts: tuple[int, ...]) -> Result:
    """Void without its quorum, else adopted or rejected by the threshold; an election, if it chose anybody."""
    if vote.poll:
        return "counted"
    ballots = vote.sealed_size if vote.approval else sum(counts)
    if ballots < vote.ballots_needed:
        return "void"
    threshold = parse_fraction(vote.threshold)
    if vote.approval:
        chosen = any(is_carried(approvals, ballots, threshold) for approvals in counts[:-1])
        return "adopted" if chosen else "rejected"
    decided = sum(counts) if vote.jury else counts[YES] + counts[NO]
    share = Fraction(counts[YES], decided) if decided else Fraction(0)
    carried = share > threshold if vote.strictly else share >= threshold
    return "adopted" if carried else "rejected"


def winners_of(state: State, vote: Vote, counts: tuple[int, ...]) -> tuple[int, ...]:
    """Whom an election chose by these counts, most approvals first; nobody where its vote is void."""
    if not vote.approval or result_of(vote, counts) != "adopted":
        return ()
    return winners(
        standing_of(state, candidates_of(state, vote.proposal)),
        counts[:-1],
        seats=vote.seats,
        ballots=vote.sealed_size,
        threshold=parse_fraction(vote.threshold),
    )


def check_ballot(vote: Vote, number: int, member: Member | None, choice: int, at: int) -> None:
    """Who is on the roll casts one of the choices before the close.

    A ballot is no act and goes to the box, so the service asks this beside the mark that makes it one a member.
    """
    if vote.status != "open" or at >= vote.closes:
        raise Refused("ballot-2", "the vote is closed: a ballot that comes late does not count")
    if member is None or not is_on_roll(vote, number, member):
        raise Refused("roll-3", "you are not on the roll of this vote")
    if not has_choice(vote, choice):
        raise Refused("ballot-3", "a ballot says one of the choices of its vote")


def check_open_vote(state: State, act: OpenVote, entry: Entry) -> None:
    """The clock opens the vote on a frozen proposal, or of a jury that has seen the evidence, on its roll."""
    if entry.by != "clock":
        raise Refused("vote-2", "a vote is opened by the clock")
    if (act.proposal == 0) == (act.jury == 0):
        raise Refused("vote-2", "a vote is on a proposal or of a jury, and names the one that it is")
    if act.jury:
        check_open_jury(state, act, entry)
        if not _lasts(act, entry, duration(state, "verdict")):
            raise Refused("vote-3", "the vote of a jury lasts the term `verdict`, and at most a minute more")
    else:
        _check_open_proposal(state, act, entry)
        if not _lasts(act, entry, duration(state, "voting")):
            raise Refused("vote-3", "a vote lasts the term `voting`, and at most a minute more")


def _lasts(act: OpenVote, entry: Entry, term: int) -> bool:
    return entry.at + term <= act.closes <= entry.at + term + LAST_SEAL


def _check_open_proposal(state: State, act: OpenVote, entry: Entry) -> None:
    proposal = proposal_of(state, act.proposal)
    if proposal.status not in ("frozen", "between") or entry.at < proposal.due_at:
        raise Refused(
            "vote-2", "the proposal is %(status)s: a vote opens when its frozen time is over", status=proposal.status
        )
    closures = register_of(state).closures
    if act.closures != closures:
        raise Refused(
            "roll-2",
            "the roll was drawn before the closure of %(n)s accounts: draw it again",
            n=closures - act.closures,
        )
    if act.roll_size > proposal.edge:
        raise Refused("roll-1", "the roll is a part of the first %(n)s admissions", n=proposal.edge)


def apply_open_vote(state: State, act: OpenVote, entry: Entry, index: int) -> Changes:
    """The vote is open; what it takes is fixed."""
    if act.jury:
        return _apply_open_jury(state, act, entry, index)
    proposal = proposal_of(state, act.proposal)
    vote = Vote(
        proposal=act.proposal,
        round=proposal.round + 1,
        opened_at=entry.at,
        closes=act.closes,
        edge=proposal.edge,
        roll_size=act.roll_size,
        roll_root=act.roll_root,
        quorum=_written(fraction(state, f"quorum_{proposal.class_}")),
        quorum_min=count(state, "quorum_min"),
        threshold=_written(fraction(state, f"threshold_{proposal.class_}")),
        strictly=is_strict(proposal.class_),
    )
    if isinstance(proposal.change, Elect):
        options = len(candidates_of(state, act.proposal))
        vote = msgspec.structs.replace(vote, options=options, approval=True, seats=proposal.change.seats)
    opened = msgspec.structs.replace(proposal, status="voting", round=vote.round, vote=index, due_at=act.closes)
    return {(Vote, index): vote, (Proposal, act.proposal): opened}


def _apply_open_jury(state: State, act: OpenVote, entry: Entry, index: int) -> Changes:
    jury = jury_of(state, act.jury)
    vote = Vote(
        proposal=0,
        round=1,
        opened_at=entry.at,
        closes=act.closes,
        edge=0,
        roll_size=act.roll_size,
        roll_root=act.roll_root,
        quorum="0/1",
        quorum_min=count(state, "jury_quorum"),
        threshold=_written(fraction(state, "threshold_jury")),
        strictly=False,
        jury=act.jury,
        jurors=jury.roll,
    )
    return {(Vote, index): vote, (Jury, act.jury): msgspec.structs.replace(jury, status="voting", vote=index)}


def is_strict(class_: Class) -> bool:
    """An ordinary change takes more than its threshold, the others at least theirs."""
    return class_ == "ordinary"


def _written(share: Fraction) -> str:
    return f"{share.numerator}/{share.denominator}"


def check_seal_box(state: State, act: SealBox, entry: Entry) -> None:
    """The clock seals a box that has grown, not more often than `seal`, and no later than a minute after the close."""
    vote = vote_of(state, act.vote)
    if entry.by != "clock":
        raise Refused("box-2", "a box is sealed by the clock")
    if vote.status != "open" or entry.at > vote.closes + LAST_SEAL:
        raise Refused("box-4", "a seal later than a minute after the close does not count")
    if act.size <= vote.sealed_size:
        raise Refused("box-2", "the box was sealed at %(n)s ballots already", n=vote.sealed_size)
    if act.size > vote.roll_size:
        raise Refused("box-3", "the box cannot hold more ballots than the roll of %(n)s", n=vote.roll_size)
    if entry.at < vote.closes and entry.at < vote.sealed_at + duration(state, "seal"):
        raise Refused("box-2", "before the close a box is sealed no more often than the term `seal`")


def apply_seal_box(state: State, act: SealBox, entry: Entry, index: int) -> Changes:
    """The box is sealed at a size."""
    vote = vote_of(state, act.vote)
    seal = {"sealed_size": act.size, "sealed_root": act.root, "sealed_at": entry.at, "sealed": index}
    return {(Vote, act.vote): msgspec.structs.replace(vote, **seal)}


def check_close_vote(state: State, act: CloseVote, entry: Entry) -> None:
    """The clock closes with exactly the box of the last seal, and counts that add up to it."""
    vote = vote_of(state, act.vote)
    if entry.by != "clock":
        raise Refused("vote-4", "a vote is closed by the clock")
    if vote.status != "open" or entry.at < vote.closes:
        raise Refused("vote-4", "a vote is closed once, at its date or after")
    if (act.size, act.root) != (vote.sealed_size, vote.sealed_root):
        raise Refused("box-4", "the box that counts is the last sealed one, of %(n)s ballots", n=vote.sealed_size)
    if act.late and entry.at <= vote.closes + LAST_SEAL:
        raise Refused("box-4", "there is still time to seal the ballots that came last")
    if not _adds_up(vote, act):
        raise Refused("vote-5", "the counts do not add up to the ballots of the box")
    if act.size + act.late > vote.roll_size:
        raise Refused("box-3", "there are more ballots than names on the roll of %(n)s", n=vote.roll_size)
    check_reasons_of_jurors(act, is_jury=vote.jury > 0)


def _adds_up(vote: Vote, act: CloseVote) -> bool:
    if len(act.counts) != count_places(vote):
        return False
    if not vote.approval:
        return sum(act.counts) == act.size
    approving = act.size - act.counts[-1]
    return max(act.counts[:-1], default=0) <= approving <= sum(act.counts[:-1])


def apply_close_vote(state: State, act: CloseVote, entry: Entry, index: int) -> Changes:
    """The vote is counted, and the proposal adopted, rejected or void."""
    vote = vote_of(state, act.vote)
    result = result_of(vote, act.counts)
    closed = msgspec.structs.replace(
        vote,
        status=result,
        closed_at=entry.at,
        closed=index,
        counts=act.counts,
        openings_root=act.openings_root,
        marks_root=act.marks_root,
        late=act.late,
    )
    if result == "counted":
        return {(Vote, act.vote): closed}
    if vote.jury:
        return {(Vote, act.vote): closed, **apply_verdict(state, vote.jury, result, entry, index)}
    return {(Vote, act.vote): closed, **_apply_result(state, closed, result, entry)}


def _apply_result(state: State, vote: Vote, result: Literal["adopted", "rejected", "void"], entry: Entry) -> Changes:
    proposal = proposal_of(state, vote.proposal)
    if proposal.status != "voting":  # its words were erased meanwhile: nothing comes of the vote
        return {}
    key = (Proposal, vote.proposal)
    if result == "adopted" and proposal.class_ == "charter" and vote.round == 1:
        due_at = vote.opened_at + duration(state, "charter_gap")
        return {key: msgspec.structs.replace(proposal, status="between", due_at=max(due_at, entry.at))}
    due_at = entry.at + duration(state, "vacatio") if result == "adopted" else 0
    changes: Changes = {key: msgspec.structs.replace(proposal, status=result, due_at=due_at)}
    if isinstance(proposal.change, Elect):
        return changes | _apply_election(state, vote, proposal.change.role, due_at)
    if result == "rejected":
        changes[Rejection, question_of(proposal.change)] = Rejection(entry.at + duration(state, "again"))
    return changes


def _apply_election(state: State, vote: Vote, role: Role, due_at: int) -> Changes:
    changes = apply_ran(state, role, vote.closed_at)
    chosen = winners_of(state, vote, vote.counts)
    if chosen:
        changes[Elected, vote.proposal] = Elected(role, chosen, chosen, due_at)
    return changes
