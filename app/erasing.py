"""Erasures: what of an entry somebody may have erased, the act with all that goes with it, and the deletion itself."""

from collections.abc import Sequence
from functools import partial

import structlog
from msgspec import Struct

from app.changes import compare_words
from app.deeds import Deed, Recorded, Request
from app.media.keeping import drop_files
from app.moderation import Foresight
from app.square import Square
from app.store.accounts import Account
from app.store.cases import bulks_in, entries_among
from app.store.engines import Tx
from app.store.erasures import delete_openings, delete_words, erased_of, wordings_of
from app.store.governed import value_of, values_of
from app.store.indexing import tidy
from app.store.media import MediaRow, delete_media_of
from app.store.offices import office_of
from app.store.orders import emergencies_about
from app.store.reporters import pseudonyms_of, reports_in
from app.text import forget_rendered
from governance.acts.appeals import Appeal, Reconsider
from governance.acts.cases import Decide, Lift, Report
from governance.acts.emergencies import Invoke
from governance.acts.orders import Comply, ReceiveOrder, RefuseOrder
from governance.acts.proposals import Amend, AmendRule, Enact, EnactRule, Propose
from governance.acts.texts import MOST_ERASED, Correct, Erase, Erasing, What, WhyErased
from governance.cases import Bulk, Case, Reported, Subject, known_case
from governance.emergencies import Emergency
from governance.entry import AnyAct, Entry
from governance.errors import Refused
from governance.proposals import Proposal

log = structlog.get_logger()

GROUNDS: tuple[WhyErased, ...] = ("request", "order", "private", "unlawful")
"""Every ground; the legal officer may find any of them."""

MOST_REPORTS = 10_000


class Erasable(Struct, frozen=True):
    """A text of an entry, and on which grounds the reader may have it erased; `mine`: it is the reader's own.

    Where it is the reader's and cannot go yet, `clause` and `why` say what stands against it.
    """

    what: What
    mine: bool
    grounds: tuple[WhyErased, ...]
    clause: str = ""
    why: str = ""


class _Asker(Struct, frozen=True):
    """Who asks: as a member, as those whom the ledger knows by pseudonyms, as the legal officer."""

    account: int
    member: str
    pseudonyms: frozenset[str]
    is_officer: bool


async def erasable(tx: Tx, index: int, account: Account | None, now: int) -> tuple[Erasable, ...]:
    """The texts of an entry that this reader may have erased, or could when others need them no more."""
    entry = (await entries_among(tx, [index])).get(index)
    if account is None or entry is None:
        return ()
    asker = await _asker(tx, account, now)
    gone = {one.what for one in await erased_of(tx, [index])}
    found = [await _grounds(tx, one, asker, now) for one in await texts_of(tx, index, entry) if one.what not in gone]
    return tuple(one for one in found if one.grounds or one.clause)


async def _grounds(tx: Tx, one: Erasing, asker: _Asker, now: int) -> Erasable:
    foresight = Foresight(tx, now)
    owned = []
    if one.reporter in asker.pseudonyms:
        owned.append((Erase((one,), "request"), "reporter"))
    if asker.member:
        owned.append((Erase((one,), "request"), asker.member))
    answers = await foresight.refusals(owned)
    if None in answers:
        return Erasable(one.what, mine=True, grounds=("request",))
    later = next((refusal for refusal in answers if refusal is not None and refusal.clause == "erase-5"), None)
    if later is not None:
        return Erasable(one.what, mine=True, grounds=(), clause=later.clause, why=later.why)
    grounds: tuple[WhyErased, ...] = ()
    if asker.is_officer:
        asked = [(Erase((one,), ground), asker.member) for ground in GROUNDS]
        refusals = await foresight.refusals(asked)
        grounds = tuple(ground for ground, refusal in zip(GROUNDS, refusals, strict=True) if refusal is None)
    return Erasable(one.what, mine=False, grounds=grounds)


async def texts_of(tx: Tx, index: int, entry: Entry) -> list[Erasing]:
    """The texts that an entry commits to, as an erasure names them."""
    act = entry.act
    match act:
        case Report():
            subject = await value_of(tx, Subject, act.post)
            case = known_case(subject, act.rule[0], act.version) if subject is not None else None
            assert case is not None, "a post that was reported has a case"
            kinds: tuple[What, ...] = ("content", "reason")
            return [Erasing(index, what, case, act.reporter) for what in kinds]
        case Decide() if act.posts:
            return [Erasing(index, "reasons", act.case, ""), Erasing(index, "content", act.case, "")]
        case Decide() | Lift():
            return [Erasing(index, "reasons", act.case, "")]
        case Reconsider():
            return [Erasing(index, "reasons", act.appeal, "")]
        case Appeal():
            return [Erasing(index, "statement", index, act.reporter)]
        case Correct():
            return [Erasing(index, "correction", index, "")]
        case Propose() | Amend() | Enact() if isinstance(act.change, EnactRule | AmendRule):
            return [Erasing(index, "words", _of_words(act, index), "")]
        case _:
            return _texts_of_power(index, act)


def _texts_of_power(index: int, act: AnyAct) -> list[Erasing]:
    match act:
        case Invoke() if act.commits:
            return [Erasing(index, "content", index, ""), Erasing(index, "reasons", index, "")]
        case ReceiveOrder():
            return [Erasing(index, "order", index, "")]
        case Comply():
            return [Erasing(index, "reasons", index, "")]
        case RefuseOrder():
            return [Erasing(index, "reasons", act.order, "")]
        case _:
            return []


def _of_words(act: Propose | Amend | Enact, index: int) -> int:
    """The proposal, or the rule, that words belong to."""
    if isinstance(act, Amend):
        return act.proposal
    return act.change.target if isinstance(act, Enact) and isinstance(act.change, AmendRule) else index


async def erase(
    square: Square, account: Account, index: int, what: What, ground: WhyErased, request: Request
) -> Recorded:
    """Erase a text, with every other copy of it that the ledger's openings hold. Raises what the door raises."""
    now = square.clock.now()

    async def build(tx: Tx) -> tuple[str, list[Erasing]]:
        entry = (await entries_among(tx, [index])).get(index)
        texts = await texts_of(tx, index, entry) if entry is not None else []
        one = next((text for text in texts if text.what == what), None)
        if one is None:
            raise Refused("erase-1", "entry %(entry)s commits to no such text", entry=index)
        by = _by(one, await _asker(tx, account, now))
        return by, [one, *await _copies(tx, one, index)]

    by, texts = await square.database.read(build)
    key, fingerprint = request.of(f"account:{account.id}")
    deleted: list[bytes] = []
    pictures: list[MediaRow] = []
    beside = partial(_forget, texts=texts, now=now, deleted=deleted, pictures=pictures)
    pieces = [tuple(texts[first : first + MOST_ERASED]) for first in range(0, len(texts), MOST_ERASED)]
    deeds = [
        Deed(Erase(piece, ground), by, (), f"{key}:{place}" if key else "", fingerprint, beside=beside)
        for place, piece in enumerate(pieces)
    ]
    recorded = await square.door.record_all(deeds, share=f"account:{account.id}")
    await drop_files(square, pictures)
    await _purge(square, deleted)
    return recorded[0]


def _by(one: Erasing, asker: _Asker) -> str:
    """As whom the reader asks: under the pseudonym where the text is a reporter's and theirs, else as a member."""
    is_reporters = one.reporter in asker.pseudonyms and one.what in ("reason", "statement")
    if not is_reporters and not asker.member:
        raise Refused("member-1", "you are not in the register yet: newcomers enter it together")
    return "reporter" if is_reporters else asker.member


async def _asker(tx: Tx, account: Account, now: int) -> _Asker:
    office = await office_of(tx, "legal_officer", account.member, now)
    pseudonyms = frozenset(await pseudonyms_of(tx, account.id))
    return _Asker(account.id, account.member or "", pseudonyms, office is not None)


async def _copies(tx: Tx, one: Erasing, index: int) -> list[Erasing]:
    """The same words behind other commitments: every report has the post's, a rule has its proposal's."""
    if one.what == "content":
        copies = await _reported(tx, one)
    elif one.what == "words":
        copies = await _twins(tx, one, index)
    else:
        copies = []
    gone = {(mark.entry, mark.what) for mark in await erased_of(tx, {copy.entry for copy in copies})}
    return [copy for copy in copies if (copy.entry, copy.what) not in gone and copy.entry != one.entry]


async def _reported(tx: Tx, one: Erasing) -> list[Erasing]:
    """Every report of the posts whose words these are, and every decision that named one of them.

    The words of posts that one decision named go together, so that each of them brings its companions.
    """
    posts, found = set(await _posts_of(tx, one)), dict[int, Erasing]()
    waiting = set(posts)
    while waiting:
        subjects = (await values_of(tx, Subject, waiting)).values()
        waiting = set()
        for case in sorted({known.case for subject in subjects for known in subject.cases}):
            about = await value_of(tx, Case, case)
            assert about is not None
            for mark in await reports_in(tx, case, MOST_REPORTS):
                if (mark.post or about.post) in posts:
                    found[mark.entry] = Erasing(mark.entry, "content", case, mark.reporter)
            for entry, bulk in (await bulks_in(tx, case)).items():
                if not posts.isdisjoint(bulk.posts):
                    found[entry] = Erasing(entry, "content", case, "")
                    waiting |= set(bulk.posts) - posts
        posts |= waiting
    for number, emergency in (await emergencies_about(tx, sorted(posts))).items():
        if not emergency.is_unshown:
            found[number] = Erasing(number, "content", number, "")
    return list(found.values())


async def _posts_of(tx: Tx, one: Erasing) -> tuple[str, ...]:
    """The posts whose words an entry bound."""
    bulk = await value_of(tx, Bulk, one.entry)
    if bulk is not None:
        return bulk.posts
    emergency = await value_of(tx, Emergency, one.of)
    if emergency is not None:
        return (emergency.post,)
    case, mark = await value_of(tx, Case, one.of), await value_of(tx, Reported, f"{one.of}/{one.reporter}")
    assert case is not None
    return (mark.post if mark is not None and mark.post else case.post,)


async def _twins(tx: Tx, one: Erasing, index: int) -> list[Erasing]:
    """The words of a rule stand at its proposal too, and those of an enacted proposal at the rule."""
    act = (await entries_among(tx, [index]))[index].act
    if isinstance(act, Enact):
        entries = await wordings_of(tx, act.proposal) if act.proposal else []
        return [Erasing(entry, "words", act.proposal, "") for entry in entries]
    proposal = await value_of(tx, Proposal, one.of)
    if proposal is None or proposal.status != "enacted" or proposal.written != index:
        return []
    enacted = (await entries_among(tx, [proposal.ended]))[proposal.ended].act
    assert isinstance(enacted, Enact)
    return [Erasing(proposal.ended, "words", _of_words(enacted, proposal.ended), "")]


async def _forget(
    tx: Tx, index: int, *, texts: Sequence[Erasing], now: int, deleted: list[bytes], pictures: list[MediaRow]
) -> None:
    """Delete, in the transaction of the act, what opens these texts, and the posts whose words they are."""
    salts = await delete_openings(tx, [(one.entry, one.what) for one in texts])
    posts = {int(post) for one in texts if one.what == "content" for post in await _posts_of(tx, one)}
    words = await delete_words(tx, sorted(posts), now)
    shown = await delete_media_of(tx, sorted(posts))
    pictures += shown
    deleted += [*salts, *(text.encode() for text in [*words, *(row.description for row in shown)] if text)]


async def _purge(square: Square, deleted: Sequence[bytes]) -> None:
    """What was kept in memory and in the database's files goes as well, now that the act is committed."""
    forget_rendered()
    compare_words.cache_clear()
    await tidy(square.database)
    if deleted and not await square.database.purge(deleted):
        log.warning("erased texts may still lie in the database file: see docs/operate.md, erasing")
