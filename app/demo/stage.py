"""The demonstration's stage: a square whose clock is set back and played forward, with everybody's deeds by handle."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, Literal

from app import appealing, certified, decisions, filters, judging, lists, marks, proposing, reports, unsaid
from app.ballots import Ballot, Receipt
from app.clock import SetClock
from app.decisions import Decision
from app.deeds import Request
from app.demo.cast import EVERYONE
from app.duties import Duties
from app.edits import Rewording, edit_post
from app.marks import Deed
from app.media.keeping import keep_picture
from app.people import add_person
from app.pollends import recount_due, tell_ends
from app.proposing import Draft, Text
from app.signer import Signer
from app.square import Square
from app.store.accounts import Account, account_by_handle
from app.store.engines import Tx
from app.store.filters import Filter, Keyword
from app.store.follows import follow
from app.store.governed import value_of
from app.store.imports import first_in_office
from app.store.tagfollows import follow_tag
from app.store.visibility import Visibility
from app.writing import NewPoll, Words, write_post
from governance.acts.members import Grant
from governance.acts.words import Sanction
from governance.appeals import Appealed
from governance.errors import Refused
from governance.juries import Jury
from governance.members import number
from governance.proposals import Proposal

MINUTE: Final = 60_000
STEP: Final = 20_000
"""Milliseconds by which the clock is played forward while the square's own duties run."""


class Stage:
    """Everybody's deeds, each through the same functions that the pages call."""

    def __init__(self, square: Square, clock: SetClock, signer: Signer) -> None:
        self.square = square
        self.clock = clock
        self._signer = signer
        self._duties = Duties(square.database, square.door, clock)
        self.passwords: dict[str, str] = {}

    async def enter(self) -> None:
        """Everybody signs up, with a password of their own, and is admitted at the next admission."""
        for person in EVERYONE:
            password = "-".join(secrets.token_hex(3) for _ in range(3))
            await add_person(self.square.database, person.handle, password, self.clock.now(), person.name)
            self.passwords[person.handle] = password

    async def later(self, minutes: float) -> None:
        """Time passes, and the clock does what falls due."""
        until = self.clock.now() + int(minutes * MINUTE)
        while self.clock.now() < until:
            self.clock.set(min(until, self.clock.now() + STEP))
            await self._duties.do_all()
            await recount_due(self.square.database, self.clock)
            await tell_ends(self.square.database, self.clock)
        await self._signer.look()

    async def account(self, handle: str) -> Account:
        """Somebody's account as it stands now."""
        found = await self.square.database.read(lambda tx: account_by_handle(tx, handle))
        assert found is not None, f"{handle} is of the cast"
        return found

    async def grant(self, handle: str) -> None:
        """The steward grants the office of moderator, for half a day."""
        member = number((await self.account(handle)).member or "")
        now = self.clock.now()
        steward = await self.square.database.read(lambda tx: first_in_office(tx, "steward", now))
        assert steward is not None, "a square that was just founded has a steward"
        act = Grant(member, "moderator", now + 360 * MINUTE * 60, steward.grant)
        await self.square.door.record(act, f"m:{steward.member}")

    async def register_jurors(self, handles: Sequence[str]) -> None:
        """Members take places in the register of jurors."""
        for handle in handles:
            await judging.join_register(self.square, await self.account(handle), Request())

    async def judge(self, appeal: int, choices: Sequence[int], reason: str) -> None:
        """The jurors on an appeal who may vote do, in the order of their seats: one choice each, the first a reason."""
        vote, roll = await self.square.database.read(partial(_jury_of, appeal=appeal))
        receipts: list[Receipt] = []
        for member in roll:
            choice = choices[min(len(receipts), len(choices) - 1)]
            with suppress(Refused):  # who reported the post casts no ballot
                receipts.append(await self.square.polling.cast(Ballot(vote, member, choice)))
        await judging.give_reason(self.square, receipts[0], reason)

    async def befriend(self) -> None:
        """Everybody follows everybody, so that nobody's home is empty."""
        accounts = [await self.account(person.handle) for person in EVERYONE]
        for one in accounts:
            for other in accounts:
                if one.id != other.id:
                    await self.square.database.write(
                        lambda tx, a=one.id, b=other.id: follow(tx, a, b, self.clock.now())  # type: ignore[misc]
                    )

    async def arrange(self, handle: str, title: str, friends: Sequence[str], word: str, tag: str) -> None:
        """Somebody gathers friends in a list, keeps a word from themselves, and follows a hashtag."""
        owner, now = (await self.account(handle)).id, self.clock.now()
        gathered = [(await self.account(friend)).id for friend in friends]
        made = await lists.make_list(self.square, owner, title)
        ids = [self.square.post_ids.next(now) for _ in range(2)]
        unwanted = Filter(ids[0], owner, word, ("home", "public"), "warn", None, (Keyword(ids[1], word, True),))

        async def work(tx: Tx) -> None:
            await lists.put_in_list(tx, made, gathered)
            await filters.save(tx, unwanted)
            await follow_tag(tx, owner, tag, now)

        await self.square.database.write(work)

    async def say(
        self,
        handle: str,
        text: str,
        *,
        to: int | None = None,
        topic: str = "",
        poll: NewPoll | None = None,
        pictures: Sequence[tuple[bytes, str]] = (),
        warning: str = "",
        visibility: Visibility | None = None,
    ) -> int:
        """Somebody posts, with pictures and what each shows; returns the post's id."""
        account = await self.account(handle)
        kept = [await keep_picture(self.square, account.id, data, description=shows) for data, shows in pictures]
        language = "ar" if "\u0600" <= text[0] <= "\u06ff" else "en"
        media = tuple(row.id for row in kept)
        words = Words(text, language, topic, to, poll, warning, bool(warning), visibility, media=media)
        post = await write_post(self.square, account.id, account.member, words)
        assert post is not None, "what is answered is there"
        self.clock.advance(STEP)
        return post

    async def wait(self, handle: str, text: str) -> None:
        """Somebody writes what is to be said in two days, and keeps the beginning of something else."""
        account, at = await self.account(handle), self.clock.now() // MINUTE * MINUTE + 2 * 24 * 60 * MINUTE
        await unsaid.schedule(self.square, account.id, account.member, Words(text, "en"), at)
        await unsaid.save_draft(self.square, account.id, Words("What I liked about the market:", "en"))

    async def show_face(self, handle: str, data: bytes, shows: str) -> None:
        """Somebody shows a picture of themselves."""
        account = await self.account(handle)
        await keep_picture(self.square, account.id, data, "avatar", shows)

    async def edit(self, handle: str, post: int, text: str, poll: NewPoll | None = None) -> None:
        """Somebody says it otherwise."""
        account = await self.account(handle)
        assert await edit_post(self.square, account.id, account.member, post, Rewording(text, "en", poll=poll))
        self.clock.advance(STEP)

    async def mark(self, post: int, deed: Deed, handles: Sequence[str]) -> None:
        """Several people do the same with a post."""
        for handle in handles:
            await marks.do(self.square, await self.account(handle), deed, post)

    async def answer(self, post: int, answers: Mapping[str, int]) -> None:
        """Several people answer a poll."""
        for handle, choice in answers.items():
            await self.square.ballots.cast(post, (await self.account(handle)).id, [choice])

    async def certify(self, post: int, answers: Mapping[str, int]) -> None:
        """Several members answer a certified poll; their receipts are lost, as nobody is there to keep them."""
        for handle, choice in answers.items():
            await certified.cast(self.square, await self.account(handle), post, [choice])

    async def report(self, handle: str, post: int, rule: int, reason: str) -> int:
        """Somebody reports a post; returns the case."""
        reporter = await self.account(handle)
        return (await reports.report(self.square, reporter, post, rule, reason, Request())).case

    async def restrict(
        self, handle: str, case: int, sanction: Sanction, minutes: int, reasons: str, milder: Mapping[Sanction, str]
    ) -> None:
        """A moderator restricts, for so many minutes at most."""
        found = await self.square.database.read(lambda tx: decisions.existing_case(tx, case))
        version = await self.square.database.read(lambda tx: decisions.version_of(tx, found))
        elements = (True,) * version.elements
        answer = Decision("restrict", elements, reasons, sanction, minutes * MINUTE, milder)
        await decisions.decide(self.square, await self.account(handle), case, answer, Request())

    async def clear(self, handle: str, case: int, reasons: str) -> None:
        """A moderator finds that nothing is to be restricted: the last element is not met."""
        found = await self.square.database.read(lambda tx: decisions.existing_case(tx, case))
        version = await self.square.database.read(lambda tx: decisions.version_of(tx, found))
        elements = (True,) * (version.elements - 1) + (False,)
        answer = Decision("none", elements, reasons)
        await decisions.decide(self.square, await self.account(handle), case, answer, Request())

    async def appeal(self, handle: str, case: int, statement: str) -> int:
        """The author appeals; returns the appeal."""
        account, words = await self.account(handle), f"{handle}’s own words"
        return (await appealing.appeal(self.square, account, case, "author", statement, words, Request())).index

    async def reconsider(self, handle: str, appeal: int, outcome: Literal["maintain", "reverse"], reasons: str) -> None:
        """Another moderator looks again."""
        await appealing.reconsider(self.square, await self.account(handle), appeal, outcome, reasons, Request())

    async def propose(self, handle: str, draft: Draft, text: str) -> int:
        """Somebody proposes; returns the proposal."""
        account = await self.account(handle)
        by = account.member or ""
        words = Text(text, "en")
        return (await proposing.propose(self.square, account.id, by, draft, words, None, Request())).index

    async def sponsor(self, proposal: int, handles: Sequence[str]) -> None:
        """Members sponsor the version that stands."""
        for handle in handles:
            await proposing.sponsor(self.square, (await self.account(handle)).member or "", proposal, 1, Request())

    async def vote(self, proposal: int, choices: Mapping[str, int]) -> None:
        """Members cast their ballots; their receipts are lost, as nobody is there to keep them."""
        value = await self.square.database.read(lambda tx: value_of(tx, Proposal, proposal))
        assert value is not None, "what is voted on was proposed"
        for handle, choice in choices.items():
            member = number((await self.account(handle)).member or "")
            await self.square.polling.cast(Ballot(value.vote, member, choice))


async def _jury_of(tx: Tx, *, appeal: int) -> tuple[int, tuple[int, ...]]:
    """The vote of the jury on an appeal, and who sits in it."""
    appealed = await value_of(tx, Appealed, appeal)
    assert appealed is not None, "what is judged was appealed"
    jury = await value_of(tx, Jury, appealed.jury)
    assert jury is not None, "a jury was drawn for it"
    return jury.vote, jury.serving
