"""Each way to break the law is found by exactly the check that it belongs to, at the entry where it was done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from governance.audit import CHECKS
from tests.audit.auditing import audit, row, violated
from tests.audit.cheating import CheatingWorld
from tests.audit.cheats_at_elections import CHEATS_AT_ELECTIONS
from tests.audit.cheats_at_votes import CHEATS_AT_VOTES
from tests.audit.cheats_in_cases import CHEATS_IN_CASES
from tests.audit.stories import town

CHEATS = CHEATS_IN_CASES + CHEATS_AT_VOTES + CHEATS_AT_ELECTIONS
Cheat = Callable[[CheatingWorld], int]


@pytest.mark.parametrize(("check", "cheat"), CHEATS, ids=[cheat.__name__ for _, cheat in CHEATS])
def test_each_cheat_is_found_by_its_check_at_its_entry(check: str, cheat: Cheat, tmp_path: Path) -> None:
    """Exactly one check is violated, at exactly one entry, and the audit exits 1."""
    world = town()
    entry = cheat(world)
    report = audit(world, tmp_path, at=world.now)
    assert ({check: (entry,)}, 1) == (violated(report), report.exit), row(report, check).findings


def test_every_check_that_replays_has_its_cheat() -> None:
    """No check is there that nothing would ever violate."""
    assert {check.id for check in CHECKS} - {"C1", "T1", "W1"} == {check for check, _ in CHEATS}


def test_one_breach_does_not_drown_the_rest(tmp_path: Path) -> None:
    """Breach after breach in one ledger: each is named at its entry, and what lies between is judged."""
    world = town()
    found: dict[str, set[int]] = {}
    for check, cheat in (one for one in CHEATS if one[1].__name__ in AFTER_EACH_OTHER):
        found.setdefault(check, set()).add(cheat(world))
        world.folded("dee")
    report = audit(world, tmp_path, at=world.now)
    assert found == {check: set(entries) for check, entries in violated(report).items()}


AFTER_EACH_OTHER = (
    *("author_decides", "notice_incomplete", "milder_unanswered", "no_office", "stranger_appeals", "decided_twice"),
    *("same_person_reconsiders", "own_sponsor", "another_text_shown", "co_signed_for_nothing", "time_goes_backwards"),
)
