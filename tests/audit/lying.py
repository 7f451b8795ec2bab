"""A square that serves whatever it is told to, over HTTP: a ledger's files, and posts as it likes to show them."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from governance.cases import Restriction, Subject
from governance.rules import version_key
from tests.audit.publishing import Files, publish
from tests.governance.making import Post
from tests.governance.world import World

Page = dict[str, object]
"""A page as JSON."""


class LyingSquare(AbstractContextManager["LyingSquare"]):
    """Serves `files` and `pages` by path, on an address of its own, `busy` ones at the second try; all may change."""

    def __init__(self, files: Mapping[str, bytes], pages: Mapping[str, Page] | None = None) -> None:
        self.files: Files = dict(files)
        self.pages: dict[str, Page] = dict(pages or {})
        self.asked: list[str] = []
        self.busy: set[str] = set()
        square = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                square.asked.append(self.path)
                path = self.path.removeprefix("/")
                body = square.files.get(path)
                kind = "application/octet-stream"
                if body is None and path in square.pages:
                    body, kind = json.dumps(square.pages[path]).encode(), "application/json"
                if path in square.busy:
                    square.busy.discard(path)
                    self.send_error(503)
                    return
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="lying square")
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def shown(world: World, post: Post) -> Page:
    """A post as an honest square shows it to a stranger."""
    subject = world.state[Subject, post.id] or Subject()
    standing = subject.standing(world.now)
    restriction = told(world, standing[-1]) if standing else None
    withheld = restriction is not None and not restriction["opens"]
    text = "" if withheld else post.text
    page: Page = {"id": post.id, "text": text, "stands": "open", "restriction": restriction, "reply_count": 0}
    return page | {"version": post.version, "created_at": post.posted}


def told(world: World, restriction: Restriction) -> Page:
    """A restriction as an honest square tells it."""
    version = world.state[version_key(restriction.rule, restriction.version)]
    assert version is not None
    titles = [
        opening.value for entry, opening in world.openings if (entry, opening.field) == (version.enacted, "title")
    ]
    return {
        "case": restriction.case,
        "entry": restriction.entry,
        "rule": restriction.rule,
        "version": restriction.version,
        "label": version.label,
        "title": titles[0],
        "sanction": restriction.sanction,
        "until": restriction.until,
        "opens": restriction.sanction != "withhold",
        "appeal": "possible",
    }


def pages_of(world: World, posts: list[Post]) -> dict[str, Page]:
    """The timeline, two posts a page, and each post's own page."""
    pages = {f"posts/{post.id}": shown(world, post) for post in posts}
    listed = [page for page in pages.values() if not _hides(page)]
    paths = ["local", *(f"local?before={page['id']}" for page in listed[1:-1:2])]
    for number, path in enumerate(paths):
        following = f"/{paths[number + 1]}" if number + 1 < len(paths) else None
        pages[path] = {"timeline": "local", "items": listed[2 * number : 2 * number + 2], "next": following}
    return pages


def _hides(page: Page) -> bool:
    restriction = page["restriction"]
    return isinstance(restriction, dict) and restriction["sanction"] in ("fold", "withhold")


def serve(world: World, posts: list[Post]) -> LyingSquare:
    """An honest square, to be made a liar of."""
    return LyingSquare(publish(world), pages_of(world, posts))
