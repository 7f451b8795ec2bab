"""Who reported: pseudonyms, and the private rows that join them to accounts."""

from collections.abc import Collection, Sequence
from secrets import token_hex

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from app.store.governed import values_of
from governance.cases import Reported

DAY = 86_400_000

_NAME: dict[str, ColumnType] = {"pseudonym": "text", "account": "bigint", "month": "int"}


class _Name(Struct, frozen=True):
    pseudonym: str


class _TextId(Struct, frozen=True):
    id: str


class _CaseId(Struct, frozen=True):
    case_id: int


async def find_pseudonym(tx: Tx, account: int, month: int) -> str | None:
    """The pseudonym of an account in a month, if it has needed one."""
    row = await tx.one(_Name, "select pseudonym from reporter_name where account = {} and month = {}", account, month)
    return row.pseudonym if row is not None else None


async def make_pseudonym(tx: Tx, account: int, month: int) -> str:
    """The pseudonym of an account in a month, drawn by chance unless it has one."""
    await tx.insert_new("reporter_name", ("account", "month"), _NAME, [(f"r:{token_hex(8)}", account, month)])
    pseudonym = await find_pseudonym(tx, account, month)
    assert pseudonym is not None
    return pseudonym


async def pseudonyms_of(tx: Tx, account: int) -> list[str]:
    """Every pseudonym of an account that is still remembered."""
    sql = "select pseudonym from reporter_name where account = {} order by month"
    return [row.pseudonym for row in await tx.all(_Name, sql, account)]


async def reported_by(tx: Tx, account: int, cases: Collection[int]) -> dict[int, Reported]:
    """In which of these cases an account has reported, by number of the case."""
    pseudonyms = await pseudonyms_of(tx, account) if cases else []
    found = await values_of(tx, Reported, [f"{case}/{name}" for case in cases for name in pseudonyms])
    return {reported.case: reported for reported in found.values()}


async def reports_in(tx: Tx, case: int, most: int) -> list[Reported]:
    """Those who reported in a case, at most `most` of them, in order of their entries."""
    # All keys of the case: "0" is what follows "/".
    sql = "select id from gov_reporter where id >= {} and id < {} order by id limit {}"
    ids = [row.id for row in await tx.all(_TextId, sql, f"{case}/", f"{case}0", most)]
    return sorted((await values_of(tx, Reported, ids)).values(), key=lambda reported: reported.entry)


async def cases_reported_by(tx: Tx, pseudonyms: Sequence[str], most: int) -> list[int]:
    """The latest cases in which one of these pseudonyms reported, newest first."""
    found = await tx.among(
        _CaseId, "select distinct case_id from gov_reporter where reporter in {among} order by case_id desc", pseudonyms
    )
    return [row.case_id for row in found[:most]]


async def forget_reporters(tx: Tx, before_month: int, now: int, appeal: int) -> int:
    """Forget who stood behind the pseudonyms of earlier months all of whose cases are final; return how many.

    `appeal` is that term in ms. A case is final for its reporters when none of them can appeal any more, and no
    appeal waits, for a moderator or for its jury.
    """
    live = (
        "(c.status = 'open' and c.due_at > {}) or (c.status = 'decided' and c.decided_at > {}) or "
        "exists (select 1 from gov_appeal a where a.case_id = c.id and "
        "((a.status = 'open' and a.due_at > {}) or a.status = 'jury'))"
    )
    answered_before = now - appeal - DAY  # a notice may grant a day more than the term
    return await tx.run(
        "delete from reporter_name where month < {} and not exists (select 1 from gov_reporter r "
        f"join gov_case c on c.id = r.case_id where r.reporter = reporter_name.pseudonym and ({live}))",
        *(before_month, answered_before, answered_before, now),
    )
