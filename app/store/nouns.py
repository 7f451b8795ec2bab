"""The tables of governed values, a noun each, and the columns that are derived from a value beside it."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from app.store.engines import ColumnType, Value
from governance.amendments import CharterText
from governance.appeals import Appealed, Joined
from governance.cases import Bulk, Case, Reported, Subject
from governance.elections import Candidates, Elected
from governance.emergencies import Emergency
from governance.juries import Juror, Jury, JuryPlace, JuryRegister
from governance.keys import Keys
from governance.ladder import HIDING
from governance.members import Electing, Granted, Member, Office, Place, Register, Square, number
from governance.orders import Compliance, Order
from governance.polls import PolledIn
from governance.proposals import Proposal, ProposedIn, Rejection, Sponsored, Wording
from governance.rankings import Rankings
from governance.rules import LabelOf, Rule, RuleVersion
from governance.state import Id
from governance.terms import Term
from governance.texts import Corrected, Erased
from governance.votes import Vote

V = TypeVar("V", bound=Struct)
Columns = dict[str, ColumnType]


class Noun:
    """A noun's table: `columns` are `id`, `value` and what is derived from the value, with their types."""

    def __init__(
        self, type_: type[Struct], table: str, columns: Columns, derive: Callable[[Struct], tuple[Value, ...]]
    ) -> None:
        self.type = type_
        self.table = table
        self.columns = columns
        self.select = f"select id, value from {table} where id in {{among}}"
        self._derive = derive
        self._decoder = msgspec.json.Decoder(type_)

    def decode(self, value: bytes) -> Struct:
        """The value in a row."""
        return self._decoder.decode(value)

    def row_of(self, id_: Id, value: Struct) -> tuple[Value, ...]:
        """The whole row of a value, in the order of `columns`."""
        return (id_, _encoder.encode(value), *self._derive(value))


_encoder = msgspec.json.Encoder(order="deterministic")


def _noun(
    type_: type[V], table: str, id_type: ColumnType, derived: Columns, derive: Callable[[V], tuple[Value, ...]]
) -> Noun:
    def of_value(value: Struct) -> tuple[Value, ...]:
        assert isinstance(value, type_)
        return derive(value)

    return Noun(type_, table, {"id": id_type, "value": "bytea", **derived}, of_value)


def hidden_until(subject: Subject) -> int:
    """Until when a post stays out of timelines and search, 0 where nothing hides it everywhere."""
    everywhere = [one for one in subject.restrictions if not one.territory]
    hiding = (one.until for one in everywhere if one.sanction in HIDING or one.sanction == "mute")
    return max(hiding, default=0)


def _due_at(vote: Vote) -> int:
    return vote.closes if vote.status == "open" else 0


_CASE: Columns = {
    "post": "text",
    "author": "text",
    "rule": "bigint",
    "status": "text",
    "outcome": "text",
    "sanction": "text",
    "decider": "text",
    "opened_at": "bigint",
    "decided_at": "bigint",
    "due_at": "bigint",
    "until": "bigint",
    "decision": "bigint",
    "appeal": "bigint",
}


def _case_row(case: Case) -> tuple[Value, ...]:
    return (
        case.post,
        case.author,
        case.rule,
        case.status,
        case.outcome,
        case.sanction,
        case.decider,
        case.opened_at,
        case.decided_at,
        case.due_at,
        case.until,
        case.decision,
        case.author_appeal or case.reporters_appeal,
    )


_PROPOSAL: Columns = {
    "post": "text",
    "proposer": "bigint",
    "kind": "text",
    "status": "text",
    "due_at": "bigint",
    "opened_at": "bigint",
}


def _proposal_row(value: Proposal) -> tuple[Value, ...]:
    kind = value.change.__struct_config__.tag
    assert isinstance(kind, str)
    return (value.post, number(value.proposer), kind, value.status, value.due_at, value.opened_at)


NOUNS: tuple[Noun, ...] = (
    _noun(Square, "gov_square", "text", {}, lambda v: ()),
    _noun(Register, "gov_register", "text", {}, lambda v: ()),
    _noun(Keys, "gov_keys", "text", {}, lambda v: ()),
    _noun(Term, "gov_term", "text", {}, lambda v: ()),
    _noun(
        Member,
        "gov_member",
        "bigint",
        {"place": "bigint", "admitted": "bigint", "closed": "bigint", "guest": "bool"},
        lambda v: (v.place, v.admitted, v.closed, v.guest),
    ),
    _noun(Place, "gov_place", "bigint", {"member": "bigint"}, lambda v: (v.member,)),
    _noun(
        Granted,
        "gov_grant",
        "bigint",
        {"member": "bigint", "role": "text", "since": "bigint", "until": "bigint", "revoked": "bigint"},
        lambda v: (v.member, v.role, v.since, v.until, v.revoked),
    ),
    _noun(
        Office,
        "gov_office",
        "text",
        {"member": "bigint", "role": "text", "until": "bigint"},
        lambda v: (v.member, v.role, v.until),
    ),
    _noun(Electing, "gov_electing", "text", {}, lambda v: ()),
    _noun(Candidates, "gov_candidates", "bigint", {}, lambda v: ()),
    _noun(Elected, "gov_elected", "bigint", {}, lambda v: ()),
    _noun(CharterText, "gov_charter", "text", {}, lambda v: ()),
    _noun(Rankings, "gov_rankings", "text", {}, lambda v: ()),
    _noun(
        Rule,
        "gov_rule",
        "bigint",
        {"label": "text", "version": "int", "status": "text"},
        lambda v: (v.label, v.version, v.status),
    ),
    _noun(
        RuleVersion,
        "gov_rule_version",
        "text",
        {"rule": "bigint", "version": "int", "since": "bigint", "until": "bigint"},
        lambda v: (v.rule, v.version, v.since, v.until),
    ),
    _noun(LabelOf, "gov_label", "text", {"rule": "bigint"}, lambda v: (v.rule,)),
    _noun(Rejection, "gov_rejection", "text", {"until": "bigint"}, lambda v: (v.until,)),
    _noun(ProposedIn, "gov_proposed_in", "text", {"proposal": "bigint"}, lambda v: (v.proposal,)),
    _noun(PolledIn, "gov_polled_in", "text", {"vote": "bigint"}, lambda v: (v.vote,)),
    _noun(Proposal, "gov_proposal", "bigint", _PROPOSAL, _proposal_row),
    _noun(
        Sponsored,
        "gov_sponsor",
        "text",
        {"proposal": "bigint", "version": "int", "member": "bigint"},
        lambda v: (v.proposal, v.version, v.member),
    ),
    _noun(
        Vote,
        "gov_vote",
        "bigint",
        {"proposal": "bigint", "poll": "text", "status": "text", "closes": "bigint", "due_at": "bigint"},
        lambda v: (v.proposal, v.poll, v.status, v.closes, _due_at(v)),
    ),
    _noun(Case, "gov_case", "bigint", _CASE, _case_row),
    _noun(
        Reported,
        "gov_reporter",
        "text",
        {"case_id": "bigint", "reporter": "text"},
        lambda v: (v.case, v.reporter),
    ),
    _noun(Bulk, "gov_bulk", "bigint", {"case_id": "bigint"}, lambda v: (v.case,)),
    _noun(Subject, "gov_subject", "text", {"hidden_until": "bigint"}, lambda v: (hidden_until(v),)),
    _noun(
        Appealed,
        "gov_appeal",
        "bigint",
        {
            "case_id": "bigint",
            "side": "text",
            "status": "text",
            "decision": "bigint",
            "due_at": "bigint",
            "opened_at": "bigint",
        },
        lambda v: (v.case, v.side, v.status, v.decision, v.due_at, v.opened_at),
    ),
    _noun(JuryRegister, "gov_jury_register", "text", {}, lambda v: ()),
    _noun(JuryPlace, "gov_jury_place", "bigint", {"member": "bigint"}, lambda v: (v.member,)),
    _noun(
        Juror,
        "gov_juror",
        "bigint",
        {"place": "bigint", "left_at": "bigint", "sitting": "int"},
        lambda v: (v.place, v.left, v.sitting),
    ),
    _noun(
        Jury,
        "gov_jury",
        "bigint",
        {
            "matter": "bigint",
            "case_id": "bigint",
            "status": "text",
            "due_at": "bigint",
            "vote": "bigint",
            "seats": "text",
        },
        lambda v: (
            *(v.matter, v.case, v.status, v.evidence_until if v.status == "evidence" else 0, v.vote),
            "".join(f"/{member}/" for member in v.seats),
        ),
    ),
    _noun(
        Emergency,
        "gov_emergency",
        "bigint",
        {
            "post": "text",
            "author": "text",
            "by_whom": "text",
            "ground": "text",
            "status": "text",
            "invoked_at": "bigint",
            "until": "bigint",
            "jury": "bigint",
        },
        lambda v: (v.post, v.author, v.by, v.ground, v.status, v.invoked_at, v.until, v.jury),
    ),
    _noun(
        Order,
        "gov_order",
        "bigint",
        {
            "kind": "text",
            "by_whom": "text",
            "received_at": "bigint",
            "public_at": "bigint",
            "refused": "bigint",
        },
        lambda v: (v.kind, v.by, v.received_at, v.public_at, v.refused),
    ),
    _noun(
        Compliance,
        "gov_compliance",
        "bigint",
        {"order_id": "bigint", "post": "text", "author": "text", "until": "bigint", "lifted": "bigint"},
        lambda v: (v.order, v.post, v.author, v.until, v.lifted),
    ),
    _noun(Wording, "gov_wording", "bigint", {"proposal": "bigint"}, lambda v: (v.proposal,)),
    _noun(Erased, "gov_erased", "text", {"entry": "bigint", "erasure": "bigint"}, lambda v: (v.entry, v.erasure)),
    _noun(Corrected, "gov_correction", "bigint", {"entry": "bigint"}, lambda v: (v.entry,)),
    _noun(
        Joined,
        "gov_joined",
        "text",
        {"appeal": "bigint", "reporter": "text"},
        lambda v: (v.appeal, v.reporter),
    ),
)
"""Every governed table."""
