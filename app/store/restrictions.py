"""What restricts posts and accounts: read from the governed Subject, and from nothing else."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import values_of
from governance import cases
from governance.acts.words import Sanction
from governance.appeals import Appealed
from governance.cases import Case, Subject
from governance.rules import RuleVersion

AppealState = Literal["possible", "over", "open", "unanswered", "maintained", "jury", "upheld"]


class Restriction(Struct, frozen=True):
    """A restriction in force, as it is told wherever the post is shown.

    `entry` is the decision's, `rule` the number and `label` the name of the rule, `title` its title. `opens` says
    whether any reader may open what it hides. `appeal` stands until `appeal_at`: the last day to appeal, the day by
    which an appeal is answered, or the day on which the restriction ends by itself; `appealed` is the appeal's
    entry, `jury` that of the draw of its jury, 0 for none.
    """

    case: int
    entry: int
    rule: int
    version: int
    label: str
    title: str
    sanction: Sanction
    until: int
    opens: bool
    appeal: AppealState
    appeal_at: int
    appealed: int
    jury: int


class _Title(Struct, frozen=True):
    entry: int
    value: str


Standing = Mapping[str, tuple[Restriction, ...]]
"""By subject ("123" a post, "m:17" an account) what restricts it, the strictest last."""


async def restrictions_of(tx: Tx, subjects: Sequence[str], now: int) -> Standing:
    """The restrictions in force at `now` of each subject that has any; one query a kind."""
    said = await values_of(tx, Subject, subjects)
    standing = {str(name): subject.standing(now) for name, subject in said.items()}
    found = [restriction for all_of_one in standing.values() for restriction in all_of_one]
    if not found:
        return {}
    told = await _tell(tx, found, now)
    return {subject: tuple(map(told.__getitem__, its)) for subject, its in standing.items() if its}


async def _tell(tx: Tx, found: Sequence[cases.Restriction], now: int) -> Mapping[cases.Restriction, Restriction]:
    versions = await values_of(tx, RuleVersion, {f"{one.rule}/{one.version}" for one in found})
    titles = await _titles(tx, sorted({version.enacted for version in versions.values()}))
    judged = await values_of(tx, Case, {one.case for one in found})
    first = await values_of(tx, Appealed, {case.author_appeal for case in judged.values() if case.author_appeal})
    second = await values_of(tx, Appealed, {appeal.second for appeal in first.values() if appeal.second})
    told = {}
    for one in found:
        version = versions[f"{one.rule}/{one.version}"]
        case = judged[one.case]
        appeal = first.get(case.author_appeal)
        if appeal is not None:
            appeal = second.get(appeal.second, appeal)
        state, at = _appeal(case, appeal, now)
        told[one] = Restriction(
            case=one.case,
            entry=one.entry,
            rule=one.rule,
            version=one.version,
            label=version.label,
            title=titles.get(version.enacted, ""),
            sanction=one.sanction,
            until=one.until,
            opens=one.sanction != "withhold",
            appeal=state,
            appeal_at=at,
            appealed=case.author_appeal,
            jury=appeal.jury if appeal is not None else 0,
        )
    return told


def _appeal(case: Case, appeal: Appealed | None, now: int) -> tuple[AppealState, int]:
    if appeal is None:
        return ("possible" if now < case.appeal_until else "over"), case.appeal_until
    if appeal.status == "maintained":
        return "maintained", case.until
    if appeal.status == "jury":
        return "jury", case.until
    if appeal.status in ("upheld", "unheard"):
        return "upheld", case.until
    return ("open", appeal.due_at) if now < appeal.due_at else ("unanswered", case.until)


async def _titles(tx: Tx, entries: Sequence[int]) -> dict[int, str]:
    """The titles of rules, which are openings of the entries that enacted them."""
    sql = "select entry, value from opening where field = 'title' and entry in {among}"
    return {row.entry: row.value for row in await tx.among(_Title, sql, entries)}
