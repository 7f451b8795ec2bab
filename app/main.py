"""The application: routes gathered from the nouns of app/web and app/api, and what holds for all of them."""

import warnings
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import LitestarDeprecationWarning
from litestar.handlers import HTTPRouteHandler

from app import api, web
from app.api.bodies import ApiRequest
from app.api.callers import caller_of, check_access, person_of
from app.api.deliveries import Deliveries
from app.api.errors import for_api
from app.api.paging import paging_of
from app.api.places import OpenToAll
from app.api.rates import count_call, tell_rate
from app.api.schema import document_errors
from app.api.sockets import Sockets
from app.api.views import View, view_of
from app.square import Square
from app.store.accounts import Account
from app.web.errors import HANDLERS
from app.web.feeds import FeedsByAddress
from app.web.forgery import SAFE, refuse_forgery
from app.web.headers import add_headers
from app.web.logfiles import LogFiles
from app.web.problems import READ_PROBLEMS, WRITE_PROBLEMS
from app.web.rendering import Renderer
from app.web.requests import LARGEST_BODY, Asked, PageRequest
from app.web.schema import CONFIG
from app.web.visits import Visit, visit_of


def routes_of(package: ModuleType) -> list[HTTPRouteHandler]:
    """The routes of every module of a package that has some: a page is added by adding its module."""
    handlers: list[HTTPRouteHandler] = []
    for found in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{found.name}")
        handlers += getattr(module, "routes", [])
    return handlers


def create_app(square: Square) -> Litestar:
    """The web application of a square; whoever calls it migrates before and closes the database after."""
    return Routes().serve(square)


class Routes:
    """The application with all its routes, which takes long to make; it serves one square at a time."""

    def __init__(self) -> None:
        handlers = routes_of(web)
        for handler in handlers:
            document_problems(handler)
        calls = routes_of(api)
        for call in calls:
            document_errors(call)
        paths = frozenset(chain.from_iterable(handler.paths for handler in handlers))
        with warnings.catch_warnings():
            # Litestar 3 will want each parameter marked with where it comes from; the handlers read better without.
            warnings.simplefilter("ignore", LitestarDeprecationWarning)
            self._app = self._made([*handlers, _api(calls)], paths)
        self._plain = self._app.asgi_handler

    def serve(self, square: Square) -> Litestar:
        """The application of this square from now on, and of no other."""
        self._square = square
        self._app.state["square"] = square
        routes = OpenToAll(FeedsByAddress(LogFiles(self._plain, square.files)))
        self._app.asgi_handler = Sockets(routes, square)
        return self._app

    def _made(self, handlers: list[HTTPRouteHandler | Router], paths: frozenset[str]) -> Litestar:
        return Litestar(
            route_handlers=handlers,
            request_class=PageRequest,
            request_max_body_size=LARGEST_BODY,
            dependencies={
                "square": Provide(lambda: self._square, sync_to_thread=False),
                "visit": Provide(_visit),
            },
            guards=[refuse_forgery],
            exception_handlers={kind: for_api(handler) for kind, handler in HANDLERS.items()},
            before_send=[add_headers, tell_rate],
            lifespan=[lambda _: self._square.streams.running(Deliveries(self._square))],
            state=State({"renderer": Renderer(paths)}),
            openapi_config=CONFIG,
            logging_config=None,
        )


async def _visit(request: Asked, square: Square) -> Visit:
    """Who reads. It asks for the square so that Litestar finds one after the other, without a group of tasks."""
    return await visit_of(request)


async def _view(request: Asked, square: Square) -> View:
    """The view of a call, one after the other as above."""
    assert isinstance(request, PageRequest)
    return await view_of(request)


async def _person(request: Asked, view: View) -> Account:
    """The account that a call speaks for, likewise."""
    return await person_of(request)


def _api(calls: list[HTTPRouteHandler]) -> Router:
    """The client API: it knows tokens and no sessions, so that there is nothing for another site to forge."""
    return Router(
        path="/",
        route_handlers=calls,
        request_class=ApiRequest,
        dependencies={
            "caller": Provide(caller_of),
            "person": Provide(_person),
            "paging": Provide(paging_of),
            "view": Provide(_view),
        },
        guards=[count_call, check_access],
        opt={"sessionless": True},
    )


def document_problems(handler: HTTPRouteHandler) -> None:
    """Say in the OpenAPI document how a route fails."""
    problems = READ_PROBLEMS if handler.http_methods <= SAFE else WRITE_PROBLEMS
    handler.responses = {**problems, **(handler.responses or {})}
