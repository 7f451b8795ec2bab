"""One value, two renderings: a page for people, JSON of the same Struct for programs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec
from litestar import Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send
from msgspec import Struct

from app.store.standing import Standing, standing_of
from app.web.cards import Look, PageCards
from app.web.negotiation import prefers_json
from app.web.rendering import Draft, Renderer
from app.web.requests import Asked, PageRequest, square_of
from app.web.sentences import Sentence
from app.web.visits import Visit, known_visit, visit_of, visitor_cookie

T = TypeVar("T", bound=Struct)
V = TypeVar("V")
VARY: Final = "Accept, Cookie, Accept-Language"
PRIVATE: Final = "private, no-cache"


class Done(Struct, frozen=True):
    """What a program is told of something done: where it is now."""

    url: str


class Recorded(Struct, frozen=True):
    """What a program is told of an act: the ledger's entry, and the page that shows what came of it."""

    entry: int
    url: str


class Later(ASGIResponse):
    """A response that is made when it is sent."""

    def __init__(self, prepare: Callable[[], Awaitable[ASGIResponse]]) -> None:
        super().__init__()
        self._prepare = prepare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._prepare()
        await response(scope, receive, send)


class Answer(Response[T]):
    """A value and its template; rendered when it is sent, so that what it needs of the reader is asked for once.

    Templates see `page` (the value), `visit`, `standing`, `draft`, `here` (the path), `now` and what is `beside`.
    """

    def __init__(
        self,
        value: T,
        template: str,
        *,
        status: int = 200,
        draft: Draft | None = None,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        asks_database: bool = True,
        beside: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(value, status_code=status, media_type=media_type, headers=dict(headers or {}))
        self.template = template
        self.draft = draft or Draft()
        self.asks_database = asks_database
        self.beside = beside or {}

    def to_asgi_response(self, app: object, request: Asked, **_: object) -> ASGIResponse:
        assert isinstance(request, PageRequest)
        return Later(lambda: self.prepare(request))

    async def prepare(self, request: PageRequest) -> ASGIResponse:
        """The response in the form that the client prefers."""
        headers = {"Vary": VARY, "Cache-Control": PRIVATE, **self.headers}
        if wants_json(request):
            return self._sent(msgspec.json.encode(self.content), str(self.media_type), headers, self.cookies)
        visit = await visit_of(request) if self.asks_database else known_visit(request)
        cookies = [*self.cookies]
        if visit.is_new:
            cookies.append(visitor_cookie(square_of(request).config, visit))
        headers["Content-Language"] = visit.tongue.language
        page = await self._page(request, visit)
        return self._sent(page.encode(), "text/html", headers, cookies)

    def _sent(self, body: bytes, media_type: str, headers: dict[str, str], cookies: Sequence[Cookie]) -> ASGIResponse:
        return ASGIResponse(
            body=body, media_type=media_type, headers=headers, cookies=cookies, status_code=self.status_code
        )

    async def _page(self, request: PageRequest, visit: Visit) -> str:
        square = square_of(request)
        now = square.clock.now()
        standing = Standing()
        account = visit.account.id if visit.account is not None else None
        if self.asks_database:
            standing = await square.database.read(lambda tx: standing_of(tx, visit.member, now, account))
        renderer = request.app.state["renderer"]
        assert isinstance(renderer, Renderer)
        look = Look(visit.tongue.language, account is not None, standing.demonstration)
        context = {
            "page": self.content,
            "cards": PageCards(renderer.cards, look, now, visit.csrf, request.url.path),
            "visit": visit,
            "standing": standing,
            "draft": self.draft,
            "here": request.url.path,
            "now": now,
            **self.beside,
        }
        return renderer.render(self.template, visit.tongue.language, context)


Page = Callable[[PageRequest], Awaitable[Answer[Struct]]]
"""Makes the page that holds a form, for `opt={"again": …}` of the route that the form posts to."""

Without = Callable[[PageRequest, HTTPException], Response[None]]
"""Answers where such a page cannot be made."""


class Again(Response[None]):
    """The page whose form was filled in, once more: with what was typed and what is wrong with it.

    Where that page is not there (any more), `without` answers instead.
    """

    def __init__(self, page: Page, errors: Mapping[str, Sentence], status: int, without: Without) -> None:
        super().__init__(None, status_code=status)
        self._page = page
        self._errors = errors
        self._without = without

    def to_asgi_response(self, app: object, request: Asked, **_: object) -> ASGIResponse:
        assert isinstance(request, PageRequest)
        return Later(lambda: self._prepare(request))

    async def _prepare(self, request: PageRequest) -> ASGIResponse:
        tongue = (await visit_of(request)).tongue
        try:
            answer = await self._page(request)
        except HTTPException as error:
            return self._without(request, error).to_asgi_response(None, request)
        answer.draft = Draft(await request.typed(), {name: tongue.tell(error) for name, error in self._errors.items()})
        answer.status_code = self.status_code
        return await answer.prepare(request)


class Onward(Response[V]):
    """A browser is sent on; the value is for programs and is not shown."""

    def __init__(self, value: V, url: str, cookies: Sequence[Cookie] = ()) -> None:
        headers = {"Location": url, "Vary": VARY, "Cache-Control": PRIVATE}
        super().__init__(value, status_code=303, headers=headers, cookies=cookies, media_type="text/plain")

    def render(self, content: object, media_type: str, enc_hook: object = None) -> bytes:
        return b""


def answer(
    request: PageRequest, template: str, value: T, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer[T]:
    """A page for people, or its value as JSON for who asks for that."""
    return Answer(value, template, status=status, headers=headers)


def done(request: PageRequest, url: str, value: T, *, cookies: Sequence[Cookie] = ()) -> Response[T]:
    """What was asked is done: a browser goes on to `url` (303), a program gets `value` (201)."""
    if not wants_json(request):
        return Onward(value, url, cookies)
    headers = {"Location": url, "Vary": VARY, "Cache-Control": PRIVATE}
    return Response(value, status_code=201, headers=headers, cookies=cookies, media_type="application/json")


def entered(request: PageRequest, url: str, entry: int) -> Response[Recorded]:
    """An act stands in the ledger: a browser goes on to the page that shows what came of it."""
    return done(request, url, Recorded(entry, url))


def wants_json(request: Asked) -> bool:
    """Whether the client would rather have JSON."""
    return prefers_json(request.headers.get("accept", ""), request.content_type[0])


def local_path(wish: str, otherwise: str = "/") -> str:
    """A path of this square to go on to, never another host."""
    is_local = wish.startswith("/") and not wish.startswith(("//", "/\\")) and wish.isprintable()
    return wish if is_local else otherwise
