"""Whether the square answers, for clients."""

from typing import Literal

from msgspec import Struct

from app.api.callers import anybody
from app.api.routes import get


class Health(Struct, frozen=True):
    """It does."""

    status: Literal["OK"] = "OK"


@get("/health", anybody())
async def show_health() -> Health:
    """The square answers."""
    return Health()


routes = [show_health]
