"""Verifying a whole log: every entry, every tile at every level, and the root that its checkpoint signs.

A verification is a generator. It yields entries as soon as they fit the tiles, and what it has yielded is proven only
when it ends by itself: then each leaf hash was computed here, each tile that the log must have was read and is what
those hashes make, and the root is the one expected. Anything missing or different raises. What is kept meanwhile is one
unfinished tile for each level.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.client import LogReader, read_each
from ledger.errors import BundleInvalid, Malformed, ProofInvalid, RootInvalid, TileInvalid
from ledger.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    NodeReader,
    check_consistency,
    check_inclusion,
    hash_leaf,
    hash_leaves,
    prove_consistency,
    prove_inclusion,
    read_edge,
)
from ledger.note import VerifierKey
from ledger.tiles import (
    TILE_WIDTH,
    Bundle,
    Tile,
    Tiling,
    decode_bundle,
    last_width,
    node_reader,
    tile_width,
    tiles_between,
)

Progress = Callable[[int, int], None]
"""Told how many entries have been read, and how many there are."""

OnRoot = Callable[[int, bytes], None]
"""Told a size and the root (32 bytes) of the tree at that size."""


def read_checkpoint(
    reader: LogReader, known: Iterable[VerifierKey], *, prefix: str = "", origin: str | None = None
) -> Checkpoint:
    """The log's checkpoint, signed by known keys; `origin` as in `open_checkpoint`.

    Raises Malformed, ProofInvalid, NotFound or Unreachable.
    """
    return open_checkpoint(reader.read(f"{prefix}checkpoint"), known, origin=origin)


def verify_log(
    reader: LogReader,
    known: Iterable[VerifierKey],
    *,
    prefix: str = "",
    origin: str | None = None,
    start: Checkpoint | None = None,
    roots_at: Iterable[int] = (),
    on_root: OnRoot | None = None,
    progress: Progress | None = None,
) -> Generator[tuple[int, bytes], None, None]:
    """Reads the log's checkpoint at once, and verifies the log against it as `verify_sublog` does.

    `start` is a checkpoint of the same log that was verified before: the log must begin with it, and only what came
    after is read and yielded.
    """
    head = read_checkpoint(reader, known, prefix=prefix, origin=origin)
    if start is not None and start.origin != head.origin:
        raise RootInvalid(f"this is the log {head.origin}, not {start.origin}")
    begin = None if start is None else (start.size, start.root)
    return verify_sublog(
        reader, prefix, head.size, head.root, start=begin, roots_at=roots_at, on_root=on_root, progress=progress
    )


def verify_sublog(
    reader: LogReader,
    prefix: str,
    size: int,
    root: bytes,
    *,
    start: tuple[int, bytes] | None = None,
    roots_at: Iterable[int] = (),
    on_root: OnRoot | None = None,
    progress: Progress | None = None,
) -> Generator[tuple[int, bytes], None, None]:
    """Verifies the log under `prefix`, which somebody vouches to have `size` entries and this root: (index, entry)...

    `on_root` is told the root at each of the sizes `roots_at`, before the entry with that index is yielded; they lie
    between the start and `size`. `start` is a (size, root) that was verified before, from which to go on.
    Raises LogInvalid for what is wrong, NotFound for what is missing, Unreachable for what could not be read.
    """
    begin = 0 if start is None else start[0]
    watch = _Watch(roots_at, on_root)
    if begin > size:
        raise RootInvalid(f"the log has {size} entries, and had {begin}")
    if not watch.lies_between(begin, size):
        raise RootInvalid(f"a root is asked for at a size outside {begin} to {size}")
    tiling = Tiling() if start is None else _resume(reader, prefix, *start, size)
    return _verify(reader, prefix, size, root, tiling, watch, progress)


def check_extension(reader: LogReader, old: Checkpoint, new: Checkpoint, *, prefix: str = "") -> None:
    """Shows from the log's tiles that the log at `new` begins with the log at `old`, reading a few tiles only.

    Raises RootInvalid where it does not (or the tiles that should show it do not), TileInvalid, NotFound, Unreachable.
    """
    if old.origin != new.origin:
        raise RootInvalid(f"{old.origin} and {new.origin} are two logs")
    if old.size == 0:
        return
    if old.size > new.size:
        raise RootInvalid(f"the log has {new.size} entries, and had {old.size}")
    nodes = log_nodes(reader, new.size, prefix=prefix)
    try:
        proof = prove_consistency(old.size, new.size, nodes)
        check_consistency(old.size, old.root, new.size, new.root, proof)
    except ProofInvalid as error:
        raise RootInvalid(f"two checkpoints that do not fit each other: {error}") from error


def read_root(reader: LogReader, size: int, root: bytes, old_size: int, *, prefix: str = "") -> bytes:
    """The root at an earlier size, from a few tiles of a log that has `size` entries and this root.

    The answer is as good as `root`, because the hashes it is made of lead to that one too. Raises RootInvalid where the
    tiles do not, TileInvalid, NotFound, Unreachable.
    """
    if old_size in (0, size):
        return root if old_size else EMPTY_ROOT
    if old_size > size:
        raise AssertionError(f"a log of {size} entries never had {old_size}")
    nodes = log_nodes(reader, size, prefix=prefix)
    old_root = read_edge(old_size, nodes).root()
    try:
        check_consistency(old_size, old_root, size, root, prove_consistency(old_size, size, nodes))
    except ProofInvalid as error:
        raise RootInvalid(f"{prefix or 'the log'}: its tiles do not make the root of its {size} entries") from error
    return old_root


def check_entry(reader: LogReader, entry: bytes, index: int, size: int, root: bytes, *, prefix: str = "") -> None:
    """Shows from a few tiles that this is entry `index` of the log that has `size` entries and this root.

    Raises ProofInvalid where it is not (or the tiles that should show it are others), TileInvalid, NotFound,
    Unreachable.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"a log of {size} entries has no entry {index}")
    proof = prove_inclusion(index, size, log_nodes(reader, size, prefix=prefix))
    check_inclusion(hash_leaf(entry), index, size, root, proof)


def log_nodes(reader: LogReader, size: int, *, prefix: str = "") -> NodeReader:
    """Reads nodes from the tiles of a log of `size`; what is made of them must be held against a root.

    Its answers raise TileInvalid, NotFound or Unreachable.
    """

    def fetch(tiles: Sequence[Tile]) -> list[bytes]:
        with closing(read_each(reader, [prefix + tile.path for tile in tiles])) as stream:
            read = list(stream)
        for tile, data in zip(tiles, read, strict=True):
            _check_width(prefix + tile.path, tile, data)
        return read

    return node_reader(size, fetch)


class _Watch:
    """The sizes at which somebody wants to be told the root."""

    def __init__(self, sizes: Iterable[int], tell: OnRoot | None) -> None:
        self._sizes = deque(sorted(set(sizes)))
        self._tell = tell
        if self._sizes and tell is None:
            raise AssertionError("roots are asked for, and nobody is told")

    def lies_between(self, low: int, high: int) -> bool:
        return all(low <= size <= high for size in self._sizes)

    def until(self, size: int) -> Iterator[int]:
        """Takes the sizes up to and including `size`."""
        while self._sizes and self._sizes[0] <= size:
            yield self._sizes.popleft()

    def tell(self, size: int, tiling: Tiling) -> None:
        if self._tell is not None:
            self._tell(size, tiling.edge().root())


def _verify(
    reader: LogReader, prefix: str, size: int, root: bytes, tiling: Tiling, watch: _Watch, progress: Progress | None
) -> Generator[tuple[int, bytes], None, None]:
    begin = tiling.size
    for at in watch.until(begin):
        watch.tell(at, tiling)
    entries: list[bytes] = []
    full: deque[tuple[Tile, bytes]] = deque()
    with closing(read_each(reader, (prefix + file.path for file in _files(begin, size)))) as stream:
        for file, data in zip(_files(begin, size), stream, strict=True):
            path = prefix + file.path
            if isinstance(file, Bundle):
                entries = _decode(path, file, data)
                full.extend(_append(path, file, hash_leaves(entries), tiling, watch))
                continue
            made = full.popleft() if file.width == TILE_WIDTH else (file, tiling.rows[file.level])
            _check_tile(path, file, data, made)
            if file.level == 0:
                skipped = max(0, begin - file.first)
                yield from enumerate(entries[skipped:], file.first + skipped)
                if progress is not None:
                    progress(file.first + file.width, size)
    if full or tiling.size != size:
        raise AssertionError("something was to be compared and was not")
    if tiling.edge().root() != root:
        raise RootInvalid(f"{prefix or 'the log'}: its {size} entries have another root than the one expected")


def _files(begin: int, size: int) -> Iterator[Bundle | Tile]:
    for tile in tiles_between(begin, size):
        if tile.level == 0:
            yield Bundle(tile.n, tile.width)
        yield tile


def _decode(path: str, bundle: Bundle, data: bytes) -> list[bytes]:
    try:
        return decode_bundle(data, bundle.width)
    except Malformed as error:
        raise BundleInvalid(str(error), path=path, index=bundle.n * TILE_WIDTH) from error


def _append(
    path: str, bundle: Bundle, hashes: Sequence[bytes], tiling: Tiling, watch: _Watch
) -> list[tuple[Tile, bytes]]:
    """Appends what is new in a bundle and gives the tiles that became full; tells the roots that lie within."""
    first = bundle.n * TILE_WIDTH
    known = tiling.size - first
    if known and b"".join(hashes[:known]) != tiling.rows[0]:
        raise BundleInvalid("entries that were verified before are others now", path=path, index=first)
    above = tiling.rows[1:]
    for at in watch.until(min(first + bundle.width, first + TILE_WIDTH - 1)):
        watch.tell(at, Tiling((b"".join(hashes[: at - first]), *above)))
    full = tiling.extend(hashes[known:])
    for at in watch.until(first + bundle.width):
        watch.tell(at, tiling)
    return full


def _check_tile(path: str, tile: Tile, served: bytes, made: tuple[Tile, bytes]) -> None:
    if made[0] != tile:
        raise AssertionError(f"{tile} was to be compared, and {made[0]} was made")
    if served == made[1]:
        return
    _check_width(path, tile, served)
    at = next(at for at in range(tile.width) if _hash(served, at) != _hash(made[1], at))
    index = tile.first + (at << 8 * tile.level)
    what = f"entry {index} does" if tile.level == 0 else f"the entries from {index} on do"
    raise TileInvalid(f"{what} not hash to what stands in the tile", path=path, index=index)


def _check_width(path: str, tile: Tile, data: bytes) -> None:
    if len(data) != tile.width * HASH_SIZE:
        raise TileInvalid(
            f"{len(data)} bytes where {tile.width} hashes have {tile.width * HASH_SIZE}", path=path, index=tile.first
        )


def _hash(row: bytes, at: int) -> bytes:
    return row[at * HASH_SIZE : (at + 1) * HASH_SIZE]


def _resume(reader: LogReader, prefix: str, begin: int, root: bytes, size: int) -> Tiling:
    """The unfinished tiles at an earlier size, read out of the later log and held against the earlier root."""
    levels = [level for level in range(8) if last_width(level, begin)]
    tiles = [Tile(level, n, tile_width(level, n, size)) for level in levels for n in [begin >> 8 * (level + 1)]]
    rows = [b""] * (max(levels, default=-1) + 1)
    with closing(read_each(reader, [prefix + tile.path for tile in tiles])) as stream:
        for tile, data in zip(tiles, stream, strict=True):
            _check_width(prefix + tile.path, tile, data)
            rows[tile.level] = data[: last_width(tile.level, begin) * HASH_SIZE]
    tiling = Tiling(rows)
    if tiling.edge().root() != root:
        raise RootInvalid(
            f"{prefix or 'the log'}: it does not begin with the {begin} entries that were verified before"
        )
    return tiling
