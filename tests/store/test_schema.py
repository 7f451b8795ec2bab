"""The tables that Piccolo knows and those that the migrations make."""

import asyncio
import re
import subprocess
import sys

import msgspec
import pytest

from app.config import Config
from app.store.engines import Conflict, Database, Tx, connect, migrate
from app.store.schema import modules
from app.store.tables import TABLES

TYPES = {
    "sqlite": {"BigInt": "INTEGER", "Integer": "INTEGER", "Text": "TEXT", "Bytea": "BLOB", "Boolean": "BOOLEAN"},
    "postgresql": {"BigInt": "bigint", "Integer": "integer", "Text": "text", "Bytea": "bytea", "Boolean": "boolean"},
}
NO_ROW_NUMBERS = {
    "account_note", "block", "bookmark", "box_entry", "conversation", "cosignature", "email_token", "favourite",
    "follow", "follow_request", "home_entry", "invitation", "juror_reason", "jury_secret", "list_account",
    "login_attempt", "mark", "marker", "mention", "mute", "muted_thread", "notification", "oauth_code", "oauth_token",
    "opening", "pin", "poll_ballot", "poll_option", "poll_tally", "post_edit", "post_key", "post_tag", "request_key",
    "session", "stale_words", "tag_day", "tag_feature", "tag_follow",
}  # fmt: skip
WORD_INDEXES = ("post_words", "account_words")
"""What the databases make of these is their own: FTS5's tables, a column of tsvector; Piccolo knows nothing of them."""
LEDGER = {
    "ledger_entry": ("insert into ledger_entry (id, leaf_hash, body) values (1, '', '')", "body"),
    "ledger_tile": ("insert into ledger_tile (level, n, hashes) values (1, 1, '')", "hashes"),
    "ledger_checkpoint": ("insert into ledger_checkpoint (size, root, at, note) values (1, '', 1, '')", "note"),
    "cosignature": ("insert into cosignature (size, key, at, line) values (1, '', 1, '')", "line"),
    "quorum": ("insert into quorum (size, at) values (1, 1)", "at"),
}

Column = tuple[str, str, bool]


class Field(msgspec.Struct, frozen=True):
    """A column as the database describes it."""

    owner: str
    name: str
    type: str
    is_null: bool


async def real_tables(database: Database) -> dict[str, set[Column]]:
    """Every table that the database has, but for Piccolo's list of migrations: name, type, may it be null."""
    sql = (
        'select m.name as owner, c.name, upper(c.type) as type, not c."notnull" and not c.pk as is_null '
        "from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'"
        if database.kind == "sqlite"
        else "select table_name as owner, column_name as name, data_type as type, is_nullable = 'YES' as is_null "
        "from information_schema.columns where table_schema = 'public'"
    )

    async def work(tx: Tx) -> list[Field]:
        return await tx.all(Field, sql)

    found: dict[str, set[Column]] = {}
    for field in await database.read(work):
        found.setdefault(field.owner, set()).add((field.name, field.type, field.is_null))
    del found["migration"]
    assert set(WORD_INDEXES) <= set(found)
    return {name: columns for name, columns in found.items() if not name.startswith(WORD_INDEXES)}


async def test_piccolo_and_the_database_agree(database: Database) -> None:
    """Each Piccolo table has the columns, types and nulls of the real one, and none is missing on either side."""
    types = TYPES[database.kind]
    known = {
        table._meta.tablename: {
            (column._meta.db_column_name, types[type(column).__name__], column._meta.null)
            for column in table._meta.columns
        }
        for table in TABLES
    }
    assert known == await real_tables(database)


async def test_a_mark_has_no_row_number(sqlite_database: Database) -> None:
    """On SQLite the order in which members voted cannot be read off row numbers: `mark` has none."""

    class Definition(msgspec.Struct):
        name: str
        sql: str

    async def work(tx: Tx) -> list[Definition]:
        return await tx.all(Definition, "select name, sql from sqlite_master where type = 'table'")

    found = {one.name for one in await sqlite_database.read(work) if re.search(r"\) without rowid$", one.sql)}
    assert {name for name in found if not name.startswith(WORD_INDEXES)} == NO_ROW_NUMBERS


@pytest.mark.parametrize("table", LEDGER)
@pytest.mark.parametrize("change", ["update", "delete", "replace", "truncate"])
async def test_the_ledger_is_never_changed(database: Database, table: str, change: str) -> None:
    """The database itself refuses to change or delete a row of the ledger, however it is tried."""
    insert, column = LEDGER[table]
    sql = {
        "update": f"update {table} set {column} = {column}",
        "delete": f"delete from {table}",
        "replace": insert.replace("insert", "insert or replace"),
        "truncate": f"truncate {table}",
    }[change]
    if change == {"sqlite": "truncate", "postgresql": "replace"}[database.kind]:
        return  # not a word of this database's

    async def add(tx: Tx) -> None:
        await tx.run(insert)

    async def work(tx: Tx) -> None:
        await tx.run(sql)

    await database.write(add)
    with pytest.raises(Conflict, match=f"{table} is never changed"):
        await database.write(work)


async def test_there_is_one_head(database: Database) -> None:
    """The ledger has one head: a row beside it is refused."""

    async def work(tx: Tx) -> None:
        await tx.run("insert into ledger_head (id, size, edge, at, frozen) values (1, 0, {}, 0, '')", b"")

    with pytest.raises(Conflict):
        await database.write(work)


async def test_migrating_again_does_nothing(config: Config) -> None:
    """`migrate` tells what it applied, and the second time nothing."""
    assert list(modules()) == await migrate(config)
    assert [] == await migrate(config)


def test_processes_that_start_at_once(config: Config) -> None:
    """Three processes that migrate one database at once: one does it, the others wait, none fails."""
    program = (
        "import asyncio, sys; from pathlib import Path; from app.config import Config; "
        "from app.store.engines import migrate; "
        "print(len(asyncio.run(migrate(Config(home=Path(sys.argv[1]), database=sys.argv[2])))))"
    )
    command = [sys.executable, "-c", program, str(config.home), config.database]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    applied = sorted(int(process.communicate(timeout=60)[0]) for process in started)
    assert [0, 0, 0] == [process.returncode for process in started]
    assert [0, 0, len(modules())] == applied


async def test_a_migration_that_fails_leaves_nothing(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations are applied whole or not at all."""
    from app.store.migrations import m0001_first_tables

    monkeypatch.setattr(m0001_first_tables, "SPEECH", "create table post (id bigint); create table post (id bigint);")
    with pytest.raises(Exception, match="already exists"):
        await migrate(config)
    monkeypatch.undo()
    assert list(modules()) == await migrate(config)


async def test_migrating_prints_nothing(config: Config, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to the command that migrates."""
    await migrate(config)
    assert "" == capfd.readouterr().out


async def test_text_is_ordered_by_bytes(database: Database) -> None:
    """Both databases order text alike, whatever language the server speaks."""

    class Named(msgspec.Struct):
        id: str

    names = ["é", "a", "B", "Z", "_", "z", "ب"]

    async def work(tx: Tx) -> list[Named]:
        await tx.many("insert into gov_term (id, value) values ({}, {})", [(name, b"") for name in names])
        return await tx.all(Named, "select id from gov_term order by id")

    assert sorted(names, key=str.encode) == [one.id for one in await database.write(work)]


async def test_connecting_where_nothing_is(config: Config) -> None:
    """A database without tables can be opened: `migrate` comes after."""
    opened = await connect(config)
    await asyncio.wait_for(opened.close(), 10)
