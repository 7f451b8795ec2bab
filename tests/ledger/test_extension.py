"""Going on from what was verified before, and whether one log begins with another."""

import pytest

from ledger.checkpoint import Checkpoint
from ledger.errors import BundleInvalid, NotFound, ProofInvalid, RootInvalid, TileInvalid
from ledger.merkle import hash_leaves, root_of
from ledger.tiles import Bundle, Tile, decode_bundle, encode_bundle
from ledger.verify import check_entry, check_extension, read_root, verify_log, verify_sublog
from tests.ledger.static_log import KEYS, SIGNER, StaticLog, numbered

BIG = 65_536 + 256 + 7
ENTRIES = numbered(BIG)
LEAVES = hash_leaves(ENTRIES)


@pytest.fixture(scope="module")
def big() -> StaticLog:
    """A log with tiles of three levels."""
    return StaticLog(ENTRIES)


@pytest.mark.parametrize("begin", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 65_792, 65_795, BIG])
def test_verification_goes_on_from_an_earlier_size(big: StaticLog, begin: int) -> None:
    """Only what is new is yielded, and far less is read."""
    big.asked.clear()
    start = Checkpoint(SIGNER.name, begin, root_of(LEAVES[:begin]))
    told: dict[int, bytes] = {}
    going_on = verify_log(big, KEYS, start=start, roots_at=[begin, BIG], on_root=told.__setitem__)
    assert list(enumerate(ENTRIES))[begin:] == list(going_on)
    assert {begin: start.root, BIG: big.root} == told
    if begin > 65_000:
        assert len(big.asked) < 20


def test_verification_does_not_go_on_from_another_history(big: StaticLog) -> None:
    """Another root at the earlier size, another log, a log that has shrunk, tiles that do not fit the entries."""
    root = root_of(LEAVES[:300])
    for start in (
        Checkpoint(SIGNER.name, 300, root_of(LEAVES[:299])),
        Checkpoint("another.example", 300, root),
        Checkpoint(SIGNER.name, BIG + 1, root),
    ):
        with pytest.raises(RootInvalid):
            list(verify_log(big, KEYS, start=start))
    path = Bundle(1, 256).path
    kept = big.files[path]
    entries = decode_bundle(kept, 256)
    big.files[path] = encode_bundle([b"changed", *entries[1:]])
    with pytest.raises(BundleInvalid):
        list(verify_sublog(big, "", BIG, big.root, start=(300, root)))
    big.files[path] = kept
    path = Tile(0, 1, 256).path
    kept = big.files[path]
    big.files[path] = kept[:-32]
    with pytest.raises(TileInvalid):
        list(verify_sublog(big, "", BIG, big.root, start=(300, root)))
    big.files[path] = kept


def test_extension_is_shown_from_a_few_tiles(big: StaticLog) -> None:
    """Between any two sizes; two histories are told apart; nothing but some tiles is read."""
    new = big.checkpoint
    for size in (0, 1, 256, 300, 65_536, BIG - 1, BIG):
        big.asked.clear()
        check_extension(big, Checkpoint(SIGNER.name, size, root_of(LEAVES[:size])), new)
        assert len(big.asked) < 10
    for wrong in (
        Checkpoint(SIGNER.name, 300, root_of(LEAVES[:299])),
        Checkpoint(SIGNER.name, BIG, root_of(LEAVES[:300])),
        Checkpoint(SIGNER.name, BIG + 1, big.root),
        Checkpoint("another.example", 300, root_of(LEAVES[:300])),
    ):
        with pytest.raises(RootInvalid):
            check_extension(big, wrong, new)
    path = Tile(1, 0, 256).path
    kept = big.files.pop(path)
    old = Checkpoint(SIGNER.name, 300, root_of(LEAVES[:300]))
    with pytest.raises(NotFound):
        check_extension(big, old, new)
    big.files[path] = kept[:-32]
    with pytest.raises(TileInvalid):
        check_extension(big, old, new)
    big.files[path] = kept


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 300, 65_535, 65_536, 65_792, BIG])
def test_an_earlier_root_is_had_from_a_few_tiles(big: StaticLog, old: int) -> None:
    """The root at any earlier size, out of tiles that make the later root as well."""
    big.asked.clear()
    assert root_of(LEAVES[:old]) == read_root(big, BIG, big.root, old)
    assert len(big.asked) < 10


def test_an_earlier_root_is_not_had_from_other_tiles(big: StaticLog) -> None:
    """Tiles that do not make the later root say nothing about an earlier one."""
    with pytest.raises(RootInvalid):
        read_root(big, BIG, root_of(LEAVES[:7]), 300)
    with pytest.raises(AssertionError):
        read_root(big, 300, root_of(LEAVES[:300]), BIG)


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, BIG - 1])
def test_an_entry_is_shown_from_a_few_tiles(big: StaticLog, index: int) -> None:
    """An entry is where it is said to be, and no other entry is."""
    big.asked.clear()
    check_entry(big, ENTRIES[index], index, BIG, big.root)
    assert len(big.asked) < 10
    for entry, place in ((b"another", index), (ENTRIES[index], index - 1), (ENTRIES[index], BIG)):
        with pytest.raises(ProofInvalid):
            check_entry(big, entry, place, BIG, big.root)
