"""The checks: what each holds, in its docstring, and to which of them each clause of the charter belongs.

A definition never changes its meaning without another `version`. `judges` are the acts that a check looks at, `unit`
what it counts; `clauses` are those whose breach, when the law refuses an entry in its place, is this check's finding.
"""

from inspect import cleandoc
from typing import ClassVar

from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.acts.cases import CoSign, Decide, Lift, Report
from governance.acts.elections import Stand, StandDown
from governance.acts.emergencies import Invoke, Second
from governance.acts.juries import DrawJury, ExcuseJuror, JoinJury, LeaveJury
from governance.acts.keys import RotateKey
from governance.acts.members import Admit, AdmitGuest, CloseAccount, Found, Grant, Revoke
from governance.acts.orders import Comply, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.proposals import Amend, Enact, Freeze, Propose, Sponsor, Withdraw
from governance.acts.texts import Correct, Erase
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.acts.words import Act


class Check:
    """A check that anybody can recompute."""

    id: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str]
    unit: ClassVar[str]
    clauses: ClassVar[tuple[str, ...]] = ()
    judges: ClassVar[tuple[type[Act], ...]] = ()

    @classmethod
    def definition(cls) -> str:
        """What the check holds, in words."""
        return cleandoc(cls.__doc__ or "")


class L1(Check):
    """The ledger and its boxes are what their signed roots say.

    Every entry hashes to its leaf, every tile of every level is what those leaves make, the whole has the root that the
    checkpoint signs, and the same holds of each ballot box. Every entry is the one canonical encoding of an act, the
    first names the origin that the checkpoint names, and none is dated before the one in front of it. Where a steward
    gave the ledger another key, the checkpoint is signed by the last one, and that the old key knew of it is shown by
    the checkpoint that ends with that act, which both have signed.
    """

    id = "L1"
    title = "leaves, tiles, roots, signatures, boxes"
    unit = "entries"
    clauses = ("ledger-1", "key-1", "key-2", "key-3")
    judges = (
        *(Found, Admit, AdmitGuest, CloseAccount, Grant, Revoke, Report, Decide, CoSign, Lift, Appeal, JoinAppeal),
        *(Reconsider, Propose, Amend, Withdraw, Sponsor, Stand, StandDown, Freeze, OpenVote, OpenPoll, SealBox),
        *(CloseVote, Enact, RotateKey, Erase, Correct, JoinJury, LeaveJury, DrawJury, ExcuseJuror),
        *(Invoke, Second, ReceiveOrder, Comply, RefuseOrder, PublishNotice),
    )


class L2(Check):
    """The law is shown: no rule is secret.

    Title, text, aim, each element and test case, and the condition of every version of a rule that came into force are
    among the public openings, unless an erasure took them, and then the version is no law from that entry on. The
    condition is the one that the rule names by its hash. Every public opening, of whatever text, opens a commitment of
    the entry that it names, and none that was erased is shown. Every other text that is public by the charter (reasons,
    milder sanctions, proposals, previews, orders, corrections) is shown or was erased: which, and by which entry, is
    told; what is missing without an erasure cannot be verified. What an order has sealed is owed from its date on, and
    until then it is counted as sealed.
    """

    id = "L2"
    version = 3
    title = "texts of the rules are shown, and are the ones committed to"
    unit = "texts"
    clauses = ("erase-1", "erase-2", "erase-7")


class R1(Check):
    """Nobody is judged by what was never law.

    Every report and every decision cites a rule and a version that an entry before it had brought into force, and that
    applies to such a post; a decision cites what its case is about.
    """

    id = "R1"
    title = "the cited version of a rule was in force"
    unit = "reports and decisions"
    clauses = ("rule-1", "report-3", "decide-3")
    judges = (Report, Decide)


class R2(Check):
    """The law is what votes made of it.

    Terms and rules have the form and the bounds that the charter gives them; what became law went the way of a
    proposal, in time, and was adopted. Every closed vote is recounted: each ballot of the box is opened by the opening
    at its place, the choices are those that were stated, the marks are one for each ballot and all of members on the
    roll. Quorum and threshold are computed from that count, and what it did not adopt was not enacted. In an election
    the approvals are counted, candidate by candidate. Another text of the charter leaves what no vote may touch.
    """

    id = "R2"
    version = 2
    title = "law was adopted by a vote that recounts to its result"
    unit = "votes closed and changes of the law"
    clauses = (
        *("charter-2", "charter-3", "charter-5", "charter-7", "charter-8", "charter-9", "recall-1", "elect-4"),
        "ranking-2",
        *("form-1", "form-2", "form-3", "form-10", "form-11"),
        *("propose-1", "propose-2", "propose-3", "propose-4", "propose-5", "propose-6", "propose-7", "propose-8"),
        "propose-9",
        *("sponsor-1", "sponsor-2", "sponsor-3", "vote-2", "vote-3", "vote-5"),
        *("enact-1", "enact-2", "enact-3", "enact-4", "ballot-3", "roll-3"),
    )
    judges = (CloseVote, Enact)


class R3(Check):
    """No version of a post is judged by a rule that came after it.

    The cited version of the rule was in force when the reported version of the post was made.
    """

    id = "R3"
    title = "no post is judged by a later rule"
    unit = "reports and decisions"
    clauses = ("rule-2", "report-2", "report-7")
    judges = (Report, Decide)


class R4(Check):
    """Sanctions keep to the ladder.

    A sanction is one that the rule allows, only the unlawful and the private may be withheld, and each milder sanction
    that the rule allows is answered.
    """

    id = "R4"
    title = "sanctions are on the ladder, milder ones answered"
    unit = "decisions"
    clauses = ("ladder-2", "ladder-3", "ladder-5")
    judges = (Decide,)


class R5(Check):
    """No rule is applied past its sunset, its repeal or its replacement's repeal."""

    id = "R5"
    title = "no rule is applied past its end"
    unit = "reports and decisions"
    clauses = ("rule-3",)
    judges = (Report, Decide)


class V1(Check):
    """The roll of each vote is rebuilt.

    The members of the places of the register up to the proposal's edge, less those whose account was closed before the
    vote opened, in the order of the register: their number, and the RFC 6962 root over `m:<n>`, are those stated. The
    roll of a certified poll are all whose account is open, and that of a jury's vote those who sit in it. Members and
    guests are admitted by the clock.
    """

    id = "V1"
    version = 3
    title = "the roll of each vote is rebuilt"
    unit = "votes opened"
    clauses = ("roll-1", "roll-2", "poll-4", "member-2", "jury-7")
    judges = (OpenVote, OpenPoll)


class V2(Check):
    """Ballot boxes only grow, and the one that counts is the last that was sealed in time.

    At each sealed size the entries of the box have the sealed root, so each sealed box begins with the one before. No
    seal later than a minute after the close counts, and a vote is closed, at its date or later, with the last one.
    """

    id = "V2"
    title = "each sealed box extends the one before, the last one counts"
    unit = "seals and closed votes"
    clauses = ("box-2", "box-3", "box-4", "vote-1", "vote-4", "ballot-2")
    judges = (SealBox, CloseVote)


class V3(Check):
    """Certified polls are opened by the clock, once and in their form, and are recounted as votes are (R2)."""

    id = "V3"
    title = "certified polls recount to their result"
    unit = "polls opened and closed"
    clauses = ("poll-1", "poll-2", "poll-3")
    judges = (OpenPoll, CloseVote)


class A1(Check):
    """Whoever acted was entitled to.

    Members act while their account is open and not suspended, moderators and stewards while they hold office by a grant
    that stands on its basis; an elected office's is an election that chose its holder when the ballots are counted.
    Reporters act under a pseudonym that reported, authors in cases about their own posts, and the founding only at the
    founding.
    """

    id = "A1"
    version = 2
    title = "who acted held the office, and the right, to"
    unit = "entries"
    clauses = (
        *("charter-1", "member-1", "member-3", "office-1", "office-2", "office-3", "office-4", "office-5"),
        *("elect-1", "elect-2", "elect-3", "elect-7", "elect-8"),
        *("report-1", "appeal-3", "ladder-4", "erase-3", "erase-4", "erase-6", "correct-2"),
    )
    judges = L1.judges


class A2(Check):
    """Nobody judges their own cause, or the same cause twice.

    No moderator decides, reconsiders, co-signs or lifts in a case about their own post, none decides, reconsiders or
    co-signs in a case in which they decided before, and nobody withholds their own post, or signs for that.
    """

    id = "A2"
    version = 2
    title = "recusal: author, decider and reconsiderer are different people"
    unit = "decisions, second looks, co-signatures, lifts and withholdings"
    clauses = ("recusal-1", "recusal-2")
    judges = (Decide, Reconsider, CoSign, Lift, Invoke, Second, Comply)


class A3(Check):
    """A long suspension stands only when another moderator has signed it as well, and only a standing one is signed."""

    id = "A3"
    title = "long suspensions are co-signed"
    unit = "co-signatures"
    clauses = ("cosign-1", "cosign-2", "cosign-3")
    judges = (CoSign,)


class P1(Check):
    """Decisions keep their form.

    A case begins with a report that commits to its reason and to the reported text; it is decided once, with reasons,
    and with a notice that names what was done, its ground and category, how the post came to be looked at, all routes
    and the last day of appeal. Each side appeals once, against something
    that stands, and a second look or a lift has its reasons.
    """

    id = "P1"
    version = 2
    title = "notices and reasons are complete"
    unit = "reports, decisions, appeals, second looks, lifts"
    clauses = (
        *("case-1", "report-4", "report-5", "report-6"),
        *("decide-1", "decide-5", "decide-6", "decide-9", "decide-10"),
        *("notice-1", "notice-2", "notice-3", "notice-4", "notice-5", "notice-6"),
        *("lift-1", "lift-2", "appeal-1", "appeal-2", "appeal-4", "appeal-5", "appeal-7", "appeal-8", "appeal-9"),
        *("reconsider-1", "reconsider-3", "reconsider-4", "erase-5", "erase-8", "correct-1"),
    )
    judges = (Report, Decide, Appeal, JoinAppeal, Reconsider, Lift)


class P2(Check):
    """Dates are kept.

    No decision, appeal or second look comes after its date, and restrictions have an end within the term. What was due
    and did not come is named: a report without a decision counts as answered none, against the square; an appeal
    without a second look goes to a jury, and without a jury the restriction ends by its date; a step of the clock that
    is late is late, and so is an office that was not given to whom an election chose. Of these only silence about
    unlawful content is a violation, because there silence is no answer.
    """

    id = "P2"
    version = 2
    title = "dates are met, overdue ones named"
    unit = "cases, appeals, juries, proposals and elections"
    clauses = ("decide-2", "decide-8", "appeal-6", "reconsider-2")


class P3(Check):
    """Every jury is the one that its seed draws.

    The secret that a draw opens is the one to which the decision, or for a second appeal the draw before, had committed
    before the appellant's number was known. From it, that number, the case and the length of the register at the
    decision the seed is computed, from the seed the places, and from these, less those whom the ledger itself shows to
    be out, the seats. Juries are drawn by the clock, once, for what another moderator's look did not settle; jurors are
    excused from their own seat, while the evidence is open.
    """

    id = "P3"
    title = "juries are drawn as their seed says"
    unit = "draws and excuses"
    clauses = ("jury-1", "jury-2", "jury-3", "jury-4", "jury-5", "jury-6")
    judges = (DrawJury, ExcuseJuror)


class P4(Check):
    """Every verdict is what its jury's ballots say.

    The vote of each jury is recounted as any other: each ballot of the box is opened by the opening at its place, the
    marks are one for each ballot, and all of them of those who sat; the verdict is computed from that count. Reasons
    come from juries alone, no more of them than ballots.
    """

    id = "P4"
    title = "verdicts of juries recount to their result"
    unit = "votes closed"
    clauses = ("jury-9",)
    judges = (CloseVote,)


class P5(Check):
    """Emergencies are confirmed or fall, and orders are told.

    An emergency has one of the four grounds, its words and reasons bound and its coin before anybody signs; another
    person signs it, and the same post is not treated so again too soon. Every date of it passes by itself. What nobody
    is shown has the numbers of two persons: where the second did not sign in time, that is a violation. An order has
    its authority and basis; what is done for it has reasons, an end, and a territory or why none would do; after its
    refusal nothing is done; and its seal ends within the term. How many orders were obeyed, refused and are sealed is
    told.
    """

    id = "P5"
    title = "emergencies end or are confirmed, orders are told"
    unit = "emergencies and orders"
    clauses = (
        *("emergency-1", "emergency-2", "emergency-3", "emergency-4", "emergency-5", "emergency-6"),
        *("order-1", "order-2", "order-3", "order-4", "order-5", "order-6"),
    )
    judges = (Invoke, Second, ReceiveOrder, Comply, RefuseOrder, PublishNotice)


class E2(Check):
    """Nothing is restricted that the rule does not reach.

    A decision answers each element of the rule as it stood when the post was made, no more and no fewer, and restricts
    only where every one of them is found.
    """

    id = "E2"
    title = "every element of the rule is answered, and found"
    unit = "decisions"
    clauses = ("decide-4", "decide-7")
    judges = (Decide,)


class C1(Check):
    """The live square shows what its entries say, to a stranger who has not signed in.

    Each post that is restricted now is shown so: by the case, the entry, the rule, the sanction and the date that
    the ledger gives, with the version, the date and the words that were judged, or as a later version of its
    author's, or by the emergency or the order; and what any reader may open can be opened. What its author wrote
    for few says so, and shows nobody else a word. What an order withholds in some countries may be shown or not:
    where the auditor reads from, only the square knows. No post in the public timeline, none below it in a
    conversation, and none that another case or a proposal names, is marked, without its text, or left out of the
    timeline, unless an entry says so; and what is folded or withheld is not in it.
    """

    id = "C1"
    version = 3
    title = "the live square shows what its entries say"
    unit = "posts"


class T1(Check):
    """Times are what somebody else saw.

    With the memory of a monitor: no entry is dated before a checkpoint without it was seen, and none after a checkpoint
    with it was. A minute is allowed for what two clocks differ by and for what signing takes.
    """

    id = "T1"
    title = "no entry is older than a checkpoint without it that was seen"
    unit = "entries"


class W1(Check):
    """Others have seen this checkpoint, and that it continues those before.

    Each witness that the auditor names has cosigned it, and so many of a policy as make its quorum. A cosignature by a
    known witness that does not hold is a violation; one that is missing leaves it unverified.
    """

    id = "W1"
    title = "the witnesses asked for have cosigned the checkpoint"
    unit = "cosignatures"


CHECKS: tuple[type[Check], ...] = (
    *(L1, L2, R1, R2, R3, R4, R5, V1, V2, V3, A1, A2, A3, P1, P2, P3, P4, P5, E2, C1, T1, W1),
)
"""Every check, in the order in which they are told."""

CHECK_OF: dict[str, str] = {clause: check.id for check in CHECKS for clause in check.clauses}
"""To which check a breach of a clause belongs."""
