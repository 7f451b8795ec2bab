"""Cases: reports of a post under a rule, and what restricts a post or an account."""

from typing import Literal

import msgspec
from msgspec import Struct

from governance import ladder
from governance.acts.cases import Report
from governance.acts.words import Person, PostId, Sanction, SanctionOrNone
from governance.entry import Entry
from governance.errors import Refused
from governance.members import check_member, check_person
from governance.rules import check_applicable
from governance.state import Changes, State
from governance.terms import duration

CASES_OF_A_SUBJECT = 256
"""Most cases that one subject ever carries: rules times versions, so that a hot value stays small."""


class Case(Struct, frozen=True, gc=False):
    """A post reported under a rule, named by the entry that opened it.

    `due_at` is the last day for a decision; an open case past it counts as answered none. `until` is when the
    restriction ends, 0 for none; `decided_until` what the decision said, before an appeal brought it forward.
    `deciders` are the numbers of all who decided or co-signed it, or looked at it again. `decision`, `cosigned`,
    `lifted` and the appeals are the entries of these acts, 0 for none. `overruled` is who took the decision that an
    appeal returned, `distinguishes` the case that the decision departs from, 0 for none. `coin` is what the decision
    committed to for the draw of a jury among the first `pool` places of the register of jurors. `edited` is the appeal
    for the sake of an edit. `erased` is the entry by which
    the reasons of the decision are gone, `lifted_before` the end of a restriction that was returned to be decided anew.
    `bulk` is how many other posts the decision names.
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
    cosigned: int = 0
    lifted: int = 0
    lifted_before: int = 0
    erased: int = 0
    appeal_until: int = 0
    author_appeal: int = 0
    reporters_appeal: int = 0
    returned: bool = False
    overruled: str = ""
    distinguishes: int = 0
    bulk: int = 0
    coin: str = ""
    pool: int = 0
    edited: int = 0
    deciders: tuple[int, ...] = ()

    @property
    def restricts(self) -> bool:
        """Whether the latest answer is a restriction that nothing but its date ends."""
        return self.outcome == "restrict" and self.status in ("open", "decided")

    def restricts_at(self, at: int) -> bool:
        """Whether a restriction of this case stands at that time."""
        return self.restricts and at < self.until

    def ended_by(self, index: int, at: int, *, erased: int = 0) -> "Case":
        """The case after entry `index` ended its restriction; returned on appeal, it waits for an answer still."""
        gone = erased or self.erased
        if self.status == "open":
            lifted = self.lifted if erased else index
            return msgspec.structs.replace(self, outcome="", until=at, lifted=lifted, lifted_before=lifted, erased=gone)
        return msgspec.structs.replace(self, status="lifted", until=at, lifted=index, erased=gone)


class Reported(Struct, frozen=True, gc=False):
    """The mark that a pseudonym has reported in a case, under the key "case/pseudonym".

    `post` is what was reported where it is another than the post that opened the case, else "".
    """

    case: int
    reporter: str
    entry: int
    post: str = ""


class Restriction(Struct, frozen=True, gc=False):
    """What restricts a subject until a date, by which case and decision.

    Of an emergency `case` and `entry` are the act that invoked it, of an order the act that obeyed it, and neither has
    a rule. In a `territory` (sorted countries, joined by commas) an order is obeyed there alone, "" is everywhere.
    """

    case: int
    entry: int
    rule: int
    version: int
    sanction: Sanction
    until: int
    kind: Literal["case", "emergency", "order"] = "case"
    territory: str = ""


class Known(Struct, frozen=True, gc=False):
    """The case of a version of a post under a rule; `posted` is when that version was made."""

    rule: int
    version: int
    case: int
    posted: int


class Bulk(Struct, frozen=True, gc=False):
    """The other posts of the author that a decision about spam restricts; key: the entry of that decision."""

    case: int
    posts: tuple[PostId, ...]


class Subject(Struct, frozen=True, gc=False):
    """All that the law says of a post (key: its id) or of an account (key: "m:17").

    Nothing else hides, labels or ranks down a post. A restriction past its `until` is over. `erased` is the entry by
    which the words of the post were erased, `emergency` the latest that was invoked about it, 0 for none.
    """

    restrictions: tuple[Restriction, ...] = ()
    cases: tuple[Known, ...] = ()
    erased: int = 0
    emergency: int = 0

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
        raise Refused("case-1", "there is no case %(case)s", case=index)
    return case


def known_case(subject: Subject, rule: int, version: int) -> int | None:
    """The case of this version of the post under this rule, if it was ever reported or named by a decision."""
    known = _known(subject, rule, version)
    return None if known is None else known.case


def _known(subject: Subject, rule: int, version: int) -> Known | None:
    return next((known for known in subject.cases if (known.rule, known.version) == (rule, version)), None)


def check_report(state: State, act: Report, entry: Entry) -> None:
    """A report names a rule that was law when the post was made and is law now, once a person."""
    if entry.by != "reporter":
        raise Refused("report-1", "a report is made under the pseudonym of a reporter")
    check_person(state, act.author)
    if act.posted > entry.at:
        raise Refused("report-2", "a post cannot be reported before it is made")
    then = check_applicable(state, act.rule, act.posted, entry.at)
    if then.topical and not act.topical:
        raise Refused(
            "report-3", "rule %(rule)s applies only where the opener of the conversation set a topic", rule=then.label
        )
    fields = [commit.field for commit in act.commits]
    if fields != ["content", "reason"] and fields != ["reason", "content"]:
        raise Refused("report-4", "a report commits to the reported text and to the reason, once each")
    subject = subject_of(state, act.post)
    if subject.erased:
        raise Refused("erase-8", "the words of this post were erased by entry %(entry)s", entry=subject.erased)
    known = _known(subject, act.rule[0], act.version)
    if known is None:
        if len(subject.cases) >= CASES_OF_A_SUBJECT:
            raise Refused("report-5", "this post has been reported under as many rules and versions as can be")
        return
    case = case_of(state, known.case)
    if state[Reported, f"{known.case}/{act.reporter}"] is not None:
        raise Refused("report-6", "you have reported this under this rule already, in case %(case)s", case=known.case)
    if (act.author, act.posted, act.rule) != (case.author, known.posted, (case.rule, case.rule_version)):
        raise Refused(
            "report-7",
            "this report does not agree with case %(case)s on author, date or version of the rule",
            case=known.case,
        )


def apply_report(state: State, act: Report, entry: Entry, index: int) -> Changes:
    """A new case, or one more reporter of the case that is known."""
    subject = subject_of(state, act.post)
    known = known_case(subject, act.rule[0], act.version)
    if known is not None:
        case = case_of(state, known)
        joined = msgspec.structs.replace(case, reporters=case.reporters + 1)
        other = act.post if act.post != case.post else ""
        return {
            (Case, known): joined,
            (Reported, f"{known}/{act.reporter}"): Reported(known, act.reporter, index, other),
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
    cases = (*subject.cases, Known(act.rule[0], act.version, index, act.posted))
    return {
        (Case, index): case,
        (Reported, f"{index}/{act.reporter}"): Reported(index, act.reporter, index),
        (Subject, act.post): msgspec.structs.replace(subject, cases=cases),
    }


def restriction_changes(
    state: State, index: int, before: Case, after: Case, named: tuple[PostId, ...] | None = None
) -> Changes:
    """The Subjects after a case's restriction began, moved or ended; `named` are the posts of a decision just made."""
    changes: Changes = {}
    then = subject_keys(after, bulk_of(state, after) if named is None else named) if after.restricts else ()
    stands = frozenset(then)
    for key in {*subject_keys(before, bulk_of(state, before)), *stands}:
        mine = None
        if after.sanction and key in stands:
            mine = Restriction(index, after.decision, after.rule, after.rule_version, after.sanction, after.until)
        changes[Subject, key] = restricted(subject_of(state, key), index, mine)
    return changes


def restricted(subject: Subject, index: int, mine: Restriction | None) -> Subject:
    """The subject with this restriction, or none, in the place of the one that case `index` had put on it."""
    others = tuple([other for other in subject.restrictions if other.case != index])
    return msgspec.structs.replace(subject, restrictions=others if mine is None else (*others, mine))


def subject_keys(case: Case, named: tuple[PostId, ...]) -> tuple[str, ...]:
    """What a case's sanction restricts: the account, or the post and the others that its decision has named."""
    if not case.sanction:
        return ()
    return (case.author,) if case.sanction in ladder.OF_ACCOUNTS else (case.post, *named)


def bulk_of(state: State, case: Case) -> tuple[PostId, ...]:
    """The other posts that the decision of a case names."""
    if not case.bulk:
        return ()
    bulk = state[Bulk, case.decision]
    assert bulk is not None, "a decision that names posts has them"
    return bulk.posts


def check_suspension(state: State, by: str, at: int) -> None:
    """A suspended member may appeal and vote, and do nothing that speaks."""
    check_member(state, by)
    for restriction in subject_of(state, by).standing(at):
        if restriction.sanction == "suspend":
            raise Refused("ladder-4", "the account is suspended by case %(case)s", case=restriction.case)
