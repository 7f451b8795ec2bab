"""Acts against a decision."""

from typing import Literal

from governance.acts.words import Act, Commits, Index, Pseudonym, PseudonymOrNone


class Appeal(Act, frozen=True, tag="appeal"):
    """By the author, or by `reporter` (a pseudonym) with the entry's `by` being "reporter"."""

    case: Index
    reporter: PseudonymOrNone
    commits: Commits


class JoinAppeal(Act, frozen=True, tag="join_appeal"):
    """Another who reported the post joins the reporters' appeal."""

    appeal: Index
    reporter: Pseudonym


class Reconsider(Act, frozen=True, tag="reconsider"):
    """Another moderator looks again. `commits`: reasons."""

    appeal: Index
    outcome: Literal["maintain", "reverse"]
    commits: Commits
