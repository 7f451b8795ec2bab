"""One entry of each type of act, with every field said."""

from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.acts.cases import BulkPost, CoSign, Decide, Lift, Milder, Notice, Report
from governance.acts.elections import Stand, StandDown
from governance.acts.emergencies import Invoke, Second
from governance.acts.juries import DrawJury, ExcuseJuror, JoinJury, LeaveJury
from governance.acts.keys import RotateKey
from governance.acts.members import Admit, AdmitGuest, CloseAccount, Found, Grant, Revoke, TermSpec
from governance.acts.orders import Comply, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.proposals import (
    Amend,
    AmendCharter,
    AmendRule,
    Elect,
    Enact,
    EnactRule,
    Freeze,
    Propose,
    Recall,
    RepealRule,
    RuleSpec,
    SetRanking,
    SetTerm,
    Sponsor,
    Weight,
    Withdraw,
)
from governance.acts.texts import Correct, Erase, Erasing
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.acts.words import Commit
from governance.entry import Entry

AT = 1_790_000_000_000
POLLED = (Commit("question", "7" * 64), Commit("option/1", "8" * 64), Commit("option/2", "9" * 64))
RULE = RuleSpec(
    label="4.1",
    sanctions=("label", "fold"),
    elements=1,
    ground="incompatible",
    topical=False,
    category="STATEMENT_CATEGORY_VIOLENCE",
    kind="bright_line",
    tests=2,
    condition="8" * 64,
)
WORDS = tuple(
    Commit(field, f"{number:064x}")
    for number, field in enumerate(("title", "text", "aim", "element/1", "test/1", "test/2", "condition"))
)
REASONS = (Commit("reasons", "a" * 64),)
REPORTER = "r:0123456789abcdef"
NOTICE = Notice(
    decision_visibility=("DECISION_VISIBILITY_CONTENT_DEMOTED",),
    decision_account="",
    decision_ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
    category="STATEMENT_CATEGORY_VIOLENCE",
    content_type=("CONTENT_TYPE_TEXT",),
    source_type="SOURCE_TYPE_OTHER_NOTIFICATION",
    automated_detection="No",
    automated_decision="AUTOMATED_DECISION_NOT_AUTOMATED",
    routes=("appeal", "authority", "court"),
    appeal_until=AT + 183 * 86_400_000,
)
DECIDE = Decide(
    case=41,
    rule=(7, 1),
    outcome="restrict",
    sanction="fold",
    until=AT + 86_400_000,
    elements=(True,),
    milder=(Milder("label", "b" * 64),),
    commits=REASONS,
    distinguishes=0,
    language="zh-Hant",
    coin="0" * 64,
    notice=NOTICE,
    posts=(BulkPost("117309440000000003", 1, AT - 2, "0" * 64),),
)
REPORT = Report(
    post="117309440000000001",
    version=2,
    posted=AT - 1,
    author="g:12",
    topical=True,
    rule=(7, 1),
    reporter=REPORTER,
    commits=(Commit("content", "c" * 64), Commit("reason", "d" * 64)),
)
TERM = TermSpec("sponsors", "1/100", "1/1000", "1/20", entrenched=True)
FOUND = Found("Ἰσηγορία <3", "square.example/isegoria-0a1b2c3d", "e" * 64, False, (TERM,), "")

ENTRIES = (
    Entry(FOUND, AT, "founding"),
    Entry(Admit(), AT, "clock"),
    Entry(AdmitGuest(), AT, "clock"),
    Entry(CloseAccount(17), AT, "m:17"),
    Entry(Grant(17, "moderator", AT + 1, 2), AT, "m:1"),
    Entry(Revoke(18, 2), AT, "m:1"),
    Entry(REPORT, AT, "reporter"),
    Entry(DECIDE, AT, "m:17"),
    Entry(CoSign(41), AT, "m:18"),
    Entry(Lift(41, REASONS), AT, "m:18"),
    Entry(Appeal(41, REPORTER, "8" * 64, 0, (Commit("statement", "f" * 64),)), AT, "reporter"),
    Entry(JoinAppeal(43, REPORTER), AT, "reporter"),
    Entry(Reconsider(43, "reverse", REASONS), AT, "m:18"),
    Entry(JoinJury(), AT, "m:20"),
    Entry(LeaveJury(), AT, "m:20"),
    Entry(DrawJury(43, "9" * 64, (20, 21, 22), "a" * 64), AT, "clock"),
    Entry(ExcuseJuror(44, 1), AT, "m:21"),
    Entry(
        Invoke("117309440000000001", 2, AT - 1, "m:12", "doxxing", "c" * 64, (Commit("content", "c" * 64), *REASONS)),
        AT,
        "m:17",
    ),
    Entry(Second(44, "d" * 64), AT, "m:18"),
    Entry(
        ReceiveOrder("withhold", AT + 86_400_000, (Commit("authority", "e" * 64), Commit("basis", "f" * 64))),
        AT,
        "m:19",
    ),
    Entry(
        Comply(46, "117309440000000001", 2, AT - 1, "g:12", "DE,FR", AT + 86_400_000, REASONS),
        AT,
        "m:19",
    ),
    Entry(RefuseOrder(46, REASONS), AT, "m:19"),
    Entry(PublishNotice(46), AT, "m:19"),
    Entry(Propose("117309440000000002", EnactRule(RULE, WORDS), "restricting"), AT, "m:17"),
    Entry(Amend(50, AmendRule(7, RULE, WORDS), "restricting"), AT, "m:17"),
    Entry(Withdraw(50), AT, "m:17"),
    Entry(Sponsor(50, 2), AT, "m:18"),
    Entry(Stand(50), AT, "m:18"),
    Entry(StandDown(50), AT, "m:18"),
    Entry(Freeze(50, 2, (Commit("preview", "9" * 64),)), AT, "clock"),
    Entry(OpenVote(50, 0, 3, 9, "1" * 64, AT + 604_800_000), AT, "clock"),
    Entry(OpenPoll("117", True, 3, 9, "1" * 64, AT + 300_000, POLLED), AT, "clock"),
    Entry(SealBox(60, 7, "2" * 64), AT, "clock"),
    Entry(CloseVote(60, 7, "2" * 64, "3" * 64, "4" * 64, 1, (4, 2, 1), ()), AT, "clock"),
    Entry(Enact(50, SetTerm("decision", "6d")), AT, "clock"),
    Entry(RotateKey("5" * 64, "6" * 64, AT + 1), AT, "m:1"),
    Entry(Erase((Erasing(41, "reason", 41, REPORTER), Erasing(42, "reasons", 41, "")), "order"), AT, "m:19"),
    Entry(Correct(42, 41, (Commit("correction", "7" * 64),)), AT, "m:19"),
)
"""In the order in which governance/entry.py tells the acts."""

CHANGES = (
    EnactRule(RULE, WORDS),
    AmendRule(7, RULE, WORDS),
    RepealRule(7),
    SetTerm("decision", "6d"),
    Elect("moderator", 3),
    Recall(18),
    AmendCharter("8" * 64, True, (Commit("text", "9" * 64),)),
    SetRanking("lively", (Weight("replies", 4), Weight("age", 1)), False),
)
