"""Appeals: one for the author, one for all reporters together, looked at by another moderator and then by a jury."""

from typing import Literal

import msgspec
from msgspec import Struct

from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.cases import Case, Reported, case_of, restriction_changes
from governance.entry import Entry
from governance.errors import Refused
from governance.ladder import rung
from governance.members import check_office, check_person, number
from governance.rules import allowed_by_both, version_key
from governance.state import Changes, State
from governance.terms import duration


class Appealed(Struct, frozen=True, gc=False):
    """An appeal, named by its entry. After `due_at` nobody reconsiders; at `ends_at` the restriction is over.

    `instance` is 1, or 2 for a second appeal, which no moderator looks at, or 0 where the ground is an edit, which no
    jury judges. `answer` is the entry of the second look, `jury` that of the draw, `verdict` that by which the jury
    ended, `second` the second appeal, 0 for none. Of the jury's status `reversed` says that the appeal succeeded,
    `upheld` that it failed, `unheard` that nobody could judge. `coin` is what a draw for a second appeal must open,
    `next_coin` what the draw for this one committed to, `judged_by` who was drawn before.
    """

    case: int
    side: Literal["author", "reporters"]
    decision: int
    opened_at: int
    due_at: int
    ends_at: int
    status: Literal["open", "maintained", "reversed", "jury", "upheld", "unheard"] = "open"
    reporters: int = 0
    by: str = ""
    answered_by: str = ""
    answer: int = 0
    nonce: str = ""
    instance: int = 1
    jury: int = 0
    verdict: int = 0
    verdict_at: int = 0
    second: int = 0
    coin: str = ""
    next_coin: str = ""
    judged_by: tuple[int, ...] = ()

    def waits_at(self, at: int) -> bool:
        """Whether somebody may still answer it: a moderator, or a jury that sits or may be drawn."""
        if self.status == "open" and at < self.due_at:
            return True
        may_be_drawn = self.instance > 0 and self.decision > 0 and at < self.ends_at
        return self.status == "jury" or (self.status in ("open", "maintained") and may_be_drawn)


class Joined(Struct, frozen=True, gc=False):
    """The mark that a pseudonym has joined an appeal, under the key "appeal/pseudonym"."""

    appeal: int
    reporter: str
    entry: int


def appeal_of(state: State, index: int) -> Appealed:
    """The appeal; raises Refused [appeal-1] where there is none."""
    appeal = state[Appealed, index]
    if appeal is None:
        raise Refused("appeal-1", "there is no appeal %(appeal)s", appeal=index)
    return appeal


def answered_at(case: Case) -> int:
    """When a case was answered: its decision, or the date at which silence counted as none."""
    return case.decided_at if case.decision else case.due_at


def check_appeal(state: State, act: Appeal, entry: Entry) -> None:
    """The author against a restriction, a reporter against none or milder, each side once, in time."""
    case = case_of(state, act.case)
    if [commit.field for commit in act.commits] != ["statement"]:
        raise Refused("appeal-2", "an appeal commits to its statement")
    if entry.by == "reporter":
        _check_reporters_appeal(state, act, case, entry)
    else:
        _check_authors_appeal(state, act, case, entry)


def _check_authors_appeal(state: State, act: Appeal, case: Case, entry: Entry) -> None:
    if act.reporter:
        raise Refused("appeal-3", "the author appeals under their own number")
    check_person(state, entry.by)
    if entry.by != case.author:
        raise Refused("appeal-3", "only the author of the post or one who reported it may appeal")
    if not case.restricts:
        raise Refused("appeal-4", "case %(case)s restricts nothing that the author could appeal against", case=act.case)
    if act.edited:
        _check_edited(act, case)
    elif case.author_appeal:
        _check_second(state, case.author_appeal, entry.at)
    elif entry.at >= case.appeal_until:
        raise Refused("appeal-6", "the last day of appeal has passed")


def _check_edited(act: Appeal, case: Case) -> None:
    if act.edited <= case.version:
        raise Refused(
            "appeal-9", "version %(version)s of the post is not later than the one that was judged", version=act.edited
        )
    if case.edited:
        raise Refused(
            "appeal-9", "another look was asked for after an edit already, in entry %(entry)s", entry=case.edited
        )


def _check_second(state: State, first: int, at: int) -> None:
    """Whose first appeal a jury has not granted may appeal once more."""
    appeal = appeal_of(state, first)
    if appeal.second:
        raise Refused("appeal-8", "the second appeal, entry %(entry)s, was the last one", entry=appeal.second)
    if appeal.status != "upheld" or appeal.verdict == 0:
        raise Refused("appeal-5", "this side has appealed in this case already, in entry %(entry)s", entry=first)
    if at >= appeal.verdict_at + duration(state, "appeal"):
        raise Refused("appeal-6", "the last day of appeal has passed")


def _check_reporters_appeal(state: State, act: Appeal, case: Case, entry: Entry) -> None:
    if act.edited:
        raise Refused("appeal-9", "only the author can say that the post was edited")
    if state[Reported, f"{act.case}/{act.reporter}"] is None:
        raise Refused("appeal-3", "only the author of the post or one who reported it may appeal")
    if not case.decision and (entry.at < case.due_at or is_unlawful(state, case)):
        raise Refused("appeal-4", "case %(case)s is not answered yet", case=act.case)
    if case.reporters_appeal:
        _check_second(state, case.reporters_appeal, entry.at)
    if case.status in ("reversed", "lifted"):
        raise Refused("appeal-4", "the decision of case %(case)s has ended already", case=act.case)
    if case.outcome == "restrict" and not _milder_than_could_be(state, case):
        raise Refused("appeal-4", "the rule allows no stricter sanction than was decided")
    if not case.reporters_appeal and entry.at >= _last_day_of_reporters(state, case):
        raise Refused("appeal-6", "the last day of appeal has passed")


def _milder_than_could_be(state: State, case: Case) -> bool:
    rule = state[version_key(case.rule, case.rule_version)]
    assert rule is not None
    assert case.sanction
    return any(rung(sanction) > rung(case.sanction) for sanction in allowed_by_both(state, rule))


def is_unlawful(state: State, case: Case) -> bool:
    """On unlawful content silence is no answer, and no restriction falls by a date of its appeal."""
    rule = state[version_key(case.rule, case.rule_version)]
    assert rule is not None
    return rule.ground == "unlawful"


def is_final(state: State, case: Case, at: int) -> bool:
    """Whether a case waits for nobody: it is answered, no appeal waits, and its reporters cannot appeal any more."""
    if case.status == "open" and (at < case.due_at or is_unlawful(state, case)):
        return False
    appeals = appeals_in(state, case)
    if any(appeal.waits_at(at) for appeal in appeals):
        return False
    if case.status in ("reversed", "lifted"):
        return True
    if case.reporters_appeal:
        first = appeal_of(state, case.reporters_appeal)
        return first.status != "upheld" or first.second > 0 or at >= first.verdict_at + duration(state, "appeal")
    if case.outcome == "restrict" and not _milder_than_could_be(state, case):
        return True
    return at >= _last_day_of_reporters(state, case)


def appeals_in(state: State, case: Case) -> tuple[Appealed, ...]:
    """The appeals against what is decided now: the author's, for the sake of an edit, the reporters', second ones."""
    found: list[Appealed] = []
    for index in (case.author_appeal, case.edited, case.reporters_appeal):
        appeal = state[Appealed, index] if index else None
        while appeal is not None:
            found.append(appeal)
            appeal = state[Appealed, appeal.second] if appeal.second else None
    return tuple(found)


def _last_day_of_reporters(state: State, case: Case) -> int:
    return case.appeal_until if case.decision else case.due_at + duration(state, "appeal")


def apply_appeal(state: State, act: Appeal, entry: Entry, index: int) -> Changes:
    """The appeal begins; an author's brings the end of the restriction forward, unless an edit is its ground."""
    case = case_of(state, act.case)
    author = entry.by != "reporter"
    first = 0 if act.edited else case.author_appeal if author else case.reporters_appeal
    appeal = _appealed(state, act, entry, case, first)
    changes: Changes = {(Appealed, index): appeal}
    if first:
        changes[Appealed, first] = msgspec.structs.replace(appeal_of(state, first), second=index)
    if not author:
        changes[Joined, f"{index}/{act.reporter}"] = Joined(index, act.reporter, index)
        changes[Case, act.case] = msgspec.structs.replace(case, reporters_appeal=first or index)
        return changes
    if act.edited:
        changes[Case, act.case] = msgspec.structs.replace(case, edited=index)
        return changes
    until = case.until if is_unlawful(state, case) else min(case.until, appeal.ends_at)
    appealed = msgspec.structs.replace(case, author_appeal=first or index, until=until)
    changes[Case, act.case] = appealed
    return changes | restriction_changes(state, act.case, case, appealed)


def _appealed(state: State, act: Appeal, entry: Entry, case: Case, first: int) -> Appealed:
    author = entry.by != "reporter"
    before = appeal_of(state, first) if first else None
    return Appealed(
        case=act.case,
        side="author" if author else "reporters",
        decision=case.decision,
        opened_at=entry.at,
        due_at=entry.at if before else entry.at + duration(state, "reconsider"),
        ends_at=entry.at + duration(state, "appeal_total"),
        reporters=0 if author else 1,
        by=entry.by if author else act.reporter,
        nonce=act.nonce,
        instance=0 if act.edited else 2 if before else 1,
        coin=before.next_coin if before else "",
        judged_by=before.judged_by if before else (),
    )


def check_join_appeal(state: State, act: JoinAppeal, entry: Entry) -> None:
    """Another who reported the same post joins the reporters' appeal, once, while it is open."""
    appeal = appeal_of(state, act.appeal)
    if entry.by != "reporter" or appeal.side != "reporters":
        raise Refused("appeal-7", "only reporters join an appeal, and only the reporters'")
    if state[Reported, f"{appeal.case}/{act.reporter}"] is None:
        raise Refused("appeal-3", "only one who reported the post may join")
    if state[Joined, f"{act.appeal}/{act.reporter}"] is not None:
        raise Refused("appeal-7", "you have joined this appeal already")
    if appeal.status != "open" or entry.at >= appeal.due_at:
        raise Refused("appeal-7", "this appeal is over")


def apply_join_appeal(state: State, act: JoinAppeal, index: int) -> Changes:
    """One more reporter stands behind the appeal."""
    appeal = appeal_of(state, act.appeal)
    return {
        (Appealed, act.appeal): msgspec.structs.replace(appeal, reporters=appeal.reporters + 1),
        (Joined, f"{act.appeal}/{act.reporter}"): Joined(act.appeal, act.reporter, index),
    }


def check_reconsider(state: State, act: Reconsider, entry: Entry) -> None:
    """A moderator who has not decided in the case looks again, within the term."""
    appeal = appeal_of(state, act.appeal)
    case = case_of(state, appeal.case)
    check_office(state, entry.by, "moderator", entry.at)
    if entry.by == case.author:
        raise Refused("recusal-1", "nobody decides about their own post")
    if number(entry.by) in case.deciders:
        raise Refused("recusal-2", "%(by)s has decided in this case before; it takes another moderator", by=entry.by)
    if appeal.status != "open":
        answer = appeal.answer or appeal.jury
        raise Refused("reconsider-1", "this appeal was answered, or went to a jury, in entry %(entry)s", entry=answer)
    if appeal.instance > 1:
        raise Refused("appeal-8", "a second appeal goes to a jury, and to no moderator")
    if entry.at >= appeal.due_at:
        raise Refused("reconsider-2", "the term for another look has passed: it is a jury's to judge now")
    if appeal.decision != case.decision or (case.decision and case.status != "decided"):
        raise Refused("reconsider-3", "the decision that was appealed stands no longer, or the case is open again")
    if [commit.field for commit in act.commits] != ["reasons"]:
        raise Refused("reconsider-4", "a second look commits to its reasons")


def apply_reconsider(state: State, act: Reconsider, entry: Entry, index: int) -> Changes:
    """The appeal is answered: maintained, reversed, or, for reporters, returned to yet another moderator."""
    appeal = appeal_of(state, act.appeal)
    case = case_of(state, appeal.case)
    deciders = (*case.deciders, number(entry.by))
    reversed_ = act.outcome == "reverse"
    answered = msgspec.structs.replace(
        appeal, status="reversed" if reversed_ else "maintained", answered_by=entry.by, answer=index
    )
    changes: Changes = {(Appealed, act.appeal): answered}
    if not reversed_:
        changes[Case, appeal.case] = msgspec.structs.replace(case, deciders=deciders)
    elif appeal.instance == 0:
        cured = msgspec.structs.replace(case, deciders=deciders).ended_by(index, entry.at)
        changes[Case, appeal.case] = cured
        changes |= restriction_changes(state, appeal.case, case, cured)
    elif appeal.side == "author":
        ended = msgspec.structs.replace(case, status="reversed", until=min(case.until, entry.at), deciders=deciders)
        changes[Case, appeal.case] = ended
        changes |= restriction_changes(state, appeal.case, case, ended)
    else:
        changes[Case, appeal.case] = returned(state, case, entry.at, deciders)
    return changes


def returned(state: State, case: Case, at: int, deciders: tuple[int, ...]) -> Case:
    """Nothing is imposed on a reporters' appeal: the case goes to yet another moderator, once."""
    return msgspec.structs.replace(
        case,
        status="open",
        outcome="restrict" if case.outcome == "restrict" else "",
        due_at=at + duration(state, "decision"),
        returned=True,
        overruled=case.decider,
        deciders=deciders,
    )
