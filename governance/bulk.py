"""The decision about spam that names many posts of one account at once (POLICY [decide-10])."""

from msgspec.structs import replace

from governance.acts.cases import BulkPost, Decide
from governance.acts.words import Person
from governance.cases import CASES_OF_A_SUBJECT, Bulk, Known, Subject, case_of, known_case, subject_of
from governance.errors import Refused
from governance.rules import RuleVersion
from governance.state import Changes, Key, State


def check_bulk(state: State, act: Decide, then: RuleVersion, at: int) -> None:
    """Each post that a decision names beside the reported one is of the same account, and waits for no case of its own.

    Whose a post is that nobody reported is checked by the service alone; the square shows it to everyone.
    """
    if not act.posts:
        return
    if then.kind != "spam":
        raise Refused(
            "decide-10", "rule %(rule)s is not about spam: each post is decided in a case of its own", rule=then.label
        )
    state.need(reads_of_bulk(act))
    case = case_of(state, act.case)
    named = {case.post, *(one.post for one in act.posts)}
    if len(named) != len(act.posts) + 1:
        raise Refused("decide-10", "a decision names each post once, and the reported one not again")
    for one in act.posts:
        if one.posted > at or not then.in_force_at(one.posted):
            raise Refused(
                "rule-2",
                "post %(post)s was not made while version %(version)s was in force",
                post=one.post,
                version=then.version,
            )
        _check_post(state, act, one, case.author)


def _check_post(state: State, act: Decide, one: BulkPost, author: Person) -> None:
    subject = subject_of(state, one.post)
    if subject.erased:
        raise Refused(
            "erase-8", "the words of post %(post)s were erased by entry %(entry)s", post=one.post, entry=subject.erased
        )
    known = known_case(subject, act.rule[0], one.version)
    if known not in (None, act.case):
        raise Refused("decide-10", "post %(post)s has its own case %(case)s under this rule", post=one.post, case=known)
    if known is None and len(subject.cases) >= CASES_OF_A_SUBJECT:
        raise Refused("report-5", "post %(post)s has as many cases as can be", post=one.post)
    if subject.cases and case_of(state, subject.cases[0].case).author != author:
        raise Refused("decide-10", "post %(post)s is of another account", post=one.post)


def apply_bulk(state: State, act: Decide, restricted: Changes, index: int) -> Changes:
    """The named posts are known as answered by this case; `restricted` are their Subjects, where one is restricted."""
    if not act.posts:
        return {}
    changes: Changes = {(Bulk, index): Bulk(act.case, tuple(one.post for one in act.posts))}
    for one in act.posts:
        now = restricted.get((Subject, one.post))
        subject = now if isinstance(now, Subject) else subject_of(state, one.post)
        if known_case(subject, act.rule[0], one.version) is None:
            cases = (*subject.cases, Known(act.rule[0], one.version, act.case, one.posted))
            changes[Subject, one.post] = replace(subject, cases=cases)
    return changes


def reads_of_bulk(act: Decide) -> list[Key]:
    """The keys that the law reads of the posts that a decision names."""
    return [(Subject, one.post) for one in act.posts]
