"""How routes of the API fail, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Final

from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example

from app.api.errors import ApiError


def _spec(description: str) -> ResponseSpec:
    return ResponseSpec(
        ApiError,
        generate_examples=False,
        description=description,
        media_type="application/json",
        examples=[Example(value={"error": description})],
    )


ERRORS: Final[Mapping[int, ResponseSpec]] = {
    400: _spec("OAuth: the request is not what RFC 6749 asks for."),
    401: _spec("The access token is invalid."),
    403: _spec("The law refuses, or the token does not allow it."),
    404: _spec("Record not found."),
    413: _spec("The body is too large."),
    415: _spec("The body is neither JSON nor a form."),
    422: _spec("A field cannot be used."),
    429: _spec("Too many requests."),
    503: _spec("Too much at once, or the database rests."),
}


def document_errors(handler: HTTPRouteHandler) -> None:
    """Say in the OpenAPI document how a route fails."""
    handler.responses = {**ERRORS, **(handler.responses or {})}
