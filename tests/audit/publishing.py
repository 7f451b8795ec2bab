"""A square's story as the files that it would serve, so that an audit reads real bytes from a real folder."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from governance.acts.cases import Report as ReportAct
from governance.audit.texts import OWING
from governance.cases import Case
from governance.commitment import Opening
from governance.members import SQUARE, Square
from governance.orders import sealed_entries
from governance.votes import Vote
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.merkle import HASH_SIZE, hash_leaves
from ledger.note import SignerKey
from ledger.tiles import TILE_WIDTH, Bundle, Tile, Tiling, encode_bundle
from tests.governance.world import World

Files = dict[str, bytes]
"""What is served, by path."""

SIGNER = SignerKey("square.example/isegoria-0a1b2c3d", bytes(range(32)))


def log_files(prefix: str, entries: Sequence[bytes]) -> tuple[Files, bytes]:
    """The tiles and bundles of a log, and its root."""
    files: Files = {}
    tiling = Tiling()
    for first in range(0, len(entries), TILE_WIDTH):
        batch = entries[first : first + TILE_WIDTH]
        files[prefix + Bundle(first // TILE_WIDTH, len(batch)).path] = encode_bundle(batch)
        for tile, hashes in tiling.extend(hash_leaves(batch)):
            files[prefix + tile.path] = hashes
    for level, row in enumerate(tiling.rows):
        if row:
            tile = Tile(level, len(entries) >> 8 * (level + 1), len(row) // HASH_SIZE)
            files[prefix + tile.path] = row
    return files, tiling.edge().root()


def ledger_files(leaves: Sequence[bytes], signer: SignerKey = SIGNER) -> Files:
    """The ledger of these leaves with its checkpoint and key."""
    files, root = log_files("ledger/", leaves)
    files["ledger/checkpoint"] = sign_checkpoint(Checkpoint(signer.name, len(leaves), root), signer)
    files["ledger/key"] = signer.verifier.format().encode() + b"\n"
    return files


def box_files(world: World, number: int) -> Files:
    """The box of a vote as far as it is sealed and, after its close, the openings and marks."""
    vote, box = world.state[Vote, number], world.boxes[number]
    assert vote is not None
    files, _ = log_files(f"votes/{number}/box/", box.entries()[: vote.sealed_size])
    if vote.status != "open":
        files |= log_files(f"votes/{number}/openings/", box.openings(vote.sealed_size))[0]
        files |= log_files(f"votes/{number}/marks/", box.mark_lines())[0]
    return files


def is_public(world: World, entry: int, field: str) -> bool:
    """Whether everyone may see this text: of rules, proposals and reasons, and of what was folded."""
    act = world.entries[entry].act
    if isinstance(act, ReportAct) and field == "content":
        case = world.state[Case, entry]
        return case is not None and case.sanction == "fold"
    if field == "content":
        return False
    return type(act) in OWING and entry not in sealed_entries(world.state, world.now)


def line_of(entry: int, opening: Opening) -> bytes:
    """An opening as a line of openings.jsonl."""
    line = {"entry": entry, "field": opening.field, "salt": opening.salt.hex(), "value": opening.value}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def openings_of(world: World) -> list[tuple[int, Opening]]:
    """The public openings, in the order of their entries."""
    return [(entry, opening) for entry, opening in world.openings if is_public(world, entry, opening.field)]


def openings_file(openings: Sequence[tuple[int, Opening]]) -> bytes:
    """openings.jsonl."""
    return b"".join(line_of(entry, opening) for entry, opening in openings)


def publish(world: World, signer: SignerKey = SIGNER) -> Files:
    """Everything that an auditor reads of a square."""
    square = world.state[Square, SQUARE]
    assert square is not None
    files = ledger_files(world.leaves, signer)
    files["data/openings.jsonl"] = openings_file(openings_of(world))
    for number in world.boxes:
        files |= box_files(world, number)
    return files


def write(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files into a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
