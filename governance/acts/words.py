"""The words that acts are made of: numbers, times, hashes, names of things, commitments."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0, lt=2**53)]
Index = Count
Time = Count
# A `form` is asked of the bytes of an entry (shapes.py), a `pattern` by msgspec of the word.
Hash = Annotated[str, Meta(extra={"form": "[0-9a-f]{64}"})]
HashOrNone = Annotated[str, Meta(extra={"form": "(?:[0-9a-f]{64})?"})]
PublicKey = Hash
"""An Ed25519 public key, 32 bytes in hex."""
PostId = Annotated[str, Meta(extra={"form": "[1-9][0-9]{0,18}"})]
PostIdOrNone = Annotated[str, Meta(extra={"form": "(?:[1-9][0-9]{0,18})?"})]
Person = Annotated[str, Meta(extra={"form": "[mg]:(?:0|[1-9][0-9]{0,15})"})]
PersonOrNone = Annotated[str, Meta(extra={"form": "(?:[mg]:(?:0|[1-9][0-9]{0,15}))?"})]
Pseudonym = Annotated[str, Meta(extra={"form": "r:[0-9a-f]{16}"})]
PseudonymOrNone = Annotated[str, Meta(extra={"form": "(?:r:[0-9a-f]{16})?"})]
By = Annotated[str, Meta(extra={"form": "[mg]:(?:0|[1-9][0-9]{0,15})|reporter|clock|founding"})]
Territory = Annotated[str, Meta(extra={"form": "(?:[A-Z]{2}(?:,[A-Z]{2}){0,299})?"})]
"""Countries by their ISO 3166 codes, sorted; "" is the globe."""
Word = Annotated[str, Meta(pattern="^[a-z][a-z_]{0,39}\\Z")]
Label = Annotated[str, Meta(pattern="^[1-9][0-9]{0,2}(\\.[1-9][0-9]{0,2}){0,2}\\Z")]
Amount = Annotated[str, Meta(pattern="^[0-9]{1,15}(ms|s|m|h|d|/[1-9][0-9]{0,14})?\\Z")]
Category = Annotated[str, Meta(pattern="^STATEMENT_CATEGORY_[A-Z_]+\\Z", max_length=100)]
Language = Annotated[str, Meta(extra={"form": "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"}, max_length=35)]
Sanction = Literal["label", "interstitial", "slow", "unrecommend", "fold", "withhold", "mute", "suspend"]
SanctionOrNone = Literal["", "label", "interstitial", "slow", "unrecommend", "fold", "withhold", "mute", "suspend"]
LADDER: tuple[Sanction, ...] = (
    "label",
    "interstitial",
    "slow",
    "unrecommend",
    "fold",
    "withhold",
    "mute",
    "suspend",
)
"""Every sanction, least restrictive first (POLICY [ladder-1])."""
Role = Literal["moderator", "steward", "legal_officer"]
Ground = Literal["incompatible", "unlawful", "private"]
Class = Literal["ordinary", "restricting", "charter"]
RuleKind = Literal["judgment", "bright_line", "spam"]
"""A person answers each element; a published condition decides; number and hand count (POLICY [form-10])."""


class Part(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A part of an entry that is no act of its own."""


class Commit(Part, frozen=True):
    """A commitment to one text: `hash` is the hex of `commitment.commit(field, salt, value)`."""

    field: Annotated[str, Meta(extra={"form": "[a-z]+(?:/[a-z0-9]+)?"}, max_length=40)]
    hash: Hash


Commits = Annotated[tuple[Commit, ...], Meta(max_length=40)]


class Act(Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="type"):
    """What somebody does."""
