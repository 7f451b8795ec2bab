"""What lies in a vote's box, and what is published when it is closed, byte for byte."""

from collections.abc import Iterable

import msgspec

from governance.acts.votes import SealBox
from governance.commitment import commit
from governance.entry import decode
from ledger.errors import ProofInvalid
from ledger.merkle import check_inclusion, hash_leaf
from ledger.note import VerifierKey
from ledger.proof import BoxProof, check_proof


def ballot_field(vote: int) -> str:
    """The field of a ballot's commitment."""
    return f"ballot/{vote}"


def ballot_commitment(vote: int, token: bytes, choice: int) -> bytes:
    """The box's entry, 32 bytes: a commitment whose salt is the token and whose value is the choice in decimal."""
    return commit(ballot_field(vote), token, str(choice).encode())


def opening_line(choice: int, place: int, token: bytes) -> bytes:
    """The entry of the log of openings: canonical JSON."""
    return msgspec.json.encode({"choice": choice, "place": place, "token": token.hex()})


def mark_line(member: int) -> bytes:
    """The entry of the log of marks: canonical JSON."""
    return msgspec.json.encode({"member": member})


def check_box_proof(
    commitment: bytes, proof: BoxProof, known: Iterable[VerifierKey], *, origin: str | None = None
) -> SealBox:
    """Holds a ballot's commitment against the seal of its box, and that against a checkpoint signed by known keys.

    Returns the seal, which says of which vote the box is. Raises Malformed or ProofInvalid.
    """
    check_proof(proof.sealed.extra, proof.sealed, known, origin=origin)
    seal = decode(proof.sealed.extra).act
    if not isinstance(seal, SealBox):
        raise ProofInvalid("the entry that is proven seals no box")
    check_inclusion(hash_leaf(commitment), proof.index, seal.size, bytes.fromhex(seal.root), proof.hashes)
    return seal
