"""Acts against a decision."""

from typing import Annotated, Literal

from msgspec import Meta

from governance.acts.words import Act, Commits, Hash, Index, Pseudonym, PseudonymOrNone


class Appeal(Act, frozen=True, tag="appeal"):
    """By the author, or by `reporter` (a pseudonym) with the entry's `by` being "reporter". `commits`: statement.

    `nonce` is the SHA-256 of words that the appellant typed, a part of the seed by which a jury is drawn. `edited` is
    0, or the version to which the author has changed the post since, where that is the ground.
    """

    case: Index
    reporter: PseudonymOrNone
    nonce: Hash
    edited: Annotated[int, Meta(ge=0, lt=2**31)]
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
