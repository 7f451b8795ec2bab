"""Tiles and bundles: coordinates, bytes, and which of them a log has."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.merkle import MAX_SIZE
from ledger.tiles import (
    MAX_ENTRY,
    TILE_WIDTH,
    Bundle,
    Tile,
    decode_bundle,
    encode_bundle,
    entries_path,
    has_bundle,
    has_tile,
    last_width,
    new_full_tiles,
    parse_entries_path,
    parse_tile_path,
    tile_path,
    tile_width,
    tiles_between,
)

EDGES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_792, 66_000]


def test_paths_are_those_of_the_specification() -> None:
    """Groups of three digits, all but the last begun by x, a width only where the tile is partial."""
    assert tile_path(0, 0, 256) == "tile/0/000"
    assert tile_path(0, 1_234_067, 256) == "tile/0/x001/x234/067"
    assert tile_path(3, 999, 1) == "tile/3/999.p/1"
    assert tile_path(63, 1000, 255) == "tile/63/x001/000.p/255"
    assert entries_path(273, 112) == "tile/entries/273.p/112"
    assert Tile(2, 5, 256).path == "tile/2/005"
    assert Bundle(5, 1).path == "tile/entries/005.p/1"
    assert Tile(1, 2, 256).first == 2 * 256 * 256


def test_paths_of_foreign_tiles_are_read_and_written_alike(shared_data: Path) -> None:
    """The Go checksum database writes the tile's height before the level, and all else as we do."""
    vectors: dict[str, list[str]] = json.loads((shared_data / "ledger" / "notes" / "tile_vectors.json").read_bytes())
    assert vectors["paths"]
    for path in vectors["paths"]:
        kind, _, rest = path.split("/", 2)
        ours = f"{kind}/{rest}"
        assert parse_tile_path(ours).path == ours


def test_counts_of_foreign_new_tiles_are_ours_at_our_height(shared_data: Path) -> None:
    """A count that agrees with the Go checksum database at its height 10 agrees with ours at height 8."""
    vectors: dict[str, list[list[int]]] = json.loads(
        (shared_data / "ledger" / "notes" / "tile_vectors.json").read_bytes()
    )
    assert vectors["new_tiles_height10"]
    for old, new, expected in vectors["new_tiles_height10"]:
        assert expected == count_new_tiles(10, old, new)
        assert count_new_tiles(8, old, new) == len(list(tiles_between(old, new)))


def count_new_tiles(height: int, old: int, new: int) -> int:
    """How many tiles differ between two sizes, level by level."""
    count = 0
    while new:
        if new != old:
            count += -(-new // (1 << height)) - old // (1 << height)
        old, new = old >> height, new >> height
    return count


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x01/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/",
        "tile/0/000/",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x009/x223/x372/x036/x854/x775/808",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile//000",
        "tile/entries/000",
        "",
    ],
)
def test_other_spellings_of_a_tile_path_are_refused(path: str) -> None:
    """There is one way to write a path."""
    with pytest.raises(Malformed):
        parse_tile_path(path)


@pytest.mark.parametrize(
    "path", ["tile/entries/0", "tile/entries/000.p/256", "tile/entries/x000/001", "tile/0/000", ""]
)
def test_other_spellings_of_a_bundle_path_are_refused(path: str) -> None:
    """There is one way to write a path."""
    with pytest.raises(Malformed):
        parse_entries_path(path)


@given(st.integers(0, 63), st.integers(0, MAX_SIZE), st.integers(1, 256))
def test_paths_come_back(level: int, n: int, width: int) -> None:
    """Every tile and bundle is found from its path."""
    assert parse_tile_path(tile_path(level, n, width)) == Tile(level, n, width)
    assert parse_entries_path(entries_path(n, width)) == Bundle(n, width)


@given(st.from_regex(r"tile/[0-9]{1,2}/(x?[0-9]{3}/){0,3}[0-9]{1,3}(\.p/[0-9]{1,3})?", fullmatch=True))
def test_tile_paths_that_do_not_format_back_are_refused(path: str) -> None:
    """Whatever text is taken for a path is exactly that tile's path."""
    try:
        tile = parse_tile_path(path)
    except Malformed:
        return
    assert path == tile.path


def test_coordinates_outside_every_log_are_our_own_bug() -> None:
    """No path is made of what cannot be."""
    for level, n, width in ((64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)):
        with pytest.raises(AssertionError):
            tile_path(level, n, width)


def test_log_has_the_tiles_of_the_specification() -> None:
    """The specification's example, and the definition of widths, at every size that turns a corner."""
    tiles = list(tiles_between(0, 70_000))
    assert 273 == sum(tile.level == 0 and tile.width == 256 for tile in tiles)
    assert {Tile(0, 273, 112), Tile(1, 0, 256), Tile(1, 1, 17), Tile(2, 0, 1)} <= set(tiles)
    assert 277 == len(tiles)
    assert [Tile(0, 0, 256), Tile(1, 0, 1)] == list(tiles_between(0, 256))
    for size in EDGES:
        expected = {
            Tile(level, n, min(256, size // 256**level - 256 * n))
            for level in range(4)
            for n in range(-(-(size // 256**level) // 256))
        }
        listed = list(tiles_between(0, size))
        assert expected == set(listed)
        assert len(expected) == len(listed)
        for tile in expected:
            assert tile.width == tile_width(tile.level, tile.n, size)
            if tile.width < TILE_WIDTH:
                assert tile.width == last_width(tile.level, size)


def test_tiles_between_two_sizes_are_those_that_differ() -> None:
    """What the larger log has and the smaller has not, whole ones among them in the order of completion."""
    for old in EDGES:
        for new in EDGES:
            between = list(tiles_between(old, new))
            assert set(between) == (set(tiles_between(0, new)) - set(tiles_between(0, old)) if old < new else set())
            full = new_full_tiles(old, new)
            assert [tile for tile in between if tile.width == TILE_WIDTH] == full
            for at, tile in enumerate(full):
                assert all(above.level > tile.level or above.n > tile.n for above in full[at + 1 :])


def test_old_partial_tiles_stay_and_others_are_not_had() -> None:
    """A log can serve each width up to the one it has, and no empty tile."""
    assert has_tile(Tile(0, 0, 256), 256)
    assert has_tile(Tile(0, 0, 3), 256)
    assert not has_tile(Tile(0, 1, 1), 256)
    assert has_tile(Tile(1, 0, 1), 256)
    assert not has_tile(Tile(1, 0, 2), 256)
    assert not has_tile(Tile(0, 0, 1), 0)
    assert has_bundle(Bundle(0, 15), 15)
    assert not has_bundle(Bundle(0, 16), 15)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_come_back(entries: list[bytes]) -> None:
    """Entries of any bytes survive their bundle."""
    assert entries == decode_bundle(encode_bundle(entries), len(entries))


@given(st.binary(max_size=40), st.integers(0, 8))
def test_bundles_that_do_not_format_back_are_refused(data: bytes, width: int) -> None:
    """Whatever bytes are taken for a bundle are exactly its bytes."""
    try:
        entries = decode_bundle(data, width)
    except Malformed:
        return
    assert width == len(entries)
    assert data == encode_bundle(entries)


def test_bundles_of_another_length_are_refused() -> None:
    """One entry more or less, a byte more or less, an entry too long for its length."""
    entries = [b"", b"a", b"b" * MAX_ENTRY]
    data = encode_bundle(entries)
    assert entries == decode_bundle(data, 3)
    for wrong, width in (
        (data, 2),
        (data, 4),
        (data[:-1], 3),
        (data + b"\0", 3),
        (b"\0", 1),
        (b"", 1),
        (b"\0\5abc", 1),
    ):
        with pytest.raises(Malformed):
            decode_bundle(wrong, width)
    with pytest.raises(AssertionError):
        encode_bundle([b"c" * (MAX_ENTRY + 1)])
