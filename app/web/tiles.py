"""The ledger and the boxes as bytes (C2SP tlog-tiles), for verifiers that nobody here wrote."""

import gzip
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from litestar import Response, get
from litestar.params import Parameter

from app.founding import read_key
from app.square import Square
from app.store import tiles
from app.store.engines import Tx
from app.store.ledger import CheckpointRow, checkpoint_at, latest_checkpoint, read_tile
from ledger.errors import Malformed
from ledger.merkle import nodes_for_inclusion, prove_inclusion
from ledger.proof import ProofFile
from ledger.tiles import Bundle, Tile, node_reader, parse_entries_path, parse_tile_path, tiles_holding

TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
FOR_A_WEEK: Final = "public, max-age=604800, immutable"
OPEN: Final = {"Access-Control-Allow-Origin": "*"}
AcceptEncoding = Annotated[str, Parameter(header="Accept-Encoding")]


@get("/ledger/checkpoint", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_checkpoint(square: Square) -> Response[bytes]:
    """The latest signed checkpoint."""
    return _note(await square.database.read(latest_checkpoint), "no-cache")


@get("/ledger/checkpoint/{size:int}", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_checkpoint_at(square: Square, size: int) -> Response[bytes]:
    """The checkpoint that was signed at this size."""
    return _note(await square.database.read(lambda tx: checkpoint_at(tx, size)), FOR_A_WEEK)


@get("/ledger/key", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_key(square: Square) -> Response[bytes]:
    """The verifier key, as this square shows it; believe the one that was published elsewhere."""
    key = read_key(square.config.home).verifier.format()
    return Response(f"{key}\n".encode(), media_type=TEXT, headers={**OPEN, "Cache-Control": "no-cache"})


@get("/ledger/tile/{path:path}", tags=["ledger"], media_type=BYTES, opt={"public": True})
async def send_tile(square: Square, path: str, accept_encoding: AcceptEncoding = "") -> Response[bytes]:
    """A tile, or a bundle of entries, of the ledger."""
    return await _tile(square, path, accept_encoding, tiles.ledger_tile, tiles.ledger_bundle)


@get("/votes/{vote:int}/{part:str}/tile/{path:path}", tags=["ledger"], media_type=BYTES, opt={"public": True})
async def send_part(
    square: Square, vote: int, part: str, path: str, accept_encoding: AcceptEncoding = ""
) -> Response[bytes]:
    """A tile or a bundle of a vote's box; once it is closed, of its `openings` and `marks` too."""
    for known in ("box", "openings", "marks"):
        if part == known:
            return await _tile(
                square,
                path,
                accept_encoding,
                lambda tx, tile: tiles.part_tile(tx, vote, known, tile),  # noqa: B023 - called before the next round
                lambda tx, bundle: tiles.part_bundle(tx, vote, known, bundle),  # noqa: B023
            )
    return _absent("a vote has a box, openings and marks")


@get("/ledger/proof/{name:str}", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_proof(square: Square, name: str) -> Response[bytes]:
    """The proof that an entry is in the ledger: `<index>.tlog-proof`, to be checked offline."""
    number = name.removesuffix(".tlog-proof")
    if not number.isascii() or not number.isdigit() or f"{int(number)}.tlog-proof" != name:
        return _absent("a proof is called <index>.tlog-proof")
    proof = await square.database.read(lambda tx: prove(tx, int(number)))
    if proof is None:
        return _absent("no signed checkpoint has this entry yet")
    return Response(proof, media_type=TEXT, headers={**OPEN, "Cache-Control": "no-cache"})


async def prove(tx: Tx, index: int) -> bytes | None:
    """The .tlog-proof of an entry under the latest checkpoint, None where no checkpoint has it."""
    latest = await latest_checkpoint(tx)
    if latest is None or index >= latest.size:
        return None
    hashes = await inclusion_of(tx, index, latest.size)
    return ProofFile(index=index, hashes=tuple(hashes), checkpoint=latest.note.encode()).format()


async def inclusion_of(tx: Tx, index: int, size: int) -> list[bytes]:
    """The hashes that prove the entry under the root at `size`, from the leaf up."""
    nodes = nodes_for_inclusion(index, size)
    wanted = tiles_holding(nodes, size)
    held = {tile: await read_tile(tx, tile) for tile in wanted}
    return prove_inclusion(index, size, node_reader(size, lambda asked: [held[tile] for tile in asked]))


async def _tile(
    square: Square,
    path: str,
    accept_encoding: str,
    read_a_tile: Callable[[Tx, Tile], Awaitable[bytes | None]],
    read_a_bundle: Callable[[Tx, Bundle], Awaitable[bytes | None]],
) -> Response[bytes]:
    whole = f"tile/{path.lstrip('/')}"
    try:
        if whole.startswith("tile/entries/"):
            bundle = parse_entries_path(whole)
            data = await square.database.read(lambda tx: read_a_bundle(tx, bundle))
        else:
            tile = parse_tile_path(whole)
            data = await square.database.read(lambda tx: read_a_tile(tx, tile))
    except Malformed as error:
        return _absent(str(error))
    if data is None:
        return _absent("no signed checkpoint has this")
    headers = {**OPEN, "Cache-Control": FOR_A_WEEK}
    if whole.startswith("tile/entries/"):
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in accept_encoding:
            headers["Content-Encoding"] = "gzip"
            data = gzip.compress(data, 6, mtime=0)
    return Response(data, media_type=BYTES, headers=headers)


def _note(row: CheckpointRow | None, caching: str) -> Response[bytes]:
    if row is None:
        return _absent("no checkpoint was signed at this size")
    return Response(row.note.encode(), media_type=TEXT, headers={**OPEN, "Cache-Control": caching})


def _absent(why: str) -> Response[bytes]:
    headers = {**OPEN, "Cache-Control": "no-store"}
    return Response(f"{why}\n".encode(), status_code=404, media_type=TEXT, headers=headers)


routes = [send_checkpoint, send_checkpoint_at, send_key, send_tile, send_part, send_proof]
