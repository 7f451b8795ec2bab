"""Proposals: from a form to the act, its commitments, and the post that is its debate."""

import secrets
from hashlib import sha256
from typing import Annotated, Final

from msgspec import Meta, Struct

from app.charters import charter_in_force
from app.clock import Clock
from app.deeds import Beside, Deed, Recorded, Request
from app.square import Square
from app.store.engines import Conflict, Tx, Unavailable
from app.store.governed import value_of
from app.store.posts import NewPost
from app.writing import check_may_speak, enter_post
from governance.acts.elections import Stand, StandDown
from governance.acts.proposals import (
    Amend,
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
    Sponsor,
    Weight,
    Withdraw,
)
from governance.acts.words import Class, Role
from governance.charter import Charter, FoundingRule, check_amended
from governance.commitment import SALT_SIZE, Opening
from governance.errors import Refused
from governance.rules import class_of
from governance.state import State
from governance.terms import Term

TRIES: Final = 5


class RuleDraft(FoundingRule, frozen=True):
    """A rule as it is proposed: its words, and what the machine reads of it."""


class Draft(Struct, frozen=True, forbid_unknown_fields=True):
    """A change as somebody drafts it: `rule` for enact and amend, `term` and `value` for a term.

    `target` is the number of the rule that is amended or repealed, or the entry that gave the office to be recalled.
    `role` and `seats` are an election's; `text` is the whole new text of the charter, `program` whether it takes one.
    `ranking` gets these `weights`, none to offer it no longer, and comes `first` or not.
    """

    kind: Annotated[str, Meta(pattern="^(enact|amend|repeal|term|elect|recall|charter|ranking)$")]
    target: int = 0
    rule: RuleDraft | None = None
    term: str = ""
    value: str = ""
    role: Role = "moderator"
    seats: int = 1
    text: str = ""
    program: bool = False
    ranking: str = ""
    weights: tuple[Weight, ...] = ()
    first: bool = False


class Bound(Struct, frozen=True):
    """A change with the openings of its commitments."""

    change: AnyChange
    openings: tuple[Opening, ...]


def bind(draft: Draft) -> Bound:
    """The change that a draft means, with fresh salts; raises Refused where the draft says too little."""
    if draft.kind == "repeal":
        return Bound(RepealRule(draft.target), ())
    if draft.kind == "term":
        return Bound(SetTerm(draft.term, draft.value), ())
    if draft.kind == "elect":
        return Bound(Elect(draft.role, draft.seats), ())
    if draft.kind == "recall":
        return Bound(Recall(draft.target), ())
    if draft.kind == "ranking":
        return Bound(SetRanking(draft.ranking, draft.weights, draft.first), ())
    if draft.kind == "charter":
        opening = Opening("text", secrets.token_bytes(SALT_SIZE), draft.text)
        digest = sha256(draft.text.encode()).hexdigest()
        return Bound(AmendCharter(digest, draft.program, (opening.commit(),)), (opening,))
    if draft.rule is None:
        raise Refused("form-1", "a rule has a title, a text, an aim and the text of each of its elements, once each")
    words = draft.rule.words()
    openings = tuple(Opening(field, secrets.token_bytes(SALT_SIZE), text) for field, text in words.items())
    commits = tuple(opening.commit() for opening in openings)
    if draft.kind == "enact":
        return Bound(EnactRule(draft.rule.spec(), commits), openings)
    return Bound(AmendRule(draft.target, draft.rule.spec(), commits), openings)


async def refusal_of_text(tx: Tx, draft: Draft, founding: Charter) -> Refused | None:
    """What the law says of another text of the charter, which it cannot read itself; None where it stands."""
    if draft.kind != "charter":
        return None
    text = await charter_in_force(tx, founding)
    try:
        check_amended(text.charter.text, draft.text, program=draft.program)
    except Refused as refusal:
        return refusal
    return None


async def class_needed(tx: Tx, change: AnyChange) -> Class:
    """The class that the law will compute for a change."""
    state = State()
    if isinstance(change, SetTerm):
        term = await value_of(tx, Term, change.name)
        if term is not None:
            state[Term, change.name] = term
    return class_of(state, change)


class Text(Struct, frozen=True):
    """The post that opens the debate, checked and cleaned."""

    text: str
    language: str


async def propose(
    square: Square, account: int, by: str, draft: Draft, text: Text, required: Class | None, request: Request
) -> Recorded:
    """Record a proposal together with its post; `required` is the class that was chosen, None for the right one.

    Raises what the door raises; then there is no post either.
    """
    bound = await _checked(square, draft)
    class_ = required if required is not None else await _computed(square, bound.change)
    # The law knows who is suspended; when somebody last posted is known here alone.
    await square.database.read(lambda tx: check_may_speak(tx, account, by, square.clock.now()))
    for _ in range(TRIES):
        post = square.post_ids.next(square.clock.now())
        beside = _writes(post, account, text, square.clock)
        deed = Deed(Propose(str(post), bound.change, class_), by, bound.openings, *request.of(by), beside=beside)
        try:
            return (await square.door.record_all([deed]))[0]
        except Conflict:
            continue  # another process has just given a post this id
    raise Unavailable("no free id for the post was found")


def _writes(post: int, account: int, text: Text, clock: Clock) -> Beside:
    async def write_post(tx: Tx, index: int) -> None:
        new = NewPost(
            id=post,
            account=account,
            body=text.text,
            language=text.language,
            topic="",
            reply_to=None,
            root=post,
            created_at=clock.now(),
        )
        if not await enter_post(tx, new):
            raise Conflict("the id of the post is taken", "post", ("id",))

    return write_post


async def amend(
    square: Square, by: str, proposal: int, draft: Draft, required: Class | None, request: Request
) -> Recorded:
    """Change the text of an open proposal; its sponsors are asked anew."""
    bound = await _checked(square, draft)
    class_ = required if required is not None else await _computed(square, bound.change)
    deed = Deed(Amend(proposal, bound.change, class_), by, bound.openings, *request.of(by))
    return (await square.door.record_all([deed]))[0]


async def sponsor(square: Square, by: str, proposal: int, version: int, request: Request) -> Recorded:
    """Sponsor the version of a proposal that somebody has read."""
    deed = Deed(Sponsor(proposal, version), by, (), *request.of(by))
    return (await square.door.record_all([deed]))[0]


async def withdraw(square: Square, by: str, proposal: int, request: Request) -> Recorded:
    """Withdraw an own proposal."""
    deed = Deed(Withdraw(proposal), by, (), *request.of(by))
    return (await square.door.record_all([deed]))[0]


async def stand(square: Square, by: str, proposal: int, request: Request) -> Recorded:
    """Stand in an election."""
    return (await square.door.record_all([Deed(Stand(proposal), by, (), *request.of(by))]))[0]


async def stand_down(square: Square, by: str, proposal: int, request: Request) -> Recorded:
    """Stand in an election no longer."""
    return (await square.door.record_all([Deed(StandDown(proposal), by, (), *request.of(by))]))[0]


async def _checked(square: Square, draft: Draft) -> Bound:
    refusal = await square.database.read(lambda tx: refusal_of_text(tx, draft, square.charter))
    if refusal is not None:
        raise refusal
    return bind(draft)


async def _computed(square: Square, change: AnyChange) -> Class:
    return await square.database.read(lambda tx: class_needed(tx, change))
