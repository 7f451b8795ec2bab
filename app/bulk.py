"""Deciding on many posts of one account at once, under a rule against spam (POLICY [decide-10])."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.moderation import bind
from app.store.accounts import account_by_member
from app.store.circles import Span
from app.store.engines import Tx
from app.store.governed import values_of
from app.store.ledger import openings_of
from app.store.orders import unshown_among
from app.store.posts import PostRow, posts_among
from app.store.timelines import own_timeline
from app.store.visibility import FOR_ALL
from governance.acts.cases import BulkPost
from governance.cases import Case, Subject, known_case
from governance.commitment import Opening
from governance.conditions.facts import Shingles, shingles_of
from governance.errors import Refused
from governance.figures.judged import Share
from governance.rules import RuleVersion

MOST: Final = 256
"""Posts that a decision names beside the reported one, at most."""


class Nameable(Struct, frozen=True):
    """A recent post of the same account that a decision may name; `alike`: of the runs of three words of both."""

    post: str
    posted: int
    text: str
    alike: Share


class Bound(Struct, frozen=True):
    """The posts that a decision names, as it carries them, with what opens their words."""

    posts: tuple[BulkPost, ...]
    openings: tuple[Opening, ...]


class Named(Struct, frozen=True):
    """A post that a decision named; `content` are its words as they were judged, None where the reader may not see."""

    post: str
    posted: int
    content: str | None


async def nameable(tx: Tx, number: int, case: Case, rule: RuleVersion) -> tuple[Nameable, ...]:
    """The author's recent posts that a decision in this case may name, those most like the reported one first."""
    if rule.kind != "spam":
        return ()
    account = await account_by_member(tx, case.author)
    if account is None:
        return ()
    ids = await own_timeline(tx, account.id, Span(MOST + 1))
    rows = [row for row in await posts_among(tx, ids) if str(row.id) != case.post and rule.in_force_at(row.said_at)]
    subjects = {str(post): one for post, one in (await values_of(tx, Subject, [str(row.id) for row in rows])).items()}
    unshown = await unshown_among(tx, subjects)
    rows = [row for row in rows if str(row.id) not in unshown and row.visibility in FOR_ALL]
    free = [row for row in rows if _is_free(subjects.get(str(row.id), Subject()), row, number, case.rule)]
    reported = [row.value for row in await openings_of(tx, [number]) if row.field == "content"]
    mine = shingles_of(reported[0]) if reported else frozenset[tuple[str, ...]]()
    told = [Nameable(str(row.id), row.said_at, row.words, _alike(mine, row.words)) for row in free]
    return tuple(sorted(told, key=lambda one: (-one.alike.fraction, -int(one.post)))[:MOST])


async def named_posts(tx: Tx, case: Case, posts: Sequence[str]) -> Bound:
    """The posts that a decision names, as they are now.

    Raises Refused [decide-10] for a post that is not there, or is another account's, which the ledger does not know.
    """
    rows = {str(row.id): row for row in await posts_among(tx, sorted({int(post) for post in posts}))}
    bulk, openings = [], []
    for place, post in enumerate(posts, 1):
        row = rows.get(post)
        if row is None or row.deleted_at is not None or row.visibility not in FOR_ALL:
            raise Refused("decide-10", "there is no post %(post)s, or its author has deleted it", post=post)
        if row.member != case.author:
            raise Refused("decide-10", "post %(post)s is of another account", post=post)
        opening = bind(f"content/{place}", row.words)
        openings.append(opening)
        bulk.append(BulkPost(post, row.version, row.said_at, opening.commit().hash))
    return Bound(tuple(bulk), tuple(openings))


def _is_free(subject: Subject, row: PostRow, case: int, rule: int) -> bool:
    return not subject.erased and known_case(subject, rule, row.version) in (None, case)


def _alike(mine: Shingles, text: str) -> Share:
    theirs = shingles_of(text)
    return Share(len(mine & theirs), len(mine | theirs))
