"""The browser's own verifier, run in a browser without a square: its modules, and whatever a test serves as a log."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from playwright.sync_api import Browser, Route

from app.web.assets import STATIC
from ledger.errors import LedgerError

T = TypeVar("T")
MODULES: Final = ("bytes", "log", "note", "proof", "tree")
ADDRESS: Final = "https://log.example"
LOAD: Final = """async (names) => {
  window.lib = Object.assign({}, ...(await Promise.all(names.map((name) => import(`/verify/${name}.js`)))));
}"""
WORK: Final = """async (values) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const work = %s;
  const found = [];
  for (const value of values) {
    try {
      found.push({ said: await work(value), kind: "", why: "" });
    } catch (fault) {
      if (!(fault instanceof lib.Fault)) throw fault;
      found.push({ said: null, kind: fault.kind, why: fault.message });
    }
  }
  return found;
}"""


class Verdict(Struct, frozen=True):
    """What the library said of a value; `kind` and `why` tell of a fault, and are empty where there was none."""

    said: object
    kind: str
    why: str

    @property
    def holds(self) -> bool:
        """Whether there was no fault."""
        return not self.kind


class Library:
    """The library in a page; `files` is what the address https://log.example serves, by path."""

    def __init__(self, chrome: Browser) -> None:
        self.files: Mapping[str, bytes] = {}
        self._context = chrome.new_context()
        self._page = self._context.new_page()
        self._page.route("**/*", self._answer)
        self._page.goto(ADDRESS)
        self._page.evaluate(LOAD, MODULES)

    def close(self) -> None:
        """Close its page."""
        self._context.close()

    def judge(self, work: str, values: Sequence[object]) -> list[Verdict]:
        """What a function of JavaScript says of each value. It sees `lib`, and `bytes` for what comes as base64."""
        found = self._page.evaluate(WORK % work, [*values])
        return msgspec.convert(found, list[Verdict])

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/")
        if path == "":
            route.fulfill(body="<!doctype html>", content_type="text/html")
        elif path.startswith("verify/"):
            route.fulfill(body=(STATIC / path).read_bytes(), content_type="text/javascript")
        elif path in self.files:
            route.fulfill(body=self.files[path], content_type="application/octet-stream")
        else:
            route.fulfill(status=404)


def coded(data: bytes) -> str:
    """Bytes as `bytes()` takes them in the page."""
    return b64encode(data).decode()


def holds(check: Callable[[], object]) -> bool:
    """Whether ledger/ takes it."""
    try:
        check()
    except LedgerError:
        return False
    return True


def agree(verdicts: Sequence[Verdict], expected: Sequence[bool], values: Sequence[object]) -> None:
    """Hold the library's verdicts against those expected."""
    wrong = [
        f"{value!r}: {verdict}"
        for value, verdict, good in zip(values, verdicts, expected, strict=True)
        if verdict.holds != good
    ]
    assert not wrong, "\n".join(wrong[:10])
