"""What the tests of speech say and do: posts, the reader's view of them, and restrictions.

A restriction is put straight into the governed tables, as a decision would leave it there.
"""

from collections.abc import Callable

import msgspec
import pytest
from msgspec import Struct

from app.polls import Poll
from app.square import Square
from app.store.engines import Tx
from app.store.governed import save
from governance.acts.words import Sanction
from governance.appeals import Appealed
from governance.cases import Case, Restriction, Subject
from governance.ladder import OF_ACCOUNTS
from tests.web.client import Browser, Program

DAY = 86_400_000
ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

People = Callable[[str], Browser]
Programs = Callable[[str], Program]


class RestrictionSeen(Struct, frozen=True):
    """What restricts a post, as everybody is told."""

    case: int
    entry: int
    rule: int
    label: str
    title: str
    sanction: str
    until: int
    opens: bool
    appeal: str
    appeal_at: int


class Said(Struct, frozen=True):
    """A post as a program sees it, as far as the tests ask."""

    id: str
    url: str
    text: str
    html: str
    topic: str
    root: str
    stands: str
    reply_to: str | None = None
    poll: Poll | None = None
    restriction: RestrictionSeen | None = None
    conversation: str = ""

    @property
    def number(self) -> int:
        """Its id as the database has it."""
        return int(self.id)


class Listed(Struct, frozen=True):
    """A page of a timeline."""

    items: tuple[Said, ...]
    next: str | None


def say(client: Program, text: str, **more: object) -> Said:
    """Post something and return it."""
    answer = client.post("/posts", {"text": text, **more})
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Said)


def read(client: Program, post: Said | str) -> Said:
    """A post as this reader sees it, from the address that stays."""
    answer = client.get(f"/posts/{post if isinstance(post, str) else post.id}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Said)


def listed(client: Program, path: str) -> list[str]:
    """The texts of a whole timeline, read page by page."""
    texts: list[str] = []
    url: str | None = path
    while url is not None:
        page = msgspec.json.decode(client.get(url).content, type=Listed)
        texts += [post.text for post in page.items]
        url = page.next
    return texts


def account_of(client: Program) -> int:
    """The id of the account that is signed in."""
    return int(client.get("/session").json()["account"])


class Numbered(Struct, frozen=True):
    """A rule's number."""

    id: int


class Decided(Struct, frozen=True):
    """What a test needs to know of a restriction that it made."""

    case: int
    entry: int
    rule: int
    until: int


async def restrict(
    square: Square,
    sanction: Sanction,
    *,
    post: int = 0,
    author: str = "m:77",
    label: str = "5.1",
    case: int = 500,
    lasts: int = DAY,
    appealed: int = 0,
) -> Decided:
    """Restrict a post, or its author where the sanction is one of accounts, from now on for `lasts` ms."""
    now = square.clock.now()

    async def work(tx: Tx) -> Decided:
        rule = await tx.one(Numbered, "select id from gov_rule where label = {}", label)
        assert rule is not None
        until = now + lasts
        subject = author if sanction in OF_ACCOUNTS else str(post)
        restriction = Restriction(case, case + 1, rule.id, 1, sanction, until)
        decided = Case(
            post=str(post),
            version=1,
            posted=now,
            author=author,
            rule=rule.id,
            rule_version=1,
            reporters=1,
            opened_at=now,
            due_at=now + DAY,
            status="decided",
            outcome="restrict",
            sanction=sanction,
            decider="m:78",
            decision=case + 1,
            decided_at=now,
            until=until,
            decided_until=until,
            appeal_until=now + 10 * DAY,
            author_appeal=appealed,
        )
        await save(tx, {(Subject, subject): Subject((restriction,)), (Case, case): decided})
        if appealed:
            appeal = Appealed(case, "author", case + 1, now, now + 3 * DAY, until)
            await save(tx, {(Appealed, appealed): appeal})
        return Decided(case, case + 1, rule.id, until)

    return await square.database.write(work)
