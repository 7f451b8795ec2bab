"""check and apply: may this entry come next, and what is the state after it.

The service and the auditor run the same two functions; `replay` folds them over a whole history.
"""

from collections.abc import Iterable, Iterator
from typing import assert_never

import msgspec

from governance import (
    appeals,
    candidates,
    cases,
    decisions,
    erasures,
    founding,
    juries,
    keys,
    lifts,
    members,
    offices,
    orders,
    polls,
    proposals,
    texts,
    verdicts,
    votes,
    withholding,
)
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
from governance.entry import Entry
from governance.errors import Refused
from governance.members import REGISTER, Register
from governance.state import Changes, State


def check(state: State, entry: Entry) -> None:
    """May this entry come next? Silence, or `Refused(clause, why)`."""
    register = state[Register, REGISTER]
    if register is None:
        if not isinstance(entry.act, Found) or entry.by != "founding":
            raise Refused("charter-1", "nothing comes before the founding")
    elif entry.by == "founding" and not register.founding:
        raise Refused("charter-1", "the founding is over")
    _check_act(state, entry)


def _check_act(state: State, entry: Entry) -> None:  # noqa: C901 - a line an act
    # Python tries one class after another: most entries are reports and decisions.
    match entry.act:
        case Report():
            cases.check_report(state, entry.act, entry)
        case Decide():
            decisions.check_decide(state, entry.act, entry)
        case Appeal():
            appeals.check_appeal(state, entry.act, entry)
        case Reconsider():
            appeals.check_reconsider(state, entry.act, entry)
        case Found():
            founding.check_found(state, entry.act)
        case Admit():
            members.check_admit(state, entry)
        case AdmitGuest():
            members.check_admit_guest(state, entry)
        case CloseAccount():
            members.check_close_account(state, entry.act, entry)
        case Grant() if entry.by == "clock":
            candidates.check_take_office(state, entry.act, entry)
        case Grant():
            offices.check_grant(state, entry.act, entry)
        case Revoke():
            offices.check_revoke(state, entry.act, entry)
        case CoSign():
            decisions.check_co_sign(state, entry.act, entry)
        case Lift():
            lifts.check_lift(state, entry.act, entry)
        case JoinAppeal():
            appeals.check_join_appeal(state, entry.act, entry)
        case JoinJury():
            juries.check_join_jury(state, entry)
        case LeaveJury():
            juries.check_leave_jury(state, entry)
        case DrawJury():
            juries.check_draw_jury(state, entry.act, entry)
        case ExcuseJuror():
            juries.check_excuse_juror(state, entry.act, entry)
        case Invoke():
            withholding.check_invoke(state, entry.act, entry)
        case Second():
            withholding.check_second(state, entry.act, entry)
        case ReceiveOrder():
            orders.check_receive_order(state, entry.act, entry)
        case Comply():
            orders.check_comply(state, entry.act, entry)
        case RefuseOrder():
            orders.check_refuse_order(state, entry.act, entry)
        case PublishNotice():
            orders.check_publish_notice(state, entry.act, entry)
        case Propose():
            proposals.check_propose(state, entry.act, entry)
        case Amend():
            proposals.check_amend(state, entry.act, entry)
        case Withdraw():
            proposals.check_withdraw(state, entry.act, entry)
        case Sponsor():
            proposals.check_sponsor(state, entry.act, entry)
        case Stand():
            candidates.check_stand(state, entry.act, entry)
        case StandDown():
            candidates.check_stand_down(state, entry.act, entry)
        case Freeze():
            proposals.check_freeze(state, entry.act, entry)
        case OpenVote():
            votes.check_open_vote(state, entry.act, entry)
        case OpenPoll():
            polls.check_open_poll(state, entry.act, entry)
        case SealBox():
            votes.check_seal_box(state, entry.act, entry)
        case CloseVote():
            votes.check_close_vote(state, entry.act, entry)
        case Enact():
            proposals.check_enact(state, entry.act, entry)
        case RotateKey():
            keys.check_rotate_key(state, entry.act, entry)
        case Erase():
            texts.check_erase(state, entry.act, entry)
        case Correct():
            texts.check_correct(state, entry.act, entry)
        case _:
            assert_never(entry.act)


def apply(state: State, entry: Entry, index: int) -> Changes:
    """The new values after a lawful entry at this index of the ledger; mutates nothing."""
    changes = _apply_act(state, entry, index)
    if entry.by != "founding":
        register = state[Register, REGISTER]
        assert register is not None
        if register.founding:
            changed = changes.get((Register, REGISTER), register)
            changes[Register, REGISTER] = msgspec.structs.replace(changed, founding=False)
    return changes


def _apply_act(state: State, entry: Entry, index: int) -> Changes:  # noqa: C901 - a line an act
    match entry.act:
        case Report():
            return cases.apply_report(state, entry.act, entry, index)
        case Decide():
            return decisions.apply_decide(state, entry.act, entry, index)
        case Appeal():
            return appeals.apply_appeal(state, entry.act, entry, index)
        case Reconsider():
            return appeals.apply_reconsider(state, entry.act, entry, index)
        case Found():
            return founding.apply_found(state, entry.act, entry)
        case Admit():
            return members.apply_admit(state, entry, index)
        case AdmitGuest():
            return members.apply_admit_guest(state, entry, index)
        case CloseAccount():
            return members.apply_close_account(state, entry.act, entry)
        case Grant() if entry.by == "clock":
            return candidates.apply_take_office(state, entry.act, entry, index)
        case Grant():
            return offices.apply_grant(state, entry.act, entry, index)
        case Revoke():
            return offices.apply_revoke(state, entry.act, entry)
        case CoSign():
            return decisions.apply_co_sign(state, entry.act, entry, index)
        case Lift():
            return lifts.apply_lift(state, entry.act, entry, index)
        case JoinAppeal():
            return appeals.apply_join_appeal(state, entry.act, index)
        case JoinJury():
            return juries.apply_join_jury(state, entry)
        case LeaveJury():
            return juries.apply_leave_jury(state, entry)
        case DrawJury():
            return juries.apply_draw_jury(state, entry.act, entry, index)
        case ExcuseJuror():
            return verdicts.apply_excuse_juror(state, entry.act, entry, index)
        case Invoke():
            return withholding.apply_invoke(state, entry.act, entry, index)
        case Second():
            return withholding.apply_second(state, entry.act, entry, index)
        case ReceiveOrder():
            return orders.apply_receive_order(entry.act, entry, index)
        case Comply():
            return orders.apply_comply(state, entry.act, entry, index)
        case RefuseOrder():
            return orders.apply_refuse_order(state, entry.act, index)
        case PublishNotice():
            return orders.apply_publish_notice(state, entry.act, entry, index)
        case Propose():
            return proposals.apply_propose(state, entry.act, entry, index)
        case Amend():
            return proposals.apply_amend(state, entry.act, index)
        case Withdraw():
            return proposals.apply_withdraw(state, entry.act, index)
        case Sponsor():
            return proposals.apply_sponsor(state, entry.act, entry, index)
        case Stand():
            return candidates.apply_stand(state, entry.act, entry)
        case StandDown():
            return candidates.apply_stand_down(state, entry.act, entry)
        case Freeze():
            return proposals.apply_freeze(state, entry.act, entry, index)
        case OpenVote():
            return votes.apply_open_vote(state, entry.act, entry, index)
        case OpenPoll():
            return polls.apply_open_poll(state, entry.act, entry, index)
        case SealBox():
            return votes.apply_seal_box(state, entry.act, entry, index)
        case CloseVote():
            return votes.apply_close_vote(state, entry.act, entry, index)
        case Enact():
            return proposals.apply_enact(state, entry.act, entry, index)
        case RotateKey():
            return keys.apply_rotate_key(state, entry.act, index)
        case Erase():
            return erasures.apply_erase(state, entry.act, entry, index)
        case Correct():
            return texts.apply_correct(entry.act, entry, index)
        case _:
            assert_never(entry.act)


def replay(entries: Iterable[Entry], state: State | None = None, start: int = 0) -> Iterator[tuple[int, Entry, State]]:
    """Fold entries from `start` on; yields index, entry and the State after it.

    Raises Refused at the first unlawful one.
    """
    state = State() if state is None else state
    last = 0
    for index, entry in enumerate(entries, start):
        if entry.at < last:
            raise Refused("ledger-1", "the time of an entry is never earlier than that of the one before")
        check(state, entry)
        state.update(apply(state, entry, index))
        last = entry.at
        yield index, entry, state
