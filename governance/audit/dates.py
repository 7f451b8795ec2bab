"""P2: what was due by a date and did not come, as the State stands at the end."""

from governance.acts.proposals import AmendCharter, Elect
from governance.appeals import Appealed
from governance.audit.checks import P2
from governance.audit.findings import Findings
from governance.cases import Case
from governance.elections import Elected, check_may_run
from governance.errors import Refused
from governance.juries import Jury
from governance.members import Member
from governance.proposals import Proposal, Status, check_possible
from governance.rules import version_key
from governance.state import State
from governance.votes import LAST_SEAL, Vote

PATIENCE = LAST_SEAL + 60_000
"""How late, in ms, a step of the clock may come before it is named."""

_DATED = frozenset((Case, Appealed, Jury, Proposal, Elected))

_STEP: dict[Status, str] = {
    "discussion": "its freeze",
    "frozen": "its vote",
    "voting": "the close of its vote",
    "between": "its second vote",
    "adopted": "its enactment",
}
"""What a proposal waits for, where it waits for the clock."""


def find_overdue(state: State, findings: Findings, since: int, at: int) -> None:
    """Name what was due in `[since, at)`, both Unix ms, and did not come."""
    for (noun, index), value in state.items():
        if noun not in _DATED or not isinstance(index, int):
            continue
        findings.judged(P2)
        if isinstance(value, Case):
            _case(state, findings, index, value, since, at)
        elif isinstance(value, Appealed):
            _appeal(state, findings, index, value, since, at)
        elif isinstance(value, Jury):
            _jury(state, findings, index, value, since, at)
        elif isinstance(value, Proposal):
            _proposal(state, findings, index, value, since, at)
        elif isinstance(value, Elected):
            _elected(state, findings, index, value, since, at)


def _case(state: State, findings: Findings, index: int, case: Case, since: int, at: int) -> None:
    if case.status != "open" or not since <= case.due_at < at:
        return
    rule = state[version_key(case.rule, case.rule_version)]
    if rule is not None and rule.ground == "unlawful":
        why = f"case {index} is about unlawful content and had no decision by its date: silence is no answer to it"
        findings.keep(P2, "violation", index, why)
        return
    why = f"case {index} had no decision by its date: it counts as answered none, and against the square"
    findings.keep(P2, "overdue", index, why)


def _appeal(state: State, findings: Findings, index: int, appeal: Appealed, since: int, at: int) -> None:
    if not since <= appeal.due_at < at:
        return
    case = state[Case, appeal.case]
    if case is None or (case.status in ("lifted", "reversed") and case.until <= appeal.due_at):
        return
    if appeal.status == "open" and appeal.instance < 2:
        findings.keep(P2, "overdue", index, f"appeal {index} had no second look by its date")
    is_ready = appeal.status in ("open", "maintained") and appeal.instance > 0 and appeal.decision > 0
    if is_ready and appeal.decision == case.decision and case.status == "decided" and appeal.due_at + PATIENCE < at:
        findings.keep(P2, "overdue", index, f"appeal {index} waits for its jury, or none could be seated in time")


def _jury(state: State, findings: Findings, index: int, jury: Jury, since: int, at: int) -> None:
    vote = state[Vote, jury.vote] if jury.vote else None
    due_at, step = (jury.evidence_until, "its vote") if vote is None else (vote.closes, "the close of its vote")
    if jury.status in ("evidence", "voting") and since <= due_at and due_at + PATIENCE < at:
        findings.keep(P2, "overdue", index, f"jury {index} waits for {step}, which was due")


def _proposal(state: State, findings: Findings, index: int, proposal: Proposal, since: int, at: int) -> None:
    step = _STEP.get(proposal.status)
    if step is None or not (since <= proposal.due_at and proposal.due_at + PATIENCE < at):
        return
    if not _is_held_up(state, proposal, at):
        findings.keep(P2, "overdue", index, f"proposal {index} waits for {step}, which was due")


def _is_held_up(state: State, proposal: Proposal, at: int) -> bool:
    """Whether the law itself does not let the clock go on.

    Another election for the office is at the vote, the charter waits for its release, or what was adopted became
    impossible.
    """
    change = proposal.change
    try:
        if proposal.status == "adopted":
            check_possible(state, proposal, at)
            return isinstance(change, AmendCharter) and change.program
        if proposal.status == "discussion" and isinstance(change, Elect):
            check_may_run(state, change.role)
    except Refused:
        return True
    return False


def _elected(state: State, findings: Findings, index: int, elected: Elected, since: int, at: int) -> None:
    proposal = state[Proposal, index]
    if proposal is None or proposal.status != "enacted":
        return
    if not (since <= elected.due_at and elected.due_at + PATIENCE < at):
        return
    for number in elected.waiting:
        member = state[Member, number]
        if member is not None and not member.closed:
            why = f"m:{number} was elected by the vote on proposal {index}, and was not given the office, which was due"
            findings.keep(P2, "overdue", index, why)
