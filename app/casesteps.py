"""The steps of a case: what was done in it, entry by entry, and the dates that passed by themselves."""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from app.outcomes import Stands
from governance.acts.appeals import Appeal, Reconsider
from governance.acts.cases import Decide
from governance.acts.votes import CloseVote
from governance.appeals import Appealed
from governance.cases import Case
from governance.entry import Entry, type_of
from governance.juries import Jury

Happened = Literal[
    "report",
    "decide",
    "co_sign",
    "lift",
    "appeal",
    "join_appeal",
    "reconsider",
    "draw_jury",
    "excuse_juror",
    "open_vote",
    "close_vote",
    "dissolved",
    "erase",
    "correct",
    "silence",
    "unheard",
    "ended",
]
_ACTS: Mapping[str, Happened] = {
    "report": "report",
    "decide": "decide",
    "co_sign": "co_sign",
    "lift": "lift",
    "appeal": "appeal",
    "join_appeal": "join_appeal",
    "reconsider": "reconsider",
    "draw_jury": "draw_jury",
    "excuse_juror": "excuse_juror",
    "open_vote": "open_vote",
    "close_vote": "close_vote",
    "erase": "erase",
    "correct": "correct",
}


class Step(Struct, frozen=True):
    """What happened, when, in which entry (None where a date passed by itself), by whom, and with which answer.

    The answer of a jury's close is what it was asked and how it stands, "uphold/carried"; that of a second appeal is
    "second".
    """

    what: Happened
    at: int
    entry: int | None = None
    by: str = ""
    answer: str = ""


def steps_of(
    case: Case,
    entries: Mapping[int, Entry],
    appeals: Mapping[int, Appealed],
    juries: Mapping[int, Jury],
    stands: Stands,
    decision_term: int,
    now: int,
) -> tuple[Step, ...]:
    """The steps in their order; `entries` are those of the case, `decision_term` in ms."""
    steps = [_step(index, entry, appeals, juries) for index, entry in entries.items()]
    steps += [step for index, jury in juries.items() for step in _dissolved(jury, entries)]
    for appeal in appeals.values():
        if appeal.decision == 0:  # it is against silence
            due = case.opened_at + decision_term if case.returned else case.due_at
            steps.append(Step("silence", min(due, appeal.opened_at)))
        if appeal.answer == 0 and appeal.instance < 2 and now >= appeal.due_at:
            steps.append(Step("unheard", appeal.due_at))
    if stands == "silent" and (case.returned or not appeals):
        steps.append(Step("silence", case.due_at))
    if stands == "ended":
        steps.append(Step("ended", case.until))
    # What happens in one millisecond stands in the order of the ledger, a date before the acts of its moment.
    return tuple(sorted(steps, key=lambda step: (step.at, -1 if step.entry is None else step.entry)))


def _step(index: int, entry: Entry, appeals: Mapping[int, Appealed], juries: Mapping[int, Jury]) -> Step:
    act = entry.act
    answer: str = ""
    match act:
        case Decide():
            answer = act.sanction or act.outcome
        case Reconsider():
            answer = act.outcome
        case Appeal() if appeals[index].instance == 2:
            answer = "second"
        case CloseVote():
            answer = next(f"{jury.asks}/{jury.status}" for jury in juries.values() if jury.vote == act.vote)
    return Step(_ACTS[type_of(act)], entry.at, index, entry.by, answer)


def _dissolved(jury: Jury, entries: Mapping[int, Entry]) -> Iterator[Step]:
    """The end of a jury that too few were left of, by the entry of the last excuse."""
    if jury.status == "dissolved":
        yield Step("dissolved", entries[jury.closed].at, jury.closed)
