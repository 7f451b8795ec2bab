"""The end that somebody gives a restriction before its date: of a case, of an emergency, of an order."""

from governance import emergencies, orders
from governance.acts.cases import Lift
from governance.cases import Case, case_of, restriction_changes
from governance.emergencies import Emergency
from governance.entry import Entry
from governance.errors import Refused
from governance.members import check_office
from governance.orders import Compliance
from governance.state import Changes, State


def check_lift(state: State, act: Lift, entry: Entry) -> None:
    """Any moderator may end a restriction, with reasons; nobody lifts what stands on their own post.

    What was done for an order, and what nobody is shown, is ended by the legal officer.
    """
    emergency, done = state[Emergency, act.case], state[Compliance, act.case]
    restricts: bool
    if emergency is not None:
        check_office(state, entry.by, "legal_officer" if emergency.is_unshown else "moderator", entry.at)
        author, restricts = emergency.author, emergency.stands_at(entry.at)
    elif done is not None:
        check_office(state, entry.by, "legal_officer", entry.at)
        author, restricts = done.author, done.stands_at(entry.at)
    else:
        case = case_of(state, act.case)
        check_office(state, entry.by, "moderator", entry.at)
        author, restricts = case.author, case.restricts_at(entry.at)
    if entry.by == author:
        raise Refused("recusal-1", "nobody decides about their own post")
    if not restricts:
        raise Refused("lift-1", "case %(case)s restricts nothing now", case=act.case)
    if [commit.field for commit in act.commits] != ["reasons"]:
        raise Refused("lift-2", "a lift commits to its reasons")


def apply_lift(state: State, act: Lift, entry: Entry, index: int) -> Changes:
    """The restriction ends now."""
    emergency, done = state[Emergency, act.case], state[Compliance, act.case]
    if emergency is not None:
        over = emergencies.ended(emergency, index, entry.at)
        return emergencies.emergency_changes(state, act.case, over)
    if done is not None:
        return orders.compliance_changes(state, act.case, orders.ended(done, index, entry.at))
    case = case_of(state, act.case)
    lifted = case.ended_by(index, entry.at)
    return {(Case, act.case): lifted, **restriction_changes(state, act.case, case, lifted)}
