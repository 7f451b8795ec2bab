"""A square with members who propose, sponsor and vote over HTTP, and a clock that the test moves."""

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import msgspec
from httpx import Response
from msgspec import Struct

from app.auditor.run import Question, run_audit
from app.duties import Duties, admit_account
from app.identifiers import account_id, day_of
from app.names import skeleton_of
from app.signer import Signer
from app.square import Square
from app.store.accounts import Account, add_account
from app.store.engines import Tx
from app.store.sessions import open_session
from governance.acts.members import Grant
from governance.acts.words import Sanction
from governance.terms import size_of
from tests.speech.world import restrict
from tests.votes.told import Found, Problem, Receipt, Recorded, SignedIn, Told, VoteTold
from tests.web.client import Browser, Program
from tests.web.serving import Site

T = TypeVar("T")

NAMES = ("ann", "bo", "cy", "dee", "eve", "fay", "gil", "hal")
DAY = 86_400_000
SECOND = 1_000
STEWARD = "m:1"
STEWARDS_OFFICE = 2


class Town:
    """The people of a square that is served, by name; `passes` moves its clock."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.accounts: dict[str, int] = {}
        self.members: dict[str, str] = {}
        self._programs: dict[str, Program] = {}
        self._browsers: list[Browser] = []

    @classmethod
    def settled(cls, site: Site, names: Sequence[str] = NAMES) -> "Town":
        """A square whose members have all been there long enough to vote."""
        town = cls(site)
        town.joins(*names)
        town.passes("31d")
        return town

    def close(self) -> None:
        """Close every connection."""
        for program in self._programs.values():
            program.close()
        for browser in self._browsers:
            browser.close()

    # People.

    def joins(self, *names: str) -> None:
        """People sign up and are admitted by the clock."""
        self.signs_up(*names)

        async def admit(square: Square) -> list[int]:
            return [await admit_account(square.door, self.accounts[name]) for name in names]

        self.members.update(zip(names, map("m:{}".format, self.site.run(admit)), strict=True))

    def signs_up(self, *names: str) -> None:
        """People sign up, and wait to be admitted."""
        now = self.site.clock.now()
        made = [Account(account_id(now), name, "", "", "person", None, None, "", "", day_of(now)) for name in names]

        async def enter(tx: Tx) -> None:
            for account in made:
                assert await add_account(tx, account, skeleton_of(account.handle))

        self.site.run(lambda square: square.database.write(enter))
        self.accounts.update((account.handle, account.id) for account in made)

    def session(self, name: str) -> str:
        """A new session of somebody, as the cookie has it."""
        return self.sessions(name)[0].cookie

    def sessions(self, *names: str) -> list[SignedIn]:
        """New sessions of many at once."""

        async def sign_in(tx: Tx) -> list[SignedIn]:
            opened = [await open_session(tx, self.accounts[name], self.site.clock.now()) for name in names]
            return [SignedIn(cookie, urlsafe_b64encode(session.csrf).decode()) for cookie, session in opened]

        return self.site.run(lambda square: square.database.write(sign_in))

    def program(self, name: str = "") -> Program:
        """A program that is signed in as somebody, "" for nobody."""
        if name not in self._programs:
            program = Program(self.site.url)
            if name:
                program.http.cookies.set("session", self.session(name))
            self._programs[name] = program
        return self._programs[name]

    def browser(self, name: str = "", language: str = "en") -> Browser:
        """A browser in which somebody is signed in, "" for nobody."""
        browser = Browser(self.site.url, language)
        if name:
            browser.http.cookies.set("session", self.session(name))
        self._browsers.append(browser)
        return browser

    def says(self, name: str, text: str) -> str:
        """Somebody posts; returns the post."""
        answer = self.asks(name, "/posts", {"text": text})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def leaves(self, name: str) -> None:
        """Somebody closes their account."""
        answer = self.asks(name, "/me/close", {"sure": True})
        assert answer.status_code == 201, answer.text

    def grants(self, name: str) -> int:
        """The steward makes somebody a moderator; returns the grant."""
        until = self.site.clock.now() + 30 * DAY
        act = Grant(int(self.members[name][2:]), "moderator", until, STEWARDS_OFFICE)
        return self.site.run(lambda square: square.door.record(act, STEWARD)).index

    def restrict(self, name: str, sanction: Sanction, lasts: int) -> None:
        """Somebody is restricted, as a decision would leave it."""
        author = self.members[name]
        self.site.run(lambda square: restrict(square, sanction, author=author, label="2.1", lasts=lasts))

    def folds(self, post: str, author: str) -> None:
        """A post is folded, as a decision would leave it."""
        by = self.members[author]
        self.site.run(lambda square: restrict(square, "fold", post=int(post), author=by, label="2.1"))

    def shuns(self, post: str, author: str) -> None:
        """A post is not to be recommended, as a decision would leave it."""
        by = self.members[author]
        self.site.run(lambda square: restrict(square, "unrecommend", post=int(post), author=by, label="2.1"))

    def forgets(self, entry: int, field: str) -> None:
        """The opening of a commitment is lost."""
        sql = "delete from opening where entry = {} and field = {}"
        assert 1 == self.site.run(lambda square: square.database.write(lambda tx: tx.run(sql, entry, field)))

    # Time.

    def passes(self, span: str) -> None:
        """Time passes, and nobody looks after anything meanwhile; sessions have to be opened anew."""
        self.site.clock.advance(int(size_of(span)))
        for program in self._programs.values():
            program.close()
        self._programs.clear()

    def until(self, at: int) -> None:
        """Time passes until a moment."""
        self.passes(f"{max(0, at - self.site.clock.now())}ms")

    def ticks(self, times: int = 1) -> None:
        """The clock does what is due, again and again a second later."""
        for _ in range(times):
            self.site.run(lambda square: Duties(square.database, square.door, square.clock).do_all())
            self.site.clock.advance(SECOND)

    # Proposals.

    def change(self, **change: object) -> dict[str, object]:
        """A change together with the post that carries it."""
        return {"heading": "A change", "why": "Because.", **change}

    def proposes(self, name: str, **change: object) -> int:
        """A member proposes a change; returns the proposal."""
        answer = self.asks(name, "/proposals", self.change(**change))
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Recorded).entry

    def sponsored(self, proposal: int, *names: str) -> None:
        """Members sponsor the version that stands."""
        for name in names:
            answer = self.asks(name, f"/proposals/{proposal}/sponsor", {"version": self.told(proposal).version})
            assert answer.status_code == 201, answer.text

    def told(self, proposal: int, name: str = "") -> Told:
        """A proposal as somebody sees it."""
        answer = self.program(name).get(f"/proposals/{proposal}")
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Told)

    def to_vote(self, proposal: int, *sponsors: str) -> VoteTold:
        """Sponsored, discussed, frozen, and opened by the clock; returns the vote."""
        self.sponsored(proposal, *(sponsors or ("bo", "cy")))
        self.until(self.told(proposal).due_at)
        self.ticks()
        assert self.told(proposal).phase == "frozen"
        return self.opens(proposal)

    def opens(self, proposal: int) -> VoteTold:
        """The clock opens the vote as soon as it may."""
        self.until(self.told(proposal).due_at)
        self.ticks()
        told = self.told(proposal)
        assert told.phase == "voting", told
        return told.votes[-1]

    def closes(self, proposal: int) -> Told:
        """The vote comes to its close, and the clock seals, counts and closes."""
        self.until(self.told(proposal).due_at + SECOND)
        self.ticks(2)
        return self.told(proposal)

    def enacted(self, proposal: int) -> Told:
        """The time between the vote and the force of law passes."""
        self.until(self.told(proposal).due_at)
        self.ticks()
        return self.told(proposal)

    def becomes_law(self, name: str, **change: object) -> Told:
        """A change is proposed, adopted by the first five, and brought into force."""
        proposal = self.proposes(name, **change)
        sponsors = [other for other in NAMES if other != name]
        self.vote(self.to_vote(proposal, *sponsors[:2]).vote, yes=NAMES[:5])
        self.closes(proposal)
        done = self.enacted(proposal)
        assert done.phase == "enacted", done
        return done

    def rules(self, label: str) -> list[int]:
        """The rules in force that bear a label, by number."""
        items = self.program().get("/rules").json()["items"]
        return [item["rule"] for item in items if item["words"]["label"] == label]

    # Ballots.

    def casts(self, name: str, vote: int, choice: int, **headers: str) -> Receipt:
        """A member votes; returns the receipt."""
        answer = self.program(name).post(f"/votes/{vote}/ballot", {"choice": choice}, **headers)
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Receipt)

    def vote(
        self, vote: int, yes: Sequence[str] = (), no: Sequence[str] = (), blank: Sequence[str] = ()
    ) -> list[Receipt]:
        """These members vote."""
        chosen = [(name, 0) for name in yes] + [(name, 1) for name in no] + [(name, 2) for name in blank]
        return [self.casts(name, vote, choice) for name, choice in chosen]

    def finds(self, receipt: Receipt, **other: object) -> Found:
        """What a receipt finds in the box, for somebody who is not signed in."""
        asked = {"place": receipt.place, "token": receipt.token, "choice": receipt.choice, **other}
        answer = self.program().post(receipt.url, asked)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Found)

    # Elections.

    def stands(self, proposal: int, *names: str) -> None:
        """Members stand in an election."""
        for name in names:
            answer = self.asks(name, f"/proposals/{proposal}/stand", {})
            assert answer.status_code == 201, answer.text

    def approves(self, name: str, vote: int, *names: str) -> Receipt:
        """A member approves candidates; returns the receipt."""
        approved = [self.members[one] for one in names]
        answer = self.asks(name, f"/votes/{vote}/ballot", {"approves": approved})
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Receipt)

    def elects(self, *names: str, role: str = "moderator") -> Told:
        """These members stand, all members approve all of them, and they take office."""
        proposal = self.proposes("ann", kind="elect", role=role, seats=len(names))
        self.stands(proposal, *names)
        vote = self.to_vote(proposal)
        for name in NAMES[:5]:
            self.approves(name, vote.vote, *names)
        self.closes(proposal)
        done = self.enacted(proposal)
        assert done.phase == "enacted", done
        return done

    def offices(self, name: str = "") -> list[dict[str, object]]:
        """Who holds which office, as somebody sees it."""
        return list(self.program(name).get("/offices").json()["holders"])

    # Refusals and audits.

    def asks(self, name: str, path: str, value: object) -> Response:
        """A program of somebody's sends something."""
        return self.program(name).post(path, value)

    def is_refused(self, clause: str, name: str, path: str, value: Mapping[str, object]) -> None:
        """The law refuses this, as a page and as problem+json, by the same clause; and nothing is written."""
        before = self.written()
        answer = self.asks(name, path, value)
        problem = msgspec.json.decode(answer.content, type=Problem)
        assert (409, clause) == (answer.status_code, problem.clause), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        page = self.posts_form(name, path, value)
        assert page.status_code == 409 and f"clause <bdi>{clause}</bdi>" in page.text, page.text
        assert problem.detail in _unescaped(page.text)
        assert before == self.written()

    def posts_form(self, name: str, path: str, value: Mapping[str, object]) -> Response:
        """The same as a browser sends it."""
        program = self.program(name)
        fields = {key: _as_typed(one) for key, one in value.items()}
        headers = {"Accept": "text/html", "Origin": self.site.url}
        return program.http.post(path, data={"csrf": program.token(), **fields}, headers=headers)

    def written(self) -> dict[str, int]:
        """How many rows every table has that an act or a ballot could grow."""

        async def count(tx: Tx) -> dict[str, int]:
            tables = ("ledger_entry", "opening", "request_key", "post", "mark", "box_entry", "gov_proposal")
            counted = {}
            for table in tables:
                row = await tx.one(_Count, f"select count(*) as n from {table}")
                assert row is not None
                counted[table] = row.n
            return counted

        return self.read(count)

    def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Look into the database."""
        return self.site.run(partial(_read, work))

    def audit(self) -> None:
        """Everything is signed, and an audit from outside finds nothing wrong."""
        self.sign()
        clock = self.site.clock
        report = run_audit(Question(self.site.url, at=clock.now(), pause=0), clock, lambda what, done, of: None)
        wrong = [finding for row in report.checks for finding in row.findings]
        assert not wrong and (0, "") == (report.exit, report.stopped), (report, wrong)

    def sign(self) -> None:
        """The signer signs what has been appended."""

        async def look(square: Square) -> None:
            await Signer(square.database, square.config.home, square.clock).look()

        self.site.run(look)


class _Count(Struct, frozen=True):
    n: int


async def _read(work: Callable[[Tx], Awaitable[T]], square: Square) -> T:
    return await square.database.read(work)


def _as_typed(value: object) -> object:
    if isinstance(value, bool):
        return "on" if value else ""
    return value if isinstance(value, list) else str(value)


def _unescaped(html: str) -> str:
    html = html.replace("<bdi>", "").replace("</bdi>", "")
    return html.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")


def rule(label: str = "9.1", **other: object) -> dict[str, object]:
    """A rule that is proposed, as a program writes it."""
    return {
        "kind": "enact",
        "label": label,
        "title": "Riddles",
        "text": "A riddle without its answer may be labelled or folded.",
        "aim": "The rights of others to know what they read.",
        "elements": ["The post is a riddle.", "It gives no answer."],
        "sanctions": ["label", "fold"],
        "ground": "incompatible",
        "category": "OTHER_VIOLATION_TC",
        **other,
    }
