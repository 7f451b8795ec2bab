"""Acts of an emergency: what one person withholds for hours, and the second who signs for days."""

from typing import Annotated, Literal

from msgspec import Meta

from governance.acts.words import Act, Commits, HashOrNone, Index, Person, PostId, Time

Emergent = Literal["child_abuse", "doxxing", "violence", "malware"]
"""The closed list: abuse material of children, somebody's private data in the hands of a mob, credible imminent
violence, malicious programs (POLICY [emergency-1])."""


class Invoke(Act, frozen=True, tag="invoke"):
    """A moderator or steward withholds a post at once. `posted` is the time of that version of the post.

    `coin` is the SHA-256 of the secret from which the jury is drawn. `commits`: content, reasons; for abuse material of
    children there is no coin, and nothing is bound.
    """

    post: PostId
    version: Annotated[int, Meta(ge=1, lt=2**31)]
    posted: Time
    author: Person
    ground: Emergent
    coin: HashOrNone
    commits: Commits


class Second(Act, frozen=True, tag="second"):
    """Another moderator or steward signs an emergency as well.

    `nonce` is the SHA-256 of words that they typed, which the draw of the jury takes in; "" where no jury is drawn.
    """

    emergency: Index
    nonce: HashOrNone
