"""Acts about texts behind entries: what is erased, and what is said beside an entry that is wrong."""

from typing import Annotated, Literal

from msgspec import Meta

from governance.acts.words import Act, Commits, Index, Part, PseudonymOrNone

What = Literal["content", "reason", "reasons", "statement", "words", "correction", "order"]
"""A text of an entry: the reported words, a report's reason, the reasons of an answer with what it says of milder
sanctions, of territory and of what was disclosed, an appeal's statement, the words of a rule or of a proposal, a
correction, an order with its authority and basis."""

WhyErased = Literal["request", "order", "private", "unlawful"]
"""At the request of the person whose it is, by an authority's order, for somebody's private data, because it is
unlawful to show."""

MOST_ERASED = 256


class Erasing(Part, frozen=True):
    """A text of entry `entry`. `of` is the case, appeal, rule, proposal, correction, emergency or order that it belongs
    to; of an act that obeyed an order it is that act.

    `reporter` is the pseudonym of the report, or of the reporters' appeal, "" for every other text.
    """

    entry: Index
    what: What
    of: Index
    reporter: PseudonymOrNone


class Erase(Act, frozen=True, tag="erase"):
    """The openings of these texts are deleted; the entries, and every proof of them, stay."""

    entries: Annotated[tuple[Erasing, ...], Meta(min_length=1, max_length=MOST_ERASED)]
    ground: WhyErased


class Correct(Act, frozen=True, tag="correct"):
    """Says beside an entry what is wrong in it. `case` is that of one's own decision, 0 for the legal officer's.

    `commits`: correction.
    """

    entry: Index
    case: Index
    commits: Commits
