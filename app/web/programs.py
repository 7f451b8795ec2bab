"""Letting a program speak for oneself, and taking that back."""

from collections.abc import Mapping
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get, post
from msgspec import Meta, Struct

from app.programs import OUT_OF_BAND, Asked, NotAllowed, allow, allowed_scopes, challenge_in, onward
from app.square import Square
from app.store.engines import Tx
from app.store.oauth import Speaker, app_of_client, end_token_of, speakers_for
from app.web.answers import Answer, Done, Onward, done, wants_json
from app.web.headers import POLICY
from app.web.requests import Invalid, PageRequest, read_form
from app.web.sentences import Sentence, say
from app.web.visits import Visit, account_of, signed_in

T = TypeVar("T", bound=Struct)
NO_STORE: Final = "no-store"
Text = Annotated[str, Meta(max_length=2_000)]

PARTS: Final = {
    "accounts": say("accounts"),
    "blocks": say("blocks"),
    "bookmarks": say("bookmarks"),
    "conversations": say("private conversations"),
    "favourites": say("favourites"),
    "filters": say("filters"),
    "follows": say("whom you follow"),
    "lists": say("lists"),
    "media": say("pictures"),
    "mutes": say("mutes"),
    "notifications": say("notifications"),
    "reports": say("reports"),
    "search": say("search"),
    "statuses": say("posts"),
}
WHOLE: Final = {
    "read": say("Read everything that you may read here"),
    "write": say("Post for you, and change everything that is yours"),
    "follow": say("Follow, mute and block for you"),
    "push": say("Send you notifications"),
    "profile": say("See who you are"),
}


def scope_words(scope: str) -> Sentence:
    """What a scope allows, for people."""
    kind, _, part = scope.partition(":")
    if not part:
        return WHOLE[scope]
    if kind == "read":
        return say("Read: %(what)s", what=PARTS[part])
    return say("Change: %(what)s", what=PARTS[part])


class AllowForm(Struct, frozen=True):
    """What a program asks for, and what is answered; the fields are those of RFC 6749 and RFC 7636."""

    client_id: Text
    redirect_uri: Text
    response_type: Text = "code"
    scope: Text = ""
    state: Text = ""
    code_challenge: Text = ""
    code_challenge_method: Text = ""
    allow: bool = False


class AllowPage(Struct, frozen=True):
    """The question: may this program do that for you? `host` is where the answer goes, "" where it is shown."""

    name: str
    website: str
    host: str
    scopes: tuple[str, ...]
    asked: AllowForm


class CodePage(Struct, frozen=True):
    """A code that somebody copies into their program."""

    code: str


class ProgramsPage(Struct, frozen=True):
    """The programs that may speak for the reader."""

    programs: tuple[Speaker, ...]


class ProgramForm(Struct, frozen=True):
    """The number of the token to take back."""

    program: Annotated[str, Meta(pattern="^[0-9]{1,19}\\Z")]


async def _asked(square: Square, form: AllowForm) -> Asked:
    """What a program asks, if it is one that we know and its address is one that it gave. Raises Invalid."""
    app = await square.database.read(lambda tx: app_of_client(tx, form.client_id))
    if app is None:
        raise Invalid({"client_id": say("No program is known here by this name.")})
    if form.redirect_uri not in app.redirects.split():
        raise Invalid({"redirect_uri": say("This program did not give this address when it was registered.")})
    if form.response_type != "code":
        raise Invalid({"response_type": say("Only codes are given here.")})
    try:
        scopes = allowed_scopes(app, form.scope)
    except NotAllowed:
        raise Invalid({"scope": say("The program asks for more than it was registered for.")}) from None
    try:
        challenge = challenge_in(form.code_challenge, form.code_challenge_method)
    except NotAllowed:
        raise Invalid({"code_challenge_method": say("Only S256 is taken.")}) from None
    return Asked(app, form.redirect_uri, scopes, form.state, challenge)


@get("/oauth/authorize", tags=["programs"], guards=[signed_in])
async def ask_to_allow(request: PageRequest, square: Square, visit: Visit) -> Answer[AllowPage]:
    """Ask somebody whether a program may speak for them."""
    fields = {field.encode_name for field in msgspec.structs.fields(AllowForm)}
    query = {name: request.query_params.getall(name) for name in request.query_params if name in fields}
    form = read_form(AllowForm, query)
    asked = await _asked(square, form)
    parts = urlsplit(asked.redirect)
    is_shown = asked.redirect == OUT_OF_BAND
    host = "" if is_shown else parts.netloc or f"{parts.scheme}:"
    page = AllowPage(asked.app.name, asked.app.website, host, tuple(asked.scopes.split()), form)
    # Browsers hold a form's redirect against the policy of the page that it stands on.
    target = "'self'" if is_shown else f"'self' {parts.scheme}:{'//' + parts.netloc if parts.netloc else ''}"
    headers = {"Content-Security-Policy": POLICY.replace("form-action 'self'", f"form-action {target}")}
    return _page("programs/allow.html", page, headers)


def _page(template: str, page: T, headers: Mapping[str, str] | None = None) -> Answer[T]:
    kept = {"Cache-Control": NO_STORE, **(headers or {})}
    return Answer(page, template, headers=kept, beside={"scope_words": scope_words})


@post("/oauth/authorize", tags=["programs"], guards=[signed_in])
async def create_code(request: PageRequest, square: Square, visit: Visit, data: AllowForm) -> Response[Done]:
    """Allow it, or not: the program's address is told."""
    asked = await _asked(square, data)
    if not data.allow:
        if asked.redirect == OUT_OF_BAND:
            return done(request, "/settings/programs", Done("/settings/programs"))
        return _sent(request, onward(asked.redirect, asked.state, error="access_denied"))
    code = await allow(square, account_of(visit).id, asked)
    if asked.redirect == OUT_OF_BAND:
        url = onward("/oauth/authorize/native", "", code=code)
        return done(request, url, Done(url))
    return _sent(request, onward(asked.redirect, asked.state, code=code))


def _sent(request: PageRequest, url: str) -> Response[Done]:
    if wants_json(request):
        return Response(Done(url), status_code=201, media_type="application/json", headers={"Cache-Control": NO_STORE})
    return Onward(Done(url), url)


@get("/oauth/authorize/native", tags=["programs"], guards=[signed_in])
async def show_code(visit: Visit, code: Annotated[str, Meta(max_length=100)] = "") -> Answer[CodePage]:
    """The code, for who copies it by hand."""
    return _page("programs/code.html", CodePage(code))


@get("/settings/programs", tags=["settings"], guards=[signed_in])
async def show_programs(square: Square, visit: Visit) -> Answer[ProgramsPage]:
    """The programs that may speak for who is signed in."""
    account = account_of(visit)
    found = await square.database.read(lambda tx: speakers_for(tx, account.id))
    return _page("programs/programs.html", ProgramsPage(tuple(found)))


@post("/settings/programs", tags=["settings"], guards=[signed_in])
async def end_program(request: PageRequest, square: Square, visit: Visit, data: ProgramForm) -> Response[Done]:
    """Take back what a program was allowed."""
    account, number = account_of(visit), int(data.program)

    async def end(tx: Tx) -> bool:
        return number < 1 << 63 and await end_token_of(tx, account.id, number)

    await square.database.write(end)
    return done(request, "/settings/programs", Done("/settings/programs"))


routes = [ask_to_allow, create_code, show_code, show_programs, end_program]
