"""Reporting a post: under which rule, and why."""

from typing import Annotated

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.posts import Post, show_posts
from app.reports import report
from app.square import Square
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.posts import PostRow, find_post, has_topic, posts_among
from app.store.reporters import reported_by
from app.store.rules import Words, versions_at, words_of
from app.text import MOST_CODE_POINTS, clean
from app.web.answers import Answer, answer, done
from app.web.keys import Key, asked
from app.web.limits import NOTICE, count
from app.web.numbers import errors_in
from app.web.posts import known_id
from app.web.requests import Invalid, PageRequest, square_of
from app.web.rules import label_order
from app.web.visits import Visit, visit_of
from governance.acts.words import Sanction
from governance.cases import Subject
from governance.rules import RuleVersion


class ReportForm(Struct, frozen=True):
    """The number of a rule, and why the post offends it."""

    rule: Annotated[int, Meta(ge=0, lt=2**53)]
    reason: Annotated[str, Meta(max_length=MOST_CODE_POINTS)]


class RuleChoice(Struct, frozen=True):
    """A rule in force, in the version that judges this post.

    It does not reach a post that is older than the rule, nor, if it is topical, one in a conversation without a topic.
    `reported` is the case in which the reader has reported this post under it, 0 for none.
    """

    rule: int
    version: int
    label: str
    title: str
    text: str
    elements: tuple[str, ...]
    sanctions: tuple[Sanction, ...]
    since: int
    reaches: bool
    topical: bool
    reported: int


class ReportPage(Struct, frozen=True):
    """A post, and the rules that are in force now; for a reader without an account, those about unlawful content."""

    post: Post
    rules: tuple[RuleChoice, ...]


class Reported(Struct, frozen=True):
    """What a program is told of its report: the entry, the case that it opened or joined, and that case's page."""

    entry: int
    case: int
    url: str


async def report_page(request: PageRequest) -> Answer[ReportPage]:
    """The form to report a post."""
    square, visit = square_of(request), await visit_of(request)
    account = visit.account
    reader = account.id if account is not None else None
    post_id, now = known_id(str(request.path_params["post_id"])), square.clock.now()

    async def load(tx: Tx) -> ReportPage:
        row = await find_post(tx, post_id)
        if row is None or row.deleted_at is not None:
            raise NotFoundException
        shown = await show_posts(tx, await posts_among(tx, [post_id]), reader, now, visit.country)
        if not shown:
            raise NotFoundException
        return ReportPage(shown[0], await _rules(tx, row, reader, now))

    return answer(request, "reports/report.html", await square.database.read(load))


async def _rules(tx: Tx, row: PostRow, reader: int | None, now: int) -> tuple[RuleChoice, ...]:
    current = await versions_at(tx, now)
    if reader is None:
        current = [version for version in current if version.ground == "unlawful"]
    then = {version.rule: version for version in await versions_at(tx, row.said_at)}
    judging = [then.get(version.rule, version) for version in current]
    words = await words_of(tx, [version.enacted for version in judging])
    topical = await has_topic(tx, row)
    reported = await _reported(tx, row, reader) if reader is not None else {}
    choices = [
        _choice(
            version,
            words.get(version.enacted, Words()),
            version.rule in then and (topical or not version.topical),
            reported.get(version.rule, 0),
        )
        for version in judging
    ]
    return tuple(sorted(choices, key=lambda choice: label_order(choice.label)))


async def _reported(tx: Tx, row: PostRow, reader: int) -> dict[int, int]:
    """In which cases a reader has reported this version of a post, by rule."""
    subject = await value_of(tx, Subject, str(row.id)) or Subject()
    cases = {known.case: known.rule for known in subject.cases if known.version == row.version}
    return {cases[case]: case for case in await reported_by(tx, reader, cases)}


def _choice(version: RuleVersion, words: Words, reaches: bool, reported: int) -> RuleChoice:
    return RuleChoice(
        rule=version.rule,
        version=version.version,
        label=version.label,
        title=words.title,
        text=words.text,
        elements=words.elements,
        sanctions=version.sanctions,
        since=version.since,
        reaches=reaches,
        topical=version.topical,
        reported=reported,
    )


@get("/posts/{post_id:str}/report", tags=["cases"])
async def show_report(request: PageRequest, post_id: str) -> Answer[ReportPage]:
    """The form to report a post, with the rules in force; for who has no account, those about unlawful content."""
    return await report_page(request)


@post("/posts/{post_id:str}/report", tags=["cases"], opt={"again": report_page})
async def create_report(
    request: PageRequest, square: Square, visit: Visit, post_id: str, data: ReportForm, key: Key = ""
) -> Response[Reported]:
    """Report a post under a rule: opens its case, or joins it. Without an account, unlawful content only."""
    errors = errors_in(reason=data.reason)
    if errors:
        raise Invalid(errors)
    if visit.account is None:
        await count(square, request, NOTICE)
    once = await asked(request, key, data)
    filed = await report(square, visit.account, known_id(post_id), data.rule, clean(data.reason), once)
    url = f"/cases/{filed.case}"
    return done(request, url, Reported(filed.entry, filed.case, url))


routes = [show_report, create_report]
