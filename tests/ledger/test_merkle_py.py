"""Why the tree is ours: what merkle-py 1.2.11, which was named for it, does.

Each test is a finding. When one fails, a release has mended it, and docs/decisions/0001-the-tree-is-ours.md is to be
read again.
"""

import importlib
import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from types import ModuleType
from typing import Protocol

import pytest

from ledger.merkle import check_inclusion, hash_leaves, prove_inclusion, root_of
from tests.ledger.test_merkle import Nodes

LEAVES = [b"leaf %d" % number for number in range(100)]


class TheirProof(Protocol):
    """A proof of merkle-py: the hashes from the root down, and left or right for each."""

    trail: list[bytes]


class TheirTree(Protocol):
    """A tree of merkle-py."""

    def add_leaves(self, do_hash: bool, *args: bytes) -> list[TheirProof | None]:
        """Adds, as it says, sources or hashes, and proves each."""

    def get_root_hash(self) -> str:
        """The root, in hex."""

    def size(self) -> int:
        """How many leaves there are."""

    def validate_proof(self, proof: TheirProof, leaf: bytes, root_hash: str) -> bool:
        """Whether the proof leads from the leaf's hash to the root."""


class MerklePy:
    """The module, as far as it is used here."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def tree(self) -> TheirTree:
        made: TheirTree = self.module.MerkleTree()
        return made

    def proof(self, trail: list[bytes], path: str, size: int) -> TheirProof:
        made: TheirProof = self.module.Proof(trail, path, size)
        return made


@pytest.fixture
def merkle_py() -> Iterator[MerklePy]:
    """merkle-py, given what it imports without saying so: two functions between bytes and hex."""
    stand_in = ModuleType("pyutls")
    stand_in.__dict__.update(from_hex=bytes.fromhex, to_hex=bytes.hex)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyutls", stand_in)
        yield MerklePy(importlib.import_module("merklepy"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "merklepy"]:
        del sys.modules[name]


def test_findings_are_about_this_release() -> None:
    """A later release is to be looked at anew."""
    assert importlib.metadata.version("merkle-py") == "1.2.11"


def test_merkle_py_does_not_import_without_a_package_that_it_does_not_declare() -> None:
    """It imports pyutls (the package py-utls) and requires nothing."""
    assert importlib.metadata.requires("merkle-py") is None
    code = "import sys; sys.modules['pyutls'] = None; import merklepy"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "ModuleNotFoundError: import of pyutls halted" in answer.stderr


def test_merkle_py_replaces_leaves_when_it_adds(merkle_py: MerklePy) -> None:
    """So there is no append, and without append no log."""
    tree = merkle_py.tree()
    tree.add_leaves(True, b"a", b"b")
    tree.add_leaves(True, b"c")
    assert tree.size() == 1


def test_merkle_py_verifies_two_leaves_of_a_hundred(merkle_py: MerklePy) -> None:
    """Its own proofs hold in its own check for leaves 0 and 1 only, whatever the size; and for none of one leaf."""
    for size in (1, 2, 3, 4, 7, 8, 9, 16, 64, 100):
        tree = merkle_py.tree()
        proofs = tree.add_leaves(True, *LEAVES[:size])
        verified = [
            index
            for index, proof in enumerate(proofs)
            if proof is not None and tree.validate_proof(proof, sha256(LEAVES[index]).digest(), tree.get_root_hash())
        ]
        assert verified == ([0, 1] if size > 1 else [])


def test_merkle_py_hashes_leaves_and_nodes_alike(merkle_py: MerklePy) -> None:
    """So two concatenated hashes pass as an entry against the real root, which RFC 6962's prefixes prevent."""
    tree = merkle_py.tree()
    tree.add_leaves(True, b"a", b"b", b"c", b"d")
    ab, cd = (sha256(left).digest() + sha256(right).digest() for left, right in ((b"a", b"b"), (b"c", b"d")))
    forged = merkle_py.proof([sha256(cd).digest()], "1", 4)
    assert tree.validate_proof(forged, sha256(ab).digest(), tree.get_root_hash())


def test_merkle_py_has_no_consistency_proofs(merkle_py: MerklePy) -> None:
    """Nothing shows that a larger tree begins with a smaller one, so a rewritten history cannot be told."""
    names = {*dir(merkle_py.module), *dir(merkle_py.module.MerkleTree)}
    assert not [
        name for name in names if any(word in name.lower() for word in ("consist", "append", "extend", "prefix"))
    ]


def test_our_tree_verifies_all_hundred() -> None:
    """The same leaves, here."""
    leaves = hash_leaves(LEAVES)
    for index, leaf in enumerate(leaves):
        check_inclusion(leaf, index, 100, root_of(leaves), prove_inclusion(index, 100, Nodes(leaves)))
