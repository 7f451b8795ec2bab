"""Acts that make the law: a proposal, what it would change, its sponsors, its force."""

from typing import Annotated

from msgspec import Meta, Struct

from governance.acts.words import (
    Act,
    Amount,
    Category,
    Class,
    Commits,
    Ground,
    Hash,
    HashOrNone,
    Index,
    Label,
    Part,
    PostId,
    Role,
    RuleKind,
    Sanction,
    Word,
)


class RuleSpec(Part, frozen=True):
    """What the machine reads of a rule; the words that people read are commitments beside it.

    `tests` is how many test cases it carries, `condition` the name of a bright line's condition: the SHA-256 of its
    canonical JSON, "" for every other kind.
    """

    label: Label
    sanctions: Annotated[tuple[Sanction, ...], Meta(max_length=8)]
    elements: Annotated[int, Meta(ge=1, le=12)]
    ground: Ground
    topical: bool
    category: Category
    kind: RuleKind
    tests: Annotated[int, Meta(ge=0, le=20)]
    condition: HashOrNone


class Change(Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="kind"):
    """What a proposal would do to the law."""


class EnactRule(Change, frozen=True, tag="enact"):
    """A new rule. `commits`: title, text, aim, element/1 … element/n, test/1 … test/n, condition."""

    rule: RuleSpec
    commits: Commits


class AmendRule(Change, frozen=True, tag="amend"):
    """A new version of the rule that entry `target` enacted."""

    target: Index
    rule: RuleSpec
    commits: Commits


class RepealRule(Change, frozen=True, tag="repeal"):
    """The end of the rule that entry `target` enacted."""

    target: Index


class SetTerm(Change, frozen=True, tag="term"):
    """Another value of a term, within its bounds."""

    name: Word
    value: Amount


class Elect(Change, frozen=True, tag="elect"):
    """So many seats of an office, filled with whom most approve."""

    role: Role
    seats: Annotated[int, Meta(ge=1, le=32)]


class Recall(Change, frozen=True, tag="recall"):
    """The end of the office that entry `grant` granted."""

    grant: Index


class AmendCharter(Change, frozen=True, tag="charter"):
    """Another text of the charter, whose SHA-256 is `charter`; `commits`: text.

    `program`: it takes a release that carries the text, and comes into force with it.
    """

    charter: Hash
    program: bool
    commits: Commits


class Weight(Part, frozen=True):
    """How much one term of a ranking counts, in whole points."""

    name: Word
    value: Annotated[int, Meta(ge=0, le=1000)]


class SetRanking(Change, frozen=True, tag="ranking"):
    """Other weights of a ranking, none to offer it no longer. `first`: readers who choose nothing meet it first."""

    ranking: Word
    weights: Annotated[tuple[Weight, ...], Meta(max_length=16)]
    first: bool


AnyChange = EnactRule | AmendRule | RepealRule | SetTerm | Elect | Recall | AmendCharter | SetRanking
Worded = EnactRule | AmendRule | AmendCharter
"""The changes that people read in words, which are commitments."""


class Propose(Act, frozen=True, tag="propose", rename={"required": "class"}):
    """`required` is the class that the proposer was told; the law computes it and refuses another."""

    post: PostId
    change: AnyChange
    required: Class


class Amend(Act, frozen=True, tag="amend", rename={"required": "class"}):
    """Another text for an open proposal; its sponsors are asked anew."""

    proposal: Index
    change: AnyChange
    required: Class


class Withdraw(Act, frozen=True, tag="withdraw"):
    """The proposer takes a proposal back."""

    proposal: Index


class Sponsor(Act, frozen=True, tag="sponsor"):
    """A member asks that this version be put to the vote."""

    proposal: Index
    version: Annotated[int, Meta(ge=1, lt=2**31)]


class Freeze(Act, frozen=True, tag="freeze"):
    """The text is fixed as this version. `commits`: preview, what was looked at before the vote."""

    proposal: Index
    version: Annotated[int, Meta(ge=1, lt=2**31)]
    commits: Commits


class Enact(Act, frozen=True, tag="enact"):
    """Does what `change` says. `proposal` is 0 for a founding rule."""

    proposal: Index
    change: AnyChange
