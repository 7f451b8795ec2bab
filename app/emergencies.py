"""Emergencies: invoked, signed, ended, and as their pages tell them."""

from functools import partial
from typing import Literal

from msgspec import Struct

from app.admission import author_of
from app.appealing import nonce_of
from app.decisions import Coin
from app.deeds import Request
from app.judged import pictures_judged
from app.media.pictures import Picture
from app.moderation import Foresight, bind, number_of
from app.offers import ANY_TEXT
from app.openings import openings_seen
from app.record import Deed, Recorded
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.erasures import erased_of
from app.store.governed import value_of
from app.store.juries import keep_words, words_of_appeal
from app.store.ledger import OpeningRow
from app.store.offices import office_of
from app.store.orders import emergencies_before, emergencies_counted
from app.store.posts import PostRow, find_post
from app.store.seen import seen_among
from app.store.visibility import FOR_ALL
from governance.acts.cases import Lift
from governance.acts.emergencies import Emergent, Invoke, Second
from governance.acts.words import Commit
from governance.cases import Subject
from governance.commitment import Opening
from governance.emergencies import UNSHOWN, Emergency
from governance.errors import Refused
from governance.texts import Erased
from governance.withholding import WITHHOLDERS

Stands = Literal["invoked", "seconded", "jury", "confirmed", "unsigned", "unheard", "ended", "fallen", "lifted"]
"""How an emergency stands: `invoked` by one, `seconded` by two, before a `jury`, `confirmed` by it; no longer:
`unsigned` or `unheard` by its date, `ended` after it was confirmed, `fallen` by a verdict, `lifted` by a person."""

Happened = Literal["invoke", "second", "jury", "verdict", "lift", "erase", "date"]


class EmergencyItem(Struct, frozen=True):
    """An emergency in a list; `until` is None where no date ends it."""

    emergency: int
    post: str
    ground: Emergent
    by: str
    second: str
    invoked_at: int
    until: int | None
    stands: Stands


class Step(Struct, frozen=True):
    """What happened, by which entry, None where a date passed by itself."""

    what: Happened
    at: int
    by: str
    entry: int | None


class EmergencyPage(Struct, frozen=True):
    """An emergency. Times are Unix ms; `until` is None where no date ends it, `second_by` when the signature was due.

    `reasons`, `content` and `lifted`, why it was ended, are None where there are none or the reader may not see them.
    `words` are what the reader typed who signed it. `may_sign` and `may_lift` say what the law would let the reader do.
    """

    emergency: int
    post: str
    version: int
    posted: int
    author: str
    ground: Emergent
    by: str
    second: str
    invoked_at: int
    second_by: int
    until: int | None
    stands: Stands
    jury: int
    verdict: int
    nonce: str
    reasons: str | None
    content: str | None
    pictures: tuple[Picture, ...]
    lifted: str | None
    words: str | None
    steps: tuple[Step, ...]
    erased: tuple[Erased, ...]
    is_unshown: bool
    is_mine: bool
    may_sign: bool
    may_lift: bool


def stands_of(emergency: Emergency, now: int) -> Stands:
    """How an emergency stands at a time."""
    if emergency.status in ("fallen", "lifted"):
        return emergency.status
    if emergency.stands_at(now):
        return "jury" if emergency.status == "seconded" and emergency.jury else emergency.status
    over: dict[str, Stands] = {"invoked": "unsigned", "seconded": "unheard", "confirmed": "ended"}
    return over[emergency.status]


def end_of(emergency: Emergency) -> int | None:
    """When it ends or has ended, None where no date ends it."""
    return None if emergency.is_unshown and emergency.status != "lifted" else emergency.until


async def invoke(
    square: Square, account: Account, post_id: int, ground: Emergent, reasons: str, request: Request
) -> Recorded:
    """Withhold a post at once. Raises what the door raises."""
    by = number_of(account)
    post = await square.database.read(lambda tx: _known_to(tx, account.id, post_id))
    if post is None:
        raise Refused("emergency-2", "there is no such post, or its author has deleted it")
    coin = Coin()
    openings: tuple[Opening, ...] = ()
    if ground != UNSHOWN:
        openings = (bind("content", post.words), bind("reasons", reasons))
    act_on = partial(_act, post=post, ground=ground, coin=coin.hash, openings=openings)
    author = await author_of(square, post, act_on, by)
    key, fingerprint = request.of(by)
    beside = coin.keep if ground != UNSHOWN else None
    return (await square.door.record_all([Deed(act_on(author), by, openings, key, fingerprint, beside=beside)]))[0]


async def _known_to(tx: Tx, account: int, post_id: int) -> PostRow | None:
    """A post that is there and that this account may read, or that was reported: nobody looks into others' talks."""
    post = await find_post(tx, post_id)
    if post is None or post.deleted_at is not None:
        return None
    subject = await value_of(tx, Subject, str(post_id))
    is_reported = subject is not None and bool(subject.cases)
    may_read = post.visibility in FOR_ALL or bool(await seen_among(tx, [post_id], account))
    return post if is_reported or may_read else None


def _act(author: str, post: PostRow, ground: Emergent, coin: str, openings: tuple[Opening, ...]) -> Invoke:
    return Invoke(
        post=str(post.id),
        version=post.version,
        posted=post.said_at,
        author=author,
        ground=ground,
        coin=coin if openings else "",
        commits=tuple(opening.commit() for opening in openings),
    )


async def sign(square: Square, account: Account, number: int, words: str, request: Request) -> Recorded:
    """Sign an emergency that somebody else invoked; the words go into the draw of its jury, where one is drawn."""
    by = number_of(account)
    emergency = await square.database.read(lambda tx: value_of(tx, Emergency, number))
    is_unshown = emergency is not None and emergency.is_unshown
    key, fingerprint = request.of(by)

    async def keep(tx: Tx, entry: int) -> None:
        await keep_words(tx, entry, words)

    act = Second(number, "" if is_unshown else nonce_of(words))
    deed = Deed(act, by, (), key, fingerprint, beside=None if is_unshown else keep)
    return (await square.door.record_all([deed]))[0]


async def may_invoke(tx: Tx, post: PostRow, account: Account | None, now: int) -> bool:
    """Whether the law would let this reader withhold a post at once on some ground."""
    if account is None or account.member is None or post.deleted_at is not None or account.id == post.account:
        return False
    offices = [await office_of(tx, role, account.member, now) for role in WITHHOLDERS]
    if offices == [None, None] or post.member is None:
        return offices != [None, None]
    commits = (Commit("content", ANY_TEXT), Commit("reasons", ANY_TEXT))
    act = Invoke(str(post.id), post.version, post.said_at, post.member, "doxxing", ANY_TEXT, commits)
    unshown = Invoke(str(post.id), post.version, post.said_at, post.member, UNSHOWN, "", ())
    return None in await Foresight(tx, now).refusals([(act, account.member), (unshown, account.member)])


async def emergency_list(tx: Tx, before: int, most: int, now: int) -> tuple[EmergencyItem, ...]:
    """Emergencies with a smaller number, newest first."""
    found = await emergencies_before(tx, before, most)
    return tuple(_item(number, one, now) for number, one in found.items())


async def counts(tx: Tx) -> dict[str, int]:
    """How many emergencies there were on each ground."""
    return await emergencies_counted(tx)


def _item(number: int, one: Emergency, now: int) -> EmergencyItem:
    end = end_of(one)
    return EmergencyItem(number, one.post, one.ground, one.by, one.second, one.invoked_at, end, stands_of(one, now))


async def emergency_page(tx: Tx, number: int, account: Account | None, now: int) -> EmergencyPage | None:
    """An emergency as a reader sees it, None where there is none."""
    emergency = await value_of(tx, Emergency, number)
    if emergency is None:
        return None
    entries = sorted({number, emergency.ended} - {0})
    seen = await openings_seen(tx, entries, account, now)
    content = _text(seen, number, "content")
    signed = account is not None and account.member == emergency.second
    may_sign, may_lift = await _may(tx, number, emergency, account, now)
    return EmergencyPage(
        emergency=number,
        post=emergency.post,
        version=emergency.version,
        posted=emergency.posted,
        author=emergency.author,
        ground=emergency.ground,
        by=emergency.by,
        second=emergency.second,
        invoked_at=emergency.invoked_at,
        second_by=emergency.second_by_at,
        until=end_of(emergency),
        stands=stands_of(emergency, now),
        jury=emergency.jury,
        verdict=emergency.verdict,
        nonce=emergency.nonce,
        reasons=_text(seen, number, "reasons"),
        content=content,
        pictures=await _pictures(tx, emergency, account, now) if content is not None else (),
        lifted=_text(seen, emergency.ended, "reasons"),
        words=await words_of_appeal(tx, emergency.seconded) if signed else None,
        steps=_steps(number, emergency, now),
        erased=tuple(await erased_of(tx, entries)),
        is_unshown=emergency.is_unshown,
        is_mine=account is not None and account.member == emergency.author,
        may_sign=may_sign,
        may_lift=may_lift,
    )


async def _pictures(tx: Tx, emergency: Emergency, account: Account | None, now: int) -> tuple[Picture, ...]:
    return await pictures_judged(tx, int(emergency.post), emergency.version, account, now)


async def _may(tx: Tx, number: int, emergency: Emergency, account: Account | None, now: int) -> tuple[bool, bool]:
    if account is None or account.member is None:
        return False, False
    signature = Second(number, "" if emergency.is_unshown else ANY_TEXT)
    lift = Lift(number, (Commit("reasons", ANY_TEXT),))
    refusals = await Foresight(tx, now).refusals([(signature, account.member), (lift, account.member)])
    return refusals[0] is None, refusals[1] is None


def _text(seen: tuple[OpeningRow, ...], entry: int, field: str) -> str | None:
    return next((row.value for row in seen if (row.entry, row.field) == (entry, field)), None)


def _steps(number: int, emergency: Emergency, now: int) -> tuple[Step, ...]:
    steps = [Step("invoke", emergency.invoked_at, emergency.by, number)]
    if emergency.seconded:
        steps.append(Step("second", emergency.seconded_at, emergency.second, emergency.seconded))
    if emergency.verdict:
        steps.append(Step("verdict", emergency.verdict_at, "", emergency.verdict))
    if emergency.ended:
        what: Happened = "erase" if emergency.ended == emergency.erased else "lift"
        steps.append(Step(what, emergency.until, "", emergency.ended))
    elif stands_of(emergency, now) in ("unsigned", "unheard", "ended"):
        steps.append(Step("date", emergency.until, "", None))
    return tuple(sorted(steps, key=lambda step: step.at))
