"""Acts of an election: who stands, and who stands down."""

from governance.acts.words import Act, Index


class Stand(Act, frozen=True, tag="stand"):
    """A member stands as a candidate of an election."""

    proposal: Index


class StandDown(Act, frozen=True, tag="stand_down"):
    """A candidate takes their name back."""

    proposal: Index
