"""Whether the square can serve, for whoever keeps it running."""

from typing import Final, Literal

from litestar import Response, get
from msgspec import Struct

from app.square import Square
from app.store.engines import StoreError
from app.store.readiness import unready_reasons

NO_STORE: Final = {"Cache-Control": "no-store"}


class Live(Struct, frozen=True):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Struct, frozen=True):
    """Whether requests can be served; `reasons` tell what lacks."""

    status: Literal["ready", "not ready"]
    reasons: tuple[str, ...] = ()


@get("/health/live", tags=["health"])
async def show_live() -> Response[Live]:
    """The process answers."""
    return Response(Live(), headers=NO_STORE)


@get("/health/ready", tags=["health"])
async def show_ready(square: Square) -> Response[Ready]:
    """The database answers, its tables are up to date, and the ledger is founded; else 503 with the reasons."""
    reasons = await _reasons(square)
    ready = Ready("not ready", tuple(reasons)) if reasons else Ready("ready")
    return Response(ready, status_code=503 if reasons else 200, headers=NO_STORE)


async def _reasons(square: Square) -> list[str]:
    try:
        return await square.database.read(unready_reasons)
    except StoreError as error:
        return [f"the database does not answer: {type(error).__name__}"]


routes = [show_live, show_ready]
