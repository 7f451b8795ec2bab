"""What an import looks up: accounts by the name in their source, the rule it applies, the steward who grants."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.accounts import COLUMNS, Account
from app.store.engines import Tx
from app.store.governed import values_of
from governance.rules import RuleVersion, version_key


class _Rule(Struct, frozen=True):
    id: int
    version: int


class OfficeRow(Struct, frozen=True):
    """Who holds an office since which entry."""

    member: int
    grant: int
    until: int


async def accounts_of_origins(tx: Tx, origins: Sequence[str]) -> dict[str, Account]:
    """Imported accounts, by the name that they have in their source."""
    rows = await tx.among(Account, f"select {COLUMNS} from account where origin in {{among}}", origins)
    return {row.origin: row for row in rows if row.origin is not None}


async def off_topic_rule(tx: Tx, now: int) -> tuple[int, RuleVersion] | None:
    """The rule in force that applies only where a topic was set, and folds: its number and its latest version."""
    rules = await tx.all(_Rule, "select id, version from gov_rule where status = 'in force' order by id")
    ids = [version_key(rule.id, rule.version)[1] for rule in rules]
    versions = await values_of(tx, RuleVersion, ids)
    for rule in rules:
        version = versions[version_key(rule.id, rule.version)[1]]
        if version.topical and "fold" in version.sanctions and version.in_force_at(now):
            return rule.id, version
    return None


async def first_in_office(tx: Tx, role: str, now: int) -> OfficeRow | None:
    """Who has held an office longest of those who hold it now."""

    class Row(Struct, frozen=True):
        id: int
        member: int
        until: int

    sql = "select id, member, until from gov_grant where role = {} and until > {} and revoked = 0 order by id limit 1"
    row = await tx.one(Row, sql, role, now)
    return OfficeRow(row.member, row.id, row.until) if row else None
