"""The tree: hashing, the right edge, and the two proofs against their checks."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed, ProofInvalid
from ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    Edge,
    NodeId,
    check_consistency,
    check_inclusion,
    edge_nodes,
    hash_children,
    hash_leaf,
    hash_leaves,
    hash_pairs,
    nodes_for_consistency,
    nodes_for_inclusion,
    prove_consistency,
    prove_inclusion,
    read_edge,
    root_of,
)
from tests.ledger.static_log import bits_flipped, numbered

LEAVES = hash_leaves(numbered(64))
SIZES = range(1, 65)


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word: the oracle."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = split(len(leaves))
    return hash_children(tree_hash(leaves[:half]), tree_hash(leaves[half:]))


def audit_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*audit_path(index, leaves[:half]), tree_hash(leaves[half:])]
    return [*audit_path(index - half, leaves[half:]), tree_hash(leaves[:half])]


def subproof(size: int, leaves: Sequence[bytes], known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2, word for word."""
    if size == len(leaves):
        return [] if known else [tree_hash(leaves)]
    half = split(len(leaves))
    if size <= half:
        return [*subproof(size, leaves[:half], known), tree_hash(leaves[half:])]
    return [*subproof(size - half, leaves[half:], False), tree_hash(leaves[:half])]


def split(size: int) -> int:
    """The largest power of two below a size."""
    half = 1
    while half * 2 < size:
        half *= 2
    return half


class Nodes:
    """Reads nodes out of a list of leaves, and counts how often it was asked."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves
        self.times = 0

    def __call__(self, nodes: Sequence[NodeId]) -> list[bytes]:
        self.times += 1
        for node in nodes:
            assert (node.n + 1) << node.level <= len(self.leaves)
        return [tree_hash(self.leaves[n << level : (n + 1) << level]) for level, n in nodes]


ROOTS = [tree_hash(LEAVES[:size]) for size in range(65)]


def test_hashes_are_those_of_rfc_6962() -> None:
    """A leaf and a node are hashed apart, so that no two hashes can pass as an entry."""
    assert bytes.fromhex("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d") == hash_leaf(b"")
    left, right = LEAVES[:2]
    assert hash_leaf(left + right) != hash_children(left, right)
    assert hash_children(left, right) == hash_pairs(left + right)
    assert [hash_leaf(b"a"), hash_leaf(b"b")] == hash_leaves([b"a", b"b"])


def test_edge_has_the_root_of_the_tree_at_every_size() -> None:
    """Growing the edge leaf by leaf, or from any earlier size at once, gives the root of the definition."""
    edge = Edge()
    for size in range(65):
        assert ROOTS[size] == edge.root()
        assert size == edge.size
        for earlier in range(size):
            assert edge == Edge().extend(LEAVES[:earlier]).extend(LEAVES[earlier:size])
        edge = edge.extend(LEAVES[size : size + 1])
    assert ROOTS[64] == root_of(LEAVES)


def test_edge_is_had_again_from_stored_nodes() -> None:
    """An edge read from nodes is the one that grew."""
    for size in range(65):
        nodes = Nodes(LEAVES)
        assert Edge().extend(LEAVES[:size]) == read_edge(size, nodes)
        assert 1 == nodes.times
        assert size == sum(1 << node.level for node in edge_nodes(size))


def test_edge_keeps_its_bytes() -> None:
    """Each edge comes back from its bytes, and from nothing shorter or longer."""
    for size in range(65):
        edge = Edge().extend(LEAVES[:size])
        data = edge.to_bytes()
        assert edge == Edge.from_bytes(data)
        for other in (data[:-1], data + b"\0", data + bytes(32), data[:-32], b""):
            if other != data:
                with pytest.raises(Malformed):
                    Edge.from_bytes(other)


@given(st.binary(max_size=200))
def test_edge_accepts_nothing_that_does_not_format_back(data: bytes) -> None:
    """Whatever bytes are taken for an edge are exactly its bytes."""
    try:
        edge = Edge.from_bytes(data)
    except Malformed:
        return
    assert data == edge.to_bytes()


def test_edge_refuses_sizes_that_no_tree_has() -> None:
    """Neither below nothing nor beyond 63 bits."""
    for size in (-1, MAX_SIZE + 1):
        with pytest.raises(Malformed):
            Edge(size, ())
    with pytest.raises(Malformed):
        Edge(1, (b"short",))


def test_inclusion_twins_agree_at_every_size() -> None:
    """Each leaf of each tree is proven as RFC 6962 says, with one question, and the proof is accepted."""
    for size in SIZES:
        for index in range(size):
            nodes = Nodes(LEAVES[:size])
            proof = prove_inclusion(index, size, nodes)
            assert audit_path(index, LEAVES[:size]) == proof
            assert 1 == nodes.times
            check_inclusion(LEAVES[index], index, size, ROOTS[size], proof)


def test_inclusion_proof_holds_for_nothing_else() -> None:
    """Another leaf, place, size or root under the same proof is refused, at every size."""
    for size in SIZES:
        for index in range(size):
            proof = prove_inclusion(index, size, Nodes(LEAVES[:size]))
            for other in range(size):
                if other != index:
                    refuse_inclusion(LEAVES[other], index, size, ROOTS[size], proof)
                    refuse_inclusion(LEAVES[index], other, size, ROOTS[size], proof)
            for root in (*ROOTS[:size], *ROOTS[size + 1 :], b"", bytes(32)):
                refuse_inclusion(LEAVES[index], index, size, root, proof)
            refuse_inclusion(LEAVES[index], index, size, ROOTS[size], [*proof, bytes(32)])
            refuse_inclusion(LEAVES[index], index, size, ROOTS[size], [*proof, ROOTS[size]])
            refuse_inclusion(LEAVES[index], index, size, ROOTS[size], [bytes(32), *proof])
            if proof:
                refuse_inclusion(LEAVES[index], index, size, ROOTS[size], proof[1:])
                refuse_inclusion(LEAVES[index], index, size, ROOTS[size], proof[:-1])


def test_inclusion_proof_breaks_at_every_bit() -> None:
    """No bit of leaf, root or proof can be flipped."""
    for size in range(1, 10):
        for index in range(size):
            proof = prove_inclusion(index, size, Nodes(LEAVES[:size]))
            for leaf in bits_flipped(LEAVES[index]):
                refuse_inclusion(leaf, index, size, ROOTS[size], proof)
            for root in bits_flipped(ROOTS[size]):
                refuse_inclusion(LEAVES[index], index, size, root, proof)
            for broken in proofs_with_a_bit_flipped(proof):
                refuse_inclusion(LEAVES[index], index, size, ROOTS[size], broken)


def test_consistency_twins_agree_at_every_pair_of_sizes() -> None:
    """Each tree is shown to begin with each smaller one as RFC 6962 says, and the proof is accepted."""
    for size in SIZES:
        for old in range(1, size + 1):
            nodes = Nodes(LEAVES[:size])
            proof = prove_consistency(old, size, nodes)
            assert subproof(old, LEAVES[:size], True) == proof
            assert 1 == nodes.times
            check_consistency(old, ROOTS[old], size, ROOTS[size], proof)


def test_consistency_proof_holds_for_nothing_else() -> None:
    """Other sizes, other roots, swapped roots, one hash more or less: refused, at every pair of sizes."""
    for size in SIZES:
        for old in range(1, size + 1):
            proof = prove_consistency(old, size, Nodes(LEAVES[:size]))
            for root in (*ROOTS[:old], *ROOTS[old + 1 :], b""):
                refuse_consistency(old, root, size, ROOTS[size], proof)
            for root in (*ROOTS[:size], *ROOTS[size + 1 :], b""):
                refuse_consistency(old, ROOTS[old], size, root, proof)
            refuse_consistency(old, ROOTS[old], size, ROOTS[size], [*proof, bytes(32)])
            refuse_consistency(old, ROOTS[old], size, ROOTS[size], [bytes(32), *proof])
            if proof:
                refuse_consistency(old, ROOTS[old], size, ROOTS[size], proof[1:])
                refuse_consistency(old, ROOTS[old], size, ROOTS[size], proof[:-1])
            if old < size:
                refuse_consistency(size, ROOTS[size], old, ROOTS[old], proof)
                refuse_consistency(old - 1, ROOTS[old], size, ROOTS[size], proof)


def test_consistency_proof_breaks_at_every_bit() -> None:
    """No bit of either root or of the proof can be flipped."""
    for size in range(1, 10):
        for old in range(1, size + 1):
            proof = prove_consistency(old, size, Nodes(LEAVES[:size]))
            for root in bits_flipped(ROOTS[old]):
                refuse_consistency(old, root, size, ROOTS[size], proof)
            for root in bits_flipped(ROOTS[size]):
                refuse_consistency(old, ROOTS[old], size, root, proof)
            for broken in proofs_with_a_bit_flipped(proof):
                refuse_consistency(old, ROOTS[old], size, ROOTS[size], broken)


def test_empty_tree_proves_nothing() -> None:
    """A size of 0 is refused by both checks, whatever comes with it."""
    for root in (EMPTY_ROOT, b"", bytes(32)):
        refuse_inclusion(LEAVES[0], 0, 0, root, [])
        refuse_consistency(0, root, 0, root, [])
        refuse_consistency(0, root, 1, ROOTS[1], [])
        refuse_consistency(0, EMPTY_ROOT, 1, root, [root])
    refuse_inclusion(LEAVES[0], -1, 1, ROOTS[1], [])
    refuse_inclusion(b"", 0, 1, b"", [])
    refuse_consistency(1, b"", 1, b"", [])
    refuse_consistency(-1, ROOTS[1], 1, ROOTS[1], [])


def test_provers_are_not_asked_for_what_cannot_be() -> None:
    """A place outside the tree, an older size that is larger, a reader that answers short: our own bugs."""
    for index, size in ((0, 0), (-1, 4), (4, 4)):
        with pytest.raises(AssertionError):
            prove_inclusion(index, size, Nodes(LEAVES))
    for old, size in ((0, 4), (5, 4), (-1, 4)):
        with pytest.raises(AssertionError):
            prove_consistency(old, size, Nodes(LEAVES))
    with pytest.raises(AssertionError):
        prove_inclusion(0, 4, lambda nodes: [])
    with pytest.raises(AssertionError):
        prove_inclusion(0, 4, lambda nodes: [b"short" for _ in nodes])


@given(st.integers(1, MAX_SIZE), st.data())
def test_twins_agree_in_trees_too_large_to_build(size: int, data: st.DataObject) -> None:
    """A tree whose leaves are all equal has one hash a level, so that any size can be tried."""
    levels = [LEAVES[0]]
    for _ in range(63):
        levels.append(hash_children(levels[-1], levels[-1]))

    def read(nodes: Sequence[NodeId]) -> list[bytes]:
        return [levels[node.level] for node in nodes]

    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    root = read_edge(size, read).root()
    assert set(nodes_for_inclusion(index, size)).isdisjoint({NodeId(0, index)})
    check_inclusion(LEAVES[0], index, size, root, prove_inclusion(index, size, read))
    check_consistency(old, read_edge(old, read).root(), size, root, prove_consistency(old, size, read))
    assert len(nodes_for_consistency(old, size)) <= 2 * 63


def refuse_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """The check must not pass."""
    with pytest.raises(ProofInvalid):
        check_inclusion(leaf, index, size, root, proof)


def refuse_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """The check must not pass."""
    with pytest.raises(ProofInvalid):
        check_consistency(old, old_root, size, root, proof)


def proofs_with_a_bit_flipped(proof: Sequence[bytes]) -> list[list[bytes]]:
    """The proof with each bit of each hash flipped."""
    return [[*proof[:at], broken, *proof[at + 1 :]] for at, one in enumerate(proof) for broken in bits_flipped(one)]
