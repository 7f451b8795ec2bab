"""The one place that turns what went wrong into an answer."""

import logging
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from msgspec import Struct

from app.batch import Overloaded
from app.clock import iso
from app.marks import MarkRefused
from app.marks import Reason as MarkReason
from app.polls import BallotRefused, Reason
from app.record import Frozen, KeyReused
from app.relations import NotPossible, Why
from app.store.engines import NoSpace, OutcomeUnknown, StoreError, Unavailable
from app.web.answers import Again, Answer, Later, Onward, local_path, wants_json
from app.web.forgery import Forged
from app.web.limits import TooMany
from app.web.problems import PROBLEM_JSON, Problem
from app.web.refusals import sentence_of
from app.web.requests import Asked, Invalid, PageRequest, explain, square_of
from app.web.sentences import Sentence, say
from app.web.translations import Tongue
from app.web.visits import NotSignedIn, known_visit, signed_in, visit_of
from governance.errors import Refused

logger: Final = logging.getLogger(__name__)
SECRETS: Final = ("password", "csrf", "token", "code", "key")


class Fault(Struct, frozen=True):
    """What went wrong, in no language yet."""

    status: int
    name: str
    title: Sentence
    detail: Sentence
    clause: str = ""
    errors: Mapping[str, Sentence] = {}
    retry_after: int = 0

    def told(self, tongue: Tongue) -> Problem:
        """The fault in a language."""
        return Problem(
            type=f"urn:isegoria:problem:{self.name}",
            title=tongue.tell(self.title),
            status=self.status,
            detail=tongue.tell(self.detail),
            clause=self.clause,
            errors={name: tongue.tell(error) for name, error in self.errors.items()},
        )


class Kept(Struct, frozen=True):
    """A field that somebody filled in, kept on the page that refuses it."""

    name: str
    value: str


class Failure(Response[None]):
    """The page of a fault, or its problem as JSON."""

    def __init__(self, fault: Fault, *, template: str = "error.html", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(None, status_code=fault.status)
        self.fault = fault
        self.template = template
        self.more_headers = headers or {}

    def to_asgi_response(self, app: object, request: Asked, **_: object) -> ASGIResponse:
        assert isinstance(request, PageRequest)
        return Later(lambda: self._prepare(request))

    async def _prepare(self, request: PageRequest) -> ASGIResponse:
        headers = {**self.more_headers}
        if self.fault.retry_after:
            headers["Retry-After"] = str(self.fault.retry_after)
        # Where the database fails, the page that says so must not need it.
        asks_database = self.fault.status < 500 and await _database_answers(request)
        problem = self.fault.told(known_visit(request).tongue)
        answer = Answer(
            problem,
            self.template,
            status=self.fault.status,
            media_type=PROBLEM_JSON,
            headers=headers,
            asks_database=asks_database,
            beside={
                "detail": self.fault.detail,
                "clause": square_of(request).charter.clauses.get(self.fault.clause),
                "kept": await self._kept(request),
                "back": _referrer(request),
                "saved": _saved(problem, request),
            },
        )
        return await answer.prepare(request)

    async def _kept(self, request: PageRequest) -> list[Kept]:
        if request.method != "POST" or self.fault.status in (400, 413) or request.has_unread_files:
            return []
        typed = await request.typed()
        return [
            Kept(name, value)
            for name, values in typed.items()
            if not any(secret in name for secret in SECRETS)
            for value in values
            if value
        ]


async def _database_answers(request: PageRequest) -> bool:
    if wants_json(request):
        return False
    try:
        await visit_of(request)
    except StoreError:
        return False
    return True


def _referrer(request: PageRequest) -> str:
    """The path of the page that the reader came from, if it is ours."""
    referrer = urlsplit(request.headers.get("referer", ""))
    if referrer.netloc != request.headers.get("host", ""):
        return "/"
    return local_path(referrer.path + (f"?{referrer.query}" if referrer.query else ""))


def _saved(problem: Problem, request: PageRequest) -> str:
    """The refusal as a file that a browser can save without a script."""
    at = iso(square_of(request).clock.now())
    lines = (f"{at} {request.method} {request.url.path}", problem.title, problem.detail, "")
    return f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}"


def on_refused(request: PageRequest, error: Refused) -> Response[None]:
    """The law says no: 403 for somebody who is not signed in, 409 for everyone else."""
    square_of(request).refusals[error.clause] += 1
    status = 409 if known_visit(request).account else 403
    title = say("Refused: clause %(clause)s", clause=error.clause)
    fault = Fault(status, "refused", title, sentence_of(error), clause=error.clause)
    return Failure(fault, template="refused.html")


def on_invalid(request: PageRequest, error: Invalid) -> Response[None]:
    """A field cannot be used: the form again, with what was typed; or every field's error as JSON."""
    detail = say("Some of what you wrote cannot be used: see each field.")
    fault = Fault(422, "invalid", say("This cannot be used yet"), detail, errors=error.errors)
    handler = request.scope.get("route_handler")
    again = handler.opt.get("again") if isinstance(handler, HTTPRouteHandler) else None
    if again is None or wants_json(request):
        return Failure(fault)
    return Again(again, error.errors, 422, on_http)


def on_not_signed_in(request: PageRequest, _: NotSignedIn) -> Response[None]:
    """A browser goes to sign in and comes back; a program gets 401."""
    if wants_json(request):
        detail = say("Sign in first: only somebody with an account may do this.")
        fault = Fault(401, "not-signed-in", say("Nobody is signed in"), detail)
        return Failure(fault, headers={"WWW-Authenticate": 'Cookie realm="square"'})
    path = request.url.path if request.method == "GET" else _referrer(request)
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return Onward(None, f"/sign-in?next={quote(path + query, safe='/')}")


def on_forged(request: PageRequest, error: Forged) -> Response[None]:
    """The token is not right: most often the session has ended since the form was opened."""
    handler = request.scope.get("route_handler")
    needs_account = isinstance(handler, HTTPRouteHandler) and signed_in in (handler.guards or ())
    if not error.is_foreign and needs_account and wants_json(request) and known_visit(request).account is None:
        return on_not_signed_in(request, NotSignedIn())
    detail = say("Your session may have ended since you opened the page. Go back, load the page again and repeat it.")
    return Failure(Fault(403, "forged", say("This did not come from a page of this square"), detail))


def on_too_many(_: PageRequest, error: TooMany) -> Response[None]:
    """Too many attempts."""
    detail = say("Those were too many attempts in a short time. Come back in a few minutes.")
    return Failure(Fault(429, "too-many", say("Too many attempts"), detail, retry_after=error.retry_after))


def on_ballot_refused(_: PageRequest, error: BallotRefused) -> Response[None]:
    """A ballot in a poll does not count; nothing was written."""
    status, title, detail = BALLOTS[error.reason]
    return Failure(Fault(status, f"ballot-{error.reason}", title, detail))


def on_mark_refused(_: PageRequest, error: MarkRefused) -> Response[None]:
    """A mark cannot be set; nothing was written."""
    status, title, detail = MARKS[error.reason]
    return Failure(Fault(status, "not-found" if status == 404 else f"mark-{error.reason}", title, detail))


def on_not_possible(_: PageRequest, error: NotPossible) -> Response[None]:
    """What somebody wants to do to another, or for their own reading, cannot be done; nothing was written."""
    return Failure(Fault(409, "not-possible", say("This cannot be done"), NOT_POSSIBLE[error.why]))


def on_overloaded(_: PageRequest, error: Overloaded) -> Response[None]:
    """A queue is full."""
    detail = say("Many people are doing the same at this moment. Nothing was recorded; try again in a moment.")
    return Failure(Fault(503, "overloaded", say("Too much at once"), detail, retry_after=error.retry_after))


def on_frozen(_: PageRequest, error: Frozen) -> Response[None]:
    """The ledger is frozen until a person acts."""
    detail = say(
        "The ledger is frozen, and a person has to act; reading goes on. What is said of it: %(why)s", why=str(error)
    )
    return Failure(Fault(503, "frozen", say("Nothing is recorded now"), detail, retry_after=600))


def on_key_reused(_: PageRequest, __: KeyReused) -> Response[None]:
    """A double click is one act; the same key with another act is a mistake."""
    detail = say("This form was used for something else already. Load the page again and repeat it.")
    return Failure(Fault(422, "key-reused", say("This form was used already"), detail))


def on_unavailable(_: PageRequest, __: Unavailable) -> Response[None]:
    """The database does not answer."""
    detail = say("The database does not answer at this moment. Nothing was recorded; try again in a moment.")
    return Failure(Fault(503, "unavailable", say("The square rests for a moment"), detail, retry_after=5))


def on_no_space(_: PageRequest, __: NoSpace) -> Response[None]:
    """The database's disk is full."""
    detail = say("Nothing was recorded. Reading goes on; whoever runs this square has to make room on its disk.")
    return Failure(Fault(503, "no-space", say("The disk of this square is full"), detail, retry_after=60))


def on_outcome_unknown(_: PageRequest, __: OutcomeUnknown) -> Response[None]:
    """The database went away in the middle of a commit."""
    detail = say("The database went away while it was writing. Look whether what you did is there before repeating it.")
    return Failure(Fault(503, "outcome-unknown", say("Look before you repeat this"), detail, retry_after=5))


def on_validation(_: PageRequest, error: ValidationException) -> Response[None]:
    """A parameter of the address cannot be used, or the body is empty."""
    errors = {}
    for extra in error.extra if isinstance(error.extra, list) else ():
        errors[str(extra.get("key", "body"))] = explain(str(extra.get("message", "")))
    detail = say("Some of what you wrote cannot be used: see each field.")
    return Failure(Fault(422, "invalid", say("This cannot be used yet"), detail, errors=errors))


def on_http(_: PageRequest, error: HTTPException) -> Response[None]:
    """What the framework refuses by itself."""
    status = error.status_code if error.status_code in HTTP_FAULTS else 400 if error.status_code < 500 else 500
    name, title, detail = HTTP_FAULTS[status]
    return Failure(Fault(status, name, title, detail), headers=error.headers)


def on_exception(request: PageRequest, error: Exception) -> Response[None]:
    """Our own bug: logged whole, told to nobody."""
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    name, title, detail = HTTP_FAULTS[500]
    return Failure(Fault(500, name, title, detail))


NOT_POSSIBLE: Final[Mapping[Why, Sentence]] = {
    "oneself": say("Nobody does this to themselves."),
    "blocked by them": say("They have blocked you."),
    "blocked by you": say("You have blocked them: end that first."),
    "not followed": say("In a list stand people whom you follow."),
    "too many lists": say("You have as many lists as one may have."),
    "too many in a list": say("This list is as long as a list may be."),
    "too many filters": say("You have as many filters, or keywords in them, as one may have."),
    "too many hashtags": say("You follow as many hashtags as one may."),
    "too many shown": say("Your profile shows as many hashtags as it may."),
}
BALLOTS: Final[Mapping[Reason, tuple[int, Sentence, Sentence]]] = {
    "no-poll": (404, say("There is no poll here"), say("The post may have been deleted.")),
    "not-open": (409, say("This poll is not open yet"), say("Your answer was not counted.")),
    "closed": (409, say("This poll is closed"), say("Your answer came too late and was not counted.")),
    "answered": (409, say("You have answered this poll"), say("One answer a person: your first one counts and stays.")),
    "nothing-chosen": (422, say("No answer was chosen"), say("Go back and choose an answer.")),
    "one-only": (422, say("This poll takes one answer"), say("Go back and choose one of them.")),
    "no-such-answer": (422, say("This poll has no such answer"), say("Go back and choose one of those shown.")),
    "certified": (
        409,
        say("This poll is certified"),
        say("It is answered on its own page, where you get a receipt for your ballot."),
    ),
    "one-certified": (
        422,
        say("A certified poll of yours is open"),
        say("Ask this one without a box, or wait until the other is closed."),
    ),
    "not-for-all": (
        422,
        say("A certified poll is for everybody"),
        say("Everybody may recount it, and so read it: make the post public, or ask without a box."),
    ),
}
MARKS: Final[Mapping[MarkReason, tuple[int, Sentence, Sentence]]] = {
    "not-shown": (404, say("There is nothing here"), say("The address may be mistyped, or what stood here is gone.")),
    "not-for-all": (
        422,
        say("This post is not for everybody"),
        say("Only what everybody may read can be passed on or pinned."),
    ),
    "not-yours": (422, say("This post is not yours"), say("You can pin your own posts to your profile.")),
    "too-many-pins": (422, say("You have pinned enough posts"), say("Take one down before you pin another.")),
}
HTTP_FAULTS: Final = {
    400: ("unreadable", say("This request cannot be read"), say("Go back and try again.")),
    403: ("forbidden", say("This is not yours to see or do"), say("Only some people may open this page.")),
    404: ("not-found", say("There is nothing here"), say("The address may be mistyped, or what stood here is gone.")),
    405: ("method", say("This address does not do that"), say("Go back and use the page’s own buttons.")),
    413: (
        "too-large",
        say("This is too much at once"),
        say("A request may hold at most 1 MiB, and each picture in it 16 MiB."),
    ),
    415: ("body", say("This kind of body cannot be read"), say("Send a form, or JSON.")),
    500: (
        "failure",
        say("Something broke here"),
        say("It is our mistake, it was written down, and nothing is half done."),
    ),
}

HANDLERS: Final[dict[int | type[Exception], Callable[..., Response[None]]]] = {
    Refused: on_refused,
    Invalid: on_invalid,
    NotSignedIn: on_not_signed_in,
    Forged: on_forged,
    TooMany: on_too_many,
    BallotRefused: on_ballot_refused,
    MarkRefused: on_mark_refused,
    NotPossible: on_not_possible,
    Overloaded: on_overloaded,
    Frozen: on_frozen,
    KeyReused: on_key_reused,
    Unavailable: on_unavailable,
    NoSpace: on_no_space,
    OutcomeUnknown: on_outcome_unknown,
    ValidationException: on_validation,
    HTTPException: on_http,
    Exception: on_exception,
}
