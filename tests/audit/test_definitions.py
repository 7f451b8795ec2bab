"""What the checks are: their definitions, and that no clause of the law lies outside them."""

import ast
from pathlib import Path

from governance.audit import CHECK_OF, CHECKS

GOVERNANCE = Path(__file__).resolve().parents[2] / "governance"


def cited_clauses() -> set[str]:
    """The clauses with which governance/ refuses."""
    clauses = set()
    for file in GOVERNANCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                clause = node.args[0]
                assert isinstance(clause, ast.Constant), f"{file.name}:{node.lineno} cites no clause by name"
                clauses.add(str(clause.value))
    return clauses


def test_every_clause_that_refuses_belongs_to_a_check() -> None:
    """An act that the law refuses is always some check's finding."""
    assert set() == cited_clauses() - CHECK_OF.keys()


def test_no_check_claims_a_clause_that_refuses_nothing() -> None:
    """The table names no clause that the law does not cite, but the one on time, which the replay itself cites."""
    assert set() == CHECK_OF.keys() - cited_clauses() - {"ledger-1"}


def test_each_clause_belongs_to_one_check() -> None:
    """Two checks never answer for one clause."""
    clauses = [clause for check in CHECKS for clause in check.clauses]
    assert sorted(set(clauses)) == sorted(clauses)


def test_each_check_says_what_it_holds() -> None:
    """Id, version, title, unit and a definition in its docstring."""
    laws = ["L1", "L2", "R1", "R2", "R3", "R4", "R5", "V1", "V2", "V3", "A1", "A2", "A3"]
    ids = [*laws, "P1", "P2", "P3", "P4", "P5", "E2", "C1", "T1", "W1"]
    assert ids == [check.id for check in CHECKS]
    for check in CHECKS:
        assert check.version >= 1 and check.title and check.unit and len(check.definition()) > 60


def test_the_guide_names_every_check_as_it_is_called() -> None:
    """docs/audit.md has a row for each check, in order, with its title."""
    guide = (GOVERNANCE.parent / "docs" / "audit.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if line.startswith("| **")]
    assert [f"| **{check.id}** | {check.title} |" for check in CHECKS] == rows
