"""The tables of governed values, one a noun: `value` is the value itself, the rest derived from it."""

from piccolo.columns import BigInt, Boolean, Bytea, Integer, Text
from piccolo.table import Table

from app.store.orm import ENGINE


class GovSquare(Table, tablename="gov_square", db=ENGINE):
    """The square itself."""

    id = Text(primary_key=True)
    value = Bytea()


class GovRegister(Table, tablename="gov_register", db=ENGINE):
    """The register of admissions."""

    id = Text(primary_key=True)
    value = Bytea()


class GovKeys(Table, tablename="gov_keys", db=ENGINE):
    """The keys that have signed the ledger."""

    id = Text(primary_key=True)
    value = Bytea()


class GovTerm(Table, tablename="gov_term", db=ENGINE):
    """A term of the charter."""

    id = Text(primary_key=True)
    value = Bytea()


class GovMember(Table, tablename="gov_member", db=ENGINE):
    """A member, or a guest."""

    id = BigInt(primary_key=True)
    value = Bytea()
    place = BigInt()
    admitted = BigInt()
    closed = BigInt()
    guest = Boolean()


class GovPlace(Table, tablename="gov_place", db=ENGINE):
    """A place in the register."""

    id = BigInt(primary_key=True)
    value = Bytea()
    member = BigInt()


class GovGrant(Table, tablename="gov_grant", db=ENGINE):
    """A power that was granted."""

    id = BigInt(primary_key=True)
    value = Bytea()
    member = BigInt()
    role = Text()
    since = BigInt()
    until = BigInt()
    revoked = BigInt()


class GovOffice(Table, tablename="gov_office", db=ENGINE):
    """What a member may do now."""

    id = Text(primary_key=True)
    value = Bytea()
    member = BigInt()
    role = Text()
    until = BigInt()


class GovElecting(Table, tablename="gov_electing", db=ENGINE):
    """The latest election for an office that went to the vote."""

    id = Text(primary_key=True)
    value = Bytea()


class GovCandidates(Table, tablename="gov_candidates", db=ENGINE):
    """Who stands in an election."""

    id = BigInt(primary_key=True)
    value = Bytea()


class GovElected(Table, tablename="gov_elected", db=ENGINE):
    """Whom an election chose."""

    id = BigInt(primary_key=True)
    value = Bytea()


class GovCharter(Table, tablename="gov_charter", db=ENGINE):
    """The text of the charter in force."""

    id = Text(primary_key=True)
    value = Bytea()


class GovRankings(Table, tablename="gov_rankings", db=ENGINE):
    """The rankings that are offered, and what comes first."""

    id = Text(primary_key=True)
    value = Bytea()


class GovRule(Table, tablename="gov_rule", db=ENGINE):
    """A rule."""

    id = BigInt(primary_key=True)
    value = Bytea()
    label = Text()
    version = Integer()
    status = Text()


class GovRuleVersion(Table, tablename="gov_rule_version", db=ENGINE):
    """One wording of a rule and when it is in force."""

    id = Text(primary_key=True)
    value = Bytea()
    rule = BigInt()
    version = Integer()
    since = BigInt()
    until = BigInt()


class GovLabel(Table, tablename="gov_label", db=ENGINE):
    """Which rule bears a label."""

    id = Text(primary_key=True)
    value = Bytea()
    rule = BigInt()


class GovRejection(Table, tablename="gov_rejection", db=ENGINE):
    """Until when a rejected question may not be put again."""

    id = Text(primary_key=True)
    value = Bytea()
    until = BigInt()


class GovProposedIn(Table, tablename="gov_proposed_in", db=ENGINE):
    """Which proposal a post carries."""

    id = Text(primary_key=True)
    value = Bytea()
    proposal = BigInt()


class GovPolledIn(Table, tablename="gov_polled_in", db=ENGINE):
    """Which certified poll a post asks."""

    id = Text(primary_key=True)
    value = Bytea()
    vote = BigInt()


class GovProposal(Table, tablename="gov_proposal", db=ENGINE):
    """A proposal."""

    id = BigInt(primary_key=True)
    value = Bytea()
    post = Text()
    proposer = BigInt()
    kind = Text()
    status = Text()
    due_at = BigInt()
    opened_at = BigInt()


class GovSponsor(Table, tablename="gov_sponsor", db=ENGINE):
    """A member's support for one wording of a proposal."""

    id = Text(primary_key=True)
    value = Bytea()
    proposal = BigInt()
    version = Integer()
    member = BigInt()


class GovVote(Table, tablename="gov_vote", db=ENGINE):
    """A vote on a proposal."""

    id = BigInt(primary_key=True)
    value = Bytea()
    proposal = BigInt()
    poll = Text()
    status = Text()
    closes = BigInt()
    due_at = BigInt()


class GovCase(Table, tablename="gov_case", db=ENGINE):
    """A case."""

    id = BigInt(primary_key=True)
    value = Bytea()
    post = Text()
    author = Text()
    rule = BigInt()
    status = Text()
    outcome = Text()
    sanction = Text()
    decider = Text()
    opened_at = BigInt()
    decided_at = BigInt()
    due_at = BigInt()
    until = BigInt()
    decision = BigInt()
    appeal = BigInt()


class GovReporter(Table, tablename="gov_reporter", db=ENGINE):
    """Who reported in a case."""

    id = Text(primary_key=True)
    value = Bytea()
    case_id = BigInt()
    reporter = Text()


class GovBulk(Table, tablename="gov_bulk", db=ENGINE):
    """The other posts that a decision about spam restricts."""

    id = BigInt(primary_key=True)
    value = Bytea()
    case_id = BigInt()


class GovSubject(Table, tablename="gov_subject", db=ENGINE):
    """What the law says of a post."""

    id = Text(primary_key=True)
    value = Bytea()
    hidden_until = BigInt()


class GovAppeal(Table, tablename="gov_appeal", db=ENGINE):
    """An appeal."""

    id = BigInt(primary_key=True)
    value = Bytea()
    case_id = BigInt()
    side = Text()
    status = Text()
    decision = BigInt()
    due_at = BigInt()
    opened_at = BigInt()


class GovJoined(Table, tablename="gov_joined", db=ENGINE):
    """A reporter who joined an appeal."""

    id = Text(primary_key=True)
    value = Bytea()
    appeal = BigInt()
    reporter = Text()


class GovJuryRegister(Table, tablename="gov_jury_register", db=ENGINE):
    """The register of jurors."""

    id = Text(primary_key=True)
    value = Bytea()


class GovJuryPlace(Table, tablename="gov_jury_place", db=ENGINE):
    """A place in the register of jurors."""

    id = BigInt(primary_key=True)
    value = Bytea()
    member = BigInt()


class GovJuror(Table, tablename="gov_juror", db=ENGINE):
    """A member who may be drawn, or was once."""

    id = BigInt(primary_key=True)
    value = Bytea()
    place = BigInt()
    left_at = BigInt()
    sitting = Integer()


class GovJury(Table, tablename="gov_jury", db=ENGINE):
    """A jury."""

    id = BigInt(primary_key=True)
    value = Bytea()
    matter = BigInt()
    case_id = BigInt()
    status = Text()
    due_at = BigInt()
    vote = BigInt()
    seats = Text()


class GovEmergency(Table, tablename="gov_emergency", db=ENGINE):
    """An emergency."""

    id = BigInt(primary_key=True)
    value = Bytea()
    post = Text()
    author = Text()
    by_whom = Text()
    ground = Text()
    status = Text()
    invoked_at = BigInt()
    until = BigInt()
    jury = BigInt()


class GovOrder(Table, tablename="gov_order", db=ENGINE):
    """An order of an authority."""

    id = BigInt(primary_key=True)
    value = Bytea()
    kind = Text()
    by_whom = Text()
    received_at = BigInt()
    public_at = BigInt()
    refused = BigInt()


class GovCompliance(Table, tablename="gov_compliance", db=ENGINE):
    """What was done for an order."""

    id = BigInt(primary_key=True)
    value = Bytea()
    order_id = BigInt()
    post = Text()
    author = Text()
    until = BigInt()
    lifted = BigInt()


class GovWording(Table, tablename="gov_wording", db=ENGINE):
    """Which entries brought the texts of a proposal."""

    id = BigInt(primary_key=True)
    value = Bytea()
    proposal = BigInt()


class GovErased(Table, tablename="gov_erased", db=ENGINE):
    """A text of an entry that was erased."""

    id = Text(primary_key=True)
    value = Bytea()
    entry = BigInt()
    erasure = BigInt()


class GovCorrection(Table, tablename="gov_correction", db=ENGINE):
    """What is said beside an entry that is wrong."""

    id = BigInt(primary_key=True)
    value = Bytea()
    entry = BigInt()
