"""What the pictures of the figures show: rows of bars with their words, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.web.sentences import Sentence, Told, say
from app.web.translations import Tongue
from governance.figures import Figures
from governance.figures.judged import Share

MOST_BARS: Final = 12
"""More would be a picture that nobody takes in."""


class Bar(Struct, frozen=True):
    """`part` of `whole`, and in words; `low` and `high` bound the share in millionths, -1 where nothing does."""

    label: str
    said: str
    whole: int
    part: int
    low: int = -1
    high: int = -1


class Chart(Struct, frozen=True):
    """A picture: `told` says what is to be seen in it, `key` what is drawn wide, narrow and, perhaps, outlined."""

    title: str
    told: str
    key: tuple[str, ...]
    bars: tuple[Bar, ...]

    @property
    def drawn(self) -> Sequence[Bar]:
        """The bars that are drawn: all, or the largest."""
        if len(self.bars) <= MOST_BARS:
            return self.bars
        return sorted(self.bars, key=lambda bar: bar.whole, reverse=True)[:MOST_BARS]

    @property
    def most(self) -> int:
        """What a bar over the whole width would count."""
        return max((bar.whole for bar in self.bars), default=0)


def charts_of(figures: Figures, tongue: Tongue) -> Mapping[str, Chart]:
    """The picture of each figure by the name of its file; one in which there is nothing to see has no bars."""
    drawing = _Drawing(tongue)
    return {
        "pairs": drawing.pairs(figures),
        "reversals": drawing.reversals(figures),
        "delays": drawing.delays(figures),
        "shares": drawing.shares(figures),
    }


class _Drawing:
    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._tell = tongue.tell

    def pairs(self, figures: Figures) -> Chart:
        bars = [self._bar(_rule(row.label), row.pairs) for row in figures.consistency.by_rule]
        told = say("Of %(whole)s pairs of like cases %(part)s ended unlike.", **_sums(bars))
        key = say("pairs alike"), say("of these ended unlike")
        return self._chart(say("Pairs of like cases by rule"), told, key, bars)

    def reversals(self, figures: Figures) -> Chart:
        bars = [self._bar(_rule(row.label, row.decider), row.reversed, row.low, row.high) for row in figures.reversals]
        told = say("Of %(whole)s decisions %(part)s were reversed.", **_sums(bars))
        key = [say("decisions"), say("of these reversed")]
        if any(bar.low >= 0 for bar in bars):
            key.append(say("interval of Wilson"))
        return self._chart(say("Decisions reversed, by rule and moderator"), told, key, bars)

    def delays(self, figures: Figures) -> Chart:
        bars = []
        for row in figures.delays:
            half = say("half not known yet")
            if row.median >= 0:
                half = say("half within %(span)s", span=self._tongue.span(row.median))
            bars.append(self._bar(_rule(row.label), row.in_time, beside=half))
        told = say("Of %(whole)s cases that were due %(part)s were decided in time.", **_sums(bars))
        key = say("decided or overdue"), say("of these in time")
        return self._chart(say("Time to a decision, by rule"), told, key, bars)

    def shares(self, figures: Figures) -> Chart:
        shares = figures.shares
        bars = [self._bar(_rule(row.label), row.restrictions) for row in shares.by_rule]
        bars.append(self._bar(say("A machine"), shares.by_machine))
        bars.append(self._bar(say("Emergencies"), shares.by_emergency))
        bars.append(self._bar(say("Unlawful content"), shares.by_unlawfulness))
        whole = shares.by_machine.whole
        told = say("There were %(whole)s restrictions in all.", whole=whole)
        key = say("all restrictions"), say("of these")
        return self._chart(say("Restrictions by what they rest on"), told, key, bars if whole else [])

    def _bar(self, label: Sentence, share: Share, low: int = -1, high: int = -1, beside: Sentence | None = None) -> Bar:
        said = self._tell(say("%(part)s of %(whole)s", part=share.part, whole=share.whole))
        if beside is not None:
            said = f"{said}{self._tongue.comma} {self._tell(beside)}"
        return Bar(self._tell(label), said, share.whole, share.part, low, high)

    def _chart(self, title: Sentence, told: Sentence, key: Sequence[Sentence], bars: Sequence[Bar]) -> Chart:
        return Chart(self._tell(title), self._tell(told), tuple(self._tell(words) for words in key), tuple(bars))


def _rule(label: str, decider: str = "") -> Sentence:
    if decider:
        return say("Rule %(label)s, %(decider)s", label=label, decider=decider)
    return say("Rule %(label)s", label=label)


def _sums(bars: Sequence[Bar]) -> dict[str, Told]:
    return {"part": sum(bar.part for bar in bars), "whole": sum(bar.whole for bar in bars)}
