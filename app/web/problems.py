"""Errors as values: RFC 9457 problem+json for programs, the same value on a page for people."""

from collections.abc import Mapping
from typing import Final

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from msgspec import Struct

PROBLEM_JSON: Final = "application/problem+json"


class Problem(Struct, frozen=True, omit_defaults=True):
    """Why a request was not answered. `clause` names the clause of POLICY.md that refuses; `errors` tells by field."""

    type: str
    title: str
    status: int
    detail: str
    clause: str = ""
    errors: Mapping[str, str] = {}


def _spec(description: str, status: int) -> ResponseSpec:
    example = Example(value={"type": "about:blank", "title": description, "status": status, "detail": description})
    return ResponseSpec(
        Problem, generate_examples=False, description=description, media_type=PROBLEM_JSON, examples=[example]
    )


READ_PROBLEMS: Final[Mapping[int, ResponseSpec]] = {
    400: _spec("The request cannot be read.", 400),
    401: _spec("Nobody is signed in.", 401),
    403: _spec("This is not yours to see or do.", 403),
    404: _spec("There is nothing here.", 404),
    503: _spec("Too much at once, or the database rests.", 503),
}
WRITE_PROBLEMS: Final[Mapping[int, ResponseSpec]] = {
    **READ_PROBLEMS,
    409: _spec("The law refuses; the clause says why.", 409),
    413: _spec("The body is larger than 1 MiB.", 413),
    415: _spec("The body is neither JSON nor a form.", 415),
    422: _spec("A field cannot be used.", 422),
    429: _spec("Too many attempts.", 429),
}
