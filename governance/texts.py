"""Texts behind entries: whose they are, who may have them erased, and corrections.

The law reads no text. It knows which texts there are from the values of the cases, appeals, rules and proposals that
they belong to, so that no entry costs more for what is seldom asked.
"""

from msgspec import Struct

from governance.acts.texts import Correct, Erase, Erasing, What, WhyErased
from governance.acts.words import PostId
from governance.appeals import Appealed, is_final
from governance.cases import Bulk, Case, Reported, case_of, subject_of
from governance.emergencies import Emergency, is_preserved
from governance.entry import Entry
from governance.errors import Refused
from governance.members import check_member, check_person, holds, number
from governance.orders import Compliance, Order
from governance.proposals import Proposal, Wording
from governance.rules import Rule, RuleVersion, version_key
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
    """Whose a text is ("m:17", a pseudonym, "" for an office's), and the case that it stands in, 0 and None outside.

    `author` is whose post it is about, "" where it is about none; `order` the order that it belongs to, if any.
    """

    owner: str
    author: str = ""
    number: int = 0
    case: Case | None = None
    proposal: Proposal | None = None
    emergency: Emergency | None = None
    order: Order | None = None


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
        case "globe" | "disclosed" | "person":
            return "reasons"
        case "authority" | "basis" | "request":
            return "order"
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
                keys.append((Emergency, one.of))
            case "reasons":
                keys += [(Case, one.of), (Appealed, one.of), (Emergency, one.of)]
                keys += [(Compliance, one.of), (Order, one.of)]
            case "order":
                keys.append((Order, one.of))
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
        case "order":
            order = state[Order, one.of]
            return Text("", order=order) if order is not None and one.of == one.entry else None


def _of_report(state: State, one: Erasing) -> Text | None:
    bulk = state[Bulk, one.entry]
    if bulk is not None:  # the words of the posts that a decision named, all together
        is_its = one.what == "content" and not one.reporter and bulk.case == one.of
        named = case_of(state, bulk.case)
        return Text(named.author, named.author, bulk.case, named) if is_its else None
    emergency = state[Emergency, one.of]
    if emergency is not None:
        is_its = one.what == "content" and one.of == one.entry and not one.reporter and not emergency.is_unshown
        return Text(emergency.author, emergency.author, emergency=emergency) if is_its else None
    case, mark = state[Case, one.of], state[Reported, f"{one.of}/{one.reporter}"]
    if case is None or mark is None or mark.entry != one.entry:
        return None
    return Text(case.author if one.what == "content" else one.reporter, case.author, one.of, case)


def _reasons(state: State, one: Erasing) -> Text | None:
    appeal = state[Appealed, one.of]
    if appeal is not None:
        about = case_of(state, appeal.case)
        is_its = one.entry in {appeal.answer, appeal.verdict} - {0}
        return Text("", about.author, appeal.case, about) if is_its else None
    case = state[Case, one.of]
    if case is None:
        return _reasons_of_power(state, one)
    reasoned = {case.decision, case.lifted_before, 0 if case.lifted == case.erased else case.lifted}
    returned = state[Appealed, case.reporters_appeal] if case.reporters_appeal else None
    if returned is not None:
        reasoned.add(returned.decision)
    return Text("", case.author, one.of, case) if one.entry in reasoned - {0} else None


def _reasons_of_power(state: State, one: Erasing) -> Text | None:
    """Why an emergency was invoked or ended, why an order was obeyed or refused, or its withholding ended."""
    emergency, done, order = state[Emergency, one.of], state[Compliance, one.of], state[Order, one.of]
    if emergency is not None:
        first = 0 if emergency.is_unshown else one.of
        lifted = emergency.ended if emergency.ended != emergency.erased else 0
        is_its = one.entry in {first, lifted} - {0}
        return Text("", emergency.author, emergency=emergency) if is_its else None
    if done is not None:
        lifted = done.lifted if done.lifted != done.erased else 0
        is_its = one.entry in {one.of, lifted} - {0}
        return Text("", done.author, order=state[Order, done.order]) if is_its else None
    return Text("", order=order) if order is not None and one.entry == order.refused != 0 else None


def _statement(state: State, one: Erasing) -> Text | None:
    appeal = state[Appealed, one.of]
    if appeal is None or one.of != one.entry or one.reporter != (appeal.by if appeal.side == "reporters" else ""):
        return None
    case = case_of(state, appeal.case)
    return Text(appeal.by, case.author, appeal.case, case)


def _words(state: State, one: Erasing) -> Text | None:
    proposal, wording = state[Proposal, one.of], state[Wording, one.entry]
    if proposal is not None:
        is_its = wording is not None and wording.proposal == one.of
        return Text(proposal.proposer, proposal=proposal) if is_its else None
    version = version_of(state, one)
    if version is None:
        return None
    if not version.proposal:
        raise Refused("erase-7", "the words of a founding rule are not erased: it is repealed by vote")
    return Text("")


def version_of(state: State, one: Erasing) -> RuleVersion | None:
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
    if text.author == entry.by:
        raise Refused("recusal-1", "nobody erases, as legal officer, what was said in a case about their own post")
    if text.order is not None and text.order.is_sealed_at(entry.at):
        raise Refused("order-5", "what is sealed is kept until its date, on which everyone may read it")
    if one.what == "content" and not _may_take(state, one, text, ground, entry.at):
        raise Refused("erase-6", "without its author a post's words are erased only where the post is withheld")


def _check_owner(state: State, one: Erasing, text: Text, ground: WhyErased, entry: Entry) -> None:
    if entry.by != "reporter":
        check_person(state, entry.by)  # also while suspended, and when the account is closed
    if ground != "request":
        raise Refused("erase-4", "who has their own text erased does so at their own request")
    if one.what == "content":
        if text.emergency is not None and text.emergency.stands_at(entry.at):
            raise Refused("erase-5", "the emergency stands: others still need the withheld words")
        if text.case is not None and not is_final(state, text.case, entry.at):
            raise Refused("erase-5", "the case is not final: others still need the reported words")
        if any(is_preserved(state, post, entry.at) for post in posts_of(state, one)):
            raise Refused("emergency-6", "these words are kept for the authorities, and shown to nobody")
    if text.proposal is not None and text.proposal.status not in ("withdrawn", "rejected", "void"):
        raise Refused(
            "erase-5", "the proposal is %(status)s: what others act on is kept for them", status=text.proposal.status
        )


def _may_take(state: State, one: Erasing, text: Text, ground: WhyErased, at: int) -> bool:
    """Whether the legal officer may erase a post's words: it is withheld, or a guest, who cannot ask here, asks."""
    if ground == "request":
        over = text.case is None or is_final(state, text.case, at)
        over = over and (text.emergency is None or not text.emergency.stands_at(at))
        return text.author.startswith("g:") and over
    return all(_is_withheld(state, post, at) for post in posts_of(state, one))


def _is_withheld(state: State, post: PostId, at: int) -> bool:
    return any(restriction.sanction == "withhold" for restriction in subject_of(state, post).standing(at))


def posts_of(state: State, one: Erasing) -> tuple[PostId, ...]:
    """The posts whose words an entry bound: the reported one, or those that a decision named."""
    bulk = state[Bulk, one.entry]
    if bulk is not None:
        return bulk.posts
    emergency = state[Emergency, one.of]
    if emergency is not None:
        return (emergency.post,)
    mark = state[Reported, f"{one.of}/{one.reporter}"]
    assert mark is not None
    return (mark.post or case_of(state, one.of).post,)


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
