"""What the figures are made of: one record for each case, the same for an auditor and for the square itself."""

from fractions import Fraction

from msgspec import Struct

from governance.acts.words import Ground, SanctionOrNone
from governance.cases import Case
from governance.rules import RuleVersion


class Judged(Struct, frozen=True, gc=False):
    """A case as the figures see it.

    `label` is that of the rule as it was judged. `sanction` is what the decision imposed, "" for nothing;
    `reversed` whether an appeal undid it. Times are Unix ms, `decided_at` 0 while the case is open. `distinguishes`
    is the case that the decision departs from, 0 for none; `text` what was reported, None where it is not public.
    `overruled` took an earlier decision in this case, which an appeal of reporters undid; "" where there was none.
    """

    case: int
    rule: int
    label: str
    ground: Ground
    decider: str
    sanction: SanctionOrNone
    reversed: bool
    opened_at: int
    decided_at: int
    overruled: str = ""
    distinguishes: int = 0
    text: str | None = None

    @property
    def stands(self) -> SanctionOrNone:
        """What is imposed in the end: the sanction, or nothing where an appeal undid it."""
        return "" if self.reversed else self.sanction


def judge(number: int, case: Case, rule: RuleVersion, text: str | None) -> Judged:
    """The case of this number, with the version of the rule that it is about, and what was reported if it is public."""
    is_decided = case.status != "open"
    return Judged(
        case=number,
        rule=case.rule,
        label=rule.label,
        ground=rule.ground,
        decider=case.decider if is_decided else "",
        sanction=case.sanction if is_decided else "",
        reversed=case.status == "reversed",
        opened_at=case.opened_at,
        decided_at=case.decided_at if is_decided else 0,
        overruled=case.overruled,
        distinguishes=case.distinguishes,
        text=text,
    )


class Share(Struct, frozen=True):
    """A part of a whole as it was counted: `part` of `whole`, not reduced, so that nobody has to trust a rounding."""

    part: int
    whole: int

    @property
    def fraction(self) -> Fraction:
        """The share in lowest terms, 0 where there is no whole."""
        return Fraction(self.part, self.whole) if self.whole else Fraction(0)
