"""What the figures are made of: one record for each case, the same for an auditor and for the square itself."""

from fractions import Fraction

from msgspec import Struct

from governance.acts.words import Ground, SanctionOrNone


class Judged(Struct, frozen=True, gc=False):
    """A case as the figures see it.

    `label` is that of the rule as it was judged. `sanction` is what the decision imposed, "" for nothing;
    `reversed` whether an appeal undid it. Times are Unix ms, `decided_at` 0 while the case is open. `distinguishes`
    is the case that the decision departs from, 0 for none; `text` what was reported, None where it is not public.
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
    distinguishes: int = 0
    text: str | None = None

    @property
    def stands(self) -> SanctionOrNone:
        """What is imposed in the end: the sanction, or nothing where an appeal undid it."""
        return "" if self.reversed else self.sanction


class Share(Struct, frozen=True):
    """A part of a whole as it was counted: `part` of `whole`, not reduced, so that nobody has to trust a rounding."""

    part: int
    whole: int

    @property
    def fraction(self) -> Fraction:
        """The share in lowest terms, 0 where there is no whole."""
        return Fraction(self.part, self.whole) if self.whole else Fraction(0)
