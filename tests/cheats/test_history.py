"""Deeds 17 and 18: history rewritten and time falsified, which only somebody finds who looked before."""

from pathlib import Path

from app.clock import SystemClock
from tests.audit.auditing import row, violated
from tests.cheats.asking import audit, compared, holds, looked
from tests.cheats.operator import Operator

MINUTE = 60_000


def backdated(operator: Operator) -> int:
    """An entry is dated ten minutes before the ledger was seen without it."""
    operator.world.now = SystemClock().now() - 10 * MINUTE
    return operator.world.grants("fay")


def test_rewritten_history_is_found_by_who_saw_it(operator: Operator, tmp_path: Path) -> None:
    """A newcomer's audit holds, and so do the tables; a monitor has both signed views, and exits 3."""
    before = operator.story()
    operator.world.restricts("cy", "9.1", "fold")
    operator.through_the_door()
    assert 0 == looked(operator, tmp_path / "memory").exit
    before.passes("1h")
    before.restricts("dee", "9.1", "label")
    operator.rewrite(before)
    assert holds(operator)
    assert 0 == compared(operator).exit_code
    size = len(before.leaves)
    look = looked(operator, tmp_path / "memory")
    assert (3, [(size, size)]) == (look.exit, [(one.size, other.size) for one, other in look.two_views])
    assert 3 == audit(operator, "--memory", str(tmp_path / "memory")).exit


def test_history_rewritten_to_be_longer_is_found_as_well(operator: Operator, tmp_path: Path) -> None:
    """The operator waits until the ledger is longer than what was seen: no ledger begins with both."""
    before = operator.story()
    operator.world.restricts("cy", "9.1", "fold")
    operator.through_the_door()
    assert 0 == looked(operator, tmp_path / "memory").exit
    before.passes("1h")
    for name in ("dee", "eve", "fay"):
        before.restricts(name, "9.1", "label")
    operator.rewrite(before)
    assert holds(operator)
    assert 3 == looked(operator, tmp_path / "memory").exit


def test_a_falsified_time_is_found_by_who_looked(operator: Operator, tmp_path: Path) -> None:
    """T1, at the entry, with the monitor's memory; without it nobody can know."""
    assert 0 == looked(operator, tmp_path / "memory").exit
    entry = backdated(operator)
    operator.behind_the_door()
    assert holds(operator)
    look = looked(operator, tmp_path / "memory")
    assert (1, [entry]) == (look.exit, [one.entry for one in look.wrong_times])
    report = audit(operator, "--memory", str(tmp_path / "memory"))
    assert ({"T1": (entry,)}, 1) == (violated(report), report.exit)


def test_honest_growth_is_followed(operator: Operator, tmp_path: Path) -> None:
    """The honest twin of both: what was seen is the beginning of what comes, and times are the times."""
    assert 0 == looked(operator, tmp_path / "memory").exit
    operator.world.now = SystemClock().now()
    operator.world.restricts("cy", "9.1", "fold")
    operator.through_the_door()
    assert 0 == looked(operator, tmp_path / "memory").exit
    assert holds(operator, "--memory", str(tmp_path / "memory"))
    assert "holds" == row(audit(operator, "--memory", str(tmp_path / "memory")), "T1").result
