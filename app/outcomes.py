"""How a case stands at a time, and the one date on which something happens by itself."""

from typing import Literal

from msgspec import Struct

from governance.acts.words import Ground
from governance.appeals import Appealed
from governance.cases import Case

Stands = Literal[
    "open",
    "late",
    "silent",
    "returned",
    "none",
    "contested",
    "kept",
    "final",
    "restricts",
    "unsigned",
    "appealed",
    "unheard",
    "maintained",
    "jury",
    "upheld",
    "ended",
    "reversed",
    "lifted",
    "erased",
]
"""`open` waits for a decision, `late` as well (only unlawful content does past its date), `silent` had none in time.

`returned` goes to yet another moderator. Nothing was restricted: `none` may be appealed by reporters, `contested` is,
`kept` was and stays, `final` cannot be any more. Something is restricted: `restricts`, `unsigned` for want of a second
signature, and under the author's appeal `appealed`; `unheard` when nobody looked again and `maintained` when somebody
did wait for a jury, a `jury` sits over it, and one has `upheld` it, or could not judge. No longer:
`ended` by its date, `reversed`, `lifted`, `erased` with its reasons.
"""

AppealState = Literal["", "possible", "open", "unanswered", "maintained", "jury", "upheld", "reversed", "over"]
"""Of a decision: no appeal yet and still time, one that waits, one that nobody answered, its answers, no time left.

`jury`: one sits; `upheld`: it kept the decision, or could not judge it.
"""


class Standing(Struct, frozen=True):
    """How a case stands, and the date that counts (Unix ms)."""

    stands: Stands
    date: int


class Appeals(Struct, frozen=True):
    """The appeals against what is decided now, None where there is none."""

    author: Appealed | None = None
    reporters: Appealed | None = None


def standing_of(case: Case, ground: Ground, appeals: Appeals, now: int) -> Standing:
    """How a case stands now."""
    if case.status == "open" and not (case.returned and now >= case.due_at and case.restricts_at(now)):
        return _undecided(case, ground, appeals.reporters, now)
    if case.status == "reversed":
        return Standing("reversed", case.until)
    if case.status == "lifted":
        return Standing("erased" if case.lifted == case.erased else "lifted", case.until)
    if case.outcome == "none":
        return _none(case, appeals.reporters, now)
    return _restricted(case, appeals.author, now)


def _undecided(case: Case, ground: Ground, appeal: Appealed | None, now: int) -> Standing:
    if now < case.due_at:
        return Standing("returned" if case.returned else "open", case.due_at)
    if appeal is not None and appeal.status == "open" and now < appeal.due_at:
        return Standing("contested", appeal.due_at)
    return Standing("late" if ground == "unlawful" else "silent", case.due_at)


def _none(case: Case, appeal: Appealed | None, now: int) -> Standing:
    if appeal is None:
        return Standing("none" if now < case.appeal_until else "final", case.appeal_until)
    if appeal.waits_at(now):
        looks = appeal.status == "open" and now < appeal.due_at
        return Standing("contested", appeal.due_at if looks else appeal.ends_at)
    return Standing("kept", case.decided_at)


def _restricted(case: Case, appeal: Appealed | None, now: int) -> Standing:
    if now >= case.until:
        return Standing("ended", case.until)
    if appeal is not None:
        if appeal.status in ("maintained", "jury"):
            return Standing(appeal.status, case.until)
        if appeal.status in ("upheld", "unheard"):
            return Standing("upheld", case.until)
        return Standing("appealed" if now < appeal.due_at else "unheard", case.until)
    return Standing("unsigned" if case.until < case.decided_until else "restricts", case.until)


def appeal_state(case: Case, appeals: Appeals, now: int) -> AppealState:
    """What became of an appeal against a decision: the author's before the reporters'; "" before any decision."""
    appeal = appeals.author or appeals.reporters
    if appeal is not None:
        if appeal.status != "open":
            return "upheld" if appeal.status == "unheard" else appeal.status
        return "open" if now < appeal.due_at else "unanswered"
    if not case.decision:
        return ""
    return "possible" if case.status == "decided" and now < case.appeal_until else "over"


def appeals_against(case: Case, known: dict[int, Appealed]) -> Appeals:
    """The last appeals of a case, out of those that were loaded."""
    return Appeals(_last(known, case.author_appeal), _last(known, case.reporters_appeal))


def _last(known: dict[int, Appealed], index: int) -> Appealed | None:
    appeal = known.get(index)
    return known.get(appeal.second, appeal) if appeal is not None else None
