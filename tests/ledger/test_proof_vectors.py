"""The tree and its proofs against vectors that others wrote (transparency-dev/merkle)."""

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

import pytest

from ledger.errors import ProofInvalid
from ledger.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    Edge,
    check_consistency,
    check_inclusion,
    hash_children,
    hash_leaves,
    root_of,
)


class ReferenceTree(TypedDict):
    """Eight leaves in hex, and the hashes over them."""

    leaf_inputs: list[str]
    roots_by_size: list[str]
    nodes_by_level: list[list[str]]


class InclusionVector(TypedDict):
    """One inclusion proof, hashes in base64."""

    leafIdx: int
    treeSize: int
    root: str
    leafHash: str
    proof: list[str] | None
    wantErr: bool


class ConsistencyVector(TypedDict):
    """One consistency proof, hashes in base64."""

    size1: int
    size2: int
    root1: str
    root2: str
    proof: list[str] | None
    wantErr: bool


def test_reference_tree_has_its_roots_and_nodes(shared_data: Path) -> None:
    """The roots of all sizes from 0 to 8 and every inner node of the reference tree."""
    tree: ReferenceTree = json.loads((shared_data / "ledger" / "rfc6962_reference_tree.json").read_bytes())
    leaves = hash_leaves(bytes.fromhex(leaf) for leaf in tree["leaf_inputs"])
    assert bytes.fromhex(tree["roots_by_size"][0]) == EMPTY_ROOT
    for size, root in enumerate(tree["roots_by_size"]):
        assert bytes.fromhex(root) == root_of(leaves[:size])
        assert bytes.fromhex(root) == Edge().extend(leaves[:size]).root()
    row = leaves
    for expected in tree["nodes_by_level"]:
        assert [bytes.fromhex(node) for node in expected] == row
        row = [hash_children(*pair) for pair in zip(row[::2], row[1::2], strict=True)] if len(row) > 1 else []


def test_every_foreign_inclusion_proof_is_judged_rightly(shared_data: Path) -> None:
    """Good ones are accepted and bad ones refused, those among them that trip naive verifiers."""
    seen = {True: 0, False: 0}
    for name, text in vectors(shared_data / "ledger" / "proofs" / "inclusion"):
        vector: InclusionVector = json.loads(text)
        proof = [b64decode(one) for one in vector["proof"] or []]
        refused = False
        try:
            check_inclusion(
                b64decode(vector["leafHash"]), vector["leafIdx"], vector["treeSize"], b64decode(vector["root"]), proof
            )
        except ProofInvalid:
            refused = True
        assert vector["wantErr"] == refused, name
        seen[refused] += 1
    assert {True: 92, False: 6} == seen


def test_every_foreign_consistency_proof_is_judged_rightly(shared_data: Path) -> None:
    """Good ones are accepted and bad ones refused, those from a size of 0 among them.

    Some have words where a root belongs ("don't care"). We refuse whatever is no hash, so these words are hashed
    first: then each vector is judged for what it is about.
    """
    seen = {True: 0, False: 0}
    for name, text in vectors(shared_data / "ledger" / "proofs" / "consistency"):
        vector: ConsistencyVector = json.loads(text)
        roots = [b64decode(vector["root1"]), b64decode(vector["root2"])]
        roots = [sha256(root).digest() if root and len(root) < HASH_SIZE else root for root in roots]
        proof = [b64decode(one) for one in vector["proof"] or []]
        refused = False
        try:
            check_consistency(vector["size1"], roots[0], vector["size2"], roots[1], proof)
        except ProofInvalid:
            refused = True
        assert vector["wantErr"] == refused, name
        seen[refused] += 1
    assert {True: 92, False: 6} == seen


def test_words_in_place_of_roots_are_refused(shared_data: Path) -> None:
    """The one good vector whose roots are not hashes: two equal words are no proof of anything."""
    path = shared_data / "ledger" / "proofs" / "consistency" / "additional"
    vector: ConsistencyVector = json.loads((path / "sizes-are-equal-one-and-proof-is-empty.json").read_bytes())
    word = b64decode(vector["root1"])
    assert b64decode(vector["root2"]) == word
    with pytest.raises(ProofInvalid, match="a hash is 32 bytes"):
        check_consistency(1, word, 1, word, [])


def vectors(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each vector's path and text."""
    for path in sorted(folder.rglob("*.json")):
        yield str(path.relative_to(folder)), path.read_bytes()
