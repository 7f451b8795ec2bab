"""A town on a served square: its people by handle, what they say and do over HTTP, and what the ledger makes of it."""

import secrets
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

import httpx

from app.deeds import Request
from app.duties import admit_account
from app.identifiers import account_id, day_of
from app.names import skeleton_of
from app.offices import grant
from app.square import Square
from app.store.accounts import Account, account_by_handle, add_account
from app.store.engines import Tx
from app.store.governed import load, value_of
from app.store.ledger import read_bodies, read_head
from app.store.sessions import open_session
from governance.entry import Entry, decode
from governance.law import replay
from governance.rules import LabelOf
from governance.state import State
from tests.web.client import Browser, Page, Program
from tests.web.serving import Site

DAY = 86_400_000
HOUR = 3_600_000
OFFICE = 180 * DAY

OFF_TOPIC = "5.1"
HARASSMENT = "4.1"
SPAM = "2.1"
PRIVATE = "3.1"
UNLAWFUL = "1.1"


class Town:
    """People on a square. `ann`, `ben`, `cid`, `dora`: whoever is named first comes to live here."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._programs: dict[str, tuple[int, Program]] = {}
        self._browsers: dict[str, tuple[int, Browser]] = {}

    def come(self, *handles: str) -> None:
        """Newcomers, who are not in the register yet."""
        for handle in handles:
            self.site.run(partial(_come, handle=handle))

    def admit(self, *handles: str) -> None:
        """Newcomers who are members at once."""
        self.come(*handles)
        for handle in handles:
            account = self.account(handle).id
            self.site.run(partial(_admit, account=account))

    def elect(self, *handles: str) -> None:
        """Members who are moderators as well, by the steward's grant."""
        self.admit(*handles)
        steward = self.account("steward")
        for handle in handles:
            number = int(self.number(handle)[2:])
            self.site.run(partial(_elect, steward=steward, number=number))

    def appoint(self, handle: str) -> None:
        """A member who is the legal officer as well, by the steward's grant."""
        self.admit(handle)
        number = self.number(handle)
        self.does("steward", "/offices", member=number, duration=30, unit="d", role="legal_officer")

    def later(self, milliseconds: int) -> None:
        """Time passes."""
        self.site.clock.advance(milliseconds)

    @property
    def now(self) -> int:
        """What the town's clock says."""
        return self.site.clock.now()

    def account(self, handle: str) -> Account:
        """Somebody's account as it stands."""
        found = self.site.run(lambda square: square.database.read(lambda tx: account_by_handle(tx, handle)))
        assert found is not None, f"nobody is called {handle}"
        return found

    def number(self, handle: str) -> str:
        """Somebody's number in the register."""
        member = self.account(handle).member
        assert member is not None, f"{handle} is not admitted"
        return member

    def program(self, handle: str = "") -> Program:
        """A program signed in as somebody, or as nobody; again whenever a session may have ended."""
        since, client = self._programs.get(handle, (0, None))
        if client is None or self.now > since + HOUR // 2:
            client = Program(self.site.url)
            client.http.cookies.update(self._signed_in(handle))
            self._programs[handle] = (self.now, client)
        return client

    def browser(self, handle: str = "") -> Browser:
        """A browser in which somebody is signed in, or nobody."""
        since, browser = self._browsers.get(handle, (0, None))
        if browser is None or self.now > since + HOUR // 2:
            browser = Browser(self.site.url)
            browser.http.cookies.update(self._signed_in(handle))
            self._browsers[handle] = (self.now, browser)
        return browser

    def _signed_in(self, handle: str) -> dict[str, str]:
        """The cookie of a new session; signing in by password is another test's matter."""
        if not handle:
            return {}
        account = self.account(handle).id
        session, _ = self.site.run(
            lambda square: square.database.write(lambda tx: open_session(tx, account, square.clock.now()))
        )
        return {"session": session}

    def say(self, handle: str, text: str, topic: str = "", reply_to: str = "", **more: object) -> str:
        """Post something; the post's id."""
        answer = self.program(handle).post("/posts", {"text": text, "topic": topic, "reply_to": reply_to, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def rule(self, label: str) -> int:
        """The number of the rule that bears a label."""
        bearer = self.site.run(lambda square: square.database.read(lambda tx: value_of(tx, LabelOf, label)))
        assert bearer is not None, f"no rule is labelled {label}"
        return bearer.rule

    def report(self, handle: str, post: str, label: str, reason: str = "It does.") -> int:
        """Report a post; the number of its case."""
        answer = self.program(handle).post(f"/posts/{post}/report", {"rule": self.rule(label), "reason": reason})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["case"])

    def do(self, handle: str, path: str, **said: object) -> httpx.Response:
        """Send JSON as somebody."""
        return self.program(handle).post(path, said)

    def submits(self, handle: str, path: str, **said: object) -> Page:
        """Send a form as somebody, whether or not a page offers it."""
        browser = self.browser(handle)
        token = browser.open("/about").form("/language").values["csrf"][-1]
        pairs = [("csrf", token), *((name, one) for name, value in said.items() for one in _typed(value))]
        return Page(browser.http.post(path, content=urlencode(pairs), headers={**FORM, "Origin": self.site.url}))

    def refuses(self, clause: str, handle: str, path: str, **said: object) -> None:
        """Somebody is refused by this clause, as JSON and on a page, and nothing is written."""
        before = self.size
        answer = self.do(handle, path, **said)
        assert clause == refusal_of(answer), answer.text
        page = self.submits(handle, path, **said)
        assert clause == refused_page(page), page.text
        assert before == self.size

    def does(self, handle: str, path: str, **said: object) -> int:
        """Send JSON as somebody and be answered with an entry."""
        answer = self.do(handle, path, **said)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["entry"])

    def folds(self, handle: str, case: int, **more: object) -> int:
        """Decide a case under the rule *off topic* by folding; the entry."""
        return self.does(handle, f"/cases/{case}/decide", **{**FOLD, **more})

    def clears(self, handle: str, case: int, elements: int = 2) -> int:
        """Decide that a case holds no breach; the entry."""
        said: Mapping[str, object] = {
            "sanction": "none",
            "elements": [False] * elements,
            "reasons": "Nothing is found.",
        }
        return self.does(handle, f"/cases/{case}/decide", **said)

    def case(self, number: int, handle: str = "") -> dict[str, object]:
        """A case as somebody sees it."""
        answer = self.program(handle).get(f"/cases/{number}")
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told

    def stands(self, number: int) -> str:
        """How a case stands, for everyone."""
        return str(self.case(number)["stands"])

    def offers(self, number: int, handle: str) -> set[str]:
        """What somebody may do in a case."""
        offers = self.case(number, handle)["offers"]
        assert isinstance(offers, list)
        return {offer["deed"] for offer in offers}

    def shown(self, post: str, handle: str = "") -> str:
        """How somebody meets a post: open, warned, folded, withheld."""
        return str(self.program(handle).get(f"/posts/{post}").json()["stands"])

    @property
    def size(self) -> int:
        """How many entries the ledger has."""
        return self.site.run(lambda square: square.database.read(read_head)).size

    def entry(self, index: int) -> Entry:
        """An entry."""
        return self.entries()[index]

    def entries(self) -> list[Entry]:
        """The whole ledger."""
        bodies = self.site.run(lambda square: square.database.read(lambda tx: read_bodies(tx, 0, 2**53)))
        return [decode(body) for body in bodies]

    def audit(self) -> None:
        """Replay the ledger: every entry is lawful, and the saved values are what the entries add up to."""
        state = State()
        for _ in replay(self.entries(), state):
            pass
        saved = self.site.run(lambda square: _saved(square, state))
        assert dict(state) == saved

    def close(self) -> None:
        """Close every connection."""
        for _, program in self._programs.values():
            program.close()
        for _, browser in self._browsers.values():
            browser.close()


FORM: Mapping[str, str] = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "text/html",
    "Sec-Fetch-Site": "same-origin",
}
FOLD: Mapping[str, object] = {
    "sanction": "fold",
    "elements": [True, True],
    "reasons": "The opener set a topic, and this is about something else.",
    "milder_label": "The conversation is full of this, and a label leaves it there.",
    "duration": 30,
    "unit": "d",
}


def _typed(value: object) -> list[str]:
    """A value as the fields of a form."""
    if isinstance(value, list):
        return [text for one in value for text in _typed(one)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


async def _come(square: Square, handle: str) -> None:
    now = square.clock.now()
    account = Account(account_id(now), handle, "", "", "person", None, None, "", "", day_of(now))
    assert await square.database.write(lambda tx: add_account(tx, account, skeleton_of(handle)))


async def _admit(square: Square, account: int) -> None:
    await admit_account(square.door, account)


async def _elect(square: Square, steward: Account, number: int) -> None:
    await grant(square, steward, number, "moderator", OFFICE, Request())


async def _saved(square: Square, state: State) -> dict[object, object]:
    async def read(tx: Tx) -> dict[object, object]:
        return dict(await load(tx, list(state)))

    return await square.database.read(read)


def refusal_of(answer: httpx.Response) -> str:
    """The clause by which a program was refused."""
    assert answer.status_code == 409, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["clause"])


def refused_page(page: Page) -> str:
    """The clause by which a person was refused, as the page says it."""
    assert page.status == 409, f"{page.status}: {page.text}"
    return page.text.split("clause ")[1].split()[0]


def random_key() -> str:
    """A request key."""
    return secrets.token_hex(8)
