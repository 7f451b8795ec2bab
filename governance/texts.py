"""Texts behind entries: whose they are, who may have them erased, what their erasure ends, and corrections.

The law reads no text. It knows which texts there are from the values of the cases, appeals, rules and proposals that
they belong to, so that no entry costs more for what is seldom asked.
"""

import msgspec
from msgspec import Struct

from governance.acts.texts import Correct, Erase, Erasing, What, WhyErased
from governance.acts.words import PostId
from governance.appeals import Appealed, is_final
from governance.cases import Bulk, Case, Reported, Subject, case_of, restriction_changes, subject_of
from governance.entry import Entry
from governance.errors import Refused
from governance.members import check_member, check_person, holds, number
from governance.proposals import LIVE, Proposal, Wording
from governance.rules import LabelOf, Rule, RuleVersion, ended, version_key
from governance.state import Changes, Key, State


class Erased(Struct, frozen=True, gc=False):
    """That a text of an entry was erased, by entry `erasure`; key: "entry/what"."""

    entry: int
    what: What
    erasure: int
    ground: WhyErased


class Corrected(Struct, frozen=True, gc=False):
    """What was said, by entry `correction` (its key), beside an entry that is wrong."""

    entry: int
    by: str


class Text(Struct, frozen=True, gc=False):
    """Whose a text is ("m:17", a pseudonym, "" for an office's), and the case that it stands in, 0 and None outside."""

    owner: str
    number: int = 0
    case: Case | None = None
    proposal: Proposal | None = None


def erased_key(entry: int, what: What) -> tuple[type[Erased], str]:
    """The key of the mark that a text was erased."""
    return (Erased, f"{entry}/{what}")


def what_of(field: str) -> What:
    """To which text of its entry the field of a commitment belongs."""
    name = field.partition("/")[0]
    match name:
        case "content" | "reason" | "reasons" | "statement" | "correction":
            return name
        case "milder":
            return "reasons"
        case _:
            return "words"


def check_erase(state: State, act: Erase, entry: Entry) -> None:
    """Each text is one that its entry commits to, erased for the first time, by who may ask for it on this ground."""
    state.need(reads_of_erase(act))
    named = {(one.entry, one.what) for one in act.entries}
    if len(named) != len(act.entries):
        raise Refused("erase-1", "an erasure names each text once")
    for one in act.entries:
        mark = state[erased_key(one.entry, one.what)]
        if mark is not None:
            raise Refused(
                "erase-2",
                "this text of entry %(entry)s was erased already, by entry %(erasure)s",
                entry=one.entry,
                erasure=mark.erasure,
            )
        text = _text(state, one)
        if text is None:
            raise Refused("erase-1", "entry %(entry)s commits to no such text", entry=one.entry)
        _check_may_erase(state, one, text, act.ground, entry)


def reads_of_erase(act: Erase) -> list[Key]:
    """The keys that an erasure reads, as far as the act alone can tell."""
    keys: list[Key] = []
    for one in act.entries:
        keys.append(erased_key(one.entry, one.what))
        match one.what:
            case "content" | "reason":
                keys += [(Case, one.of), (Reported, f"{one.of}/{one.reporter}"), (Bulk, one.entry)]
            case "reasons":
                keys += [(Case, one.of), (Appealed, one.of)]
            case "statement":
                keys.append((Appealed, one.of))
            case "words":
                keys += [(Rule, one.of), (Proposal, one.of), (Wording, one.entry)]
            case "correction":
                keys.append((Corrected, one.of))
    return keys


def _text(state: State, one: Erasing) -> Text | None:
    if one.reporter and one.what not in ("content", "reason", "statement"):
        return None
    match one.what:
        case "content" | "reason":
            return _of_report(state, one)
        case "reasons":
            return _reasons(state, one)
        case "statement":
            return _statement(state, one)
        case "words":
            return _words(state, one)
        case "correction":
            is_one = one.of == one.entry and state[Corrected, one.of] is not None
            return Text("") if is_one else None


def _of_report(state: State, one: Erasing) -> Text | None:
    bulk = state[Bulk, one.entry]
    if bulk is not None:  # the words of the posts that a decision named, all together
        is_its = one.what == "content" and not one.reporter and bulk.case == one.of
        named = case_of(state, bulk.case)
        return Text(named.author, bulk.case, named) if is_its else None
    case, mark = state[Case, one.of], state[Reported, f"{one.of}/{one.reporter}"]
    if case is None or mark is None or mark.entry != one.entry:
        return None
    return Text(case.author if one.what == "content" else one.reporter, one.of, case)


def _reasons(state: State, one: Erasing) -> Text | None:
    appeal = state[Appealed, one.of]
    if appeal is not None:
        is_its = one.entry in {appeal.answer, appeal.verdict} - {0}
        return Text("", appeal.case, case_of(state, appeal.case)) if is_its else None
    case = state[Case, one.of]
    if case is None:
        return None
    reasoned = {case.decision, case.lifted_before, 0 if case.lifted == case.erased else case.lifted}
    returned = state[Appealed, case.reporters_appeal] if case.reporters_appeal else None
    if returned is not None:
        reasoned.add(returned.decision)
    return Text("", one.of, case) if one.entry in reasoned - {0} else None


def _statement(state: State, one: Erasing) -> Text | None:
    appeal = state[Appealed, one.of]
    if appeal is None or one.of != one.entry or one.reporter != (appeal.by if appeal.side == "reporters" else ""):
        return None
    return Text(appeal.by, appeal.case, case_of(state, appeal.case))


def _words(state: State, one: Erasing) -> Text | None:
    proposal, wording = state[Proposal, one.of], state[Wording, one.entry]
    if proposal is not None:
        is_its = wording is not None and wording.proposal == one.of
        return Text(proposal.proposer, proposal=proposal) if is_its else None
    version = _version(state, one)
    if version is None:
        return None
    if not version.proposal:
        raise Refused("erase-7", "the words of a founding rule are not erased: it is repealed by vote")
    return Text("")


def _version(state: State, one: Erasing) -> RuleVersion | None:
    """The version of rule `of` that the entry brought into force."""
    rule = state[Rule, one.of]
    if rule is None:
        return None
    keys = [version_key(one.of, version) for version in range(1, rule.version + 1)]
    state.need(keys)
    versions = [state[key] for key in keys]
    return next((version for version in versions if version is not None and version.enacted == one.entry), None)


def _check_may_erase(state: State, one: Erasing, text: Text, ground: WhyErased, entry: Entry) -> None:
    if text.owner and text.owner == (one.reporter if entry.by == "reporter" else entry.by):
        _check_owner(state, one, text, ground, entry)
        return
    if entry.by != "reporter":
        check_member(state, entry.by)
    if entry.by == "reporter" or holds(state, "legal_officer", number(entry.by), entry.at) is None:
        raise Refused("erase-3", "a text is erased by whoever it belongs to, or by the legal officer")
    if text.case is not None and text.case.author == entry.by:
        raise Refused("recusal-1", "nobody erases, as legal officer, what was said in a case about their own post")
    if one.what == "content" and not _may_take(state, one, text, ground, entry.at):
        raise Refused("erase-6", "without its author a post's words are erased only where the post is withheld")


def _check_owner(state: State, one: Erasing, text: Text, ground: WhyErased, entry: Entry) -> None:
    if entry.by != "reporter":
        check_person(state, entry.by)  # also while suspended, and when the account is closed
    if ground != "request":
        raise Refused("erase-4", "who has their own text erased does so at their own request")
    if one.what == "content":
        assert text.case is not None
        if not is_final(state, text.case, entry.at):
            raise Refused("erase-5", "the case is not final: others still need the reported words")
    if text.proposal is not None and text.proposal.status not in ("withdrawn", "rejected", "void"):
        raise Refused(
            "erase-5", "the proposal is %(status)s: what others act on is kept for them", status=text.proposal.status
        )


def _may_take(state: State, one: Erasing, text: Text, ground: WhyErased, at: int) -> bool:
    """Whether the legal officer may erase a post's words: it is withheld, or a guest, who cannot ask here, asks."""
    assert text.case is not None
    if ground == "request":
        return text.case.author.startswith("g:") and is_final(state, text.case, at)
    return all(_is_withheld(state, post, at) for post in _posts_of(state, one))


def _is_withheld(state: State, post: PostId, at: int) -> bool:
    return any(restriction.sanction == "withhold" for restriction in subject_of(state, post).standing(at))


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
            return dict(_gone(state, post, index) for post in _posts_of(state, one))
        case "reasons":
            return _end_restriction(state, one, entry, index)
        case "words":
            return _end_law(state, one, entry, index)
        case _:
            return {}


def _posts_of(state: State, one: Erasing) -> tuple[PostId, ...]:
    """The posts whose words an entry bound: the reported one, or those that a decision named."""
    bulk = state[Bulk, one.entry]
    if bulk is not None:
        return bulk.posts
    mark = state[Reported, f"{one.of}/{one.reporter}"]
    assert mark is not None
    return (mark.post or case_of(state, one.of).post,)


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


def _end_law(state: State, one: Erasing, entry: Entry, index: int) -> Changes:
    proposal = state[Proposal, one.of]
    if proposal is not None:
        if proposal.status not in LIVE or proposal.written != one.entry:
            return {}
        over = msgspec.structs.replace(proposal, status="withdrawn", ended=index, due_at=0)
        return {(Proposal, one.of): over}
    version, rule = _version(state, one), state[Rule, one.of]
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


def check_correct(state: State, act: Correct, entry: Entry) -> None:
    """The legal officer says what is wrong in an entry, or a moderator in their own decision."""
    if [commit.field for commit in act.commits] != ["correction"]:
        raise Refused("correct-1", "a correction commits to its text")
    check_member(state, entry.by)
    if act.case:
        case = case_of(state, act.case)
        if (case.decision, case.decider) != (act.entry, entry.by):
            raise Refused(
                "correct-2", "entry %(entry)s is not your decision in case %(case)s", entry=act.entry, case=act.case
            )
    elif holds(state, "legal_officer", number(entry.by), entry.at) is None:
        raise Refused("correct-2", "an entry is corrected by the legal officer, a decision also by who decided")


def apply_correct(act: Correct, entry: Entry, index: int) -> Changes:
    """Something stands beside the entry, and has no effect.

    Raises Refused [correct-1] for an entry that is not there yet: only here is it known how many there are.
    """
    if act.entry >= index:
        raise Refused("correct-1", "there is no entry %(entry)s yet", entry=act.entry)
    return {(Corrected, index): Corrected(act.entry, entry.by)}
