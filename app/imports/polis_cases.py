"""What a source took down, under this square's own law: a report, then a decision by a moderator who may decide it."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Final

from app.decisions import Decision, decide
from app.deeds import Request
from app.duties import admit_account
from app.identifiers import account_id, day_of
from app.imports.polis import Writer, all_of, chunks
from app.imports.polis_files import Comment
from app.names import skeleton_of
from app.reports import report
from app.square import Square
from app.store.accounts import Account, add_account
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.imports import accounts_of_origins, first_in_office, off_topic_rule
from app.store.offices import office_of
from governance.acts.members import Grant
from governance.acts.words import Sanction
from governance.ladder import rung
from governance.members import number
from governance.rules import RuleVersion
from governance.terms import Term, size_of

MODERATOR: Final = "import:moderator"
"""The account that decides for every import; nobody can sign in as it."""

A_DAY: Final = 86_400_000
AT_ONCE: Final = 48
"""Decisions of one moderator under way at once: less than a member's share of the queue."""

REPORTED: Final = "The source of this conversation had taken this comment down."
REASONS: Final = (
    "The source of this conversation took the comment down and gives no reasons. It is folded here as off topic, "
    "because that is the rule under which a conversation may be kept to what it is about; whoever disagrees may appeal."
)
NOT_ENOUGH: Final = "The source took the comment down altogether; a milder measure would not carry that over."


class CannotTakeOver(Exception):
    """The square's law does not let the import take over what the source took down; the text says why."""


class Cases:
    """Brings what a source took down before the square's law."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._square = writer.square

    async def write(self) -> None:
        """Report and decide each comment that was taken down; what is done already is not done twice."""
        taken_down = [comment for comment in self._writer.export.comments.values() if comment.taken_down]
        if not taken_down:
            return
        found = await self._square.database.read(lambda tx: off_topic_rule(tx, self._square.clock.now()))
        if found is None:
            raise CannotTakeOver("no rule in force folds what is off topic where a topic was set")
        rule, version = found
        moderator = await import_moderator(self._square)
        decision = await self._square.database.read(partial(_decision, version=version))
        for some in chunks(taken_down, AT_ONCE):
            await self._decide_some(some, rule, moderator, decision)

    async def _decide_some(
        self, comments: Sequence[Comment], rule: int, moderator: Account, decision: Decision
    ) -> None:
        async def one(comment: Comment) -> None:
            origin = self._writer.names.comment(comment.id)
            reporter = self._writer.accounts[self._writer.names.conversation]
            # The key is the comment's name in its source, so that the second time nothing is done.
            asked = Request(f"{origin}/report", sha256(origin.encode()).digest())
            filed = await report(self._square, reporter, self._writer.post_of(comment), rule, REPORTED, asked)
            await decide(
                self._square,
                moderator,
                filed.case,
                decision,
                Request(f"{origin}/decide", sha256(origin.encode()).digest()),
            )
            self._writer.step("cases", 1)

        await all_of(comments, one)


async def _decision(tx: Tx, version: RuleVersion) -> Decision:
    longest = await value_of(tx, Term, "restriction")
    assert longest is not None, "a founded square has the term restriction"
    milder: list[Sanction] = [sanction for sanction in version.sanctions if rung(sanction) < rung("fold")]
    return Decision(
        outcome="restrict",
        elements=(True,) * version.elements,
        reasons=REASONS,
        sanction="fold",
        duration_ms=int(size_of(longest.value)),
        milder=dict.fromkeys(milder, NOT_ENOUGH),
    )


async def import_moderator(square: Square) -> Account:
    """The moderator of imports, with an office for a day, granted by the steward if there is none now."""
    now = square.clock.now()

    async def enter(tx: Tx) -> None:
        if MODERATOR not in await accounts_of_origins(tx, [MODERATOR]):
            id_, handle = account_id(now), "import_moderator"
            account = Account(id_, handle, "Import", "", "person", MODERATOR, None, "", "", day_of(now))
            if not await add_account(tx, account, skeleton_of(handle)):
                raise CannotTakeOver(f"the handle {handle} is taken, and an import needs it for its moderator")

    await square.database.write(enter)
    account = (await square.database.read(lambda tx: accounts_of_origins(tx, [MODERATOR])))[MODERATOR]
    if account.member is None:
        await admit_account(square.door, account.id)
        account = (await square.database.read(lambda tx: accounts_of_origins(tx, [MODERATOR])))[MODERATOR]
    if await square.database.read(lambda tx: office_of(tx, "moderator", account.member, now)) is None:
        await _grant(square, account, now)
    return account


async def _grant(square: Square, account: Account, now: int) -> None:
    steward = await square.database.read(lambda tx: first_in_office(tx, "steward", now))
    office = await square.database.read(lambda tx: value_of(tx, Term, "office"))
    if steward is None or office is None or account.member is None:
        raise CannotTakeOver("nobody holds the office of steward, who alone may grant a moderator for the import")
    until = now + min(A_DAY, int(size_of(office.value)))
    await square.door.record(Grant(number(account.member), "moderator", until, steward.grant), f"m:{steward.member}")
