"""The witness that this square is to other logs (C2SP tlog-witness): it knows no session and answers to anybody."""

from collections.abc import Mapping
from typing import Final

from litestar import Response, post

from app.square import Square
from app.store.engines import StoreError
from app.web.limits import Limit, count
from app.web.requests import PageRequest
from app.witnessing import UnknownLog, Witnessing
from ledger.checkpoint import Checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.witness import MAX_REQUEST, SIZE_TYPE, AddCheckpoint, RootConflict, SizeConflict, format_size

TEXT: Final = "text/plain; charset=utf-8"
ASKED: Final = Limit("witness", 3_000)


@post("/witness/add-checkpoint", tags=["witness"], status_code=200, opt={"public": True, "sessionless": True})
async def add_checkpoint(request: PageRequest, square: Square) -> Response[bytes]:
    """Cosign a checkpoint of a log that is watched here, if it continues the one that was cosigned before."""
    if square.witnessing is None:
        return _told(404, "this square witnesses no logs")
    body = await request.body()
    if len(body) > MAX_REQUEST:
        return _told(413, f"a request has at most {MAX_REQUEST} bytes")
    try:
        asked = AddCheckpoint.parse(body)
        checkpoint = square.witnessing.open(asked)
    except Malformed as error:
        return _told(400, str(error))
    except UnknownLog as error:
        return _told(404, str(error))
    except ProofInvalid as error:
        return _told(403, str(error))
    await count(square, request, ASKED)
    return await _cosigned(square, square.witnessing, asked, checkpoint)


async def _cosigned(
    square: Square, witnessing: Witnessing, asked: AddCheckpoint, checkpoint: Checkpoint
) -> Response[bytes]:
    try:
        line = await witnessing.cosign(asked, checkpoint, square.database, square.clock)
    except SizeConflict as error:
        return _answer(409, SIZE_TYPE, format_size(error.size))
    except RootConflict as error:
        return _told(409, str(error))
    except ProofInvalid as error:
        return _told(422, str(error))
    except StoreError as error:
        return _told(503, f"nothing was cosigned: {type(error).__name__}", {"Retry-After": "5"})
    return _answer(200, TEXT, line.format().encode())


def _told(status: int, why: str, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    return _answer(status, TEXT, f"{why}\n".encode(), headers)


def _answer(status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    # As a header, because the framework writes a charset behind every media type that begins with text/.
    told = {"Content-Type": kind, "Cache-Control": "no-store", **(headers or {})}
    return Response(body, status_code=status, headers=told)


routes = [add_checkpoint]
