"""Deeds 15 and 16: rows that are not what the ledger makes them, such as no page shows and such as everybody sees."""

import pytest

from app.store.governed import save
from governance.cases import Case, Restriction, Subject
from governance.members import number
from tests.audit.auditing import violated
from tests.cheats.asking import audit, compared, holds
from tests.cheats.deeds import AUDIT, FSCK, Deed, said
from tests.cheats.operator import Operator

FAR = 2**52


def left_out(operator: Operator) -> str:
    """A post is left out of timelines and search by a derived column; at its address it stands as ever."""
    post = operator.world.said[-1].id
    operator.writes(lambda tx: save(tx, {(Subject, post): Subject()}))
    operator.writes(lambda tx: tx.run("update gov_subject set hidden_until = {} where id = {}", FAR, post))
    return post


def office_prolonged(operator: Operator) -> str:
    """An office is prolonged in the table that pages read, and not in the value that the law reads."""
    mia = number(operator.world.by("mia"))
    operator.writes(lambda tx: tx.run("update gov_office set until = {} where member = {}", FAR, mia))
    return f"moderator/{mia}"


TABLES = {"gov_subject": left_out, "gov_office": office_prolonged}


@pytest.mark.parametrize("table", TABLES)
def test_a_derived_row_is_found_by_fsck(operator: Operator, table: str) -> None:
    """By table, row and column, where an audit from outside finds nothing."""
    row = TABLES[table](operator)
    report = compared(operator)
    assert (1, {(table, row)}) == (report.exit_code, {(fault.table, fault.row) for fault in report.faults})
    assert holds(operator)


def test_untouched_tables_are_sound(operator: Operator) -> None:
    """The honest twin: nobody has touched a row."""
    assert 0 == compared(operator).exit_code
    assert holds(operator)


def marked_by_no_case(operator: Operator) -> tuple[int, ...]:
    """A post is put behind a warning by rows of its own, under a case that is none."""
    made_up = len(operator.world.entries) - 1
    like = operator.world.state[Case, _a_case(operator)]
    assert like is not None
    operator.writes(lambda tx: save(tx, {(Case, made_up): like}))
    _mark(operator, made_up)
    return ()


def marked_by_a_case_of_another(operator: Operator) -> tuple[int, ...]:
    """A post is put behind a warning under a case that there is, and that is about another post."""
    _mark(operator, _a_case(operator))
    return (_a_case(operator),)


def _a_case(operator: Operator) -> int:
    return next(one for one, entry in enumerate(operator.world.entries) if entry.by == "reporter")


def _mark(operator: Operator, case: int) -> None:
    world = operator.world
    restriction = Restriction(case, case + 1, world.rule("9.1"), 1, "interstitial", FAR)
    operator.writes(lambda tx: save(tx, {(Subject, world.said[-1].id): Subject((restriction,))}))


@pytest.mark.parametrize("deed", [marked_by_no_case, marked_by_a_case_of_another])
def test_a_post_marked_without_an_entry_is_found(operator: Operator, deed: object) -> None:
    """C1: whoever meets the post is told that it is restricted, and no entry restricts it."""
    assert callable(deed)
    entries = deed(operator)
    report = audit(operator)
    assert ({"C1": entries}, 1) == (violated(report), report.exit)


DEEDS = (
    *(Deed(15, said(deed), FSCK, "") for deed in TABLES.values()),
    *(Deed(16, said(deed), AUDIT, "C1") for deed in (marked_by_no_case, marked_by_a_case_of_another)),
)
