"""Decisions: the answer to a case, and its second signature."""

import msgspec

from governance import ladder
from governance.acts.cases import CoSign, Decide
from governance.bulk import apply_bulk, check_bulk
from governance.cases import Case, case_of, restriction_changes
from governance.entry import Entry
from governance.errors import Refused
from governance.juries import register_length
from governance.members import check_office, number
from governance.rules import RuleVersion, allowed_by_both, check_applicable
from governance.state import Changes, State
from governance.terms import duration


def check_decide(state: State, act: Decide, entry: Entry) -> None:
    """One open case, one moderator without a part in it, one answer with all that the notice owes."""
    case = case_of(state, act.case)
    # First of all, so that a moderator who sends a decision twice is told so, and not to leave it to another.
    if case.status != "open":
        raise Refused("decide-1", "case %(case)s was decided in entry %(entry)s", case=act.case, entry=case.decision)
    _check_decider(state, case, entry)
    if act.rule != (case.rule, case.rule_version):
        raise Refused(
            "decide-3",
            "case %(case)s is about rule %(rule)s in version %(version)s",
            case=act.case,
            rule=case.rule,
            version=case.rule_version,
        )
    then = check_applicable(state, act.rule, case.posted, entry.at)
    if entry.at >= case.due_at and then.ground != "unlawful":
        raise Refused("decide-2", "the date for a decision has passed: the reports count as answered none")
    if len(act.elements) != then.elements:
        raise Refused(
            "decide-4", "rule %(rule)s has %(n)s elements, and each must be answered", rule=then.label, n=then.elements
        )
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
        raise Refused("recusal-2", "%(by)s has decided in this case before; it takes another moderator", by=entry.by)


def _check_distinguishes(state: State, act: Decide) -> None:
    if act.distinguishes == 0:
        return
    other = case_of(state, act.distinguishes)
    if act.distinguishes == act.case or other.decision == 0 or other.rule != act.rule[0]:
        raise Refused("decide-5", "case %(case)s is no decided case under this rule", case=act.distinguishes)


def _check_none(act: Decide) -> None:
    if act.posts:
        raise Refused("decide-10", "only a decision that restricts names other posts")
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
            "ladder-2",
            "rule %(rule)s does not allow the sanction %(sanction)s; it allows %(allowed)s",
            rule=then.label,
            sanction=named,
            allowed=allowed or ("none",),
        )
    ladder.check_milder(act, allowed)
    longest = entry.at + duration(state, "restriction")
    if act.until <= entry.at or (act.until > longest and then.ground != "unlawful"):
        raise Refused("decide-8", "a restriction has an end, no later than the term `restriction` from now")
    check_bulk(state, act, then, entry.at)
    _check_reasons(act)


def _check_reasons(act: Decide) -> None:
    if [commit.field for commit in act.commits] != ["reasons"]:
        raise Refused("decide-9", "a decision commits to its reasons")


def apply_decide(state: State, act: Decide, entry: Entry, index: int) -> Changes:
    """The case is answered; a long suspension holds for `cosign` until it is co-signed."""
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
        cosigned=0,
        appeal_until=act.notice.appeal_until,
        author_appeal=0,
        distinguishes=act.distinguishes,
        bulk=len(act.posts),
        coin=act.coin,
        pool=register_length(state),
        edited=0,
        deciders=(*case.deciders, number(entry.by)),
        erased=0,
    )
    named = tuple(one.post for one in act.posts)
    restrictions = restriction_changes(state, act.case, case, decided, named)
    return {(Case, act.case): decided, **restrictions, **apply_bulk(state, act, restrictions, index)}


def check_co_sign(state: State, act: CoSign, entry: Entry) -> None:
    """A long suspension holds when another moderator without a part in the case signs it as well."""
    case = case_of(state, act.case)
    _check_decider(state, case, entry)
    if case.sanction != "suspend" or not case.restricts_at(entry.at):
        raise Refused("cosign-1", "case %(case)s suspends nobody now", case=act.case)
    if case.until >= case.decided_until or case.cosigner:
        raise Refused("cosign-2", "the suspension of case %(case)s needs no other signature", case=act.case)
    if case.author_appeal:
        raise Refused("cosign-3", "a suspension under appeal ends by the date of the appeal")


def apply_co_sign(state: State, act: CoSign, entry: Entry, index: int) -> Changes:
    """The suspension holds for as long as was decided."""
    case = case_of(state, act.case)
    deciders = (*case.deciders, number(entry.by))
    signed = msgspec.structs.replace(
        case, until=case.decided_until, cosigner=entry.by, cosigned=index, deciders=deciders
    )
    return {(Case, act.case): signed, **restriction_changes(state, act.case, case, signed)}
