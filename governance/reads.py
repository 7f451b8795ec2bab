"""What an act is going to read, as far as the act alone can tell: a hint what to load first.

The law reads what it reads; what is missing here costs the door another look, and nothing else.
"""

from collections.abc import Mapping

from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.acts.cases import CoSign, Decide, Lift, Report
from governance.acts.elections import Stand, StandDown
from governance.acts.emergencies import Invoke, Second
from governance.acts.juries import DrawJury, ExcuseJuror, JoinJury, LeaveJury
from governance.acts.members import Grant, Revoke
from governance.acts.orders import Comply, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.proposals import (
    Amend,
    AmendRule,
    AnyChange,
    Enact,
    EnactRule,
    Freeze,
    Propose,
    Recall,
    SetRanking,
    SetTerm,
    Sponsor,
    Withdraw,
)
from governance.acts.texts import Correct, Erase
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.appeals import Appealed, Joined
from governance.bulk import reads_of_bulk
from governance.cases import Bulk, Case, Reported, Subject, known_case
from governance.elections import Candidates, Elected
from governance.emergencies import Emergency
from governance.entry import AnyAct
from governance.juries import JURORS, Juror, Jury, JuryRegister
from governance.members import REGISTER, SQUARE, Granted, Member, Register, Square, number, office_key
from governance.orders import Compliance, Order
from governance.polls import PolledIn
from governance.proposals import Proposal, ProposedIn, Rejection, Sponsored
from governance.rankings import RANKINGS, Rankings
from governance.rules import LabelOf, Rule, question_of, version_key
from governance.state import Key, Value
from governance.terms import Term
from governance.texts import reads_of_erase
from governance.votes import Vote

_ALWAYS: tuple[Key, ...] = ((Square, SQUARE), (Register, REGISTER))


def reads(act: AnyAct, by: str) -> list[Key]:
    """Keys that checking this act will read, not all of them."""
    keys: list[Key] = [*_ALWAYS, *_of_person(by)]
    match act:
        case Report():
            keys += [(Member, number(act.author)), (Subject, act.post), (Term, "decision"), *_of_rule(act.rule)]
        case Decide():
            terms = ("appeal", "restriction", "cosign")
            keys += [(JuryRegister, JURORS), (Case, act.case), *_of_rule(act.rule), *((Term, term) for term in terms)]
            keys += reads_of_bulk(act)
        case CoSign():
            keys += [(Case, act.case)]
        case Lift():
            keys += [(Case, act.case), (Emergency, act.case), (Compliance, act.case), *_of_officer(by)]
        case Appeal() | JoinAppeal() | Reconsider():
            keys += _of_appeal(act)
        case Erase() | Correct():
            keys += [*_of_text(act), *_of_officer(by)]
        case JoinJury() | LeaveJury() | DrawJury() | ExcuseJuror():
            keys += _of_jury(act, by)
        case _:
            keys += [*_of_power(act, by), *_of_vote(act, by)]
    return keys


def reads_then(act: AnyAct, found: Mapping[Key, Value]) -> list[Key]:
    """Keys that it will read because of what was found under those of `reads`."""
    match act:
        case Report():
            subject = found.get((Subject, act.post))
            known = known_case(subject, act.rule[0], act.version) if isinstance(subject, Subject) else None
            return [] if known is None else [(Case, known), (Reported, f"{known}/{act.reporter}")]
        case Decide() | CoSign() | Lift() | Appeal():
            case = found.get((Case, act.case))
            if not isinstance(case, Case):
                return []
            bulk: list[Key] = [(Bulk, case.decision)] if case.bulk else []
            return [(Subject, case.post), (Subject, case.author), *bulk, *_of_rule((case.rule, case.rule_version))]
        case Invoke():
            subject = found.get((Subject, act.post))
            return [(Emergency, subject.emergency)] if isinstance(subject, Subject) and subject.emergency else []
        case Second():
            emergency = found.get((Emergency, act.emergency))
            return [(Subject, emergency.post)] if isinstance(emergency, Emergency) else []
        case _:
            return []


def _of_person(by: str) -> list[Key]:
    if by[:2] not in ("m:", "g:"):
        return []
    member = number(by)
    return [(Member, member), office_key("moderator", member), (Subject, by)]


def _of_power(act: AnyAct, by: str) -> list[Key]:
    match act:
        case Revoke():
            return [(Granted, act.grant)]
        case Invoke() | Second():
            steward = [office_key("steward", number(by))] if by.startswith("m:") else []
            return [*_of_emergency(act), *steward]
        case ReceiveOrder():
            return [(Term, "sealed"), *_of_officer(by)]
        case Comply():
            return [(Order, act.order), (Subject, act.post), *_of_person(act.author), *_of_officer(by)]
        case RefuseOrder() | PublishNotice():
            return [(Order, act.order), *_of_officer(by)]
        case _:
            return []


def _of_emergency(act: Invoke | Second) -> list[Key]:
    if isinstance(act, Second):
        return [(Emergency, act.emergency), (Term, "emergency")]
    terms = ("second", "emergency_again")
    return [(Member, number(act.author)), (Subject, act.post), *((Term, term) for term in terms)]


def _of_officer(by: str) -> list[Key]:
    return [office_key("legal_officer", number(by))] if by.startswith("m:") else []


def _of_rule(cited: tuple[int, int]) -> list[Key]:
    return [(Rule, cited[0]), version_key(*cited)]


def _of_appeal(act: Appeal | JoinAppeal | Reconsider) -> list[Key]:
    match act:
        case Appeal():
            terms = ("appeal", "appeal_total", "reconsider")
            marks: list[Key] = [(Reported, f"{act.case}/{act.reporter}")] if act.reporter else []
            return [(Case, act.case), *((Term, term) for term in terms), *marks]
        case JoinAppeal():
            return [(Appealed, act.appeal), (Joined, f"{act.appeal}/{act.reporter}")]
        case Reconsider():
            return [(Appealed, act.appeal), (Term, "decision")]


def _of_jury(act: JoinJury | LeaveJury | DrawJury | ExcuseJuror, by: str) -> list[Key]:
    match act:
        case DrawJury():
            return [(Appealed, act.matter), *((Juror, member) for member in act.seats)]
        case ExcuseJuror():
            return [(Jury, act.jury)]
        case _:
            return [(JuryRegister, JURORS), *([(Juror, number(by))] if by.startswith("m:") else [])]


def _of_text(act: Erase | Correct) -> list[Key]:
    if isinstance(act, Erase):
        return reads_of_erase(act)
    return [(Case, act.case)] if act.case else []


def _of_vote(act: AnyAct, by: str) -> list[Key]:
    match act:
        case Propose():
            terms = ("sponsoring", "sponsors", "sponsors_min", "vote_after")
            return [(ProposedIn, act.post), *_of_change(act.change), *((Term, term) for term in terms)]
        case Amend():
            return [(Proposal, act.proposal), *_of_change(act.change)]
        case Sponsor():
            mark = f"{act.proposal}/{act.version}/{number(by)}" if by[:2] == "m:" else ""
            return [(Proposal, act.proposal), (Sponsored, mark), (Term, "discussion")]
        case Stand() | StandDown():
            return [(Proposal, act.proposal), (Candidates, act.proposal)]
        case Grant():
            return [(Member, act.member), (Proposal, act.basis), (Elected, act.basis)]
        case OpenVote():
            return [(Proposal, act.proposal)] if act.proposal else [(Jury, act.jury)]
        case OpenPoll():
            return [(PolledIn, act.post)]
        case Withdraw() | Freeze() | Enact():
            return [(Proposal, act.proposal)]
        case SealBox() | CloseVote():
            return [(Vote, act.vote), (Term, "seal")]
        case _:
            return []


def _of_change(change: AnyChange) -> list[Key]:
    keys: list[Key] = [(Rejection, question_of(change))]
    if isinstance(change, SetTerm):
        keys.append((Term, change.name))
    elif isinstance(change, Recall):
        keys.append((Granted, change.grant))
    elif isinstance(change, SetRanking):
        keys.append((Rankings, RANKINGS))
    elif isinstance(change, EnactRule | AmendRule):
        keys.append((LabelOf, change.rule.label))
    return keys
