"""Appeals: from a statement to the act, under the author's number or a reporter's pseudonym; and the second look."""

from hashlib import sha256
from typing import Literal

from app.decisions import check_not_reporter
from app.deeds import Request
from app.moderation import bind, number_of
from app.record import Deed, Recorded
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.juries import keep_words
from app.store.posts import find_post
from app.store.reporters import reported_by
from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.appeals import Appealed
from governance.cases import Case
from governance.errors import Refused

Side = Literal["author", "reporter"]


async def appeal(
    square: Square,
    account: Account,
    case: int,
    side: Side,
    statement: str,
    words: str,
    request: Request,
    *,
    after_edit: bool = False,
) -> Recorded:
    """Appeal in a case: as the author of the post, or as one who reported it. Raises what the door raises.

    `after_edit`: the author asks for another look at the post as it stands now (POLICY [appeal-9]).
    `words` are the appellant's share in the draw of a jury: only their SHA-256 enters the ledger.
    """
    opening = bind("statement", statement)
    pseudonym = "" if side == "author" else await _pseudonym(square, account, case)
    by = "reporter" if pseudonym else number_of(account)
    key, fingerprint = request.of(f"account:{account.id}")
    edited = await square.database.read(lambda tx: _version_now(tx, case)) if after_edit else 0
    act = Appeal(case, pseudonym, nonce_of(words), edited, (opening.commit(),))

    async def keep(tx: Tx, entry: int) -> None:
        await keep_words(tx, entry, words)

    deed = Deed(act, by, (opening,), key, fingerprint, beside=keep)
    return (await square.door.record_all([deed], share=f"account:{account.id}"))[0]


async def _version_now(tx: Tx, number: int) -> int:
    """The version that the post of a case has now. Raises Refused [appeal-9] where it is gone."""
    case = await value_of(tx, Case, number)
    post = await find_post(tx, int(case.post)) if case is not None else None
    if post is None or post.deleted_at is not None:
        raise Refused("appeal-9", "the post is not there any more")
    return post.version


def nonce_of(words: str) -> str:
    """The SHA-256 of the words of an appellant, in hex."""
    return sha256(words.encode()).hexdigest()


async def join_appeal(square: Square, account: Account, number: int, request: Request) -> Recorded:
    """Join the reporters' appeal, as another who reported the same post."""
    case = (await square.database.read(lambda tx: existing_appeal(tx, number))).case
    pseudonym = await _pseudonym(square, account, case)
    key, fingerprint = request.of(f"account:{account.id}")
    return await square.door.record(
        JoinAppeal(number, pseudonym),
        "reporter",
        request=key,
        fingerprint=fingerprint,
        share=f"account:{account.id}",
    )


async def reconsider(
    square: Square,
    moderator: Account,
    number: int,
    outcome: Literal["maintain", "reverse"],
    reasons: str,
    request: Request,
) -> Recorded:
    """Look again at the decision that an appeal is against."""
    by, opening, now = number_of(moderator), bind("reasons", reasons), square.clock.now()

    async def check(tx: Tx) -> None:
        await check_not_reporter(tx, moderator, (await existing_appeal(tx, number)).case, now)

    await square.database.read(check)
    key, fingerprint = request.of(by)
    act = Reconsider(number, outcome, (opening.commit(),))
    return await square.door.record(act, by, openings=(opening,), request=key, fingerprint=fingerprint)


async def existing_appeal(tx: Tx, number: int) -> Appealed:
    """The appeal of a number. Raises Refused [appeal-1]."""
    found = await value_of(tx, Appealed, number)
    if found is None:
        raise Refused("appeal-1", "there is no appeal %(appeal)s", appeal=number)
    return found


async def _pseudonym(square: Square, account: Account, case: int) -> str:
    """The pseudonym under which an account reported in a case. Raises Refused [appeal-3] where it did not."""
    reported = await square.database.read(lambda tx: reported_by(tx, account.id, [case]))
    if case not in reported:
        raise Refused("appeal-3", "only the author of the post or one who reported it may appeal")
    return reported[case].reporter
