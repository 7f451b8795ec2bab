"""Q7: who and what restricts, as shares of all restrictions."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from governance.figures.judged import Judged, Share


class RuleShare(Struct, frozen=True):
    """The restrictions under one rule, of all."""

    label: str
    rule: int
    restrictions: Share


class Shares(Struct, frozen=True):
    """Of all restrictions that were imposed: under each rule, by a machine, as an emergency, for unlawful content."""

    by_rule: tuple[RuleShare, ...]
    by_machine: Share
    by_emergency: Share
    by_unlawfulness: Share


def shares(cases: Iterable[Judged], emergencies: int = 0) -> Shares:
    """Q7 (version 2), over every decision that restricted something and every emergency that was invoked.

    Each counts, also where it has ended or was reversed since.
    """
    of_rule: Counter[int] = Counter()
    labels: dict[int, str] = {}
    machine = unlawful = 0
    for case in cases:
        if case.sanction:
            of_rule[case.rule] += 1
            labels[case.rule] = case.label
            machine += case.decider == "machine"
            unlawful += case.ground == "unlawful"
    whole = of_rule.total() + emergencies
    return Shares(
        by_rule=tuple(RuleShare(labels[rule], rule, Share(of_rule[rule], whole)) for rule in sorted(of_rule)),
        by_machine=Share(machine, whole),
        by_emergency=Share(emergencies, whole),
        by_unlawfulness=Share(unlawful, whole),
    )
