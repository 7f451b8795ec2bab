"""Reports: from a post, a rule and a reason to the act, under a pseudonym of the month."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from msgspec import Struct

from app.admission import author_of
from app.deeds import Request
from app.moderation import bind
from app.square import Square
from app.store.accounts import Account
from app.store.cases import durations
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.ledger import read_requests
from app.store.posts import PostRow, find_post, has_topic
from app.store.reporters import find_pseudonym, forget_reporters, make_pseudonym, reported_by
from app.store.restrictions import restrictions_of
from app.store.rules import versions_of
from app.store.seen import seen_among
from app.store.visibility import FOR_ALL
from governance.acts.cases import Report
from governance.cases import Subject, known_case
from governance.commitment import Opening
from governance.errors import Refused
from governance.rules import RuleVersion


class Filed(Struct, frozen=True):
    """A report as it was recorded: its entry, and the case that it opened or joined."""

    entry: int
    case: int


class _Found(Struct, frozen=True):
    """What a report says of a post, and the reporter's pseudonym of the month if there is one."""

    post: PostRow
    cited: tuple[int, int]
    is_topical: bool
    pseudonym: str | None

    def act(self, author: str, pseudonym: str, openings: Sequence[Opening]) -> Report:
        return Report(
            post=str(self.post.id),
            version=self.post.version,
            posted=self.post.said_at,
            author=author,
            topical=self.is_topical,
            rule=self.cited,
            reporter=pseudonym,
            commits=tuple(opening.commit() for opening in openings),
        )


async def report(
    square: Square, reporter: Account | None, post: int, rule: int, reason: str, request: Request
) -> Filed:
    """Report a post under a rule, in the version that was law when this version of the post was made.

    Who has no account (None) gives notice of unlawful content and of nothing else, under a pseudonym that is used once
    and kept nowhere beside. An author who has no number yet is admitted with that entry. Raises what the door raises.
    """
    now, sender = square.clock.now(), f"account:{reporter.id}" if reporter else "visitor"
    key, fingerprint = request.of(sender)
    found = await square.database.read(lambda tx: _find(tx, reporter, post, rule, key, now))
    pseudonym = found.pseudonym
    if reporter is None:
        pseudonym = f"r:{secrets.token_hex(8)}"
    elif pseudonym is None:
        account = reporter.id
        pseudonym = await square.database.write(lambda tx: make_pseudonym(tx, account, month_of(now)))
    openings = (bind("content", found.post.words), bind("reason", reason))
    act_on = partial(found.act, pseudonym=pseudonym, openings=openings)
    author = await author_of(square, found.post, act_on, "reporter")
    recorded = await square.door.record(
        act_on(author),
        "reporter",
        openings=openings,
        request=key,
        fingerprint=fingerprint,
        share=sender,
    )
    case = await square.database.read(lambda tx: _case_of(tx, found.post, rule))
    assert case is not None, "a post that was reported has a case"
    return Filed(recorded.index, case)


async def forget_final(square: Square) -> int:
    """Forget who stood behind earlier months' pseudonyms whose cases are all final; return how many."""
    now = square.clock.now()

    async def forget(tx: Tx) -> int:
        appeal = (await durations(tx, ["appeal"]))["appeal"]
        return await forget_reporters(tx, month_of(now), now, appeal)

    return await square.database.write(forget)


def cited_version(rule: int, versions: Sequence[RuleVersion], posted: int) -> tuple[int, int]:
    """The version of a rule that was law when a post was made, else the latest: then the law says what is wrong."""
    for version in versions:
        if version.in_force_at(posted):
            return rule, version.version
    return rule, versions[-1].version if versions else 1


def month_of(now: int) -> int:
    """The number of a month, counted from the year 0 (UTC)."""
    moment = datetime.fromtimestamp(now / 1000, UTC)
    return moment.year * 12 + moment.month - 1


async def _find(tx: Tx, reporter: Account | None, post: int, rule: int, key: str, now: int) -> _Found:
    reader = reporter.id if reporter is not None else None
    row = await find_post(tx, post)
    if row is not None and row.boost_of is not None:
        row = await find_post(tx, row.boost_of)
    if row is None or row.deleted_at is not None or not await _may_read(tx, row, reader):
        raise Refused("report-2", "there is no such post, or its author has deleted it")
    if not key or not await read_requests(tx, [key]):
        await _check_not_withheld(tx, row, now)
        if reporter is not None:
            await _check_not_reported(tx, reporter, row, rule)
    versions = await versions_of(tx, rule)
    if reporter is None:
        _check_unlawful(versions)
    cited = cited_version(rule, versions, row.said_at)
    known = await find_pseudonym(tx, reporter.id, month_of(now)) if reporter is not None else None
    return _Found(row, cited, await has_topic(tx, row), known)


async def _may_read(tx: Tx, row: PostRow, reader: int | None) -> bool:
    """What everybody may read is reported by everybody: nobody escapes that by blocking who would."""
    return row.visibility in FOR_ALL or bool(await seen_among(tx, [row.id], reader))


def _check_unlawful(versions: Sequence[RuleVersion]) -> None:
    if not versions or versions[-1].ground != "unlawful":
        raise Refused("report-9", "without an account only unlawful content can be reported; sign in for other rules")


async def _check_not_withheld(tx: Tx, post: PostRow, now: int) -> None:
    """Whoever reports is a party and may read what was withheld: so nobody new does."""
    standing = (await restrictions_of(tx, [str(post.id)], now)).get(str(post.id), ())
    if any(not restriction.opens and restriction.here for restriction in standing):
        raise Refused("report-10", "this post is withheld already, and its words are shown to nobody new")


async def _check_not_reported(tx: Tx, reporter: Account, post: PostRow, rule: int) -> None:
    """Under last month's pseudonym neither: the law, which sees pseudonyms, cannot know that."""
    case = await _case_of(tx, post, rule)
    if case is not None and await reported_by(tx, reporter.id, [case]):
        raise Refused("report-6", "you have reported this post under this rule already, in case %(case)s", case=case)


async def _case_of(tx: Tx, post: PostRow, rule: int) -> int | None:
    subject = await value_of(tx, Subject, str(post.id))
    return known_case(subject, rule, post.version) if subject is not None else None
