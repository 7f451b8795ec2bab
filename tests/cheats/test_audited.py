"""Deeds 1 to 14 and 16: an audit of the live square finds each, by its check, at its entry; their twins hold."""

import pytest

from tests.audit.auditing import violated
from tests.cheats.asking import audit, compared, holds
from tests.cheats.deeds import Audited
from tests.cheats.deeds_at_votes import DEEDS_AT_VOTES, ballots_kept
from tests.cheats.deeds_in_cases import DEEDS_IN_CASES
from tests.cheats.operator import Operator

DEEDS = DEEDS_IN_CASES + DEEDS_AT_VOTES


@pytest.mark.parametrize("deed", DEEDS, ids=[f"{deed.number} {deed.does.__name__}" for deed in DEEDS])
def test_the_deed_is_found(operator: Operator, deed: Audited) -> None:
    """By exactly these checks, at exactly these entries, and the audit exits 1."""
    expected = deed.does(operator)
    operator.behind_the_door()
    report = audit(operator)
    assert (expected, 1) == (violated(report), report.exit), [row.findings for row in report.checks if row.findings]
    assert deed.check in expected


TWINS = list(dict.fromkeys(deed.twin for deed in DEEDS))


@pytest.mark.parametrize("twin", TWINS, ids=[twin.__name__ for twin in TWINS])
def test_its_twin_holds(operator: Operator, twin: object) -> None:
    """The same story through the door: whoever looks, from outside or at the tables, finds nothing."""
    assert callable(twin)
    twin(operator)
    operator.through_the_door()
    assert holds(operator)
    assert 0 == compared(operator).exit_code


ON_POSTGRESQL = tuple(deed for deed in DEEDS if deed.number in (4, 9, 12))


@pytest.mark.parametrize("deed", ON_POSTGRESQL, ids=[f"{deed.number} {deed.does.__name__}" for deed in ON_POSTGRESQL])
def test_the_deed_is_found_on_postgresql(operator_of_postgresql: Operator, deed: Audited) -> None:
    """What is found does not depend on where the operator keeps the rows."""
    expected = deed.does(operator_of_postgresql)
    operator_of_postgresql.behind_the_door()
    report = audit(operator_of_postgresql)
    assert (expected, 1) == (violated(report), report.exit)


def test_a_twin_holds_on_postgresql(operator_of_postgresql: Operator) -> None:
    """And neither does what holds."""
    ballots_kept(operator_of_postgresql)
    operator_of_postgresql.through_the_door()
    assert holds(operator_of_postgresql)
    assert 0 == compared(operator_of_postgresql).exit_code
