"""Withholding at once: who invokes an emergency, and who signs it (POLICY, article 10)."""

import msgspec

from governance.acts.emergencies import Invoke, Second
from governance.acts.words import Role
from governance.cases import Subject, subject_of
from governance.emergencies import NO_END, UNSHOWN, Emergency, emergency_changes, emergency_of, withheld
from governance.entry import Entry
from governance.errors import Refused
from governance.juries import register_length
from governance.members import check_office_of, check_person
from governance.state import Changes, State
from governance.terms import duration

WITHHOLDERS: tuple[Role, ...] = ("moderator", "steward")
"""Who may invoke an emergency, and who may sign it."""


def check_invoke(state: State, act: Invoke, entry: Entry) -> None:
    """A moderator or steward, about another's post, with all that the second instance will need."""
    check_office_of(state, entry.by, WITHHOLDERS, entry.at)
    check_person(state, act.author)
    if entry.by == act.author:
        raise Refused("recusal-1", "nobody decides about their own post")
    if act.posted > entry.at:
        raise Refused("emergency-2", "a post cannot be withheld before it is made")
    _check_bound(act)
    subject = subject_of(state, act.post)
    if subject.erased:
        raise Refused("erase-8", "the words of this post were erased by entry %(entry)s", entry=subject.erased)
    _check_not_again(state, act, subject, entry.at)


def _check_bound(act: Invoke) -> None:
    fields = [commit.field for commit in act.commits]
    if act.ground == UNSHOWN:
        if fields or act.coin:
            raise Refused("emergency-6", "of abuse material of children nothing is bound, and no jury is drawn")
        return
    if fields != ["content", "reasons"]:
        raise Refused("emergency-2", "an emergency commits to the withheld words and to the reasons")
    if not act.coin:
        raise Refused("emergency-4", "an emergency commits to the coin from which its jury is drawn")


def _check_not_again(state: State, act: Invoke, subject: Subject, at: int) -> None:
    last = state[Emergency, subject.emergency] if subject.emergency else None
    if last is None or (act.ground == UNSHOWN and not last.is_unshown):
        return
    if last.stands_at(at) or at < last.invoked_at + duration(state, "emergency_again"):
        raise Refused(
            "emergency-5",
            "this post was withheld as an emergency in entry %(entry)s, and is not again so soon",
            entry=subject.emergency,
        )


def apply_invoke(state: State, act: Invoke, entry: Entry, index: int) -> Changes:
    """The post is withheld for `second`, or without an end where no date ends it."""
    due = entry.at + duration(state, "second")
    emergency = Emergency(
        post=act.post,
        version=act.version,
        posted=act.posted,
        author=act.author,
        ground=act.ground,
        by=entry.by,
        invoked_at=entry.at,
        second_by_at=due,
        until=NO_END if act.ground == UNSHOWN else due,
        coin=act.coin,
        pool=register_length(state),
    )
    subject = msgspec.structs.replace(subject_of(state, act.post), emergency=index)
    return {(Emergency, index): emergency, (Subject, act.post): withheld(subject, index, emergency)}


def check_second(state: State, act: Second, entry: Entry) -> None:
    """Another moderator or steward, in time; about what nobody is shown a late signature is better than none."""
    emergency = emergency_of(state, act.emergency)
    check_office_of(state, entry.by, WITHHOLDERS, entry.at)
    if entry.by == emergency.author:
        raise Refused("recusal-1", "nobody decides about their own post")
    if entry.by == emergency.by:
        raise Refused("emergency-3", "you invoked this emergency yourself; it takes another person")
    if emergency.seconded:
        raise Refused("emergency-3", "this emergency was signed in entry %(entry)s", entry=emergency.seconded)
    if not emergency.stands_at(entry.at):
        raise Refused("emergency-3", "this emergency is over")
    if bool(act.nonce) == emergency.is_unshown:
        raise Refused("emergency-4", "whoever signs brings words to the draw of the jury, where one is drawn")


def apply_second(state: State, act: Second, entry: Entry, index: int) -> Changes:
    """It stands for `emergency`, counted from when it was invoked."""
    emergency = emergency_of(state, act.emergency)
    until = NO_END if emergency.is_unshown else emergency.invoked_at + duration(state, "emergency")
    signed = msgspec.structs.replace(
        emergency,
        status="seconded",
        second=entry.by,
        seconded=index,
        seconded_at=entry.at,
        nonce=act.nonce,
        until=until,
    )
    return emergency_changes(state, act.emergency, signed)
