"""Whether the square answers, for clients."""

from litestar import MediaType, Response

from app.api.callers import anybody
from app.api.routes import get


@get("/health", anybody())
async def show_health() -> Response[str]:
    """The square answers."""
    return Response("OK", media_type=MediaType.TEXT)


routes = [show_health]
