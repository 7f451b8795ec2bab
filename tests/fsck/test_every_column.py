"""One value changed in any column of any table that the ledger determines, and fsck names table, row and column."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.fsck import Fault, Report, compare
from app.store.engines import Database
from app.store.transaction import Row
from tests.fsck.tampering import Change, Column, columns_of, put_back, rows_of, tamper, unlock
from tests.fsck.whole import settle, the_story

NOT_DETERMINED = {
    ("ledger_checkpoint", "at"): "when it was signed, of which the note says nothing",
    ("request_key", "id"): "a random name: nothing in the ledger says which request made an entry",
    ("request_key", "fingerprint"): "what was asked, which is not kept",
}
"""Columns of which the ledger says nothing."""


def ignore(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


async def test_every_column_of_every_table(sqlite_database: Database, home: Path) -> None:
    """Walks the schema itself, so a column that is added later and compared by nobody is found here."""
    await settle(sqlite_database, home, the_story())
    columns = await columns_of(sqlite_database)
    assert set(NOT_DETERMINED) == await _missed(sqlite_database, home, columns)


async def test_a_column_of_every_table_on_postgresql(postgresql_database: Database, home: Path) -> None:
    """The same comparison, of the last column of each table: the column's kind differs, and nothing else."""
    await settle(postgresql_database, home, the_story())
    last = {column.table: column for column in await columns_of(postgresql_database)}
    assert set() == await _missed(postgresql_database, home, list(last.values()))


async def _missed(database: Database, home: Path, columns: Sequence[Column]) -> set[tuple[str, str]]:
    await unlock(database)
    missed: set[tuple[str, str]] = set()
    for place, column in enumerate(columns):
        for row in _chosen(column, await rows_of(database, column), place):
            change = await tamper(database, column, row)
            report = await compare(database, home, ignore)
            await put_back(database, change)
            if not _names(report, change):
                missed.add((column.table, column.name))
    report = await compare(database, home, ignore)
    assert (0, ()) == (report.exit_code, report.faults)
    return missed


def _chosen(column: Column, rows: list[Row], place: int) -> Iterator[Row]:
    """Of what is hashed the first row, the last, and one between; of what is derived one, each time another."""
    assert rows, f"{column.table} has no row that could be changed"
    places = [0, len(rows) // 2, len(rows) - 1]
    if column.table.startswith("gov_"):
        places = [places[place % len(places)]]
    for one in dict.fromkeys(places):
        yield rows[one]


def _names(report: Report, change: Change) -> list[Fault]:
    """The faults that name what was changed; a row whose key was changed is one that is missing, or too many."""
    column = change.column
    return [
        fault
        for fault in report.faults
        if fault.table == column.table
        and (column.name in fault.columns or (column.is_key and not fault.columns))
        and (fault.row in change.rows or _names_vote(fault, change))
    ]


def _names_vote(fault: Fault, change: Change) -> bool:
    """Ballots and marks are compared all together where nothing tells them apart: the fault names the vote."""
    votes = {row.partition("/")[0] for row in change.rows}
    return fault.table in ("box_entry", "box_tile", "mark") and fault.row.partition("/")[0] in votes
