"""Acts about a post: the report, the decision and its notice, its co-signature, its lifting."""

from typing import Annotated, Literal

from msgspec import Meta

from governance.acts.words import (
    Act,
    Commits,
    Hash,
    Index,
    Language,
    Part,
    Person,
    PostId,
    Pseudonym,
    Sanction,
    SanctionOrNone,
    Time,
)


class Notice(Part, frozen=True):
    """What the author is told, in the names and values of the EU's transparency database (DSA 17)."""

    decision_visibility: Annotated[tuple[str, ...], Meta(max_length=4)]
    decision_account: str
    decision_ground: str
    category: str
    content_type: Annotated[tuple[str, ...], Meta(max_length=4)]
    source_type: str
    automated_detection: Literal["Yes", "No"]
    automated_decision: str
    routes: Annotated[tuple[Literal["appeal", "authority", "court"], ...], Meta(max_length=3)]
    appeal_until: Time


class Report(Act, frozen=True, tag="report"):
    """`posted` is the time of that version of the post. `commits`: reason, content."""

    post: PostId
    version: Annotated[int, Meta(ge=1, lt=2**31)]
    posted: Time
    author: Person
    topical: bool
    rule: tuple[Index, Index]
    reporter: Pseudonym
    commits: Commits


class Milder(Part, frozen=True):
    """Why a milder sanction is not enough: a commitment to the answer."""

    sanction: Sanction
    hash: Hash


class BulkPost(Part, frozen=True):
    """Another post of the same account that a decision names: its version, when that was made, and its words.

    `hash` is a commitment whose field is `content/<n>`, n the place of the post, from 1.
    """

    post: PostId
    version: Annotated[int, Meta(ge=1, lt=2**31)]
    posted: Time
    hash: Hash


class Decide(Act, frozen=True, tag="decide"):
    """`elements` answers each element of the rule; `until` and `sanction` are 0 and "" where nothing is restricted.

    `coin` is the SHA-256 of the secret by which a jury would be drawn.
    `posts` are the others that a decision about spam restricts as well.
    """

    case: Index
    rule: tuple[Index, Index]
    outcome: Literal["none", "restrict"]
    sanction: SanctionOrNone
    until: Time
    elements: Annotated[tuple[bool, ...], Meta(max_length=12)]
    milder: Annotated[tuple[Milder, ...], Meta(max_length=7)]
    commits: Commits
    distinguishes: Index
    language: Language
    coin: Hash
    notice: Notice
    posts: Annotated[tuple[BulkPost, ...], Meta(max_length=256)]


class CoSign(Act, frozen=True, tag="co_sign"):
    """Another moderator signs a long suspension as well."""

    case: Index


class Lift(Act, frozen=True, tag="lift"):
    """A moderator ends a restriction. `commits`: reasons."""

    case: Index
    commits: Commits
