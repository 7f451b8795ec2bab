"""What fsck says of missing rows, of rows too many, of entries that the law forbids, and of a home without its key."""

import asyncio
from pathlib import Path

import pytest

from app.founding import checkpoint_file
from app.fsck import Fault, Report, compare, law
from app.keyring import key_file, key_files
from app.store import whole
from app.store.engines import Database, Tx
from app.store.ledger import append, checkpoint_at, freeze, latest_checkpoint, read_head
from app.store.nouns import NOUNS
from governance.acts.members import Admit
from governance.entry import Entry, encode
from governance.texts import Erased
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.note import SignerKey
from tests.door.square import Square
from tests.fsck.tampering import unlock
from tests.fsck.whole import FIRST, settle, the_story
from tests.governance.making import ORIGIN
from tests.governance.world import World

PAUSE = 0.01
"""Seconds between two acts of one who writes, and between two comparisons, so that neither keeps the other waiting."""


def ignore(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture
async def square(sqlite_database: Database, home: Path) -> Square:
    """A complete square, open to being tampered with."""
    square = await settle(sqlite_database, home, the_story())
    await unlock(sqlite_database)
    return square


async def faults(square: Square, home: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Table, row and columns of every fault."""
    report = await compare(square.database, home, ignore)
    assert 1 == report.exit_code
    return [(fault.table, fault.row, fault.columns) for fault in report.faults]


async def change(square: Square, sql: str) -> None:
    """Runs SQL behind the program's back."""
    await square.database.write(lambda tx: tx.run(sql))


async def test_a_page_is_as_long_as_it_is(square: Square, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in pages of one tile's width, every table is compared the same."""
    expected = await compare(square.database, home, ignore)
    monkeypatch.setattr(whole, "PAGE", 256)
    monkeypatch.setattr(law, "PAGE", 256)
    assert expected == await compare(square.database, home, ignore)
    assert (0, 2) == (expected.exit_code, expected.missing_count)


async def test_a_governed_row_that_is_missing_or_too_many(square: Square, home: Path) -> None:
    """In every governed table: the first row deleted, and the last one copied under a key of its own."""
    for noun in NOUNS:
        other = "'~'" if noun.columns["id"] == "text" else "1000000007"
        columns = ", ".join(f'"{name}"' for name in noun.columns if name != "id")
        copy = f"select {other}, {columns} from {noun.table} order by id desc limit 1"
        await change(square, f"insert into {noun.table} (id, {columns}) {copy}")
        await change(square, f"delete from {noun.table} where id = (select min(id) from {noun.table})")
    found = await faults(square, home)
    for noun in NOUNS:
        assert 2 == sum(fault[0] == noun.table and fault[2] == () for fault in found), noun.table


async def test_entries_that_were_cut_off(square: Square, home: Path) -> None:
    """An end that is gone shows in the head and in the checkpoints, also in the one that lies beside the database."""
    size = (await square.database.read(read_head)).size
    await change(square, f"delete from ledger_entry where id = {size - 1}")
    found = await faults(square, home)
    assert ("ledger_head", "0", ("size",)) in found
    assert ("ledger_checkpoint", str(size), ()) in found
    assert ("home", "checkpoint", ()) in found


async def test_an_entry_that_is_missing(square: Square, home: Path) -> None:
    """A gap is named, and what cannot be compared because of it as well."""
    await change(square, "delete from ledger_entry where id = 200")
    report = await compare(square.database, home, ignore)
    assert Fault("ledger_entry", "200", (), "the entry is missing") == report.faults[0]
    assert any("entry 200" in what for what in report.unchecked)
    assert "gov_case" not in report.compared


async def test_an_entry_that_the_law_forbids(square: Square, home: Path) -> None:
    """A member who admits a member, hashed and signed for as it should be: the law itself finds it."""

    async def smuggle(tx: Tx) -> None:
        head = await read_head(tx)
        await append(tx, head, [encode(Entry(Admit(), head.at, square.world.by("ann")))], head.at)

    size = (await square.database.read(read_head)).size
    await square.database.write(smuggle)
    report = await compare(square.database, home, ignore)
    assert [("ledger_entry", str(size), ("body",))] == [(one.table, one.row, one.columns) for one in report.faults]
    assert "member-2" in report.faults[0].what


async def test_an_opening_that_is_lost_is_a_fault(square: Square, home: Path) -> None:
    """No entry says that it was erased."""
    await change(square, "delete from opening where entry = 3 and field = 'aim'")
    report = await compare(square.database, home, ignore)
    assert [Fault("opening", "3/aim", (), "the opening is missing, and no entry erased it")] == list(report.faults)


async def test_an_erased_opening_is_no_fault(square: Square, home: Path) -> None:
    """The entry says so: fsck names it and exits 0; and an erased text that is still there is a fault."""
    marks = [mark for mark in square.world.state.values() if isinstance(mark, Erased)]
    report = await compare(square.database, home, ignore)
    assert (0, [(mark.entry, mark.erasure) for mark in marks]) == (
        report.exit_code,
        sorted({(one.entry, one.erasure) for one in report.missing}),
    )
    salt = "x'" + "00" * 32 + "'"
    await change(square, f"insert into opening values ({marks[0].entry}, 'reasons', {salt}, 'again')")
    report = await compare(square.database, home, ignore)
    assert f"entry {marks[0].erasure} erased it, and it is here" in {fault.what for fault in report.faults}


async def test_a_frozen_ledger_is_a_fault(square: Square, home: Path) -> None:
    """It stands still because something was found, and a person has to act."""
    await square.database.write(lambda tx: freeze(tx, "two roots for the size 26"))
    assert [("ledger_head", "0", ("frozen",))] == await faults(square, home)


async def test_a_checkpoint_by_another_key(square: Square, home: Path) -> None:
    """A note that this square's key has not signed is named, right as its root may be."""
    other = SignerKey.generate(ORIGIN)
    row = await square.database.read(lambda tx: checkpoint_at(tx, 300))
    assert row is not None
    note = sign_checkpoint(Checkpoint(ORIGIN, 300, row.root), other).decode()
    await square.database.write(lambda tx: tx.run("update ledger_checkpoint set note = {} where size = 300", note))
    assert [("ledger_checkpoint", "300", ("note",))] == await faults(square, home)
    checkpoint_file(home).write_text(note)
    assert ("home", "checkpoint", ()) in await faults(square, home)


async def test_a_checkpoint_by_a_key_that_was_given_up(square: Square, home: Path) -> None:
    """After the key was changed the old one alone makes no checkpoint, and what it signed before still holds."""
    key_file(home).unlink()
    assert 0 == (await compare(square.database, home, ignore)).exit_code
    last = await square.database.read(latest_checkpoint)
    assert last is not None
    note = sign_checkpoint(Checkpoint(ORIGIN, last.size, last.root), FIRST).decode()
    sql = "update ledger_checkpoint set note = {} where size = {}"
    await square.database.write(lambda tx: tx.run(sql, note, last.size))
    assert [("ledger_checkpoint", str(last.size), ("note",))] == await faults(square, home)


async def test_without_the_key_signatures_are_not_checked(square: Square, home: Path) -> None:
    """No fault, and no clean bill either."""
    for file in key_files(home):
        file.unlink()
    report = await compare(square.database, home, ignore)
    assert (2, 0, 1) == (report.exit_code, report.fault_count, len(report.unchecked))
    key_file(home).write_text("PRIVATE+KEY+nonsense\n")
    assert 2 == (await compare(square.database, home, ignore)).exit_code


async def test_an_empty_database_is_not_sound(sqlite_database: Database, home: Path) -> None:
    """Nothing passes because something was missing."""
    report = await compare(sqlite_database, home, ignore)
    assert (2, 0) == (report.exit_code, report.fault_count)
    assert any("no square was founded" in what for what in report.unchecked)


async def test_beside_a_running_square(database: Database, home: Path) -> None:
    """One snapshot is compared: whatever is written meanwhile, every comparison is sound."""
    world = World.peopled()
    key_file(home).write_text(f"{SignerKey.generate(ORIGIN).format()}\n")
    square, over = await Square.of(database, world), asyncio.Event()

    async def report_on() -> None:
        while not over.is_set():
            await square.does("reporter", world.report(world.post("ann")))
            await asyncio.sleep(PAUSE)

    busy = [asyncio.create_task(report_on()) for _ in range(4)]
    reports: list[Report] = []
    while len(reports) < 5 or reports[0].size == reports[-1].size:
        reports.append(await compare(database, home, ignore))
        await asyncio.sleep(PAUSE)
    over.set()
    await asyncio.gather(*busy)
    assert {0} == {report.exit_code for report in reports}


async def test_more_faults_than_are_kept_are_counted(square: Square, home: Path) -> None:
    """A database that is all wrong fills no memory."""
    await change(square, "update gov_place set member = -1")
    report = await compare(square.database, home, ignore)
    assert report.fault_count == len(report.faults) > 280
