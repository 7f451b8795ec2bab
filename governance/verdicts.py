"""Verdicts: what follows from the vote of a jury, or from a jury that cannot judge."""

from typing import Literal

import msgspec

from governance.acts.juries import ExcuseJuror
from governance.appeals import Appealed, appeal_of, is_unlawful, returned
from governance.cases import Case, case_of, restriction_changes
from governance.emergencies import Emergency, emergency_changes
from governance.entry import Entry
from governance.juries import Juror, Jury, excused, is_broken, jury_of, released
from governance.members import number
from governance.state import Changes, State
from governance.terms import duration

Result = Literal["adopted", "rejected", "void"]
_STATUS: dict[Result, Literal["carried", "failed", "void"]] = {
    "adopted": "carried",
    "rejected": "failed",
    "void": "void",
}


def apply_verdict(state: State, index: int, result: Result, entry: Entry, closed: int) -> Changes:
    """The jury has voted: `result` adopted says that what it was asked was carried; `closed` is the vote's close."""
    jury = jury_of(state, index)
    done = msgspec.structs.replace(jury, status=_STATUS[result], closed=closed)
    return {(Jury, index): done, **released(state, jury), **_answer(state, jury, result, entry, closed)}


def apply_excuse_juror(state: State, act: ExcuseJuror, entry: Entry, index: int) -> Changes:
    """The next seat moves up; when too many are excused, nothing is upheld."""
    jury = excused(state, act, index)
    member = number(entry.by)
    juror = state[Juror, member]
    assert juror is not None, "a juror has a place in the register"
    changes: Changes = {
        (Juror, member): Juror(juror.place, juror.since, juror.left, juror.sitting - 1),
        (Jury, act.jury): jury,
    }
    if not is_broken(state, jury):
        return changes
    changes[Jury, act.jury] = msgspec.structs.replace(jury, status="dissolved", closed=index)
    return changes | released(state, jury) | _answer(state, jury, "void", entry, index)


def _answer(state: State, jury: Jury, result: Result, entry: Entry, index: int) -> Changes:
    emergency = state[Emergency, jury.matter]
    if emergency is not None:
        return _confirmed(state, jury.matter, emergency, result, entry, index)
    appeal = appeal_of(state, jury.matter)
    case = case_of(state, appeal.case)
    stands = appeal.decision == case.decision and case.status == "decided"
    if appeal.side == "reporters":
        changes: Changes = {(Appealed, jury.matter): _answered(appeal, result == "adopted", entry, index)}
        if result == "adopted" and stands:
            changes[Case, appeal.case] = returned(state, case, entry.at, case.deciders)
        return changes
    if result == "void" and is_unlawful(state, case):
        # On unlawful content nothing falls for want of an answer: the end that was decided stays.
        unheard = msgspec.structs.replace(appeal, status="unheard", verdict=index, verdict_at=entry.at)
        return {(Appealed, jury.matter): unheard}
    changes = {(Appealed, jury.matter): _answered(appeal, result != "adopted", entry, index)}
    if not stands:
        return changes
    if result == "adopted":
        # Only what still restricts is set back to its own end: what fell by its date stays fallen.
        until = case.decided_until if case.restricts_at(entry.at) else case.until
        after = msgspec.structs.replace(case, until=until)
    else:
        after = msgspec.structs.replace(case, status="reversed", until=min(case.until, entry.at))
    changes[Case, appeal.case] = after
    return changes | restriction_changes(state, appeal.case, case, after)


def _confirmed(state: State, number_: int, emergency: Emergency, result: Result, entry: Entry, index: int) -> Changes:
    """Upheld by two thirds it stands for `restriction` from its first day, else it falls; what is over stays over."""
    judged = msgspec.structs.replace(emergency, verdict=index, verdict_at=entry.at)
    if not emergency.stands_at(entry.at):
        return {(Emergency, number_): judged}
    if result == "adopted":
        until = emergency.invoked_at + duration(state, "restriction")
        return emergency_changes(state, number_, msgspec.structs.replace(judged, status="confirmed", until=until))
    return emergency_changes(state, number_, msgspec.structs.replace(judged, status="fallen", until=entry.at))


def _answered(appeal: Appealed, succeeds: bool, entry: Entry, index: int) -> Appealed:
    status: Literal["reversed", "upheld"] = "reversed" if succeeds else "upheld"
    return msgspec.structs.replace(appeal, status=status, verdict=index, verdict_at=entry.at)
