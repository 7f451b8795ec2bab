"""Proposals: a post that carries a change of the law, its sponsors, and the clock that takes it to a vote."""

from typing import Literal

import msgspec
from msgspec import Struct

from governance.acts.proposals import (
    Amend,
    AmendCharter,
    AnyChange,
    Elect,
    Enact,
    EnactRule,
    Freeze,
    Propose,
    Recall,
    Sponsor,
    Withdraw,
    Worded,
)
from governance.acts.words import Class, PostId
from governance.amendments import check_not_overtaken
from governance.cases import check_suspension
from governance.elections import apply_run, candidates_of, check_may_run
from governance.entry import Entry
from governance.errors import Refused
from governance.members import Place, check_member, number, register_of
from governance.rules import apply_change, check_change, class_of, question_of, target_of
from governance.state import Changes, State
from governance.terms import count, duration, fraction

Status = Literal[
    "sponsoring", "discussion", "frozen", "voting", "between", "adopted", "rejected", "void", "withdrawn", "enacted"
]
OPEN: tuple[Status, ...] = ("sponsoring", "discussion")
"""While a proposal is open its text may change and members may sponsor it."""
LIVE: tuple[Status, ...] = (*OPEN, "frozen", "voting", "between", "adopted")
"""While a proposal lives it may still become law."""


class Proposal(Struct, frozen=True, gc=False):
    """A proposal, named by its entry. `due_at` is when its phase may end; `edge` the roll's prefix of the register.

    `written` is the entry that brought the text of this version, `sponsored` that of the last sponsor who was needed,
    `frozen` the freeze, `ended` the withdrawal or the enactment, 0 for none yet. `between` waits for the second vote
    on a change of the charter.
    """

    post: PostId
    proposer: str
    change: AnyChange
    class_: Class
    version: int
    status: Status
    opened_at: int
    due_at: int
    edge: int
    needed: int
    written: int
    sponsors: int = 0
    sponsored_at: int = 0
    sponsored: int = 0
    frozen: int = 0
    round: int = 0
    vote: int = 0
    ended: int = 0


class Sponsored(Struct, frozen=True, gc=False):
    """The mark that a member sponsors a version, under the key "proposal/version/member"."""

    proposal: int
    version: int
    member: int


class Wording(Struct, frozen=True, gc=False):
    """That an entry, its key, brought a text of a proposal."""

    proposal: int


class ProposedIn(Struct, frozen=True, gc=False):
    """Which proposal a post carries; key: the post's id."""

    proposal: int


class Rejection(Struct, frozen=True, gc=False):
    """Until when the same question may not be put again; key: `question_of(change)`."""

    until: int


def proposal_of(state: State, index: int) -> Proposal:
    """The proposal; raises Refused [propose-1] where there is none."""
    proposal = state[Proposal, index]
    if proposal is None:
        raise Refused("propose-1", "there is no proposal %(proposal)s", proposal=index)
    return proposal


def roll_edge(state: State, at: int) -> int:
    """How many places of the register were taken at least `vote_after` before this time (POLICY [roll-1]).

    A bisection: admissions are in order of time, so it reads a place for each doubling of the register.
    """
    cutoff = at - duration(state, "vote_after")
    low, high = 0, register_of(state).length
    while low < high:
        middle = (low + high) // 2
        place = state[Place, middle]
        assert place is not None, "the register has no holes"
        if place.admitted <= cutoff:
            low = middle + 1
        else:
            high = middle
    return low


def sponsors_needed(state: State, edge: int) -> int:
    """The share `sponsors` of the roll, rounded up, and at least `sponsors_min`."""
    share = fraction(state, "sponsors")
    return max(-(-edge * share.numerator // share.denominator), count(state, "sponsors_min"))


def check_propose(state: State, act: Propose, entry: Entry) -> None:
    """A member puts a change that is possible, of its right class, in a post that carries no other."""
    check_member(state, entry.by)
    check_suspension(state, entry.by, entry.at)
    if state[ProposedIn, act.post] is not None:
        raise Refused("propose-4", "this post carries a proposal already")
    _check_question(state, act.change, act.required, entry.at)
    rejection = state[Rejection, question_of(act.change)]
    if rejection is not None and entry.at < rejection.until:
        raise Refused("propose-5", "the same question was rejected and may not be put again yet")


def _check_question(state: State, change: AnyChange, required: Class, at: int) -> None:
    check_change(state, change, at)
    computed = class_of(state, change)
    if required != computed:
        raise Refused(
            "propose-3",
            "the class of this change is %(computed)s, not %(required)s: it is computed, not chosen",
            computed=computed,
            required=required,
        )


def apply_propose(state: State, act: Propose, entry: Entry, index: int) -> Changes:
    """A proposal waits for sponsors; the edge of its roll is fixed."""
    edge = roll_edge(state, entry.at)
    proposal = Proposal(
        post=act.post,
        proposer=entry.by,
        change=act.change,
        class_=act.required,
        version=1,
        status="sponsoring",
        opened_at=entry.at,
        due_at=entry.at + duration(state, "sponsoring"),
        edge=edge,
        needed=sponsors_needed(state, edge),
        written=index,
    )
    return {
        (Proposal, index): proposal,
        (ProposedIn, act.post): ProposedIn(index),
        **_wording(act.change, index, index),
    }


def _wording(change: AnyChange, proposal: int, index: int) -> Changes:
    return {(Wording, index): Wording(proposal)} if isinstance(change, Worded) else {}


def check_amend(state: State, act: Amend, entry: Entry) -> None:
    """The proposer may change the text while it is open; its sponsors are then asked anew."""
    proposal = proposal_of(state, act.proposal)
    check_member(state, entry.by)
    check_suspension(state, entry.by, entry.at)
    if entry.by != proposal.proposer:
        raise Refused("propose-6", "a proposal is amended by its proposer")
    _check_open(proposal, entry.at)
    if entry.at >= proposal.opened_at + duration(state, "sponsoring"):
        raise Refused("propose-7", "the time to find sponsors is over, and an amended text would need them anew")
    _check_question(state, act.change, act.required, entry.at)
    if target_of(act.change) != target_of(proposal.change):
        raise Refused("propose-6", "an amendment keeps to the question: propose another change apart")
    if act.change == proposal.change:
        raise Refused("propose-6", "this amendment changes nothing")


def _check_open(proposal: Proposal, at: int) -> None:
    if proposal.status not in OPEN:
        raise Refused("propose-7", "the proposal is %(status)s: it is open no longer", status=proposal.status)
    if at >= proposal.due_at:
        raise Refused("propose-7", "the time for this has passed")


def check_unfrozen(proposal: Proposal, at: int) -> None:
    """The proposal finds its sponsors still, or is discussed, however late the clock comes to freeze it."""
    if proposal.status != "discussion":
        _check_open(proposal, at)


def apply_amend(state: State, act: Amend, index: int) -> Changes:
    """Another version stands, without sponsors yet."""
    proposal = proposal_of(state, act.proposal)
    amended = msgspec.structs.replace(
        proposal,
        change=act.change,
        class_=act.required,
        version=proposal.version + 1,
        written=index,
        status="sponsoring",
        due_at=proposal.opened_at + duration(state, "sponsoring"),
        sponsors=0,
        sponsored_at=0,
        sponsored=0,
    )
    return {(Proposal, act.proposal): amended, **_wording(act.change, act.proposal, index)}


def check_withdraw(state: State, act: Withdraw, entry: Entry) -> None:
    """The proposer may withdraw until the freeze."""
    proposal = proposal_of(state, act.proposal)
    check_member(state, entry.by)
    if entry.by != proposal.proposer:
        raise Refused("propose-6", "a proposal is withdrawn by its proposer")
    if proposal.status not in OPEN:
        raise Refused("propose-7", "the proposal is %(status)s: it is open no longer", status=proposal.status)


def apply_withdraw(state: State, act: Withdraw, index: int) -> Changes:
    """The proposal is over."""
    proposal = proposal_of(state, act.proposal)
    return {(Proposal, act.proposal): msgspec.structs.replace(proposal, status="withdrawn", ended=index)}


def check_sponsor(state: State, act: Sponsor, entry: Entry) -> None:
    """Another member sponsors the version that stands, once."""
    proposal = proposal_of(state, act.proposal)
    check_member(state, entry.by)
    if entry.by == proposal.proposer:
        raise Refused("sponsor-1", "the proposer is no sponsor of their own proposal")
    _check_open(proposal, entry.at)
    if act.version != proposal.version:
        raise Refused(
            "sponsor-2", "version %(version)s stands now: read it and sponsor that one", version=proposal.version
        )
    if state[Sponsored, f"{act.proposal}/{act.version}/{number(entry.by)}"] is not None:
        raise Refused("sponsor-3", "you sponsor this version already")


def apply_sponsor(state: State, act: Sponsor, entry: Entry, index: int) -> Changes:
    """One more sponsor; with enough of them the discussion begins."""
    proposal = proposal_of(state, act.proposal)
    member = number(entry.by)
    more = msgspec.structs.replace(proposal, sponsors=proposal.sponsors + 1)
    if more.status == "sponsoring" and more.sponsors >= more.needed:
        due_at = entry.at + duration(state, "discussion")
        reached = {"status": "discussion", "sponsored_at": entry.at, "sponsored": index, "due_at": due_at}
        more = msgspec.structs.replace(more, **reached)
    return {
        (Proposal, act.proposal): more,
        (Sponsored, f"{act.proposal}/{act.version}/{member}"): Sponsored(act.proposal, act.version, member),
    }


def check_freeze(state: State, act: Freeze, entry: Entry) -> None:
    """The clock fixes the text when the discussion has had its time."""
    proposal = proposal_of(state, act.proposal)
    if entry.by != "clock":
        raise Refused("propose-8", "a proposal is frozen by the clock")
    if proposal.status != "discussion" or entry.at < proposal.due_at:
        raise Refused("propose-8", "a proposal is frozen at the end of its discussion")
    if act.version != proposal.version:
        raise Refused("propose-8", "the version that stands is %(version)s", version=proposal.version)
    if [commit.field for commit in act.commits] != ["preview"]:
        raise Refused("propose-9", "a freeze commits to what was looked at before the vote")
    if isinstance(proposal.change, Elect):
        check_may_run(state, proposal.change.role)


def apply_freeze(state: State, act: Freeze, entry: Entry, index: int) -> Changes:
    """The text is fixed and waits for the vote; an election in which nobody stands is void."""
    due_at = entry.at + duration(state, "freeze")
    proposal = proposal_of(state, act.proposal)
    frozen = msgspec.structs.replace(proposal, status="frozen", frozen=index, due_at=due_at)
    if not isinstance(proposal.change, Elect):
        return {(Proposal, act.proposal): frozen}
    if not candidates_of(state, act.proposal):
        return {(Proposal, act.proposal): msgspec.structs.replace(frozen, status="void", due_at=0)}
    return {(Proposal, act.proposal): frozen, **apply_run(proposal.change.role, act.proposal, entry.at)}


def check_enact(state: State, act: Enact, entry: Entry) -> None:
    """What was adopted comes into force when its vacatio has passed; founding rules come with the founding."""
    if entry.by == "founding":
        if act.proposal != 0 or not isinstance(act.change, EnactRule):
            raise Refused("enact-1", "the founding brings rules, without a proposal, and no other change")
        check_change(state, act.change, entry.at)
        return
    proposal = proposal_of(state, act.proposal)
    if entry.by != "clock":
        raise Refused("enact-1", "a change is enacted by the clock")
    if proposal.status != "adopted":
        raise Refused(
            "enact-2", "the proposal is %(status)s: only what a vote adopted is enacted", status=proposal.status
        )
    if entry.at < proposal.due_at:
        raise Refused("enact-3", "a change comes into force when its vacatio has passed")
    if act.change != proposal.change:
        raise Refused("enact-4", "what is enacted is the text that was voted, to the letter")
    check_possible(state, proposal, entry.at)


def check_possible(state: State, proposal: Proposal, at: int) -> None:
    """What was adopted can still come into force: nothing else took its place meanwhile."""
    if isinstance(proposal.change, AmendCharter):
        check_not_overtaken(state, proposal.frozen)
    if not isinstance(proposal.change, Recall):  # who has left the office meanwhile is recalled all the same
        check_change(state, proposal.change, at)


def apply_enact(state: State, act: Enact, entry: Entry, index: int) -> Changes:
    """The law is changed, and the proposal done with."""
    changes = apply_change(state, act.change, entry, index, act.proposal)
    if act.proposal:
        proposal = proposal_of(state, act.proposal)
        changes[Proposal, act.proposal] = msgspec.structs.replace(proposal, status="enacted", ended=index)
    return changes
