"""Tiles and bundles: where they are, what is in them, and which of them a log of a given size has (C2SP tlog-tiles).

A tile is up to 256 hashes of one level of the tree, one after the other: at level 0 leaf hashes, above it the roots of
full tiles of the level below. So level L of the tiles is level 8·L of the tree. A tile of fewer than 256 hashes is
partial and never hashed into its parent. A bundle holds the entries under a tile of level 0.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ledger.errors import Malformed
from ledger.merkle import HASH_SIZE, MAX_SIZE, Edge, NodeId, NodeReader, hash_pairs

TILE_WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""

TILE_BYTES = TILE_WIDTH * HASH_SIZE
"""Length of a full tile, in bytes."""

MAX_ENTRY = 65_535
"""The longest entry that a bundle can carry, in bytes."""

MAX_BUNDLE = TILE_WIDTH * (2 + MAX_ENTRY)
"""The longest bundle, in bytes."""

_HEIGHT = 8
_TOP_LEVEL = 63


class Tile(NamedTuple):
    """Tile number `n` of its `level`, as wide as `width` (1 to 256; 256 is full)."""

    level: int
    n: int
    width: int

    @property
    def path(self) -> str:
        """Its path under the log's prefix: `tile/<L>/<N>[.p/<W>]`."""
        return tile_path(*self)

    @property
    def first(self) -> int:
        """The index of the first entry it covers."""
        return self.n << _HEIGHT * (self.level + 1)


class Bundle(NamedTuple):
    """The entries under tile `n` of level 0, `width` of them."""

    n: int
    width: int

    @property
    def path(self) -> str:
        """Its path under the log's prefix: `tile/entries/<N>[.p/<W>]`."""
        return entries_path(*self)


def tile_path(level: int, n: int, width: int) -> str:
    """`tile/<L>/<N>`, with `.p/<W>` for a partial tile; N in groups of three digits, all but the last begun by x."""
    if not 0 <= level <= _TOP_LEVEL:
        raise AssertionError(f"there are no tiles of level {level}")
    return f"tile/{level}/{_number(n, width)}"


def entries_path(n: int, width: int) -> str:
    """`tile/entries/<N>`, with `.p/<W>` for a partial bundle."""
    return f"tile/entries/{_number(n, width)}"


def parse_tile_path(path: str) -> Tile:
    """The tile whose path is exactly this; raises Malformed."""
    found = re.fullmatch(r"tile/([0-9]{1,2})/" + _NUMBER, path)
    if found is None or int(found[1]) > _TOP_LEVEL:
        raise Malformed("no path of a tile")
    tile = Tile(int(found[1]), *_parsed_number(found[2], found[3]))
    if tile.path != path:
        raise Malformed("not the one way to write the path of this tile")
    return tile


def parse_entries_path(path: str) -> Bundle:
    """The bundle whose path is exactly this; raises Malformed."""
    found = re.fullmatch("tile/entries/" + _NUMBER, path)
    if found is None:
        raise Malformed("no path of a bundle")
    bundle = Bundle(*_parsed_number(found[1], found[2]))
    if bundle.path != path:
        raise Malformed("not the one way to write the path of this bundle")
    return bundle


_NUMBER = r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?"


def _number(n: int, width: int) -> str:
    if not (0 <= n <= MAX_SIZE and 1 <= width <= TILE_WIDTH):
        raise AssertionError(f"there is no tile {n} of width {width}")
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.append(f"x{n % 1000:03}")
    return "/".join(reversed(groups)) + ("" if width == TILE_WIDTH else f".p/{width}")


def _parsed_number(groups: str, width: str | None) -> tuple[int, int]:
    n = int(groups.replace("x", "").replace("/", ""))
    w = TILE_WIDTH if width is None else int(width)
    if n > MAX_SIZE or not 1 <= w <= TILE_WIDTH:
        raise Malformed("no tile has this number or width")
    return n, w


def tile_width(level: int, n: int, size: int) -> int:
    """How wide tile `n` of `level` is in a log of `size` (0: it has none such)."""
    return max(0, min(TILE_WIDTH, (size >> _HEIGHT * level) - n * TILE_WIDTH))


def last_width(level: int, size: int) -> int:
    """How wide the partial tile at the end of `level` is in a log of `size` (0: there is none)."""
    return (size >> _HEIGHT * level) % TILE_WIDTH


def has_tile(tile: Tile, size: int) -> bool:
    """Whether a log of `size` can serve this tile: it holds at least as many hashes there. Old partial ones stay."""
    return 1 <= tile.width <= tile_width(tile.level, tile.n, size)


def has_bundle(bundle: Bundle, size: int) -> bool:
    """Whether a log of `size` can serve this bundle."""
    return has_tile(Tile(0, *bundle), size)


def new_full_tiles(old_size: int, new_size: int) -> list[Tile]:
    """The tiles that became full while the log grew from `old_size` to `new_size`, each after those it is made of."""
    return [tile for tile in tiles_between(old_size, new_size) if tile.width == TILE_WIDTH]


def tiles_between(old_size: int, new_size: int) -> Iterator[Tile]:
    """The tiles of a log of `new_size` that one of `old_size` has not or has narrower.

    In the order in which appending completes them: full ones after those they are made of, then the partial ones above
    level 0, from below. `tiles_between(0, size)` is each tile of the log once.
    """
    if old_size >= new_size:
        return
    for first in range(old_size // TILE_WIDTH, -(-new_size // TILE_WIDTH)):
        level, n = 0, first
        while True:
            width = tile_width(level, n, new_size)
            if level == 0 or width == TILE_WIDTH:
                yield Tile(level, n, width)
            if width < TILE_WIDTH or (n + 1) % TILE_WIDTH:
                break
            level, n = level + 1, n // TILE_WIDTH
    for level in range(1, -(-new_size.bit_length() // _HEIGHT)):
        hashes = new_size >> _HEIGHT * level
        if hashes % TILE_WIDTH and hashes > old_size >> _HEIGHT * level:
            yield Tile(level, hashes // TILE_WIDTH, hashes % TILE_WIDTH)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The entries one after the other, each behind its length as a big-endian uint16."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise AssertionError(f"an entry is at most {MAX_ENTRY} bytes")
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Exactly `width` entries and not a byte more; raises Malformed."""
    entries: list[bytes] = []
    at = 0
    try:
        for _ in range(width):
            end = at + 2 + (data[at] << 8 | data[at + 1])
            entries.append(data[at + 2 : end])
            at = end
    except IndexError:
        raise Malformed(f"the bundle ends after {len(entries)} of {width} entries") from None
    # A slice past the end is silently short, and shows itself here.
    if at != len(data):
        raise Malformed(f"{width} entries end at byte {at}, the bundle at {len(data)}")
    return entries


def tile_root(hashes: bytes) -> bytes:
    """The root of the subtree whose leaves are a tile's hashes; of a full tile, its hash in the level above."""
    return Edge(len(hashes) // HASH_SIZE, tuple(_subtrees(hashes))).root()


def _subtrees(row: bytes) -> Iterator[bytes]:
    """The roots of the complete subtrees over a row of hashes, largest first."""
    at = 0
    while at < len(row):
        end = at + (1 << ((len(row) - at) // HASH_SIZE).bit_length() - 1) * HASH_SIZE
        part, at = row[at:end], end
        while len(part) > HASH_SIZE:
            part = hash_pairs(part)
        yield part


def tiles_holding(nodes: Sequence[NodeId], size: int) -> list[Tile]:
    """The tiles of a log of `size` from which the hashes of `nodes` are had, each once."""
    return list(dict.fromkeys(_place(node, size)[0] for node in nodes))


def node_reader(size: int, fetch: Callable[[Sequence[Tile]], Sequence[bytes]]) -> NodeReader:
    """Reads nodes out of the tiles of a log of `size`, fetching all that are needed at once, each once.

    Its answers are as good as the tiles; raises Malformed for one that has not its width.
    """

    def read(nodes: Sequence[NodeId]) -> list[bytes]:
        tiles = tiles_holding(nodes, size)
        held = dict(zip(tiles, fetch(tiles), strict=True))
        for tile, hashes in held.items():
            if len(hashes) != tile.width * HASH_SIZE:
                raise Malformed(f"{tile.path} has {len(hashes)} bytes instead of {tile.width * HASH_SIZE}")
        return [_node(held, *_place(node, size)) for node in nodes]

    return read


def _node(held: dict[Tile, bytes], tile: Tile, low: int, high: int) -> bytes:
    return tile_root(held[tile][low * HASH_SIZE : high * HASH_SIZE])


def _place(node: NodeId, size: int) -> tuple[Tile, int, int]:
    """The tile that has the hashes under a node, and which of them, [low, high)."""
    level, rise = divmod(node.level, _HEIGHT)
    n, low = divmod(node.n << rise, TILE_WIDTH)
    high = low + (1 << rise)
    width = tile_width(level, n, size)
    if high > width:
        raise AssertionError(f"a tree of {size} leaves has no complete subtree {node}")
    return Tile(level, n, width), low, high


class Tiling:
    """The unfinished tiles along a tree's right edge, one a level: all that is kept to write every tile once."""

    def __init__(self, rows: Sequence[bytes] = ()) -> None:
        """`rows` are the hashes of the partial tile of each level, from level 0, empty where there is none."""
        if any(len(row) % HASH_SIZE or len(row) >= TILE_BYTES for row in rows):
            raise Malformed("a partial tile is less than 256 hashes of 32 bytes")
        self._rows = list(rows)

    @property
    def rows(self) -> tuple[bytes, ...]:
        """The hashes of each level's partial tile."""
        return tuple(self._rows)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return sum(len(row) // HASH_SIZE << _HEIGHT * level for level, row in enumerate(self._rows))

    def edge(self) -> Edge:
        """The tree's right edge."""
        return Edge(self.size, tuple(node for row in reversed(self._rows) for node in _subtrees(row)))

    def extend(self, leaf_hashes: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Appends leaves and gives the tiles that became full, each after those it is made of."""
        first = self.size // TILE_WIDTH
        hashes = (self._rows[0] if self._rows else b"") + b"".join(leaf_hashes)
        full: list[tuple[Tile, bytes]] = []
        whole = len(hashes) // TILE_BYTES
        for n in range(whole):
            self._fill(Tile(0, first + n, TILE_WIDTH), hashes[n * TILE_BYTES : (n + 1) * TILE_BYTES], full)
        self._rows[:1] = [hashes[whole * TILE_BYTES :]]
        return full

    def _fill(self, tile: Tile, hashes: bytes, full: list[tuple[Tile, bytes]]) -> None:
        full.append((tile, hashes))
        above = tile.level + 1
        self._rows.extend(b"" for _ in range(above + 1 - len(self._rows)))
        row = self._rows[above] + tile_root(hashes)
        self._rows[above] = b"" if len(row) == TILE_BYTES else row
        if len(row) == TILE_BYTES:
            self._fill(Tile(above, tile.n // TILE_WIDTH, TILE_WIDTH), row, full)
