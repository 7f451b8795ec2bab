"""The whole vocabulary of acts, and the bytes of an entry.

An entry is canonical JSON: sorted keys, no spaces, only strings, integers below 2^53, booleans, lists and
objects. What is not said is an empty string, an empty list or 0, so that one act has one encoding. No free
text of members and no name stands in an entry: content appears as `Commit`s (see commitment.py).
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from ledger.errors import Malformed

ENTRY_LIMIT = 65_535
"""Bytes of the longest entry: the length of a bundle's item is a uint16 (C2SP tlog-tiles)."""

Count = Annotated[int, Meta(ge=0, lt=2**53)]
Index = Count
Time = Count
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}\\Z")]
PostId = Annotated[str, Meta(pattern="^[1-9][0-9]{0,18}\\Z")]
Person = Annotated[str, Meta(pattern="^[mg]:(0|[1-9][0-9]{0,15})\\Z")]
Pseudonym = Annotated[str, Meta(pattern="^r:[0-9a-f]{16}\\Z")]
PseudonymOrNone = Annotated[str, Meta(pattern="^(r:[0-9a-f]{16})?\\Z")]
By = Annotated[str, Meta(pattern="^([mg]:(0|[1-9][0-9]{0,15})|reporter|clock|founding)\\Z")]
Word = Annotated[str, Meta(pattern="^[a-z][a-z_]{0,39}\\Z")]
Label = Annotated[str, Meta(pattern="^[1-9][0-9]{0,2}(\\.[1-9][0-9]{0,2}){0,2}\\Z")]
Amount = Annotated[str, Meta(pattern="^[0-9]{1,15}(ms|s|m|h|d|/[1-9][0-9]{0,14})?\\Z")]
Category = Annotated[str, Meta(pattern="^STATEMENT_CATEGORY_[A-Z_]+\\Z", max_length=100)]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\\Z", max_length=35)]

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

Role = Literal["moderator", "steward"]
Ground = Literal["incompatible", "unlawful", "private"]
Class = Literal["ordinary", "restricting", "charter"]


class Part(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A part of an entry that is no act of its own."""


class Commit(Part, frozen=True):
    """A commitment to one text: `hash` is the hex of `commitment.commit(field, salt, value)`."""

    field: Annotated[str, Meta(pattern="^[a-z]+(/[a-z0-9]+)?\\Z", max_length=40)]
    hash: Hash


Commits = Annotated[tuple[Commit, ...], Meta(max_length=32)]


class TermSpec(Part, frozen=True):
    """A term with its bounds. `value`, `floor` and `ceiling` are of one kind: duration, count or fraction."""

    name: Word
    value: Amount
    floor: Amount
    ceiling: Amount
    entrenched: bool


class RuleSpec(Part, frozen=True):
    """What the machine reads of a rule; the words that people read are commitments beside it."""

    label: Label
    sanctions: Annotated[tuple[Sanction, ...], Meta(max_length=8)]
    elements: Annotated[int, Meta(ge=1, le=12)]
    ground: Ground
    topical: bool
    category: Category


class Change(Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="kind"):
    """What a proposal would do to the law."""


class EnactRule(Change, frozen=True, tag="enact"):
    """A new rule. `commits`: title, text, aim, element/1 … element/n."""

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


AnyChange = EnactRule | AmendRule | RepealRule | SetTerm


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


class Act(Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="type"):
    """What somebody does."""


class Found(Act, frozen=True, tag="found"):
    """Entry 0. `charter` is the SHA-256 of the charter's text."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    origin: Annotated[str, Meta(pattern="^[!-*,-~]{3,200}\\Z")]
    charter: Hash
    demonstration: bool
    terms: Annotated[tuple[TermSpec, ...], Meta(max_length=100)]


class Admit(Act, frozen=True, tag="admit"):
    """A member enters; the entry's index is their number."""


class AdmitGuest(Act, frozen=True, tag="admit_guest"):
    """A guest enters: can be judged and can appeal, never votes, never counts."""


class CloseAccount(Act, frozen=True, tag="close_account"):
    """A member closes their account."""

    member: Index


class Grant(Act, frozen=True, tag="grant"):
    """`basis` is the index of the grant that gives the power to grant, 0 at the founding."""

    member: Index
    role: Role
    until: Time
    basis: Index


class Revoke(Act, frozen=True, tag="revoke"):
    """`basis` is the reviser's own grant of steward; a resignation names the grant itself."""

    grant: Index
    basis: Index


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


class Decide(Act, frozen=True, tag="decide"):
    """`elements` answers each element of the rule; `until` and `sanction` are 0 and "" where nothing is restricted."""

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
    notice: Notice


class CoSign(Act, frozen=True, tag="co_sign"):
    """Another moderator signs a long suspension as well."""

    case: Index


class Lift(Act, frozen=True, tag="lift"):
    """A moderator ends a restriction. `commits`: reasons."""

    case: Index
    commits: Commits


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
    """The text is fixed as this version."""

    proposal: Index
    version: Annotated[int, Meta(ge=1, lt=2**31)]


class OpenVote(Act, frozen=True, tag="open_vote"):
    """The roll is drawn after `closures` accounts had closed; `roll_root` is an RFC 6962 root over "m:<n>" in order."""

    proposal: Index
    closures: Count
    roll_size: Count
    roll_root: Hash
    closes: Time


class SealBox(Act, frozen=True, tag="seal_box"):
    """The box of a vote held `size` ballots, with this root."""

    vote: Index
    size: Count
    root: Hash


class CloseVote(Act, frozen=True, tag="close_vote"):
    """`counts` by choice (0 yes, 1 no, 2 blank); `late` ballots came after the seal that counts and are void."""

    vote: Index
    size: Count
    root: Hash
    openings_root: Hash
    marks_root: Hash
    late: Count
    counts: tuple[Count, Count, Count]


class Enact(Act, frozen=True, tag="enact"):
    """Does what `change` says. `proposal` is 0 for a founding rule."""

    proposal: Index
    change: AnyChange


AnyAct = (
    Found
    | Admit
    | AdmitGuest
    | CloseAccount
    | Grant
    | Revoke
    | Report
    | Decide
    | CoSign
    | Lift
    | Appeal
    | JoinAppeal
    | Reconsider
    | Propose
    | Amend
    | Withdraw
    | Sponsor
    | Freeze
    | OpenVote
    | SealBox
    | CloseVote
    | Enact
)


class Entry(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An act, by whom, when (Unix ms UTC). One leaf of the ledger."""

    act: AnyAct
    at: Time
    by: By
    v: Literal[1] = 1


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """The bytes that are hashed and stored; raises Malformed when nobody could read them, or they fit no bundle."""
    try:
        body = reencode(entry)
        _decoder.decode(body)  # an entry that cannot be read would stand in the ledger for ever
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"not an entry: {error}") from error
    return body


def reencode(entry: Entry) -> bytes:
    """The bytes of an entry whose act and `by` were decoded once; raises Malformed when they fit no bundle."""
    body = _encoder.encode(entry)
    if len(body) > ENTRY_LIMIT:
        raise Malformed(f"an entry is at most {ENTRY_LIMIT} bytes, this one is {len(body)}")
    return body


def decode(body: bytes) -> Entry:
    """The entry of these bytes; raises Malformed unless they are the one encoding of it."""
    try:
        entry = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"not an entry: {error}") from error
    if _encoder.encode(entry) != body:
        raise Malformed("not the canonical encoding of this entry")
    return entry


def type_of(act: AnyAct) -> str:
    """The act's type as it stands in the entry, such as "decide"."""
    tag = act.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
