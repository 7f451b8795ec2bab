"""Emergencies: one person withholds for hours, two for days, and then it is confirmed or falls (POLICY, article 10)."""

from typing import Literal

import msgspec
from msgspec import Struct

from governance.acts.emergencies import Emergent
from governance.acts.words import Person, PostId
from governance.cases import Restriction, Subject, restricted, subject_of
from governance.errors import Refused
from governance.state import Changes, State

UNSHOWN: Emergent = "child_abuse"
"""The ground on which nobody is shown anything: nothing is bound, no jury is drawn and no date ends it."""

NO_END = 2**53 - 1
"""Later than every date: the end of what no date ends."""


class Emergency(Struct, frozen=True, gc=False):
    """An emergency, named by the entry that invoked it, `by` whom.

    The withholding ends at `until`, `NO_END` where no date ends it. `pool` is how many places of the register of jurors
    were taken when it was invoked: from these `coin` and `nonce` draw the jury. `seconded`, `jury`, `verdict` and
    `ended` are the entries of these acts, 0 for none; `erased` is the entry by which its reasons are gone.
    """

    post: PostId
    version: int
    posted: int
    author: Person
    ground: Emergent
    by: Person
    invoked_at: int
    second_by_at: int
    until: int
    coin: str
    pool: int
    status: Literal["invoked", "seconded", "confirmed", "fallen", "lifted"] = "invoked"
    second: str = ""
    seconded: int = 0
    seconded_at: int = 0
    nonce: str = ""
    jury: int = 0
    verdict: int = 0
    verdict_at: int = 0
    ended: int = 0
    erased: int = 0

    @property
    def is_unshown(self) -> bool:
        """Whether it is about what nobody is shown."""
        return self.ground == UNSHOWN

    def stands_at(self, at: int) -> bool:
        """Whether the post is withheld by it at that time."""
        return self.status in ("invoked", "seconded", "confirmed") and at < self.until


def emergency_of(state: State, index: int) -> Emergency:
    """The emergency; raises Refused [emergency-1] where there is none."""
    emergency = state[Emergency, index]
    if emergency is None:
        raise Refused("emergency-1", "there is no emergency %(emergency)s", emergency=index)
    return emergency


def is_preserved(state: State, post: PostId, at: int) -> bool:
    """Whether the words of a post are kept for the law, because they stand withheld as abuse material of children."""
    subject = subject_of(state, post)
    emergency = state[Emergency, subject.emergency] if subject.emergency else None
    return emergency is not None and emergency.is_unshown and emergency.stands_at(at)


def emergency_changes(state: State, index: int, after: Emergency) -> Changes:
    """The emergency, and its post as it is under it from now on."""
    subject = withheld(subject_of(state, after.post), index, after)
    return {(Emergency, index): after, (Subject, after.post): subject}


def withheld(subject: Subject, index: int, emergency: Emergency) -> Subject:
    """The post with what the emergency does to it; one that has ended is on it no more."""
    if emergency.status in ("fallen", "lifted"):
        return restricted(subject, index, None)
    mine = Restriction(index, index, 0, 0, "withhold", emergency.until, kind="emergency")
    return restricted(subject, index, mine)


def ended(emergency: Emergency, index: int, at: int, *, erased: int = 0) -> Emergency:
    """The emergency after entry `index` ended it; `erased` where it took the reasons."""
    gone = erased or emergency.erased
    return msgspec.structs.replace(emergency, status="lifted", until=at, ended=index, erased=gone)
