"""Rules as people read them: their versions, their words, and how often each was applied; and the terms."""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.store.cases import entries_among
from app.store.engines import Tx
from app.store.governed import values_of
from app.store.ledger import openings_of
from governance.acts.members import Found
from governance.acts.proposals import Enact, SetTerm
from governance.charter import Probe
from governance.proposals import Proposal
from governance.rules import Rule, RuleVersion
from governance.terms import Term

DAY = 86_400_000

_VERSIONS = "select id from gov_rule_version where since <= {} and (until = 0 or until > {}) order by rule"
_COUNTS = (
    " sum(case when outcome = 'restrict' then 1 else 0 end) as restricted,"
    " sum(case when outcome = 'none' then 1 else 0 end) as dismissed,"
    " sum(case when appeal > 0 then 1 else 0 end) as appealed,"
    " sum(case when status = 'reversed' then 1 else 0 end) as reversed from gov_case where decision > 0"
)


class _Id(Struct, frozen=True):
    id: int


class _TextId(Struct, frozen=True):
    id: str


class Words(Struct, frozen=True):
    """What people read of a rule; empty where an opening is gone, and then the rule is not in force."""

    title: str = ""
    text: str = ""
    aim: str = ""
    elements: tuple[str, ...] = ()
    tests: tuple[Probe, ...] = ()
    condition: str = ""


class Applied(Struct, frozen=True):
    """How often a rule was applied: decisions that restrict, that do not, that were appealed, that were reversed."""

    rule: int
    restricted: int = 0
    dismissed: int = 0
    appealed: int = 0
    reversed: int = 0


class Daily(Struct, frozen=True):
    """The same for the decisions of one day, counted from the first of January 1970 (UTC)."""

    day: int
    restricted: int
    dismissed: int
    appealed: int
    reversed: int


async def versions_at(tx: Tx, at: int) -> list[RuleVersion]:
    """The versions of all rules that were law at that time, by number of the rule."""
    ids = [row.id for row in await tx.all(_TextId, _VERSIONS, at, at)]
    found = await values_of(tx, RuleVersion, ids)
    return [found[id_] for id_ in ids if found[id_].in_force_at(at)]


async def versions_of(tx: Tx, rule: int) -> list[RuleVersion]:
    """Every version of a rule, oldest first."""
    sql = "select id from gov_rule_version where rule = {} order by version"
    ids = [row.id for row in await tx.all(_TextId, sql, rule)]
    found = await values_of(tx, RuleVersion, ids)
    return [found[id_] for id_ in ids]


async def latest_versions(tx: Tx, most: int) -> list[RuleVersion]:
    """The versions that came into force last, newest first."""
    sql = "select id from gov_rule_version order by since desc, rule desc, version desc limit {}"
    ids = [row.id for row in await tx.all(_TextId, sql, most)]
    found = await values_of(tx, RuleVersion, ids)
    return [found[id_] for id_ in ids]


async def standing_versions(tx: Tx, rules: Collection[int]) -> dict[int, RuleVersion]:
    """The latest version of each of these rules that exists, in force or not, by number of the rule."""
    latest = await rules_of(tx, rules)
    found = await values_of(tx, RuleVersion, [f"{number}/{rule.version}" for number, rule in latest.items()])
    return {version.rule: version for version in found.values()}


async def standing_rules(tx: Tx) -> list[RuleVersion]:
    """The latest version of every rule that is not repealed, also of one that has lapsed, by number of the rule."""
    ids = [row.id for row in await tx.all(_Id, "select id from gov_rule where status = 'in force' order by id")]
    found = await standing_versions(tx, ids)
    return [found[id_] for id_ in ids]


async def rules_of(tx: Tx, numbers: Collection[int]) -> dict[int, Rule]:
    """Rules by number."""
    found = await values_of(tx, Rule, numbers)
    return {int(number): rule for number, rule in found.items()}


async def words_of(tx: Tx, entries: Collection[int]) -> dict[int, Words]:
    """The words that each of these entries brought."""
    fields: dict[int, dict[str, str]] = {}
    for row in await openings_of(tx, sorted(set(entries))):
        fields.setdefault(row.entry, {})[row.field] = row.value
    return {entry: _words(opened) for entry, opened in fields.items()}


def _words(opened: dict[str, str]) -> Words:
    return Words(
        title=opened.get("title", ""),
        text=opened.get("text", ""),
        aim=opened.get("aim", ""),
        elements=_numbered(opened, "element/"),
        tests=tuple(msgspec.json.decode(text, type=Probe) for text in _numbered(opened, "test/")),
        condition=opened.get("condition", ""),
    )


def _numbered(opened: dict[str, str], kind: str) -> tuple[str, ...]:
    numbered = sorted((int(field.removeprefix(kind)), text) for field, text in opened.items() if field.startswith(kind))
    return tuple(text for _, text in numbered)


async def applied(tx: Tx, rules: Collection[int]) -> dict[int, Applied]:
    """How often each rule was applied."""
    sql = f"select rule,{_COUNTS} and rule in {{among}} group by rule"
    return {row.rule: row for row in await tx.among(Applied, sql, sorted(rules))}


async def applied_daily(tx: Tx, rule: int, since: int) -> Sequence[Daily]:
    """How often a rule was applied on each day from `since` (Unix ms) on, the days without a decision left out."""
    sql = f"select decided_at / {DAY} as day,{_COUNTS} and rule = {{}} and decided_at >= {{}} group by day order by day"
    return await tx.all(Daily, sql, rule, since)


async def terms_at(tx: Tx, at: int) -> list[Term]:
    """The terms in force at a time, by name: what the founding gave, and what votes had made of it by then."""
    founding = (await entries_among(tx, [0]))[0].act
    assert isinstance(founding, Found)
    values = {term.name: term.value for term in founding.terms}
    sql = "select id from gov_proposal where kind = 'term' and status = 'enacted'"
    proposals = await values_of(tx, Proposal, [row.id for row in await tx.all(_Id, sql)])
    changes = await entries_among(tx, {proposal.ended for proposal in proposals.values()})
    for entry in changes.values():
        if entry.at <= at and isinstance(entry.act, Enact) and isinstance(entry.act.change, SetTerm):
            values[entry.act.change.name] = entry.act.change.value
    return [replace(term, value=values[term.name]) for term in await all_terms(tx)]


async def all_terms(tx: Tx) -> list[Term]:
    """The terms in force, by name."""
    ids = [row.id for row in await tx.all(_TextId, "select id from gov_term order by id")]
    found = await values_of(tx, Term, ids)
    return [found[id_] for id_ in ids]
