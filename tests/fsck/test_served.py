"""What is changed in the database and served is found by an audit from outside as well, over HTTP."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from app.auditor import Question, Report, run_audit
from app.config import Config
from app.founding import charter_file, read_key
from app.resources import policy_text
from app.square import Square
from app.store.engines import Tx, connect
from app.store.governed import save, values_of
from app.store.transaction import Row
from governance.cases import Subject
from governance.state import Id
from ledger.note import VerifierKey
from tests.fsck.tampering import Column, columns_of, put_back, rows_of, tamper, unlock
from tests.fsck.whole import settle, speak, the_story
from tests.governance.world import World
from tests.web.serving import Site

FIRST, LAST = 0, -1

SERVED: Mapping[tuple[str, str], int] = {
    ("ledger_entry", "id"): FIRST,
    ("ledger_entry", "body"): FIRST,
    ("ledger_entry", "leaf_hash"): LAST,  # in the partial tile; a full one is a row of its own
    ("ledger_tile", "hashes"): FIRST,
    ("ledger_checkpoint", "note"): LAST,
    ("opening", "entry"): FIRST,
    ("opening", "field"): FIRST,
    ("opening", "salt"): FIRST,
    ("opening", "value"): FIRST,
    ("box_entry", "vote"): FIRST,
    ("box_entry", "place"): FIRST,
    ("box_entry", "commitment"): FIRST,
    ("box_entry", "choice"): FIRST,
    ("box_entry", "token"): FIRST,
    ("box_tile", "hashes"): FIRST,
    ("mark", "vote"): FIRST,
    ("mark", "member"): FIRST,
    ("gov_subject", "value"): LAST,
}
"""The columns whose change an audit finds, and in which of their rows; all others are found by fsck alone.

A tile that is not in its place is computed from what lies below it, so what is served is right all the same.
"""


@pytest.fixture(scope="module")
def site(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A complete square with its posts, served, and open to being tampered with."""
    home = tmp_path_factory.mktemp("served")
    config = Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}", rate_limits=False)
    (home / "isegoria.db").write_bytes(_sqlite_template.read_bytes())
    world = the_story()
    asyncio.run(_prepare(config, world))
    charter_file(home).write_text(policy_text())
    served = Site(config, at=world.now)
    yield served
    served.close()


async def _prepare(config: Config, world: World) -> None:
    database = await connect(config)
    await settle(database, config.home, world)
    await speak(database, world)
    await unlock(database)
    await database.close()


def _audit(site: Site) -> Report:
    # What was served before never changes and is at hand still: a new process would not have it.
    site.square.files.clear()
    site.square.rows.clear()
    key: VerifierKey = read_key(site.config.home).verifier
    return run_audit(Question(site.url, key=key, pause=0.0), site.clock, lambda _what, _done, _total: None)


def test_an_untouched_square_passes(site: Site) -> None:
    """Or nothing below would mean anything."""
    report = _audit(site)
    assert (0, "") == (report.exit, report.stopped), [row.findings for row in report.checks if row.findings]


@pytest.mark.parametrize("where", SERVED, ids="-".join)
def test_what_is_served_is_found_by_the_audit(site: Site, where: tuple[str, str]) -> None:
    """One value is changed, and the audit does not exit 0."""
    column, row = site.run(partial(_row, where))
    change = site.run(lambda square: tamper(square.database, column, row))
    report = _audit(site)
    site.run(lambda square: put_back(square.database, change))
    assert report.exit in (1, 2)


async def _row(where: tuple[str, str], square: Square) -> tuple[Column, Row]:
    columns = await columns_of(square.database)
    column = next(one for one in columns if (one.table, one.name) == where)
    rows = await rows_of(square.database, column)
    return column, rows[SERVED[where]]


def test_a_restriction_that_is_taken_away_is_found(site: Site) -> None:
    """What the square shows of a post is what its Subject says: an emptied one shows it as if it had no case."""
    post, subject = site.run(_restricted)
    site.run(lambda square: square.database.write(lambda tx: save(tx, {(Subject, post): Subject()})))
    report = _audit(site)
    site.run(lambda square: square.database.write(lambda tx: save(tx, {(Subject, post): subject})))
    assert ["C1"] == [row.id for row in report.checks if row.result == "violated"]


async def _restricted(square: Square) -> tuple[str, Subject]:
    """The first post on which a restriction stands now."""

    async def read(tx: Tx) -> dict[Id, Subject]:
        rows = await tx.rows("select id from gov_subject order by id", ())
        return await values_of(tx, Subject, [str(row["id"]) for row in rows])

    subjects, now = await square.database.read(read), square.clock.now()
    return next((str(post), one) for post, one in subjects.items() if one.standing(now) and str(post).isdigit())
