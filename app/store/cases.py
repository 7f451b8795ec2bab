"""Cases and appeals: which are open, which are somebody's, and the entries that a case is made of."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import values_of
from app.store.ledger import EntryRow
from governance.appeals import Appealed, Joined
from governance.cases import Bulk, Case
from governance.entry import Entry, decode
from governance.rules import RuleVersion
from governance.terms import Term, size_of


class _Id(Struct, frozen=True):
    id: int


class _TextId(Struct, frozen=True):
    id: str


Cases = dict[int, Case]
"""Cases by number, in the order that was asked for."""


async def cases_among(tx: Tx, numbers: Sequence[int]) -> Cases:
    """The cases of these numbers that exist, in their order."""
    found = await values_of(tx, Case, numbers)
    return {number: found[number] for number in numbers if number in found}


async def cases_after(tx: Tx, after: int, most: int) -> Cases:
    """The cases behind a number, in order, at most `most`."""
    sql = "select id from gov_case where id > {} order by id limit {}"
    return await cases_among(tx, [row.id for row in await tx.all(_Id, sql, after, most)])


async def decided_under(tx: Tx, rule: int, most: int) -> list[int]:
    """The cases that were decided last under a rule, newest decision first."""
    sql = "select id from gov_case where rule = {} and decision > 0 order by decision desc limit {}"
    return [row.id for row in await tx.all(_Id, sql, rule, most)]


async def open_cases(tx: Tx, now: int, most: int) -> Cases:
    """Cases that wait for a decision, the one due first before the others."""
    sql = "select id from gov_case where status = 'open' and due_at > {} order by due_at, id limit {}"
    return await cases_among(tx, [row.id for row in await tx.all(_Id, sql, now, most)])


async def overdue_cases(tx: Tx, rules: Collection[int], now: int, most: int) -> Cases:
    """Cases under these rules whose date has passed without a decision, oldest first."""
    late = "select id from gov_case where rule in {among} and status = 'open' and due_at <= {}"
    found = await tx.among(_Id, f"{late} order by due_at, id limit {{}}", sorted(rules), now, most)
    return await cases_among(tx, [row.id for row in found])


async def cases_of_author(tx: Tx, author: str, most: int) -> Cases:
    """The cases about an author's posts, newest first."""
    sql = "select id from gov_case where author = {} order by id desc limit {}"
    return await cases_among(tx, [row.id for row in await tx.all(_Id, sql, author, most)])


async def waiting_appeals(tx: Tx, now: int, most: int) -> dict[int, Appealed]:
    """Appeals that wait for another look, the one due first before the others."""
    sql = "select id from gov_appeal where status = 'open' and due_at > {} order by due_at, id limit {}"
    ids = [row.id for row in await tx.all(_Id, sql, now, most)]
    found = await values_of(tx, Appealed, ids)
    return {id_: found[id_] for id_ in ids}


async def appeals_of(tx: Tx, cases: Collection[int]) -> dict[int, Appealed]:
    """Every appeal in these cases, oldest first."""
    sql = "select id from gov_appeal where case_id in {among} order by id"
    ids = [row.id for row in await tx.among(_Id, sql, sorted(cases))]
    found = await values_of(tx, Appealed, ids)
    return {id_: found[id_] for id_ in ids}


async def bulks_in(tx: Tx, case: int) -> dict[int, Bulk]:
    """The posts that decisions in a case named, by the entry of the decision."""
    ids = [row.id for row in await tx.all(_Id, "select id from gov_bulk where case_id = {} order by id", case)]
    found = await values_of(tx, Bulk, ids)
    return {id_: found[id_] for id_ in ids}


async def joined_in(tx: Tx, appeal: int, most: int) -> list[Joined]:
    """Those who joined an appeal, its first reporter among them, at most `most`, in order of their entries."""
    # All keys of the appeal: "0" is what follows "/".
    sql = "select id from gov_joined where id >= {} and id < {} order by id limit {}"
    ids = [row.id for row in await tx.all(_TextId, sql, f"{appeal}/", f"{appeal}0", most)]
    return sorted((await values_of(tx, Joined, ids)).values(), key=lambda joined: joined.entry)


async def entries_among(tx: Tx, indexes: Collection[int]) -> dict[int, Entry]:
    """The entries at these indexes, decoded."""
    sql = "select id, leaf_hash, body from ledger_entry where id in {among} order by id"
    return {row.id: decode(row.body) for row in await tx.among(EntryRow, sql, sorted(indexes))}


async def versions_among(tx: Tx, cited: Collection[tuple[int, int]]) -> dict[tuple[int, int], RuleVersion]:
    """Versions of rules, by rule and version."""
    found = await values_of(tx, RuleVersion, {f"{rule}/{version}" for rule, version in cited})
    return {(version.rule, version.version): version for version in found.values()}


async def durations(tx: Tx, names: Collection[str]) -> dict[str, int]:
    """The values of terms that are durations, in ms."""
    terms = await values_of(tx, Term, names)
    return {term.name: int(size_of(term.value)) for term in terms.values()}
