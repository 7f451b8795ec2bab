"""Drafting a change of the law: the form, what the law would say of it, and the proposal or amendment it becomes."""

from typing import Final, Literal, get_args

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Struct
from msgspec.structs import replace

from app.changes import RuleText, rule_text
from app.charters import TextChange, charter_in_force, text_change, words_of_charter
from app.moderation import Foresight, number_of
from app.preview import Preview, look_at
from app.proposals import Kind, Takes, classes, kind_of
from app.proposing import Draft, amend, bind, class_needed, propose, refusal_of_text
from app.similar import Similar, similar_rules
from app.square import Square
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.offices import offices_held
from app.store.rules import Words, all_terms, standing_rules, words_of
from app.web.answers import Answer, Recorded, answer, entered
from app.web.changes import AmendmentForm, ProposalForm, class_named, read_draft, read_proposal, typed_of
from app.web.keys import Key, asked
from app.web.numbers import known_number
from app.web.refusals import sentence_of
from app.web.rendering import Draft as Typed
from app.web.requests import Invalid, PageRequest, square_of
from app.web.rules import label_order
from app.web.visits import Visit, account_of, signed_in
from governance.acts.proposals import (
    AmendCharter,
    AmendRule,
    AnyChange,
    Elect,
    EnactRule,
    Propose,
    Recall,
    RepealRule,
    SetRanking,
    SetTerm,
)
from governance.acts.words import Class, Role
from governance.proposals import Proposal
from governance.rankings import FOLLOWING, FORMULAS
from governance.terms import Term

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
A_POST: Final = "1"
"""Stands for the post's id where the law is only asked."""


class RuleNamed(Struct, frozen=True):
    """A rule that can be chosen: one that is not repealed."""

    rule: int
    label: str
    title: str


class GrantNamed(Struct, frozen=True):
    """An office that is held and can be recalled, by the entry that gave it."""

    grant: int
    member: str
    role: Role
    until: int


class Foreseen(Struct, frozen=True, rename={"class_": "class"}):
    """What the law says of a draft now: its class, and the clause and the reason of a refusal, "" where it stands.

    `seen` is what its words show by themselves and `rule` these words, None where no rule is drafted; `similar` are
    rules that are like it. `charter` is what another text of the charter changes, None for every other change.
    """

    class_: Class
    clause: str = ""
    refused: str = ""
    rule: RuleText | None = None
    seen: Preview | None = None
    similar: tuple[Similar, ...] = ()
    charter: TextChange | None = None


class DraftPage(Struct, frozen=True):
    """The form for a change.

    `kind` is "" while nothing is chosen; `amends` is the proposal that is amended, 0 for none. `standing` is the rule
    that changes, as it is; `term` the term that changes. `grant` is the office that would be recalled, None where none
    is chosen, `charter` the text in force where that is to change, `weights` the names of a
    ranking's. `classes` say what each class takes.
    """

    amends: int
    kind: Kind | Literal[""]
    rule: int
    standing: RuleText | None
    term: Term | None
    rules: tuple[RuleNamed, ...]
    terms: tuple[Term, ...]
    grant: GrantNamed | None
    grants: tuple[GrantNamed, ...]
    charter: str
    weights: tuple[str, ...]
    classes: tuple[Takes, ...]
    preview: Foreseen | None = None


class Chosen(Struct, frozen=True):
    """What the form is about already: by the address, or by the form that came back."""

    kind: Kind | Literal[""] = ""
    rule: int = 0
    term: str = ""

    @property
    def grant(self) -> int:
        """The entry of the office that would be recalled."""
        return self.rule if self.kind == "recall" else 0


async def draft_page(request: PageRequest) -> Answer[DraftPage]:
    """The form for a proposal, pre-filled with what stands."""
    chosen, square = await _chosen(request), square_of(request)
    page = await square.database.read(lambda tx: _page(tx, square, chosen, 0))
    return _filled(request, page, _typed_first(page))


def _typed_first(page: DraftPage) -> dict[str, list[str]]:
    if page.standing is not None:
        return typed_of(page.standing)
    if page.term is not None:
        return {"value": [page.term.value]}
    return {"charter": [page.charter]} if page.charter else {}


async def amendment_page(request: PageRequest) -> Answer[DraftPage]:
    """The form for an amendment, pre-filled with the proposal's own text. Raises NotFoundException."""
    number = known_number(str(request.path_params["proposal"]))

    square = square_of(request)

    async def load(tx: Tx) -> tuple[DraftPage, dict[str, list[str]]]:
        proposal = await value_of(tx, Proposal, number)
        if proposal is None:
            raise NotFoundException
        page = await _page(tx, square, _chosen_by(proposal.change), number)
        return page, await _typed_in(tx, proposal)

    return _filled(request, *await square.database.read(load))


def _chosen_by(change: AnyChange) -> Chosen:
    kind = kind_of(change)
    match change:
        case AmendRule(target=target) | RepealRule(target=target) | Recall(grant=target):
            return Chosen(kind, target)
        case SetTerm(name=name):
            return Chosen(kind, term=name)
        case _:
            return Chosen(kind)


async def _typed_in(tx: Tx, proposal: Proposal) -> dict[str, list[str]]:
    """What a proposal says, as the form would have it."""
    change = proposal.change
    match change:
        case EnactRule() | AmendRule():
            words = await words_of(tx, [proposal.written])
            return typed_of(rule_text(change.rule, words.get(proposal.written, Words())))
        case SetTerm():
            return {"value": [change.value]}
        case Elect():
            return {"role": [change.role], "seats": [str(change.seats)]}
        case AmendCharter():
            text = await words_of_charter(tx, proposal.written)
            return {"charter": [text], "program": ["on"] if change.program else []}
        case SetRanking():
            return _typed_of_ranking(change)
        case _:
            return {}


def _typed_of_ranking(change: SetRanking) -> dict[str, list[str]]:
    return {
        "ranking": [change.ranking],
        "weights": [str(weight.value) for weight in change.weights],
        "withdraw": [] if change.weights or change.ranking == FOLLOWING else ["on"],
        "first": ["on"] if change.first else [],
    }


def _filled(request: PageRequest, page: DraftPage, typed: dict[str, list[str]]) -> Answer[DraftPage]:
    shown = answer(request, "proposals/new.html", page)
    shown.draft = Typed(typed)
    return shown


async def _chosen(request: PageRequest) -> Chosen:
    asked_for = {name: str(value) for name, value in request.query_params.items()}
    typed = {name: values[-1] for name, values in (await request.typed()).items()}
    kind = typed.get("kind", asked_for.get("kind", ""))
    rule = typed.get("target", asked_for.get("rule", asked_for.get("grant", "")))
    term = typed.get("term", asked_for.get("term", ""))
    known = [one for one in KINDS if one == kind]
    return Chosen(
        known[0] if known else "", int(rule) if rule.isascii() and rule.isdecimal() and len(rule) < 17 else 0, term
    )


async def _page(tx: Tx, square: Square, chosen: Chosen, amends: int) -> DraftPage:
    versions = sorted(await standing_rules(tx), key=lambda version: label_order(version.label))
    words = await words_of(tx, [version.enacted for version in versions])
    target = next((one for one in versions if one.rule == chosen.rule and chosen.kind in ("amend", "repeal")), None)
    terms = await all_terms(tx)
    grants = await _grants(tx, square.clock.now()) if chosen.kind == "recall" else ()
    charter = (await charter_in_force(tx, square.charter)).charter.text if chosen.kind == "charter" else ""
    return DraftPage(
        amends=amends,
        kind=chosen.kind,
        rule=target.rule if target else 0,
        standing=rule_text(target, words.get(target.enacted, Words())) if target else None,
        term=next((term for term in terms if term.name == chosen.term), None),
        rules=tuple(RuleNamed(one.rule, one.label, words.get(one.enacted, Words()).title) for one in versions),
        terms=tuple(terms),
        grant=next((one for one in grants if one.grant == chosen.grant), None),
        grants=grants,
        charter=charter,
        weights=FORMULAS["lively"],
        classes=tuple((await classes(tx)).values()),
    )


async def _grants(tx: Tx, now: int) -> tuple[GrantNamed, ...]:
    held = await offices_held(tx, now)
    return tuple(GrantNamed(one.grant, f"m:{one.member}", one.role, one.until) for one in held)


@get("/proposals/new", tags=["proposals"], guards=[signed_in])
async def show_draft(request: PageRequest) -> Answer[DraftPage]:
    """The form for a proposal.

    `?kind=enact`, `?kind=amend&rule=12`, `?kind=repeal&rule=12`, `?kind=term&term=slow`, `?kind=elect`,
    `?kind=recall&grant=12`, `?kind=charter`, `?kind=ranking`.
    """
    return await draft_page(request)


@post("/proposals/new", tags=["proposals"], guards=[signed_in], status_code=200, opt={"again": draft_page})
async def preview_draft(request: PageRequest, square: Square, visit: Visit, data: ProposalForm) -> Answer[DraftPage]:
    """What the law would say of a draft now; nothing is recorded, and everything typed is kept."""
    draft, errors = read_draft(data)
    if draft is None:
        raise Invalid(errors)
    by, now = number_of(account_of(visit)), square.clock.now()
    change = bind(draft).change

    async def foresee(tx: Tx) -> Foreseen:
        computed = await class_needed(tx, change)
        act = Propose(A_POST, change, class_named(data) or computed)
        refusal = (await Foresight(tx, now).refusals([(act, by)]))[0]
        refusal = refusal or await refusal_of_text(tx, draft, square.charter)
        foreseen = await _foreseen(tx, draft, change, computed)
        if isinstance(change, AmendCharter):
            text = await charter_in_force(tx, square.charter)
            foreseen = replace(foreseen, charter=text_change(text.charter, draft.text, change))
        if refusal is None:
            return foreseen
        return replace(foreseen, clause=refusal.clause, refused=visit.tongue.tell(sentence_of(refusal)))

    chosen = Chosen(data.kind, data.target, data.term)
    page = await square.database.read(lambda tx: _page(tx, square, chosen, 0))
    shown = answer(request, "proposals/new.html", replace(page, preview=await square.database.read(foresee)))
    shown.draft = Typed(await request.typed())
    return shown


async def _foreseen(tx: Tx, draft: Draft, change: AnyChange, computed: Class) -> Foreseen:
    """What can be said of a draft besides what the law says: hints on a rule, and rules that are like it."""
    rule = draft.rule
    if rule is None or not isinstance(change, EnactRule | AmendRule):
        return Foreseen(computed)
    words = Words(rule.title, rule.text, rule.aim, rule.elements, rule.tests, rule.condition)
    similar = await similar_rules(tx, words, draft.target)
    return Foreseen(computed, rule=rule_text(change.rule, words), seen=look_at(change.rule, words), similar=similar)


@post("/proposals", tags=["proposals"], guards=[signed_in], opt={"again": draft_page})
async def create_proposal(
    request: PageRequest, square: Square, visit: Visit, data: ProposalForm, key: Key = ""
) -> Response[Recorded]:
    """Propose a change, in a post that opens its debate."""
    account = account_of(visit)
    draft, text = read_proposal(data, visit.tongue.language)
    once = await asked(request, key, data)
    recorded = await propose(square, account.id, number_of(account), draft, text, class_named(data), once)
    return entered(request, f"/proposals/{recorded.index}", recorded.index)


@get("/proposals/{proposal:str}/amend", tags=["proposals"], guards=[signed_in])
async def show_amendment(request: PageRequest, proposal: str) -> Answer[DraftPage]:
    """The form for another text of a proposal, with the one that stands."""
    return await amendment_page(request)


@post("/proposals/{proposal:str}/amend", tags=["proposals"], guards=[signed_in], opt={"again": amendment_page})
async def amend_proposal(
    request: PageRequest, square: Square, visit: Visit, proposal: str, data: AmendmentForm, key: Key = ""
) -> Response[Recorded]:
    """Change the text of one's own proposal; its sponsors are asked anew."""
    draft, errors = read_draft(data)
    if draft is None:
        raise Invalid(errors)
    number, once = known_number(proposal), await asked(request, key, data)
    recorded = await amend(square, number_of(account_of(visit)), number, draft, class_named(data), once)
    return entered(request, f"/proposals/{number}", recorded.index)


routes = [show_draft, preview_draft, create_proposal, show_amendment, amend_proposal]
