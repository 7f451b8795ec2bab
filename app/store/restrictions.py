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
from governance.emergencies import Emergency
from governance.orders import Compliance
from governance.rules import RuleVersion

PowerState = Literal["invoked", "seconded", "jury", "confirmed", "order"]
"""How an emergency stands, or that it is an order: neither is appealed as a decision is."""

AppealState = Literal["possible", "over", "open", "unanswered", "maintained", "jury", "upheld"]


class Restriction(Struct, frozen=True):
    """A restriction in force, as it is told wherever the post is shown.

    `entry` is the decision's, `rule` the number and `label` the name of the rule, `title` its title. `opens` says
    whether any reader may open what it hides, `here` whether it holds where the reader is. `appeal` stands until
    `appeal_at`: the last day to appeal, the day by which an appeal is answered, or the day on which the restriction
    ends by itself; `appealed` is the appeal's entry, `jury` that of the draw of its jury, 0 for none.

    Of an emergency or an order `case` is the act that invoked or obeyed it, and there is no rule. `stands` says how it
    stands, `ground` is the emergency's, `order` the order's number, `territory` where it is obeyed, "" for everywhere.
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
    kind: Literal["case", "emergency", "order"] = "case"
    stands: PowerState | Literal[""] = ""
    ground: str = ""
    order: int = 0
    territory: str = ""
    here: bool = True


class _Title(Struct, frozen=True):
    entry: int
    value: str


Standing = Mapping[str, tuple[Restriction, ...]]
"""By subject ("123" a post, "m:17" an account) what restricts it, the strictest last."""


async def restrictions_of(tx: Tx, subjects: Sequence[str], now: int, country: str = "") -> Standing:
    """The restrictions in force at `now` of each subject that has any; one query a kind.

    `country` is where the reader is, an ISO 3166 code, "" where that is not known: then it is outside of every one.
    """
    said = await values_of(tx, Subject, subjects)
    standing = {str(name): subject.standing(now) for name, subject in said.items()}
    found = [restriction for all_of_one in standing.values() for restriction in all_of_one]
    if not found:
        return {}
    told = await _tell(tx, [one for one in found if one.kind == "case"], now)
    told |= await _tell_powers(tx, [one for one in found if one.kind != "case"], country)
    return {subject: tuple(map(told.__getitem__, its)) for subject, its in standing.items() if its}


async def _tell(tx: Tx, found: Sequence[cases.Restriction], now: int) -> dict[cases.Restriction, Restriction]:
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


async def _tell_powers(
    tx: Tx, found: Sequence[cases.Restriction], country: str
) -> dict[cases.Restriction, Restriction]:
    emergencies = await values_of(tx, Emergency, {one.case for one in found if one.kind == "emergency"})
    orders = await values_of(tx, Compliance, {one.case for one in found if one.kind == "order"})
    told = {}
    for one in found:
        emergency, done = emergencies.get(one.case), orders.get(one.case)
        told[one] = Restriction(
            case=one.case,
            entry=one.entry,
            rule=0,
            version=0,
            label="",
            title="",
            sanction=one.sanction,
            until=one.until,
            opens=False,
            appeal="over",
            appeal_at=one.until,
            appealed=0,
            jury=emergency.jury if emergency is not None else 0,
            kind=one.kind,
            stands=_stands(emergency),
            ground=emergency.ground if emergency is not None else "",
            order=done.order if done is not None else 0,
            territory=one.territory,
            here=not one.territory or country in one.territory.split(","),
        )
    return told


def _stands(emergency: Emergency | None) -> PowerState:
    if emergency is None:
        return "order"
    if emergency.status == "confirmed":
        return "confirmed"
    if emergency.status == "invoked":
        return "invoked"
    return "jury" if emergency.jury else "seconded"


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
