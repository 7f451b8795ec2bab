"""Proposals: the list, the page of each, and what members do with it."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct
from msgspec.structs import replace

from app.course import Step, course_of
from app.elections import ElectionShown, show_election
from app.moderation import Foresight, number_of
from app.posts import Post, show_posts
from app.preview import Preview, preview_of
from app.proposals import ChangeShown, Kind, Phase, ProposalLine, Takes, classes, list_lines, phase_of, show_change
from app.proposing import sponsor, withdraw
from app.similar import Similar, similar_rules
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.governed import value_of, values_of
from app.store.posts import posts_among
from app.store.rules import Words, words_of
from app.store.votes import over, sponsors_of, under_way, votes_on
from app.text import excerpt
from app.voting import Franchise, VoteShown, franchise_of, show_vote
from app.web.answers import Answer, Recorded, answer, entered
from app.web.atom import address_of
from app.web.keys import Key, asked
from app.web.numbers import NO_NUMBER, known_number
from app.web.refusals import sentence_of
from app.web.requests import PageRequest, square_of
from app.web.translations import Tongue
from app.web.visits import Visit, account_of, signed_in, visit_of
from governance.acts.elections import Stand, StandDown
from governance.acts.proposals import AmendRule, Elect, Enact, EnactRule, Sponsor, Withdraw
from governance.acts.words import Class
from governance.charter import Charter
from governance.entry import AnyAct
from governance.proposals import LIVE, OPEN, Proposal
from governance.terms import Term, size_of

MOST_IN_A_PAGE: Final = 40
LONGEST_HEADING: Final = 120


class Listed(Struct, frozen=True):
    """A proposal in the list, with the first line of its post, "" where that is not shown."""

    heading: str
    line: ProposalLine


class ProposalsPage(Struct, frozen=True):
    """The proposals under way, and those that are over, newest first; `next` is the address of older ones."""

    under_way: tuple[Listed, ...]
    over: tuple[Listed, ...]
    next: str | None
    is_first: bool


class Receipt(Struct, frozen=True):
    """What the voter keeps. With it, and only with it, the ballot is found in the box; it is shown once.

    `choice` is 0 yes, 1 no, 2 blank; in an election a number whose bits are the candidates, who stand in `approved`.
    """

    vote: int
    place: int
    token: str
    choice: int
    url: str
    approved: tuple[str, ...] | None = None


class Rights(Struct, frozen=True):
    """What the reader may do with a proposal now, but vote on it."""

    sponsor: bool = False
    amend: bool = False
    withdraw: bool = False
    stand: bool = False
    stand_down: bool = False


class ProposalPage(Struct, frozen=True, rename={"class_": "class"}):
    """A proposal: what it would change, where it stands, what it takes, and what the reader may do.

    `post` is the debate's first post, None where it is gone. `takes` is what its class takes now; what a vote takes
    was fixed when it opened; `roll` is its size, or how many would be on it. `vacatio` is a term. `refused` says why a
    change that was adopted cannot come into force. `seen` is what was looked at, with the freeze for good; `similar`
    are rules that are like the one proposed. `site` is the address to audit.
    """

    proposal: int
    url: str
    kind: Kind
    class_: Class
    version: int
    written: int
    phase: Phase
    opened_at: int
    due_at: int
    heading: str
    post_id: str
    post: Post | None
    proposer: str
    change: ChangeShown
    sponsors: tuple[str, ...]
    sponsors_needed: int
    takes: Takes
    roll: int
    secret_roll: int
    vacatio: str
    votes: tuple[VoteShown, ...]
    election: ElectionShown | None
    franchise: Franchise
    steps: tuple[Step, ...]
    may_vote: bool
    may: Rights
    refused: str = ""
    seen: Preview | None = None
    similar: tuple[Similar, ...] = ()
    site: str = ""
    receipt: Receipt | None = None


class SponsorForm(Struct, frozen=True):
    """The version that was read."""

    version: Annotated[int, Meta(ge=1, lt=2**31)]


class WithdrawForm(Struct, frozen=True):
    """A withdrawal says nothing but itself."""


@get("/proposals", tags=["proposals"])
async def show_proposals(request: PageRequest, square: Square, visit: Visit, before: str = "") -> Answer[ProposalsPage]:
    """Every proposal: votes that are open first, then by phase, then those that are over."""
    now, first = square.clock.now(), known_number(before) if before else NO_NUMBER

    async def load(tx: Tx) -> ProposalsPage:
        coming = {} if before else await under_way(tx, now)
        ended = await over(tx, now, first, MOST_IN_A_PAGE + 1)
        shown = dict(list(ended.items())[:MOST_IN_A_PAGE])
        lines = await list_lines(tx, coming | shown, now)
        headings = await _headings(tx, coming | shown, now, visit.country)
        listed = [Listed(headings[line.proposal], line) for line in lines]
        more = f"/proposals?before={min(shown)}" if len(ended) > len(shown) else None
        split = len(coming)
        return ProposalsPage(tuple(listed[:split]), tuple(listed[split:]), more, not before)

    return answer(request, "proposals/list.html", await square.database.read(load))


async def _headings(tx: Tx, proposals: dict[int, Proposal], now: int, country: str) -> dict[int, str]:
    """The first line of each proposal's post, as far as everyone sees it."""
    rows = await posts_among(tx, [int(proposal.post) for proposal in proposals.values()])
    posts = {post.id: post for post in await show_posts(tx, rows, None, now, country)}
    return {number: heading_of(posts.get(proposal.post)) for number, proposal in proposals.items()}


def heading_of(shown: Post | None) -> str:
    """What a proposal is called by its proposer, as long as their post stands open."""
    if shown is None or shown.stands != "open":
        return ""
    return excerpt(shown.text.partition("\n")[0], LONGEST_HEADING)


async def proposal_page(request: PageRequest, number: int, receipt: Receipt | None = None) -> Answer[ProposalPage]:
    """The page of a proposal. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    now = square.clock.now()

    async def load(tx: Tx) -> ProposalPage:
        proposal = await value_of(tx, Proposal, number)
        if proposal is None:
            raise NotFoundException
        page = await _page(tx, number, proposal, visit, square.charter, now)
        refused = await _refused(tx, number, proposal, visit.tongue, now)
        return replace(page, site=address_of(request), receipt=receipt, refused=refused)

    return answer(request, "proposals/proposal.html", await square.database.read(load))


@get("/proposals/{proposal:str}", tags=["proposals"])
async def show_proposal(request: PageRequest, proposal: str) -> Answer[ProposalPage]:
    """A proposal: the difference, its course, what it takes, the ballot, and after the close the result."""
    return await proposal_page(request, known_number(proposal))


@post("/proposals/{proposal:str}/sponsor", tags=["proposals"], guards=[signed_in])
async def sponsor_proposal(
    request: PageRequest, square: Square, visit: Visit, proposal: str, data: SponsorForm, key: Key = ""
) -> Response[Recorded]:
    """Sponsor the version that one has read."""
    number, once = known_number(proposal), await asked(request, key, data)
    recorded = await sponsor(square, number_of(account_of(visit)), number, data.version, once)
    return entered(request, f"/proposals/{number}", recorded.index)


@post("/proposals/{proposal:str}/withdraw", tags=["proposals"], guards=[signed_in])
async def withdraw_proposal(
    request: PageRequest, square: Square, visit: Visit, proposal: str, data: WithdrawForm, key: Key = ""
) -> Response[Recorded]:
    """Withdraw one's own proposal."""
    number, once = known_number(proposal), await asked(request, key, data)
    recorded = await withdraw(square, number_of(account_of(visit)), number, once)
    return entered(request, f"/proposals/{number}", recorded.index)


async def _page(tx: Tx, number: int, proposal: Proposal, visit: Visit, charter: Charter, now: int) -> ProposalPage:
    account = visit.account
    votes = await votes_on(tx, number)
    last = votes.get(proposal.vote)
    phase = phase_of(proposal, last, now)
    terms = await values_of(tx, Term, ["secret_roll", "vacatio", "vote_after"])
    secret_roll, waits = (int(size_of(terms[name].value)) for name in ("secret_roll", "vote_after"))
    franchise = await franchise_of(tx, proposal, last, _member(account), waits, is_visitor=account is None)
    post = await _post(tx, proposal, account, now, visit.country)
    return ProposalPage(
        proposal=number,
        url=f"/proposals/{number}",
        kind=(change := await show_change(tx, number, proposal, charter)).kind,
        class_=proposal.class_,
        version=proposal.version,
        written=proposal.written,
        phase=phase,
        opened_at=proposal.opened_at,
        due_at=proposal.due_at,
        heading=heading_of(post),
        post_id=proposal.post,
        post=post,
        proposer=proposal.proposer,
        change=change,
        seen=await preview_of(tx, proposal),
        similar=await _similar(tx, number, proposal),
        sponsors=tuple(f"m:{one}" for one in await sponsors_of(tx, number, proposal.version)),
        sponsors_needed=proposal.needed,
        takes=(await classes(tx))[proposal.class_],
        roll=last.roll_size if last else proposal.edge,
        secret_roll=secret_roll,
        vacatio=terms["vacatio"].value,
        votes=tuple([await show_vote(tx, index, vote, secret_roll, now) for index, vote in votes.items()]),
        election=await show_election(tx, number, proposal.change, last, now),
        franchise=franchise,
        steps=await course_of(tx, number, proposal, votes, phase),
        may_vote=phase == "voting" and franchise.reason == "roll" and not franchise.voted,
        may=await _rights(tx, number, proposal, _member(account), now),
    )


def _member(account: Account | None) -> str | None:
    return account.member if account else None


async def _rights(tx: Tx, number: int, proposal: Proposal, member: str | None, now: int) -> Rights:
    is_open = proposal.status in OPEN and now < proposal.due_at
    is_mine = member is not None and member == proposal.proposer
    elects = isinstance(proposal.change, Elect) and proposal.status in OPEN
    sponsoring = await value_of(tx, Term, "sponsoring")
    assert sponsoring is not None, "a founded square has the term sponsoring"
    return Rights(
        sponsor=is_open and await _may(tx, Sponsor(number, proposal.version), member, now),
        amend=is_mine and is_open and now < proposal.opened_at + int(size_of(sponsoring.value)),
        withdraw=is_mine and await _may(tx, Withdraw(number), member, now),
        stand=elects and await _may(tx, Stand(number), member, now),
        stand_down=elects and await _may(tx, StandDown(number), member, now),
    )


async def _similar(tx: Tx, number: int, proposal: Proposal) -> tuple[Similar, ...]:
    """Rules that are like the one proposed; nothing for what is over, for its own rule is like it then."""
    change = proposal.change
    if proposal.status not in LIVE or not isinstance(change, EnactRule | AmendRule):
        return ()
    words = (await words_of(tx, [proposal.written])).get(proposal.written, Words())
    return await similar_rules(tx, words, change.target if isinstance(change, AmendRule) else 0, number)


async def _post(tx: Tx, proposal: Proposal, account: Account | None, now: int, country: str) -> Post | None:
    """The post that opens the debate, None where it was taken away."""
    rows = await posts_among(tx, [int(proposal.post)])
    posts = await show_posts(tx, rows, account.id if account else None, now, country)
    return posts[0] if posts else None


async def _may(tx: Tx, act: AnyAct, member: str | None, now: int) -> bool:
    return member is not None and (await Foresight(tx, now).refusals([(act, member)]))[0] is None


async def _refused(tx: Tx, number: int, proposal: Proposal, tongue: Tongue, now: int) -> str:
    """Why a change that was adopted does not come into force though its time has come, "" where nothing is wrong."""
    if proposal.status != "adopted" or now < proposal.due_at:
        return ""
    refusal = (await Foresight(tx, now).refusals([(Enact(number, proposal.change), "clock")]))[0]
    return f"[{refusal.clause}] {tongue.tell(sentence_of(refusal))}" if refusal is not None else ""


routes = [show_proposals, show_proposal, sponsor_proposal, withdraw_proposal]
