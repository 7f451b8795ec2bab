"""What an audit reads beside the ledger's entries: public openings and ballot boxes, from whoever can read them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import Meta, Struct

from governance.acts.words import Index
from ledger.errors import Malformed

Hex = Annotated[str, Meta(pattern="^[0-9a-f]{64}\\Z")]
"""32 bytes in hex."""

BoxName = Literal["box", "openings", "marks"]
"""The three small logs of a vote: ballots as commitments, their openings, and who has voted."""


class Shown(Struct, frozen=True, gc=False):
    """A public opening, a line of `openings.jsonl`: `salt` in hex."""

    entry: Index
    field: Annotated[str, Meta(max_length=40)]
    salt: Hex
    value: str


class Ballot(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The opening of a ballot: the choice, its place in the box, and the token (32 bytes in hex) it was sealed with."""

    choice: Annotated[int, Meta(ge=0, lt=2**32)]
    place: Index
    token: Hex


class Mark(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """That a member has voted."""

    member: Index


class Boxes(Protocol):
    """Reads the boxes of votes, each held against the root that the ledger gives it."""

    def read(
        self,
        vote: int,
        name: BoxName,
        size: int,
        root: bytes,
        roots_at: Sequence[int],
        on_root: Callable[[int, bytes], None],
    ) -> Iterator[tuple[int, bytes]]:
        """The entries of a box with their places; believed only when it has ended by itself.

        `on_root` is told the root at each size of `roots_at`. Raises LogInvalid or Unavailable of ledger.errors.
        """
        ...


_shown = msgspec.json.Decoder(Shown)
_ballot = msgspec.json.Decoder(Ballot)
_mark = msgspec.json.Decoder(Mark)
_encoder = msgspec.json.Encoder(order="sorted")


def decode_shown(line: bytes) -> Shown:
    """The opening on a line; raises Malformed."""
    try:
        return _shown.decode(line)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"not an opening: {error}") from error


def decode_ballot(body: bytes) -> Ballot:
    """The ballot of these bytes; raises Malformed unless they are the one encoding of it."""
    try:
        ballot = _ballot.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"not the opening of a ballot: {error}") from error
    if _encoder.encode(ballot) != body:
        raise Malformed("not the canonical encoding of a ballot")
    return ballot


def decode_mark(body: bytes) -> Mark:
    """The mark of these bytes; raises Malformed unless they are the one encoding of it."""
    try:
        mark = _mark.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"not a mark: {error}") from error
    if _encoder.encode(mark) != body:
        raise Malformed("not the canonical encoding of a mark")
    return mark
