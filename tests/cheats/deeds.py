"""The deeds of an operator who cheats: what each does, who finds it and by which check, and its honest twin."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc

from tests.cheats.operator import Operator

Expected = dict[str, tuple[int, ...]]
"""The checks that an audit finds violated, each with the entries."""

AUDIT = "`isegoria audit`"
FSCK = "`isegoria fsck`"
MONITOR = "`isegoria monitor`"
PERSON = "the person, at `/me/acts`"
VOTER = "the voter, by the receipt"


@dataclass(frozen=True)
class Deed:
    """A deed by its number, in words; `check` finds it where there is one."""

    number: int
    what: str
    finder: str
    check: str


@dataclass(frozen=True)
class Audited(Deed):
    """A deed that an audit of the live square finds; `does` returns what it has to find."""

    does: Callable[[Operator], Expected]
    twin: Callable[[Operator], None]

    @classmethod
    def of(
        cls, number: int, check: str, does: Callable[[Operator], Expected], twin: Callable[[Operator], None]
    ) -> "Audited":
        """A deed that is told in the docstring of what does it."""
        return cls(number, said(does), AUDIT, check, does, twin)


def said(does: Callable[..., object]) -> str:
    """The docstring of a deed, which is the line of its row."""
    return cleandoc(does.__doc__ or "").replace("\n", " ")
