"""Tiles as they are written, one by one as a log grows, and nodes read out of them."""

from collections.abc import Sequence

import pytest

from ledger.errors import Malformed
from ledger.merkle import (
    HASH_SIZE,
    Edge,
    NodeId,
    check_consistency,
    check_inclusion,
    hash_leaves,
    nodes_for_inclusion,
    prove_consistency,
    prove_inclusion,
    read_edge,
    root_of,
)
from ledger.tiles import TILE_WIDTH, Tile, Tiling, new_full_tiles, node_reader, tile_root, tiles_between, tiles_holding
from tests.ledger.static_log import numbered
from tests.ledger.test_tiles import EDGES

LEAVES = hash_leaves(numbered(66_000))


def test_tile_root_is_the_root_of_its_hashes() -> None:
    """At every width."""
    for width in range(1, TILE_WIDTH + 1):
        assert root_of(LEAVES[:width]) == tile_root(b"".join(LEAVES[:width]))


def test_tiling_writes_every_tile_once_and_knows_the_edge() -> None:
    """However the leaves come, the tiles are those of the definition and the edge is the tree's."""
    for step in (1, 100, 256, 1000, 66_000):
        size = min(len(LEAVES), step * 700)
        tiling, full = Tiling(), []
        for first in range(0, size, step):
            full += tiling.extend(LEAVES[first : min(size, first + step)])
        assert size == tiling.size
        assert Edge().extend(LEAVES[:size]) == tiling.edge()
        assert new_full_tiles(0, size) == [tile for tile, _ in full]
        for tile, hashes in full:
            assert expected_tile(tile) == hashes
        for tile in tiles_between(0, size):
            if tile.width < TILE_WIDTH:
                assert expected_tile(tile) == tiling.rows[tile.level]


def test_tiling_goes_on_from_its_rows() -> None:
    """What is kept is all that is needed."""
    tiling = Tiling()
    tiling.extend(LEAVES[:65_000])
    again = Tiling(tiling.rows)
    assert tiling.extend(LEAVES[65_000:]) == again.extend(LEAVES[65_000:])
    assert tiling.edge() == again.edge()
    for row in (b"short", bytes(TILE_WIDTH * HASH_SIZE)):
        with pytest.raises(Malformed):
            Tiling([row])


def test_nodes_are_read_from_tiles_fetched_once() -> None:
    """Proofs made from tiles hold, and each tile is asked for once, all together."""
    for size in EDGES[1:]:
        root = root_of(LEAVES[:size])
        assert Edge().extend(LEAVES[:size]) == read_edge(size, NodesFromTiles(size, []))
        for index in {0, min(size - 1, 1), size // 2, size - 1, min(size - 1, 256), min(size - 1, 65_535)}:
            asked: list[Tile] = []
            check_inclusion(LEAVES[index], index, size, root, prove_inclusion(index, size, NodesFromTiles(size, asked)))
            assert len(asked) == len(set(asked))
            assert tiles_holding(nodes_for_inclusion(index, size), size) == asked
        for old in EDGES[1:]:
            if old <= size:
                proof = prove_consistency(old, size, NodesFromTiles(size, []))
                check_consistency(old, root_of(LEAVES[:old]), size, root, proof)


def test_nodes_are_not_read_from_tiles_of_another_width() -> None:
    """A tile with a hash too few is not taken; a node that is not complete is our own bug."""
    reader = node_reader(300, lambda tiles: [expected_tile(tile)[:-HASH_SIZE] for tile in tiles])
    with pytest.raises(Malformed):
        reader([NodeId(0, 0)])
    with pytest.raises(AssertionError):
        node_reader(300, lambda tiles: [])([NodeId(8, 1)])


class NodesFromTiles:
    """Reads nodes out of the tiles of the log of these leaves, and notes which were asked for."""

    def __init__(self, size: int, asked: list[Tile]) -> None:
        self.asked = asked
        self.reader = node_reader(size, self.fetch)

    def fetch(self, tiles: Sequence[Tile]) -> list[bytes]:
        assert not self.asked
        self.asked.extend(tiles)
        return [expected_tile(tile) for tile in tiles]

    def __call__(self, nodes: Sequence[NodeId]) -> Sequence[bytes]:
        return self.reader(nodes)


def expected_tile(tile: Tile) -> bytes:
    """A tile's hashes by definition: MTH(D[(n·256 + i)·256^l : (n·256 + i + 1)·256^l]) for each i."""
    span = 256**tile.level
    first = tile.n * 256
    return b"".join(subtree(span, first + at) for at in range(tile.width))


def subtree(span: int, at: int) -> bytes:
    """The root of the leaves [at·span, (at + 1)·span)."""
    if (span, at) not in SUBTREES:
        SUBTREES[span, at] = root_of(LEAVES[at * span : (at + 1) * span])
    return SUBTREES[span, at]


SUBTREES: dict[tuple[int, int], bytes] = {}
