"""Deeds 15 and 16: a row that no page shows is found by fsck, and a post that is shown as restricted by the audit."""

from collections.abc import Callable

import pytest

from tests.audit.auditing import violated
from tests.cheats.asking import audit, compared, holds
from tests.cheats.deeds_in_tables import MARKS, TABLES, Marked
from tests.cheats.operator import Operator


@pytest.mark.parametrize("table", TABLES)
def test_a_derived_row_is_found_by_fsck(operator: Operator, table: str) -> None:
    """By table, row and column, where an audit from outside finds nothing."""
    row = TABLES[table](operator)
    assert holds(operator)
    report = compared(operator)
    assert (1, {(table, row)}) == (report.exit_code, {(fault.table, fault.row) for fault in report.faults})


def test_untouched_tables_are_sound(operator: Operator) -> None:
    """The honest twin: nobody has touched a row."""
    assert 0 == compared(operator).exit_code
    assert holds(operator)


@pytest.mark.parametrize("deed", MARKS, ids=[deed.__name__ for deed in MARKS])
def test_a_post_marked_without_an_entry_is_found(operator: Operator, deed: Callable[[Operator], Marked]) -> None:
    """C1: the post is shown, or left out, as if an entry restricted it, and none does."""
    entries, post = deed(operator)
    report = audit(operator, *(("--post", post) if post else ()))
    assert ({"C1": entries}, 1) == (violated(report), report.exit)


def test_an_honest_post_is_asked_for(operator: Operator) -> None:
    """The honest twin: nothing is wrong with a post that nobody restricted, nor with one that was restored."""
    world = operator.world
    world.does("moe", world.lift(world.restricts("cy", "9.1", "fold")))
    operator.through_the_door()
    assert holds(operator, "--post", world.said[0].id, "--post", world.said[-1].id)
    assert 0 == compared(operator).exit_code
