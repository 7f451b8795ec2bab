"""What the entries add up to, as the model keeps it: cases, versions of rules, elections."""

from dataclasses import dataclass, field

from governance.acts.cases import Report
from governance.acts.proposals import RuleSpec
from governance.acts.words import Sanction

OF_ACCOUNTS = ("slow", "mute", "suspend")


@dataclass
class Told:
    """A case as its entries tell it."""

    report: Report
    unlawful: bool
    opened_at: int
    reporters: set[str] = field(default_factory=set)
    acted: set[str] = field(default_factory=set)
    sanction: Sanction | None = None
    until: int = 0
    decided_until: int = 0
    decision: int = 0
    named: dict[tuple[str, int], int] = field(default_factory=dict)
    answered: set[tuple[str, int]] = field(default_factory=set)

    def subjects(self) -> set[str]:
        """Whom or what its sanction restricts."""
        if self.sanction in OF_ACCOUNTS:
            return {self.report.author}
        return {self.report.post, *(post for post, _ in self.named)}


@dataclass
class Span:
    """A version of a rule: what it says, and from when until when it is law."""

    spec: RuleSpec
    since: int
    until: int

    def holds(self, at: int) -> bool:
        """Whether it is law at a time."""
        return self.since <= at < self.until


@dataclass
class Run:
    """An election as its entries tell it: who stands, and after its close whom it chose and who has no office yet."""

    role: str
    seats: int
    standing: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    frozen: int = 0
    closed: int = 0
    is_law: bool = False


def is_same(told: Told, report: Report) -> bool:
    """Whether a report belongs to a case."""
    return is_about(told, report.post, report.version, report.rule[0])


def is_about(told: Told, post: str, version: int, rule: int) -> bool:
    """Whether a case is about this version of a post under this rule."""
    own = (told.report.post, told.report.version)
    return told.report.rule[0] == rule and (post, version) in {own, *told.answered}
