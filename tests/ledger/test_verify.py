"""Verification of whole logs: what is right passes, and nothing that is wrong or missing does."""

import tracemalloc
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.client import FolderReader
from ledger.errors import (
    BundleInvalid,
    LedgerError,
    LogInvalid,
    Malformed,
    NotFound,
    ProofInvalid,
    RootInvalid,
    TileInvalid,
)
from ledger.merkle import EMPTY_ROOT, hash_leaves, root_of
from ledger.note import VerifierKey
from ledger.tiles import Bundle, Tile, encode_bundle, tiles_between
from ledger.verify import check_extension, read_checkpoint, verify_log, verify_sublog
from tests.ledger.static_log import KEYS, SIGNER, StaticLog, bits_flipped, numbered

TESSERA = [VerifierKey.parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")]
SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 800]
BIG = 65_536 + 256 + 7
ENTRIES = numbered(BIG)
LEAVES = hash_leaves(ENTRIES)


@pytest.fixture(scope="module")
def big() -> StaticLog:
    """A log with tiles of three levels."""
    return StaticLog(ENTRIES)


def test_whole_foreign_log_is_verified(shared_data: Path) -> None:
    """Every entry, every checkpoint ever signed and every partial tile of a log written by Tessera."""
    reader = FolderReader(shared_data / "ledger" / "tessera-log")
    roots: dict[int, bytes] = {}
    entries = list(verify_log(reader, TESSERA, roots_at=range(16), on_root=roots.__setitem__))
    assert list(range(15)) == [index for index, _ in entries]
    assert (b"one", b"fivten") == (entries[0][1], entries[-1][1])
    heads = [open_checkpoint(reader.read(f"checkpoint.{size}"), TESSERA) for size in range(16)]
    for size, head in enumerate(heads):
        assert head.root == roots[size]
        assert entries[:size] == list(verify_sublog(reader, "", size, head.root))
        for old in heads[: size + 1]:
            check_extension(reader, old, head)
            begin = (old.size, old.root)
            assert entries[old.size : size] == list(verify_sublog(reader, "", size, head.root, start=begin))


@pytest.mark.parametrize("size", SIZES)
def test_right_log_passes_and_each_file_is_read_once(size: int) -> None:
    """All entries come in order, and what is read is exactly what a log of that size has."""
    log = StaticLog(numbered(size))
    assert list(enumerate(numbered(size))) == list(verify_log(log, KEYS))
    assert sorted(log.files) == sorted(log.asked)


def test_log_of_three_levels_passes(big: StaticLog) -> None:
    """Full and partial tiles at levels 0, 1 and 2."""
    assert {0, 1, 2} == {tile.level for tile in tiles_between(0, BIG)}
    steps: list[tuple[int, int]] = []
    assert list(enumerate(ENTRIES)) == list(verify_log(big, KEYS, progress=lambda *step: steps.append(step)))
    assert [(min(BIG, 256 * n), BIG) for n in range(1, 259)] == steps


def test_no_file_may_be_missing() -> None:
    """Whatever a log does not serve is said to be missing, by its path."""
    for size in (1, 257, 800):
        log = StaticLog(numbered(size))
        for path in list(log.files):
            kept = log.files.pop(path)
            with pytest.raises(NotFound, match=path):
                list(verify_log(log, KEYS))
            log.files[path] = kept


def test_no_file_may_be_shorter_or_longer() -> None:
    """A byte or a hash too few or too many, in any file, or nothing in it."""
    log = StaticLog(numbered(700))
    for path, data in list(log.files.items()):
        for wrong in (b"", data[:-1], data + b"\0", data[:-32], data + data[-32:], data[32:]):
            log.files[path] = wrong
            with pytest.raises(LedgerError):
                list(verify_log(log, KEYS))
        log.files[path] = data


def test_no_bit_may_be_flipped() -> None:
    """In any file of a log of 257 entries, which has full and partial tiles."""
    log = StaticLog(numbered(257))
    for path, data in list(log.files.items()):
        for at in range(0, len(data), 97 if path.endswith("000") else 1):
            log.files[path] = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
            with pytest.raises((LogInvalid, ProofInvalid, Malformed)):
                list(verify_log(log, KEYS))
        log.files[path] = data
    assert 257 == len(list(verify_log(log, KEYS)))


def test_no_bit_of_a_small_log_may_be_flipped() -> None:
    """Every single one."""
    log = StaticLog([b"a", b"", b"c"])
    for path, data in list(log.files.items()):
        for broken in bits_flipped(data):
            log.files[path] = broken
            with pytest.raises(LedgerError):
                list(verify_log(log, KEYS))
        log.files[path] = data


def test_what_is_wrong_is_named(big: StaticLog) -> None:
    """By path, and by the first entry concerned."""
    assert ("tile/entries/001", 256) == fault(big, Bundle(1, 256).path, lambda data: data[:-1], BundleInvalid)
    assert ("tile/0/002", 2 * 256 + 5) == fault(big, Tile(0, 2, 256).path, flip(5), TileInvalid)
    assert ("tile/0/257.p/7", 257 * 256 + 3) == fault(big, Tile(0, 257, 7).path, flip(3), TileInvalid)
    assert ("tile/1/000", 255 * 256) == fault(big, Tile(1, 0, 256).path, flip(255), TileInvalid)
    assert ("tile/1/001.p/1", 65_536) == fault(big, Tile(1, 1, 1).path, flip(0), TileInvalid)
    assert ("tile/2/000.p/1", 0) == fault(big, Tile(2, 0, 1).path, flip(0), TileInvalid)
    changed = encode_bundle([*numbered(5), b"changed", *numbered(256)[6:]])
    assert ("tile/0/000", 5) == fault(big, Bundle(0, 256).path, lambda _: changed, TileInvalid)


def fault(
    log: StaticLog, path: str, harm: Callable[[bytes], bytes], kind: type[LogInvalid]
) -> tuple[str | None, int | None]:
    """What verification says of a log with one file harmed."""
    kept = log.files[path]
    log.files[path] = harm(kept)
    with pytest.raises(kind) as caught:
        list(verify_log(log, KEYS))
    log.files[path] = kept
    assert caught.value.path is not None
    assert caught.value.path in str(caught.value)
    return caught.value.path, caught.value.index


def flip(hash_at: int) -> Callable[[bytes], bytes]:
    """Changes one of a tile's hashes."""
    return lambda data: data[: hash_at * 32] + bytes([data[hash_at * 32] ^ 1]) + data[hash_at * 32 + 1 :]


def test_log_that_agrees_with_itself_needs_the_signed_root() -> None:
    """A whole other history under the old checkpoint, one entry more, one fewer: the root is not the one signed."""
    log = StaticLog(numbered(300))
    forged = StaticLog([*numbered(299), b"forged"])
    forged.files["checkpoint"] = log.files["checkpoint"]
    with pytest.raises(RootInvalid):
        list(verify_log(forged, KEYS))
    for size in (299, 301):
        other = Checkpoint(SIGNER.name, size, log.root)
        served = StaticLog(numbered(size))
        served.files["checkpoint"] = sign_checkpoint(other, SIGNER)
        with pytest.raises(RootInvalid):
            list(verify_log(served, KEYS))
    with pytest.raises(RootInvalid):
        list(verify_sublog(StaticLog([]), "", 0, bytes(32)))


def test_log_is_not_read_without_a_known_key() -> None:
    """Neither with another key nor for another origin, and it is said at once, before anything is asked."""
    log = StaticLog(numbered(3))
    for known, origin in ((TESSERA, None), ([], None), (KEYS, "another.example")):
        with pytest.raises(ProofInvalid):
            verify_log(log, known, origin=origin)
    assert {"checkpoint"} == set(log.asked)


def test_reader_that_falls_short_does_not_pass() -> None:
    """A reader that reads ahead and ends early, or that goes on, is not believed either."""
    log = StaticLog(numbered(300))
    for change in (lambda files: files[:-1], lambda files: [*files, b""], lambda files: []):
        with pytest.raises(ValueError, match="zip"):
            list(verify_sublog(Ahead(log, change), "", log.size, log.root))
    assert 300 == len(list(verify_sublog(Ahead(log, lambda files: files), "", log.size, log.root)))


class Ahead:
    """A reader that reads ahead, and hands out what it likes."""

    def __init__(self, log: StaticLog, change: Callable[[list[bytes]], list[bytes]]) -> None:
        self.log, self.change = log, change

    def read(self, path: str) -> bytes:
        return self.log.read(path)

    def read_ahead(self, paths: Iterable[str]) -> Generator[bytes, None, None]:
        yield from self.change([self.log.read(path) for path in paths])


def test_sublog_is_verified_under_its_prefix() -> None:
    """A ballot box has no checkpoint of its own: its size and root stand elsewhere."""
    log = StaticLog(numbered(600), prefix="votes/7/box/")
    assert list(enumerate(numbered(600))) == list(verify_sublog(log, "votes/7/box/", 600, log.root))
    with pytest.raises(NotFound, match=r"votes/8/box/tile/entries/000"):
        list(verify_sublog(log, "votes/8/box/", 600, log.root))
    with pytest.raises(RootInvalid, match=r"votes/7/box/"):
        list(verify_sublog(log, "votes/7/box/", 600, EMPTY_ROOT))
    assert [] == list(verify_sublog(StaticLog([]), "votes/9/box/", 0, EMPTY_ROOT))
    assert log.checkpoint == read_checkpoint(log, KEYS, prefix="votes/7/box/")
    assert 600 == sum(1 for _ in verify_log(log, KEYS, prefix="votes/7/box/"))


def test_roots_at_earlier_sizes_are_told_in_the_same_pass(big: StaticLog) -> None:
    """Each sealed size once, in order, before the entry with that index."""
    sizes = [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 65_792, BIG]
    told: list[tuple[int, bytes]] = []
    for index, _ in verify_sublog(
        big, "", BIG, big.root, roots_at=[*reversed(sizes), 256], on_root=lambda *root: told.append(root)
    ):
        assert all(size in dict(told) for size in sizes if size <= index)
    assert [(size, root_of(LEAVES[:size])) for size in sizes] == told


def test_roots_outside_the_log_are_not_passed_over() -> None:
    """A seal beyond the end could not be checked, so the log does not pass."""
    log = StaticLog(numbered(9))
    with pytest.raises(RootInvalid):
        verify_sublog(log, "", 9, log.root, roots_at=[3, 10], on_root=lambda *_: None)
    with pytest.raises(RootInvalid):
        verify_sublog(log, "", 9, log.root, start=(5, root_of(LEAVES[:5])), roots_at=[4], on_root=lambda *_: None)
    with pytest.raises(AssertionError):
        verify_sublog(log, "", 9, log.root, roots_at=[3])


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    """Four times the entries are verified from a folder within the same few hundred kilobytes."""
    peaks = []
    for count in (4_096, 16_384):
        log = StaticLog(numbered(count))
        log.write_to(tmp_path / str(count))
        tracemalloc.start()
        assert count == sum(1 for _ in verify_log(FolderReader(tmp_path / str(count)), KEYS))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=600), st.data())
def test_any_entries_pass_and_any_change_does_not(entries: list[bytes], data: st.DataObject) -> None:
    """Whatever the bytes; and one file changed anywhere never passes."""
    log = StaticLog(entries)
    assert list(enumerate(entries)) == list(verify_log(log, KEYS))
    path = data.draw(st.sampled_from(sorted(log.files)))
    at = data.draw(st.integers(0, len(log.files[path]) - 1))
    kept = log.files[path]
    log.files[path] = kept[:at] + bytes([kept[at] ^ 1 << data.draw(st.integers(0, 7))]) + kept[at + 1 :]
    with pytest.raises(LedgerError):
        list(verify_log(log, KEYS))
