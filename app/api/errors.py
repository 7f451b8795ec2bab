"""How the API says no: one shape for every failure, in English, as clients know it."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Struct

from app.api.callers import Denied
from app.api.places import is_api, is_oauth
from app.batch import Overloaded
from app.marks import MarkRefused
from app.media.taking import Unusable as Unpicturable
from app.polls import BallotRefused, Reason
from app.record import Frozen, KeyReused
from app.relations import NotPossible
from app.store.engines import NoSpace, OutcomeUnknown, Unavailable
from app.web.errors import MARKS, NOT_POSSIBLE
from app.web.forgery import Forged
from app.web.limits import TooMany
from app.web.pictures import WHY
from app.web.refusals import sentence_of
from app.web.requests import Invalid as InvalidFields
from app.web.requests import PageRequest, square_of
from app.web.sentences import Sentence
from app.web.translations import tongues
from app.web.visits import NotSignedIn
from app.writing import PicturesGone
from governance.errors import Refused

logger: Final = logging.getLogger(__name__)
Handler = Callable[..., Response[None]]


class FieldError(Struct, frozen=True):
    """What is wrong with one field."""

    error: str
    description: str


class ApiError(Struct, frozen=True, omit_defaults=True):
    """Why a call was not answered. `clause` names the clause of POLICY.md that refuses, `details` tells by field."""

    error: str
    error_description: str = ""
    clause: str = ""
    details: Mapping[str, tuple[FieldError, ...]] = {}


class Unusable(Denied):
    """What a call asks for cannot be done as it was asked; the text says why."""

    def __init__(self, why: str) -> None:
        super().__init__(422, why)


class OauthError(Denied):
    """A failure by the name that RFC 6749 gives it, and in words."""

    def __init__(self, name: str, why: str, status: int = 400) -> None:
        super().__init__(status, why, name)


class Said(Struct, frozen=True):
    """A failure before it is written down for OAuth or for the rest of the API."""

    status: int
    error: str
    clause: str = ""
    details: Mapping[str, tuple[FieldError, ...]] = {}
    retry_after: int = 0
    name: str = "invalid_request"


def for_api(page: Handler) -> Handler:
    """The handler of a failure where pages are, and the API's own where that is."""

    def handle(request: PageRequest, error: Exception) -> Response[None] | Response[ApiError]:
        return tell(request, error) if is_api(request.url.path) else page(request, error)

    return handle  # type: ignore[return-value]


def tell(request: PageRequest, error: Exception) -> Response[ApiError]:
    """The answer that tells of a failure; a bug of ours is logged whole and told to nobody."""
    said = _said(request, error)
    if isinstance(error, Refused):
        square_of(request).refusals[error.clause] += 1
    headers = {"Retry-After": str(said.retry_after)} if said.retry_after else {}
    if said.status == 401:
        headers["WWW-Authenticate"] = f'Bearer realm="Isegoria", error="{said.name}"'
    if is_oauth(request.url.path):
        value = ApiError(said.name, said.error)
    else:
        value = ApiError(said.error, "", said.clause, said.details)
    return Response(value, status_code=said.status, headers=headers, media_type="application/json")


def _said(request: PageRequest, error: Exception) -> Said:
    known = next((FIXED[kind] for kind in type(error).__mro__ if kind in FIXED), None)
    if known is not None:
        return known
    match error:
        case Denied():
            return Said(error.status_code, error.error, name=error.name)
        case Refused():
            return Said(403, english(sentence_of(error)), error.clause, name="access_denied")
        case InvalidFields():
            return _invalid(error.errors)
        case ValidationException():
            return Said(422, _unreadable(error))
        case HTTPException() if error.status_code < 500:
            return _http(error)
        case BallotRefused() | MarkRefused() | NotPossible():
            return _not_so(error)
        case Unpicturable():
            return Said(422, f"Validation failed: File {english(WHY[error.why])}")
        case TooMany() | Overloaded():
            return _too_often(error)
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return Said(500, "Something broke here, and it was written down", name="server_error")


def _not_so(error: BallotRefused | MarkRefused | NotPossible) -> Said:
    if isinstance(error, NotPossible):
        if error.why in ("oneself", "blocked by them", "blocked by you"):
            return Said(403, "This action is not allowed", name="access_denied")
        return NOT_FOUND if error.why == "not followed" else Said(422, english(NOT_POSSIBLE[error.why]))
    if isinstance(error, BallotRefused):
        return BALLOTS[error.reason]
    status, title, _ = MARKS[error.reason]
    return NOT_FOUND if status == 404 else Said(422, english(title))


def english(sentence: Sentence) -> str:
    """A sentence of the square as the API tells it."""
    return tongues.all["en"].tell(sentence)


def _invalid(errors: Mapping[str, Sentence]) -> Said:
    told = {name: english(error) for name, error in sorted(errors.items())}
    words = ", ".join(f"{name}: {text}" for name, text in told.items())
    details = {name: (FieldError("ERR_INVALID", text),) for name, text in told.items()}
    return Said(422, f"Validation failed: {words}", details=details)


def _unreadable(error: ValidationException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    names = ", ".join(sorted({str(one.get("key", "body")) for one in extra}))
    return f"Validation failed: {names}" if names else "Validation failed"


def _http(error: HTTPException) -> Said:
    match error.status_code:
        case 404 | 405:
            return NOT_FOUND
        case 401 | 403:
            return Said(error.status_code, "This action is not allowed", name="access_denied")
        case 413:
            return Said(413, "The body is too large")
        case 415:
            return Said(415, "The body is neither JSON nor a form")
        case status:
            return Said(422 if status == 400 else status, "This request cannot be read")


def _too_often(error: TooMany | Overloaded) -> Said:
    if isinstance(error, TooMany):
        return Said(429, "Too many requests", retry_after=error.retry_after, name="slow_down")
    return _later("Many people are doing the same at this moment: try again", error.retry_after)


def _later(why: str, seconds: int) -> Said:
    return Said(503, why, retry_after=seconds, name="temporarily_unavailable")


NOT_FOUND: Final = Said(404, "Record not found")
# In the words that clients know and look for.
BALLOTS: Final[Mapping[Reason, Said]] = {
    "no-poll": NOT_FOUND,
    "not-open": Said(422, "Validation failed: This poll is not open yet"),
    "closed": Said(422, "Validation failed: The poll has already ended"),
    "answered": Said(422, "Validation failed: You have already voted on this poll"),
    "nothing-chosen": Said(422, "Validation failed: No answer was chosen"),
    "one-only": Said(422, "Validation failed: You have already voted on this poll, which takes one answer"),
    "no-such-answer": Said(422, "Validation failed: The chosen vote option does not exist"),
}
FIXED: Final[Mapping[type, Said]] = {
    Forged: NOT_FOUND,
    NotSignedIn: NOT_FOUND,
    PicturesGone: Said(422, "Validation failed: a picture is not there any more, or stands in a post already"),
    KeyReused: Said(422, "This key was used for something else"),
    Frozen: _later("The ledger is frozen, and a person has to act; reading goes on", 600),
    NoSpace: _later("The disk of this square is full; reading goes on", 60),
    Unavailable: _later("The database does not answer at this moment: try again", 5),
    OutcomeUnknown: _later("The database went away while it was writing: look before you repeat this", 5),
}
