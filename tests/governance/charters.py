"""The charters under which the tests found their squares."""

from functools import cache
from pathlib import Path

from app.demo.charter import demonstration_charter
from governance.charter import Charter, read_charter

POLICY = Path(__file__).resolve().parents[2] / "POLICY.md"


@cache
def policy() -> str:
    """The text of POLICY.md."""
    return POLICY.read_text(encoding="utf-8")


@cache
def the_charter() -> Charter:
    """The charter of POLICY.md."""
    return read_charter(policy())


@cache
def the_demonstrations_charter() -> Charter:
    """The same with the demonstration's terms."""
    return read_charter(demonstration_charter(policy()))
