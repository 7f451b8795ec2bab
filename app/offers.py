"""What the law would let a reader do in a case now: the law itself is asked, and nothing is recorded."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from app.decisions import Decision, decision_on
from app.moderation import Asked, Foresight
from app.openings import Reader
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.reporters import reported_by
from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.acts.cases import CoSign, Lift
from governance.acts.words import Commit
from governance.cases import Case
from governance.rules import RuleVersion

ANY_TEXT = "0" * 64
"""In the place of a commitment, where the law is asked about a text that is not written yet."""

Deed = Literal["decide", "co_sign", "lift", "reconsider", "appeal", "appeal_after_edit", "appeal_as_reporter", "join"]
Asking = tuple["Offer", Asked]


class Offer(Struct, frozen=True):
    """Something that the law would let the reader do; `appeal` is what it is about, 0 for the case."""

    deed: Deed
    appeal: int = 0


class Matter(Struct, frozen=True):
    """A case with the version of its rule; `appeal_term` in ms, `edited` the version that its post has now."""

    number: int
    case: Case
    version: RuleVersion
    appeal_term: int
    edited: int = 0


async def offers_in(tx: Tx, matter: Matter, account: Account | None, reader: Reader, now: int) -> tuple[Offer, ...]:
    """What this reader may do in a case."""
    if account is None:
        return ()
    asked = [*_as_moderator(matter, reader, now), *_as_author(matter, reader)]
    if matter.number in reader.has_reported:
        reported = await reported_by(tx, account.id, [matter.number])
        asked += _as_reporter(matter, reported[matter.number].reporter)
    refusals = await Foresight(tx, now).refusals([act for _, act in asked])
    return tuple(offer for (offer, _), refusal in zip(asked, refusals, strict=True) if refusal is None)


def _as_moderator(matter: Matter, reader: Reader, now: int) -> Sequence[Asking]:
    if not reader.is_moderator or reader.member is None:
        return []
    number, by, case = matter.number, reader.member, matter.case
    lift: Asking = (Offer("lift"), (Lift(number, _commits("reasons")), by))
    if number in reader.has_reported:  # POLICY [recusal-3], which the law cannot see
        return [lift]
    no_breach = Decision("none", (False,) * matter.version.elements, "")
    decide, _ = decision_on(number, case, matter.version, no_breach, now, matter.appeal_term, ANY_TEXT)
    looks: list[Asking] = [
        (Offer("reconsider", appeal), (Reconsider(appeal, "maintain", _commits("reasons")), by))
        for appeal in (case.author_appeal, case.edited, case.reporters_appeal)
        if appeal
    ]
    return [(Offer("decide"), (decide, by)), *looks, (Offer("co_sign"), (CoSign(number), by)), lift]


def _as_author(matter: Matter, reader: Reader) -> Sequence[Asking]:
    if reader.member != matter.case.author:
        return []
    act = Appeal(matter.number, "", ANY_TEXT, 0, _commits("statement"))
    offers: list[Asking] = [(Offer("appeal"), (act, reader.member))]
    if matter.edited > matter.case.version:
        edited = Appeal(matter.number, "", ANY_TEXT, matter.edited, _commits("statement"))
        offers.append((Offer("appeal_after_edit"), (edited, reader.member)))
    return offers


def _as_reporter(matter: Matter, pseudonym: str) -> Sequence[Asking]:
    act = Appeal(matter.number, pseudonym, ANY_TEXT, 0, _commits("statement"))
    offers: list[Asking] = [(Offer("appeal_as_reporter"), (act, "reporter"))]
    appeal = matter.case.reporters_appeal
    if appeal:
        offers.append((Offer("join", appeal), (JoinAppeal(appeal, pseudonym), "reporter")))
    return offers


def _commits(field: str) -> tuple[Commit, ...]:
    return (Commit(field, ANY_TEXT),)
