"""The whole vocabulary of acts, and the bytes of an entry.

An entry is canonical JSON: sorted keys, no spaces, only strings, integers below 2^53, booleans, lists and
objects. What is not said is an empty string, an empty list or 0, so that one act has one encoding. No free
text of members and no name stands in an entry: content appears as `Commit`s (see commitment.py).
"""

from typing import Literal

import msgspec
from msgspec import Struct

from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.acts.cases import CoSign, Decide, Lift, Report
from governance.acts.elections import Stand, StandDown
from governance.acts.emergencies import Invoke, Second
from governance.acts.juries import DrawJury, ExcuseJuror, JoinJury, LeaveJury
from governance.acts.keys import RotateKey
from governance.acts.members import Admit, AdmitGuest, CloseAccount, Found, Grant, Revoke
from governance.acts.orders import Comply, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.proposals import Amend, Enact, Freeze, Propose, Sponsor, Withdraw
from governance.acts.texts import Correct, Erase
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.acts.words import By, Time
from governance.shapes import shapes_of
from ledger.errors import Malformed

ENTRY_LIMIT = 65_535
"""Bytes of the longest entry: the length of a bundle's item is a uint16 (C2SP tlog-tiles)."""


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
    | JoinJury
    | LeaveJury
    | DrawJury
    | ExcuseJuror
    | Invoke
    | Second
    | ReceiveOrder
    | Comply
    | RefuseOrder
    | PublishNotice
    | Propose
    | Amend
    | Withdraw
    | Sponsor
    | Stand
    | StandDown
    | Freeze
    | OpenVote
    | OpenPoll
    | SealBox
    | CloseVote
    | Enact
    | RotateKey
    | Erase
    | Correct
)


class Entry(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An act, by whom, when (Unix ms UTC). One leaf of the ledger."""

    act: AnyAct
    at: Time
    by: By
    v: Literal[1] = 1


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Entry)
_matches = {act: shape.fullmatch for act, shape in shapes_of(Entry, "act").items()}


def encode(entry: Entry) -> bytes:
    """The bytes that are hashed and stored; raises Malformed when nobody could read them, or they fit no bundle."""
    try:
        body = reencode(entry)
    except UnicodeError as error:
        raise Malformed(f"not an entry: {error}") from error
    decode(body)  # an entry that cannot be read would stand in the ledger for ever
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
    if not _matches[type(entry.act)](body):
        if _encoder.encode(entry) != body:
            raise Malformed("not the canonical encoding of this entry")
        raise Malformed("not an entry: a hash, a number or a name in it has not the form that it must have")
    return entry


def type_of(act: AnyAct) -> str:
    """The act's type as it stands in the entry, such as "decide"."""
    tag = act.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
