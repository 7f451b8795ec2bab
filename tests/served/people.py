"""People who use a square through programs, one after another and many at once, and keep what it acknowledged."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TypeVar

import httpx
import msgspec
from msgspec import Struct

PASSWORD = "nine herons over the harbour"
PATIENCE = 60.0
S = TypeVar("S", bound=Struct)


class Session(Struct, frozen=True):
    """Who is signed in."""

    handle: str
    member: str
    csrf: str


class Problem(Struct, frozen=True):
    """Why a request was refused."""

    status: int
    detail: str = ""
    clause: str = ""


class Posted(Struct, frozen=True):
    """A post that is there."""

    id: str
    text: str
    stands: str = "open"


class Reported(Struct, frozen=True):
    """A report that is in the ledger."""

    entry: int
    case: int


class Recorded(Struct, frozen=True):
    """An act that is in the ledger."""

    entry: int


class Person:
    """Somebody with an account; `urls` are the addresses under which the square can be reached.

    `told_to_wait` keeps the Retry-After of each answer that was a 503, "" where it had none.
    """

    def __init__(self, handle: str, urls: Sequence[str]) -> None:
        self.handle = handle
        self.urls = list(urls)
        # No certificates are read: that takes longer than anything else here.
        self.http = httpx.AsyncClient(headers={"Accept": "application/json"}, timeout=PATIENCE, verify=False)
        self.told_to_wait: list[str] = []
        self._token = ""

    async def join(self) -> "Person":
        """Sign up."""
        newcomer = {"handle": self.handle, "password": PASSWORD, "age": True}
        await self._read_token()
        answer = await self.post("/join", newcomer)
        while answer.status_code == 503:  # only so many passwords are hashed at once
            await asyncio.sleep(0.1)
            answer = await self.post("/join", newcomer)
        assert answer.status_code == 201, answer.text
        await self._read_token()
        return self

    async def _read_token(self) -> None:
        self._token = (await self.session()).csrf

    async def session(self) -> Session:
        """Who is signed in here."""
        return read(await self.get("/session"), Session)

    async def admitted(self) -> str:
        """Wait until the clock has admitted this member, and return their number."""
        async with asyncio.timeout(PATIENCE):
            while True:
                member = (await self.session()).member
                if member:
                    return member
                await asyncio.sleep(0.1)

    async def get(self, path: str) -> httpx.Response:
        """Ask for a page's value."""
        return self._answered(await self.http.get(self._url() + path))

    async def post(self, path: str, value: object, key: str = "") -> httpx.Response:
        """Send something, once; `key` makes it one act however often it is sent."""
        headers = {"X-CSRF-Token": self._token} | ({"Idempotency-Key": key} if key else {})
        return self._answered(await self.http.post(self._url() + path, json=value, headers=headers))

    def _answered(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code == 503:
            self.told_to_wait.append(answer.headers.get("Retry-After", ""))
        return answer

    def headers(self) -> dict[str, str]:
        """What a request of one's own making needs, to be this person's."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)
        return {"Accept": "application/json", "X-CSRF-Token": self._token, "Cookie": cookies}

    async def insist(self, path: str, value: object, key: str) -> httpx.Response:
        """Send something again and again, under one key, until the square answers it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self.post(path, value, key)
                    if answer.status_code != 503:
                        return answer
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError("the timeout raises")

    async def does(self, path: str, value: object, into: type[S]) -> S:
        """Send something that has to be done, and return what came of it."""
        return read(await self.post(path, value), into)

    async def report(self, post: str, rule: int, reason: str = "It offends the rule.") -> Reported:
        """Report a post."""
        return await self.does(f"/posts/{post}/report", {"rule": rule, "reason": reason}, Reported)

    def _url(self) -> str:
        """One of the processes; which one is left to chance."""
        return random.choice(self.urls)

    async def __aenter__(self) -> "Person":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.http.aclose()


@asynccontextmanager
async def people(urls: Sequence[str], *handles: str) -> AsyncIterator[list[Person]]:
    """Several people who have signed up."""
    made = [Person(handle, urls) for handle in handles]
    try:
        for person in made:
            await person.join()
        yield made
    finally:
        for person in made:
            await person.http.aclose()


def read(response: httpx.Response, into: type[S]) -> S:
    """The value of an answer that is one."""
    assert response.is_success, f"{response.request.url.path}: {response.status_code} {response.text}"
    return msgspec.json.decode(response.content, type=into)


def refusal(response: httpx.Response) -> Problem:
    """Why something was refused, as the answer tells it."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return msgspec.json.decode(response.content, type=Problem)
