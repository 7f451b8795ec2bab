"""A real square, served, and audited at its address as anybody would."""

from collections.abc import Iterator
from functools import partial

import pytest

from app.auditor import Question, Report, run_audit
from app.config import Config
from app.founding import read_key
from app.signer import Signer
from app.square import Square
from tests.audit.auditing import row, violated
from tests.cases.town import DAY, OFF_TOPIC, SPAM, Town
from tests.web.serving import ON_SQLITE, Site


@pytest.fixture
def town(config: Config) -> Iterator[Town]:
    """A square that is served."""
    site = Site(config)
    town = Town(site)
    yield town
    town.close()
    site.close()


async def sign(square: Square) -> None:
    """Sign what has been written since the last checkpoint."""
    await Signer(square.database, square.config.home, square.clock).look()


def audit(town: Town) -> Report:
    """Sign, and audit the square at its address."""
    town.site.run(sign)
    key = read_key(town.site.config.home).verifier
    question = Question(where=town.site.url, key=key, at=town.now, pause=0.0)
    return run_audit(question, town.site.clock, lambda _what, _done, _total: None)


def conversation(town: Town) -> list[str]:
    """A conversation about something, with three replies that are about something else."""
    town.admit("ann", "ben")
    town.elect("mia", "max", "mo")
    opener = town.say("ben", "When does the pool reopen?", topic="When the pool reopens")
    return [opener, *(town.say("ann", f"The car park is too dear, say {n} of 3.", reply_to=opener) for n in (1, 2, 3))]


@ON_SQLITE
def test_a_served_square_holds(town: Town) -> None:
    """Reported, folded, cleared, appealed, deleted by its author: exit code 0, the live pages included."""
    posts = conversation(town)
    first, second, third = (town.report("ben", post, OFF_TOPIC) for post in posts[1:])
    town.folds("mia", first)
    town.folds("mia", second)
    town.clears("max", third)
    town.does("ann", f"/cases/{first}/appeal", statement="Parking was asked about.")
    town.do("ann", f"/posts/{posts[2]}/delete")
    report = audit(town)
    found = {row.id: row.findings for row in report.checks if row.result not in ("holds", "not checked")}
    assert (0, {}) == (report.exit, found), report.stopped
    assert "holds" == row(report, "C1").result
    assert row(report, "C1").judged >= 3


@ON_SQLITE
def test_a_row_that_says_otherwise_than_the_entries_is_found(town: Town) -> None:
    """A row that restricts a post is gone from the database: the square shows what its entries fold."""
    posts = conversation(town)
    case = town.report("ben", posts[1], OFF_TOPIC)
    town.folds("mia", case)
    assert 0 == audit(town).exit
    town.site.run(partial(_forget, post=posts[1]))
    report = audit(town)
    assert ({"C1": (case,)}, 1) == (violated(report), report.exit), row(report, "C1").findings


async def _forget(square: Square, post: str) -> None:
    await square.database.write(lambda tx: tx.run("delete from gov_subject where id = {}", post))


@ON_SQLITE
def test_a_silent_square_is_named(town: Town) -> None:
    """A report that nobody answers counts as answered none, and the audit says whose silence that is."""
    posts = conversation(town)
    case = town.report("ben", posts[0], SPAM)
    town.later(40 * DAY)
    report = audit(town)
    assert (0, [case]) == (report.exit, [finding.entry for finding in row(report, "P2").findings])
