"""The tree of RFC 6962, its growing right edge, and the two proofs with their checks.

A node is named by (level, n): it covers the leaves [n << level, (n + 1) << level). Only complete subtrees
are ever asked for, and their hashes never change as the tree grows. A prover lists the nodes it needs, asks its reader
once, then computes; `nodes_for_inclusion` and `nodes_for_consistency` give the lists to callers that must fetch first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import NamedTuple

from ledger.errors import Malformed, ProofInvalid

HASH_SIZE = 32
"""Length of every hash, in bytes."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves (RFC 6962 §2.1)."""

MAX_SIZE = 2**63 - 1
"""The largest size of a tree that any format here can carry."""


class NodeId(NamedTuple):
    """A complete subtree: `level` 0 are the leaves, `n` counts from the left."""

    level: int
    n: int


NodeReader = Callable[[Sequence[NodeId]], Sequence[bytes]]
"""Answers a list of nodes with their hashes (32 bytes each), in the same order."""


def hash_leaf(entry: bytes) -> bytes:
    """The hash of a leaf: SHA-256(00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def hash_leaves(entries: Iterable[bytes]) -> list[bytes]:
    """The leaf hashes of many entries, in order."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def hash_children(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def hash_pairs(row: bytes) -> bytes:
    """The row above: `row` is an even number of hashes one after the other, the answer half as many."""
    return b"".join([sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, len(row), 64)])


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its size and the roots of its complete subtrees, largest first.

    It is all that is needed to append and to know the root. Two trees with equal edges hold the same leaves.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise Malformed(f"no tree has {self.size} leaves")
        if len(self.hashes) != self.size.bit_count() or any(len(one) != HASH_SIZE for one in self.hashes):
            raise Malformed(f"an edge of size {self.size} has {self.size.bit_count()} hashes of 32 bytes")

    def root(self) -> bytes:
        """The root of the tree, 32 bytes."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT

    def extend(self, leaf_hashes: Iterable[bytes]) -> "Edge":
        """The edge after these leaves have been appended; this one stays as it is."""
        size, stack = self.size, list(self.hashes)
        for leaf_hash in leaf_hashes:
            # Each trailing 1 of the size is a complete subtree that this leaf completes one level up.
            node, ones = leaf_hash, size
            while ones & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                ones >>= 1
            stack.append(node)
            size += 1
        return Edge(size, tuple(stack))

    def to_bytes(self) -> bytes:
        """The size (8 bytes, big-endian), then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Edge":
        """The edge that formats to exactly `data`; raises Malformed."""
        if len(data) < 8 or len(data) % HASH_SIZE != 8:
            raise Malformed("an edge is 8 bytes of size and 32 for each hash")
        hashes = tuple(data[at : at + HASH_SIZE] for at in range(8, len(data), HASH_SIZE))
        return cls(int.from_bytes(data[:8], "big"), hashes)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root of the tree that has these leaf hashes."""
    return Edge().extend(leaf_hashes).root()


def edge_nodes(size: int) -> list[NodeId]:
    """The complete subtrees that a tree of `size` is made of, largest first."""
    return _complete_subtrees(0, size)


def read_edge(size: int, reader: NodeReader) -> Edge:
    """The edge of the tree at `size`, from stored nodes: so any earlier root can be had again."""
    return Edge(size, tuple(_ask(reader, edge_nodes(size))))


def nodes_for_inclusion(index: int, size: int) -> list[NodeId]:
    """What `prove_inclusion` asks its reader for."""
    return [node for group in _inclusion_path(index, size) for node in group]


def prove_inclusion(index: int, size: int, reader: NodeReader) -> list[bytes]:
    """The proof that the leaf at `index` is in the tree of `size`, from the leaf up (RFC 6962 §2.1.1).

    Raises AssertionError unless 0 <= index < size.
    """
    return _prove(_inclusion_path(index, size), reader)


def check_inclusion(leaf_hash: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Holds a leaf hash and its proof against a root (RFC 9162 §2.1.3.2); raises ProofInvalid."""
    if not 0 <= index < size:
        raise ProofInvalid(f"a tree of {size} leaves has no leaf {index}")
    _check_hashes(leaf_hash, root, *proof)
    inner = (index ^ (size - 1)).bit_length()
    _check_length(proof, inner + (index >> inner).bit_count())
    node = _climb(leaf_hash, index, proof[:inner])
    if reduce(_under, proof[inner:], node) != root:
        raise ProofInvalid(f"the proof for leaf {index} of {size} leads to another root")


def nodes_for_consistency(old_size: int, new_size: int) -> list[NodeId]:
    """What `prove_consistency` asks its reader for."""
    return [node for group in _consistency_path(old_size, new_size) for node in group]


def prove_consistency(old_size: int, new_size: int, reader: NodeReader) -> list[bytes]:
    """The proof that the tree of `new_size` begins with the tree of `old_size` (RFC 6962 §2.1.2).

    Raises AssertionError unless 1 <= old_size <= new_size.
    """
    return _prove(_consistency_path(old_size, new_size), reader)


def check_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Holds two roots and the proof between them against each other (RFC 9162 §2.1.4.2); raises ProofInvalid.

    Size 0 is refused: every tree begins with the empty one, so a proof of that would show nothing.
    """
    if not 1 <= old_size <= new_size:
        raise ProofInvalid(f"there is no proof from size {old_size} to size {new_size}")
    _check_hashes(old_root, new_root, *proof)
    if old_size == new_size:
        _check_length(proof, 0)
        if old_root != new_root:
            raise ProofInvalid(f"two roots for one size, {old_size}")
        return
    # The largest complete subtree at the old right edge is where both trees are climbed from. A proof does not carry
    # it where it is the whole old tree, whose root is known.
    shift = (old_size & -old_size).bit_length() - 1
    index = (old_size - 1) >> shift
    path = list(proof) if index else [old_root, *proof]
    inner = (index ^ ((new_size - 1) >> shift)).bit_length()
    _check_length(path, 1 + inner + (index >> inner).bit_count())
    seed, sides, border = path[0], path[1 : inner + 1], path[inner + 1 :]
    lefts = [side for at, side in enumerate(sides) if index >> at & 1]
    if reduce(_under, [*lefts, *border], seed) != old_root:
        raise ProofInvalid(f"the proof does not lead to the root at size {old_size}")
    if reduce(_under, border, _climb(seed, index, sides)) != new_root:
        raise ProofInvalid(f"the tree of {new_size} does not begin with the tree of {old_size}")


def _under(right: bytes, left: bytes) -> bytes:
    return hash_children(left, right)


def _climb(node: bytes, index: int, sides: Sequence[bytes]) -> bytes:
    for side in sides:
        node = hash_children(side, node) if index & 1 else hash_children(node, side)
        index >>= 1
    return node


def _fold(subtrees: Sequence[bytes]) -> bytes:
    return reduce(_under, reversed(subtrees[:-1]), subtrees[-1])


def _check_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofInvalid("a hash is 32 bytes")


def _check_length(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        raise ProofInvalid(f"the proof has {len(proof)} hashes where {expected} belong")


def _complete_subtrees(low: int, high: int) -> list[NodeId]:
    """The leaves [low, high) as complete subtrees, from the left; `low` is where a subtree of that width may begin."""
    nodes = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append(NodeId(level, low >> level))
        low += 1 << level
    return nodes


def _split(low: int, high: int) -> int:
    """Where RFC 6962 divides [low, high): after the largest power of two smaller than its width."""
    return low + (1 << ((high - low - 1).bit_length() - 1))


def _inclusion_path(index: int, size: int) -> list[list[NodeId]]:
    if not 0 <= index < size:
        raise AssertionError(f"a tree of {size} leaves has no leaf {index}")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = _split(low, high)
        if index < middle:
            path.append(_complete_subtrees(middle, high))
            high = middle
        else:
            path.append(_complete_subtrees(low, middle))
            low = middle
    return path[::-1]


def _consistency_path(old_size: int, new_size: int) -> list[list[NodeId]]:
    if not 1 <= old_size <= new_size:
        raise AssertionError(f"there is no proof from size {old_size} to size {new_size}")
    low, high, path = 0, new_size, []
    while high != old_size:
        middle = _split(low, high)
        if old_size <= middle:
            path.append(_complete_subtrees(middle, high))
            high = middle
        else:
            path.append(_complete_subtrees(low, middle))
            low = middle
    if low:
        path.append(_complete_subtrees(low, high))
    return path[::-1]


def _prove(path: Sequence[Sequence[NodeId]], reader: NodeReader) -> list[bytes]:
    hashes = iter(_ask(reader, [node for group in path for node in group]))
    return [_fold([next(hashes) for _ in group]) for group in path]


def _ask(reader: NodeReader, nodes: Sequence[NodeId]) -> Sequence[bytes]:
    hashes = reader(nodes)
    if len(hashes) != len(nodes) or any(len(one) != HASH_SIZE for one in hashes):
        raise AssertionError("a node reader answers each node with one hash")
    return hashes
