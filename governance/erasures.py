"""What the erasure of a text ends: what cannot be shown restricts nobody, and is no law (POLICY [erase-9])."""

import msgspec

from governance import emergencies, orders
from governance.acts.texts import Erase, Erasing
from governance.acts.words import PostId
from governance.cases import Case, Subject, restriction_changes, subject_of
from governance.emergencies import Emergency, emergency_changes
from governance.entry import Entry
from governance.orders import Compliance, Order, compliance_changes
from governance.proposals import LIVE, Proposal
from governance.rules import LabelOf, Rule, ended, version_key
from governance.state import Changes, Key, State
from governance.texts import Erased, erased_key, posts_of, version_of


class _Meanwhile(State):
    """The changes of an act so far, over the state before it."""

    def __init__(self, before: State) -> None:
        super().__init__()
        self._before = before

    def __missing__(self, key: Key) -> None:
        return self._before[key]  # type: ignore[return-value]


def apply_erase(state: State, act: Erase, entry: Entry, index: int) -> Changes:
    """The texts are gone; what cannot be shown any more restricts nobody, and is no law."""
    changes: Changes = {}
    after = _Meanwhile(state)
    for one in act.entries:
        changes[erased_key(one.entry, one.what)] = Erased(one.entry, one.what, index, act.ground)
        changes |= _ends(after, one, entry, index)
        after.update(changes)
    return changes


def _ends(state: State, one: Erasing, entry: Entry, index: int) -> Changes:
    match one.what:
        case "content":
            return dict(_gone(state, post, index) for post in posts_of(state, one))
        case "reasons":
            return _end_restriction(state, one, entry, index) or _end_power(state, one, entry, index)
        case "order":
            return _end_order(state, one, entry, index)
        case "words":
            return _end_law(state, one, entry, index)
        case _:
            return {}


def _gone(state: State, post: PostId, index: int) -> tuple[Key, Subject]:
    said = subject_of(state, post)
    return (Subject, post), msgspec.structs.replace(said, erased=said.erased or index)


def _end_restriction(state: State, one: Erasing, entry: Entry, index: int) -> Changes:
    case = state[Case, one.of]
    if case is None or one.entry != case.decision:
        return {}
    if not case.restricts_at(entry.at):
        return {(Case, one.of): msgspec.structs.replace(case, erased=index)}
    lifted = case.ended_by(index, entry.at, erased=index)
    return {(Case, one.of): lifted, **restriction_changes(state, one.of, case, lifted)}


def _end_power(state: State, one: Erasing, entry: Entry, index: int) -> Changes:
    """Without its reasons an emergency is over, and so is what was done for an order."""
    emergency, done = state[Emergency, one.of], state[Compliance, one.of]
    if emergency is not None and one.entry == one.of:
        if not emergency.stands_at(entry.at):
            return {(Emergency, one.of): msgspec.structs.replace(emergency, erased=index)}
        return emergency_changes(state, one.of, emergencies.ended(emergency, index, entry.at, erased=index))
    if done is not None and one.entry == one.of:
        if not done.stands_at(entry.at):
            return {(Compliance, one.of): msgspec.structs.replace(done, erased=index)}
        return compliance_changes(state, one.of, orders.ended(done, index, entry.at, erased=index))
    return {}


def _end_order(state: State, one: Erasing, entry: Entry, index: int) -> Changes:
    """Without its authority and basis nothing that was done for an order withholds anything any more."""
    order = state[Order, one.of]
    assert order is not None
    changes: Changes = {(Order, one.of): msgspec.structs.replace(order, erased=index)}
    after = _Meanwhile(state)
    state.need((Compliance, step) for step in order.complied)
    for step in order.complied:
        done = state[Compliance, step]
        assert done is not None
        if done.stands_at(entry.at):
            after.update(changes)
            changes |= compliance_changes(after, step, orders.ended(done, index, entry.at))
    return changes


def _end_law(state: State, one: Erasing, entry: Entry, index: int) -> Changes:
    proposal = state[Proposal, one.of]
    if proposal is not None:
        if proposal.status not in LIVE or proposal.written != one.entry:
            return {}
        over = msgspec.structs.replace(proposal, status="withdrawn", ended=index, due_at=0)
        return {(Proposal, one.of): over}
    version, rule = version_of(state, one), state[Rule, one.of]
    assert version is not None
    assert rule is not None
    key = version_key(one.of, version.version)
    unshown = msgspec.structs.replace(version, erased=index)
    if rule.version != version.version or rule.status == "repealed":
        return {key: unshown}
    return {
        key: ended(unshown, entry.at),
        (Rule, one.of): Rule(rule.label, rule.version, "repealed"),
        (LabelOf, rule.label): LabelOf(0),
    }
