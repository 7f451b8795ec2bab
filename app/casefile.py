"""A case as its page tells it: what was decided and why, every step with its entry, and what the reader may do."""

import msgspec
from msgspec import Struct

from app.beside import CorrectionTold, corrections_told
from app.bulk import Named
from app.casesteps import steps_of
from app.casetold import Amended, Answer, AppealTold, CaseFile, DecisionTold, JuryTold, ReportTold, RuleTold
from app.decisions import version_of
from app.judged import pictures_judged
from app.media.pictures import Picture
from app.offers import Matter, offers_in
from app.openings import Reader, openings_seen, reader_of
from app.outcomes import appeals_against, standing_of
from app.store.accounts import Account
from app.store.benches import status_of
from app.store.cases import appeals_of, durations, entries_among, joined_in
from app.store.engines import Tx
from app.store.erasures import erased_of
from app.store.governed import value_of
from app.store.juries import words_of_appeal
from app.store.jurors import juries_in
from app.store.posts import PostRow, find_post
from app.store.reporters import reported_by, reports_in
from app.store.visibility import FOR_ALL
from governance.acts.appeals import Appeal
from governance.acts.cases import Decide
from governance.appeals import Appealed
from governance.cases import Case
from governance.charter import Probe
from governance.entry import Entry
from governance.juries import Jury
from governance.rules import Rule, RuleVersion
from governance.texts import Erased

MOST_SHOWN = 50
"""Reports, and reporters of an appeal, that a page tells one by one."""

TERMS = (
    *("appeal", "appeal_total", "cosign", "decision", "reconsider", "restriction"),
    *("evidence", "verdict", "vote_after"),
)


class _Papers(Struct, frozen=True):
    """What a case is made of, loaded: `texts` are the openings that the reader may see."""

    number: int
    case: Case
    version: RuleVersion
    appeals: dict[int, Appealed]
    juries: dict[int, Jury]
    words: dict[int, str]
    reports: tuple[int, ...]
    entries: dict[int, Entry]
    texts: dict[tuple[int, str], str]
    erased: tuple[Erased, ...]
    corrections: tuple[CorrectionTold, ...]
    terms: dict[str, int]

    def text(self, entry: int, field: str) -> str | None:
        return self.texts.get((entry, field))


async def case_file(tx: Tx, number: int, account: Account | None, now: int) -> CaseFile | None:
    """A case as this account sees it, a visitor where it is None; None where there is no such case."""
    if (case := await value_of(tx, Case, number)) is None:
        return None
    papers = await _papers(tx, number, case, account, now)
    reader = await reader_of(tx, account, [number], now)
    post = await find_post(tx, int(case.post))
    matter = Matter(number, case, papers.version, papers.terms["appeal"], post.version if post is not None else 0)
    standing = standing_of(case, papers.version.ground, appeals_against(case, papers.appeals), now)
    return CaseFile(
        case=number,
        post=case.post,
        version=case.version,
        posted=case.posted,
        is_deleted=post is None or post.deleted_at is not None,
        is_for_few=post is not None and post.visibility not in FOR_ALL,
        author=case.author,
        rule=await _rule(tx, papers),
        stands=standing.stands,
        date=standing.date,
        opened_at=case.opened_at,
        due_at=case.due_at,
        reporters=case.reporters,
        decision=_decision(papers),
        lifted=papers.text(case.lifted, "reasons") if case.lifted else None,
        content=papers.text(number, "content"),
        pictures=await _pictures(tx, papers, case.version, account, now),
        amended=await _amended(tx, papers, post, reader, account, now),
        reports=tuple(_report(papers, entry) for entry in papers.reports),
        appeals=tuple(_appeal(papers, appeal) for appeal in papers.appeals),
        juries=tuple([await _jury(tx, index, jury, now) for index, jury in papers.juries.items()]),
        erased=papers.erased,
        corrections=papers.corrections,
        steps=steps_of(
            case, papers.entries, papers.appeals, papers.juries, standing.stands, papers.terms["decision"], now
        ),
        is_mine=reader.member is not None and reader.member == case.author,
        has_reported=number in reader.has_reported,
        offers=await offers_in(tx, matter, account, reader, now),
        terms=papers.terms,
    )


async def _papers(tx: Tx, number: int, case: Case, account: Account | None, now: int) -> _Papers:
    version = await version_of(tx, case)
    appeals = await appeals_of(tx, [number])
    juries = await juries_in(tx, number)
    # Of many reports the page tells some; the one that opened the case is always among them.
    reports = tuple(dict.fromkeys((number, *(one.entry for one in await reports_in(tx, number, MOST_SHOWN)))))
    wanted = {case.decision, case.cosigned, case.lifted, case.lifted_before, *reports, *appeals}
    for appeal in appeals.values():
        wanted |= {appeal.decision, appeal.answer}
    for index, jury in juries.items():
        wanted |= {index, jury.vote, jury.closed, *jury.excuses}
    if case.reporters_appeal:
        wanted |= {joined.entry for joined in await joined_in(tx, case.reporters_appeal, MOST_SHOWN)}
    erased = tuple(await erased_of(tx, wanted - {0}))
    corrections = await corrections_told(tx, sorted(wanted - {0}), account, now)
    beside = {one.erasure for one in erased} | {one.correction for one in corrections}
    entries = await entries_among(tx, (wanted | beside) - {0})
    seen = await openings_seen(tx, [*entries, version.enacted], account, now)
    texts = {(row.entry, row.field): row.value for row in seen}
    terms = await durations(tx, TERMS)
    words = await _words(tx, number, case, entries, appeals, account)
    return _Papers(number, case, version, appeals, juries, words, reports, entries, texts, erased, corrections, terms)


async def _words(
    tx: Tx, number: int, case: Case, entries: dict[int, Entry], appeals: dict[int, Appealed], account: Account | None
) -> dict[int, str]:
    """The words of this reader's own appeals; nobody is shown another's."""
    reported = (await reported_by(tx, account.id, [number])).get(number) if account is not None else None
    found = {}
    for index, appeal in appeals.items():
        act = entries[index].act
        is_author = account is not None and appeal.side == "author" and account.member == case.author
        is_reporter = reported is not None and isinstance(act, Appeal) and act.reporter == reported.reporter
        if is_author or is_reporter:
            words = await words_of_appeal(tx, index)
            if words is not None:
                found[index] = words
    return found


async def _jury(tx: Tx, index: int, jury: Jury, now: int) -> JuryTold:
    status, date = await status_of(tx, jury, now)
    return JuryTold(index, jury.matter, jury.asks, jury.instance, status, date, jury.vote, jury.closed)


async def _rule(tx: Tx, papers: _Papers) -> RuleTold:
    version = papers.version
    rule = await value_of(tx, Rule, version.rule)
    assert rule is not None
    latest = await value_of(tx, RuleVersion, f"{version.rule}/{rule.version}")
    assert latest is not None
    elements = range(1, version.elements + 1)
    return RuleTold(
        rule=version.rule,
        version=version.version,
        label=version.label,
        title=papers.text(version.enacted, "title") or "",
        text=papers.text(version.enacted, "text") or "",
        elements=tuple(papers.text(version.enacted, f"element/{place}") or "" for place in elements),
        allowed=tuple(sanction for sanction in version.sanctions if sanction in latest.sanctions),
        ground=version.ground,
        kind=version.kind,
        tests=tuple(
            msgspec.json.decode(papers.text(version.enacted, f"test/{place}") or "", type=Probe)
            for place in range(1, version.tests + 1)
            if papers.text(version.enacted, f"test/{place}")
        ),
        condition=papers.text(version.enacted, "condition") or "",
        since=version.since,
        enacted=version.enacted,
    )


def _report(papers: _Papers, entry: int) -> ReportTold:
    return ReportTold(entry, papers.entries[entry].at, papers.text(entry, "reason"))


async def _pictures(tx: Tx, papers: _Papers, version: int, account: Account | None, now: int) -> tuple[Picture, ...]:
    """What a version of the post shows, for whom its words are shown because they judge it."""
    if papers.text(papers.number, "content") is None:
        return ()
    return await pictures_judged(tx, int(papers.case.post), version, account, now)


async def _amended(
    tx: Tx, papers: _Papers, post: PostRow | None, reader: Reader, account: Account | None, now: int
) -> Amended | None:
    """What the post says now, for whoever may read what was judged: once its author has asked for a look at it."""
    case = papers.case
    is_asked = case.edited > 0 or reader.member == case.author
    if post is None or post.deleted_at is not None or not is_asked or papers.text(papers.number, "content") is None:
        return None
    if post.version <= case.version:
        return None
    return Amended(post.version, post.said_at, post.words, await _pictures(tx, papers, post.version, account, now))


def _decision(papers: _Papers) -> DecisionTold | None:
    case = papers.case
    if not case.decision:
        return None
    act = papers.entries[case.decision].act
    assert isinstance(act, Decide)
    return DecisionTold(
        entry=case.decision,
        at=case.decided_at,
        decider=case.decider,
        outcome=act.outcome,
        sanction=act.sanction,
        until=case.until,
        decided_until=case.decided_until,
        cosigner=case.cosigner,
        appeal_until=case.appeal_until,
        elements=act.elements,
        reasons=papers.text(case.decision, "reasons"),
        milder=tuple(Answer(one.sanction, papers.text(case.decision, f"milder/{one.sanction}")) for one in act.milder),
        distinguishes=act.distinguishes,
        language=act.language,
        notice=act.notice,
        others=tuple(
            Named(one.post, one.posted, papers.text(case.decision, f"content/{place}"))
            for place, one in enumerate(act.posts, 1)
        ),
    )


def _appeal(papers: _Papers, number: int) -> AppealTold:
    appeal = papers.appeals[number]
    return AppealTold(
        appeal=number,
        side=appeal.side,
        opened_at=appeal.opened_at,
        due_at=appeal.due_at,
        status=appeal.status,
        instance=appeal.instance,
        jury=appeal.jury,
        verdict=appeal.verdict,
        reporters=appeal.reporters,
        statement=papers.text(number, "statement"),
        answer=appeal.answer,
        answered_by=appeal.answered_by,
        reasons=papers.text(appeal.answer, "reasons") if appeal.answer else None,
        nonce=appeal.nonce,
        words=papers.words.get(number),
    )
