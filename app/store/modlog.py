"""The public log: every decision, newest first, found by rule, decider, outcome and sanction."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from app.store.cases import appeals_of, cases_among, entries_among, versions_among
from app.store.engines import Tx, Value
from app.store.governed import values_of
from app.store.orders import emergencies_among, steps_of_orders
from app.store.rules import Words, words_of
from governance.acts.cases import Decide
from governance.acts.words import LADDER, SanctionOrNone
from governance.appeals import Appealed
from governance.cases import Case
from governance.emergencies import Emergency
from governance.orders import Compliance, Order

NEWEST = 2**53
"""A number above that of every entry."""

_DECIDED = "exists (select 1 from gov_case c where c.decision > 0 and "


class Filters(Struct, frozen=True):
    """Which decisions are asked for: under rules of this label, by "m:17", "none" or "restrict", with this sanction.

    "" asks for all of them. `kind` is what is asked for: a "case", an "emergency", an "order".
    """

    rule: str = ""
    decider: str = ""
    outcome: str = ""
    sanction: str = ""
    kind: str = ""


class Logged(Struct, frozen=True):
    """A decision: its entry, and its case as that stands now. A case that was returned was decided again later."""

    entry: int
    number: int
    case: Case
    decider: str
    at: int
    outcome: str
    sanction: SanctionOrNone
    until: int
    is_superseded: bool = False


class RuleName(Struct, frozen=True):
    """A rule under which something was decided."""

    label: str
    title: str


class Choices(Struct, frozen=True):
    """What the log can be filtered by: what occurs in it."""

    rules: tuple[RuleName, ...]
    deciders: tuple[str, ...]
    sanctions: tuple[str, ...]


class _Id(Struct, frozen=True):
    id: int


class _Rule(Struct, frozen=True):
    id: int
    version: int


class _Name(Struct, frozen=True):
    name: str


async def decisions(tx: Tx, filters: Filters, before: int, most: int) -> list[Logged]:
    """Decisions before an entry, newest first: `most` that stand, and between them those that came to be superseded."""
    if filters.kind not in ("", "case"):
        return []
    numbers = await _rules_labelled(tx, filters.rule)
    conditions, values = _conditions(filters, numbers)
    sql = (
        f"select id from gov_case where decision > 0 and decision < {{}}{conditions} order by decision desc limit {{}}"
    )
    found = await cases_among(tx, [row.id for row in await tx.all(_Id, sql, before, *values, most)])
    standing = [_standing(number, case) for number, case in found.items()]
    oldest = standing[-1].entry if len(standing) == most else 0
    superseded = [logged for logged in await _superseded(tx, oldest, before) if _meets(logged, filters, numbers)]
    return sorted([*standing, *superseded], key=lambda logged: -logged.entry)


class Powers(Struct, frozen=True):
    """Emergencies and orders, by number, and what was done for the orders, by order and entry."""

    emergencies: dict[int, Emergency]
    orders: dict[int, Order]
    steps: dict[int, dict[int, Compliance]]


async def powers(tx: Tx, filters: Filters, before: int, most: int) -> Powers:
    """Emergencies and orders before an entry, newest first, at most `most` of each; what restricts withholds."""
    if filters.rule or filters.outcome == "none" or filters.sanction not in ("", "withhold"):
        return Powers({}, {}, {})
    by, values = (" and by_whom = {}", [filters.decider]) if filters.decider else ("", [])
    emergencies, orders = dict[int, Emergency](), dict[int, Order]()
    if filters.kind in ("", "emergency"):
        sql = f"select id from gov_emergency where id < {{}}{by} order by id desc limit {{}}"
        found = [row.id for row in await tx.all(_Id, sql, before, *values, most)]
        emergencies = await emergencies_among(tx, found)
    if filters.kind in ("", "order"):
        sql = f"select id from gov_order where id < {{}}{by} order by id desc limit {{}}"
        found = [row.id for row in await tx.all(_Id, sql, before, *values, most)]
        orders = {int(number): order for number, order in (await values_of(tx, Order, found)).items()}
    steps = await steps_of_orders(tx, sorted(orders))
    if filters.outcome or filters.sanction:
        orders = {number: orders[number] for number in orders if any(done.post for done in steps[number].values())}
    return Powers(emergencies, orders, steps)


async def choices(tx: Tx) -> Choices:
    """By what the log can be filtered; each asked of an index."""
    deciders = await tx.all(
        _Name,
        "select distinct 'm:' || g.member as name from gov_grant g "
        f"where g.role = 'moderator' and {_DECIDED} c.decider = 'm:' || g.member) order by name",
    )
    of_ladder = " union all ".join(f"select '{sanction}' as name" for sanction in LADDER)
    found = await tx.all(_Name, f"select s.name from ({of_ladder}) s where {_DECIDED} c.sanction = s.name)")
    sanctions = {row.name for row in found}
    return Choices(
        rules=await _rules_applied(tx),
        deciders=tuple(row.name for row in deciders),
        sanctions=tuple(sanction for sanction in LADDER if sanction in sanctions),
    )


async def _rules_applied(tx: Tx) -> tuple[RuleName, ...]:
    """The rules under which something was decided, in the order of their labels."""
    applied = await tx.all(_Rule, f"select r.id, r.version from gov_rule r where {_DECIDED} c.rule = r.id)")
    versions = await versions_among(tx, [(rule.id, rule.version) for rule in applied])
    words = await words_of(tx, [version.enacted for version in versions.values()])
    names = {version.label: words.get(version.enacted, Words()).title for version in versions.values()}
    in_order = sorted(names, key=lambda label: [int(part) for part in label.split(".")])
    return tuple(RuleName(label, names[label]) for label in in_order)


async def appeals_in(tx: Tx, cases: Collection[Case]) -> dict[int, Appealed]:
    """The appeals against what is decided in these cases now, the second ones too, by number."""
    numbers = {number for case in cases for number in (case.author_appeal, case.reporters_appeal) if number}
    first = await values_of(tx, Appealed, numbers)
    second = await values_of(tx, Appealed, {appeal.second for appeal in first.values() if appeal.second})
    return {int(number): appeal for number, appeal in {**first, **second}.items()}


def _conditions(filters: Filters, numbers: Sequence[int]) -> tuple[str, list[Value]]:
    conditions: list[str] = []
    values: list[Value] = []
    if filters.rule:
        conditions.append(f"rule in ({', '.join('{}' for _ in numbers) or '-1'})")
        values += numbers
    for column, wish in (("decider", filters.decider), ("sanction", filters.sanction)):
        if wish:
            conditions.append(f"{column} = {{}}")
            values.append(wish)
    if filters.outcome:
        # Of a decided case this is its outcome, also while an appeal has returned it.
        conditions.append("sanction = ''" if filters.outcome == "none" else "sanction <> ''")
    return "".join(f" and {condition}" for condition in conditions), values


async def _rules_labelled(tx: Tx, label: str) -> list[int]:
    """The rules that bear a label, or bore it last; a bare number is a rule's own where no rule is labelled so."""
    found = await tx.all(_Id, "select id from gov_rule where label = {} order by id", label) if label else []
    if not found and label.isascii() and label.isdecimal() and int(label) < NEWEST:
        return [int(label)]
    return [row.id for row in found]


async def _superseded(tx: Tx, after: int, before: int) -> list[Logged]:
    """Decisions in (after, before) that a reporters' appeal returned, and that were taken anew since."""
    sql = (
        "select a.case_id as id from gov_appeal a join gov_case c on c.id = a.case_id "
        "where a.decision > {} and a.decision < {} and a.status = 'reversed' and c.decision <> a.decision"
    )
    numbers = sorted({row.id for row in await tx.all(_Id, sql, after, before)})
    cases = await cases_among(tx, numbers)
    returned = [appeal for appeal in (await appeals_of(tx, numbers)).values() if after < appeal.decision < before]
    entries = await entries_among(tx, {appeal.decision for appeal in returned})
    logged = {}
    for appeal in returned:
        entry, case = entries[appeal.decision], cases[appeal.case]
        if isinstance(entry.act, Decide) and appeal.decision != case.decision:
            logged[appeal.decision] = Logged(
                entry=appeal.decision,
                number=appeal.case,
                case=case,
                decider=entry.by,
                at=entry.at,
                outcome=entry.act.outcome,
                sanction=entry.act.sanction,
                until=entry.act.until,
                is_superseded=True,
            )
    return list(logged.values())


def _standing(number: int, case: Case) -> Logged:
    return Logged(
        entry=case.decision,
        number=number,
        case=case,
        decider=case.decider,
        at=case.decided_at,
        outcome="restrict" if case.sanction else "none",
        sanction=case.sanction,
        until=case.until,
    )


def _meets(logged: Logged, filters: Filters, numbers: Sequence[int]) -> bool:
    wishes = (
        (filters.decider, logged.decider),
        (filters.outcome, logged.outcome),
        (filters.sanction, logged.sanction),
    )
    return all(wish in ("", is_) for wish, is_ in wishes) and (not filters.rule or logged.case.rule in numbers)
