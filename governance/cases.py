"""Cases: reports of a post under a rule, the decision, and what restricts a post or an account."""

from typing import Literal

import msgspec
from msgspec import Struct

from governance import ladder
from governance.entry import CoSign, Decide, Entry, Lift, Person, Report, Sanction, SanctionOrNone
from governance.errors import Refused
from governance.members import check_member, check_office, check_person, number
from governance.rules import RuleVersion, allowed_by_both, check_applicable
from governance.state import Changes, State
from governance.terms import duration

CASES_OF_A_SUBJECT = 256
"""Most cases that one subject ever carries: rules times versions, so that a hot value stays small."""


class Case(Struct, frozen=True, gc=False):
    """A post reported under a rule, named by the entry that opened it.

    `due_at` is the last day for a decision; an open case past it counts as answered none. `until` is when the
    restriction ends, 0 for none; `decided_until` what the decision said, before an appeal brought it forward.
    `deciders` are the numbers of all who decided it so far.
    """

    post: str
    version: int
    posted: int
    author: Person
    rule: int
    rule_version: int
    reporters: int
    opened_at: int
    due_at: int
    status: Literal["open", "decided", "reversed", "lifted"] = "open"
    outcome: Literal["", "none", "restrict"] = ""
    sanction: SanctionOrNone = ""
    decider: str = ""
    decision: int = 0
    decided_at: int = 0
    until: int = 0
    decided_until: int = 0
    cosigner: str = ""
    appeal_until: int = 0
    author_appeal: int = 0
    reporters_appeal: int = 0
    returned: bool = False
    deciders: tuple[int, ...] = ()

    @property
    def restricts(self) -> bool:
        """Whether the latest answer is a restriction that nothing but its date ends."""
        return self.outcome == "restrict" and self.status in ("open", "decided")

    def restricts_at(self, at: int) -> bool:
        """Whether a restriction of this case stands at that time."""
        return self.restricts and at < self.until


class Reported(Struct, frozen=True, gc=False):
    """The mark that a pseudonym has reported in a case, under the key "case/pseudonym"."""

    case: int
    reporter: str
    entry: int


class Restriction(Struct, frozen=True, gc=False):
    """What restricts a subject until a date, by which case and decision."""

    case: int
    entry: int
    rule: int
    version: int
    sanction: Sanction
    until: int


class Known(Struct, frozen=True, gc=False):
    """The case of a version of a post under a rule."""

    rule: int
    version: int
    case: int


class Subject(Struct, frozen=True, gc=False):
    """All that the law says of a post (key: its id) or of an account (key: "m:17").

    Nothing else hides, labels or ranks down a post. A restriction past its `until` is over.
    """

    restrictions: tuple[Restriction, ...] = ()
    cases: tuple[Known, ...] = ()

    def standing(self, at: int) -> tuple[Restriction, ...]:
        """The restrictions in force at that time, the strictest last."""
        live = [restriction for restriction in self.restrictions if at < restriction.until]
        return tuple(sorted(live, key=lambda restriction: ladder.rung(restriction.sanction)))


def subject_of(state: State, key: str) -> Subject:
    """What the law says of a post or an account; an empty Subject when it says nothing."""
    return state[Subject, key] or Subject()


def case_of(state: State, index: int) -> Case:
    """The case; raises Refused [case-1] where there is none."""
    case = state[Case, index]
    if case is None:
        raise Refused("case-1", f"there is no case {index}")
    return case


def known_case(subject: Subject, rule: int, version: int) -> int | None:
    """The case of this version of the post under this rule, if it was ever reported."""
    for known in subject.cases:
        if known.rule == rule and known.version == version:
            return known.case
    return None


def check_report(state: State, act: Report, entry: Entry) -> None:
    """A report names a rule that was law when the post was made and is law now, once a person."""
    if entry.by != "reporter":
        raise Refused("report-1", "a report is made under the pseudonym of a reporter")
    check_person(state, act.author)
    if act.posted > entry.at:
        raise Refused("report-2", "a post cannot be reported before it is made")
    then = check_applicable(state, act.rule, act.posted, entry.at)
    if then.topical and not act.topical:
        raise Refused("report-3", f"rule {then.label} applies only where the opener of the conversation set a topic")
    if sorted(commit.field for commit in act.commits) != ["content", "reason"]:
        raise Refused("report-4", "a report commits to the reported text and to the reason, once each")
    subject = subject_of(state, act.post)
    known = known_case(subject, act.rule[0], act.version)
    if known is None:
        if len(subject.cases) >= CASES_OF_A_SUBJECT:
            raise Refused("report-5", "this post has been reported under as many rules and versions as can be")
        return
    case = case_of(state, known)
    if state[Reported, f"{known}/{act.reporter}"] is not None:
        raise Refused("report-6", f"you have reported this post under this rule already, in case {known}")
    if (act.author, act.posted, act.rule) != (case.author, case.posted, (case.rule, case.rule_version)):
        raise Refused(
            "report-7", f"this report does not agree with case {known} on author, date or version of the rule"
        )


def apply_report(state: State, act: Report, entry: Entry, index: int) -> Changes:
    subject = subject_of(state, act.post)
    known = known_case(subject, act.rule[0], act.version)
    if known is not None:
        case = case_of(state, known)
        joined = msgspec.structs.replace(case, reporters=case.reporters + 1)
        return {
            (Case, known): joined,
            (Reported, f"{known}/{act.reporter}"): Reported(known, act.reporter, index),
        }
    case = Case(
        post=act.post,
        version=act.version,
        posted=act.posted,
        author=act.author,
        rule=act.rule[0],
        rule_version=act.rule[1],
        reporters=1,
        opened_at=entry.at,
        due_at=entry.at + duration(state, "decision"),
    )
    cases = (*subject.cases, Known(act.rule[0], act.version, index))
    return {
        (Case, index): case,
        (Reported, f"{index}/{act.reporter}"): Reported(index, act.reporter, index),
        (Subject, act.post): Subject(subject.restrictions, cases),
    }


def check_decide(state: State, act: Decide, entry: Entry) -> None:
    """One open case, one moderator without a part in it, one answer with all that the notice owes."""
    case = case_of(state, act.case)
    _check_decider(state, case, entry)
    if case.status != "open":
        raise Refused("decide-1", f"case {act.case} was decided in entry {case.decision}")
    if entry.at >= case.due_at:
        raise Refused("decide-2", "the date for a decision has passed: the reports count as answered none")
    if act.rule != (case.rule, case.rule_version):
        raise Refused("decide-3", f"case {act.case} is about rule {case.rule} in version {case.rule_version}")
    then = check_applicable(state, act.rule, case.posted, entry.at)
    if len(act.elements) != then.elements:
        raise Refused("decide-4", f"rule {then.label} has {then.elements} elements, and each must be answered")
    ladder.check_notice(state, act, then, entry.at)
    _check_distinguishes(state, act)
    if act.outcome == "none":
        _check_none(act)
    else:
        _check_restrict(state, act, then, entry)


def _check_decider(state: State, case: Case, entry: Entry) -> None:
    check_office(state, entry.by, "moderator", entry.at)
    if entry.by == case.author:
        raise Refused("recusal-1", "nobody decides about their own post")
    if number(entry.by) in case.deciders:
        raise Refused("recusal-2", f"{entry.by} has decided in this case before; it takes another moderator")


def _check_distinguishes(state: State, act: Decide) -> None:
    if act.distinguishes == 0:
        return
    other = case_of(state, act.distinguishes)
    if act.distinguishes == act.case or other.decision == 0 or other.rule != act.rule[0]:
        raise Refused("decide-5", f"case {act.distinguishes} is no decided case under this rule")


def _check_none(act: Decide) -> None:
    if act.sanction or act.until or act.milder:
        raise Refused("decide-6", "a decision that restricts nothing has no sanction, no end and no milder sanctions")
    _check_reasons(act)


def _check_restrict(state: State, act: Decide, then: RuleVersion, entry: Entry) -> None:
    if not all(act.elements):
        raise Refused("decide-7", "a post is restricted only where every element of the rule is found")
    allowed = allowed_by_both(state, then)
    if act.sanction not in allowed:
        named = act.sanction or "none"
        raise Refused(
            "ladder-2", f"rule {then.label} does not allow the sanction {named}; it allows {', '.join(allowed)}"
        )
    ladder.check_milder(act, allowed)
    if not entry.at < act.until <= entry.at + duration(state, "restriction"):
        raise Refused("decide-8", "a restriction has an end, no later than the term `restriction` from now")
    _check_reasons(act)


def _check_reasons(act: Decide) -> None:
    if [commit.field for commit in act.commits] != ["reasons"]:
        raise Refused("decide-9", "a decision commits to its reasons")


def apply_decide(state: State, act: Decide, entry: Entry, index: int) -> Changes:
    case = case_of(state, act.case)
    until = act.until
    if act.sanction == "suspend":
        until = min(until, entry.at + duration(state, "cosign"))
    decided = msgspec.structs.replace(
        case,
        status="decided",
        outcome=act.outcome,
        sanction=act.sanction,
        decider=entry.by,
        decision=index,
        decided_at=entry.at,
        until=until,
        decided_until=act.until,
        cosigner="",
        appeal_until=act.notice.appeal_until,
        author_appeal=0,
        deciders=(*case.deciders, number(entry.by)),
    )
    return {(Case, act.case): decided, **restriction_changes(state, act.case, case, decided)}


def restriction_changes(state: State, index: int, before: Case, after: Case) -> Changes:
    """The Subjects after a case's restriction began, moved or ended."""
    changes: Changes = {}
    for key in {subject_key(case) for case in (before, after) if case.sanction}:
        subject = subject_of(state, key)
        restrictions = tuple(other for other in subject.restrictions if other.case != index)
        if after.restricts and after.sanction and key == subject_key(after):
            mine = Restriction(index, after.decision, after.rule, after.rule_version, after.sanction, after.until)
            restrictions = (*restrictions, mine)
        changes[Subject, key] = Subject(restrictions, subject.cases)
    return changes


def subject_key(case: Case) -> str:
    """Whom a case's sanction restricts: the post, or the account for what restricts an account."""
    return case.author if case.sanction in ladder.OF_ACCOUNTS else case.post


def check_co_sign(state: State, act: CoSign, entry: Entry) -> None:
    """A long suspension holds when another moderator without a part in the case signs it as well."""
    case = case_of(state, act.case)
    _check_decider(state, case, entry)
    if case.sanction != "suspend" or not case.restricts_at(entry.at):
        raise Refused("cosign-1", f"case {act.case} suspends nobody now")
    if case.until >= case.decided_until or case.cosigner:
        raise Refused("cosign-2", f"the suspension of case {act.case} needs no other signature")
    if case.author_appeal:
        raise Refused("cosign-3", "a suspension under appeal ends by the date of the appeal")


def apply_co_sign(state: State, act: CoSign, entry: Entry) -> Changes:
    case = case_of(state, act.case)
    signed = msgspec.structs.replace(case, until=case.decided_until, cosigner=entry.by)
    return {(Case, act.case): signed, **restriction_changes(state, act.case, case, signed)}


def check_lift(state: State, act: Lift, entry: Entry) -> None:
    """Any moderator may end a restriction, with reasons; nobody lifts what stands on their own post."""
    case = case_of(state, act.case)
    check_office(state, entry.by, "moderator", entry.at)
    if entry.by == case.author:
        raise Refused("recusal-1", "nobody decides about their own post")
    if not case.restricts_at(entry.at):
        raise Refused("lift-1", f"case {act.case} restricts nothing now")
    if [commit.field for commit in act.commits] != ["reasons"]:
        raise Refused("lift-2", "a lift commits to its reasons")


def apply_lift(state: State, act: Lift, entry: Entry) -> Changes:
    case = case_of(state, act.case)
    lifted = msgspec.structs.replace(case, status="lifted", until=entry.at)
    return {(Case, act.case): lifted, **restriction_changes(state, act.case, case, lifted)}


def check_suspension(state: State, by: str, at: int) -> None:
    """A suspended member may appeal and vote, and do nothing that speaks."""
    check_member(state, by)
    for restriction in subject_of(state, by).standing(at):
        if restriction.sanction == "suspend":
            raise Refused("ladder-4", f"the account is suspended by case {restriction.case}")
