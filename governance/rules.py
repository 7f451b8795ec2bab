"""Rules of speech: their versions, when each is in force, and what a change of the law may be."""

from functools import lru_cache
from typing import Literal

from msgspec import Struct, structs

from governance.acts.proposals import (
    AmendCharter,
    AmendRule,
    AnyChange,
    Elect,
    EnactRule,
    Recall,
    RepealRule,
    RuleSpec,
    SetRanking,
    SetTerm,
)
from governance.acts.words import Class, Commits, Ground, RuleKind, Sanction
from governance.amendments import CHARTER, apply_amend_charter, check_amend_charter
from governance.entry import Entry
from governance.errors import Refused
from governance.offices import check_recall, end
from governance.rankings import apply_set_ranking, check_set_ranking, is_chronological
from governance.state import Changes, State
from governance.terms import Term, check_set_term, duration


class Rule(Struct, frozen=True, gc=False):
    """A rule, named by the entry that first enacted it; `version` is its latest."""

    label: str
    version: int
    status: Literal["in force", "repealed"]


class RuleVersion(Struct, frozen=True, gc=False):
    """One version, in force in `[since, until)`; `until` is 0 while nothing ends it, and never past `sunset`.

    `sunset` is 0 for a rule that allows no sanction. `enacted` is the entry that brought it, `erased` the one by which
    its words are gone, 0 for none. `tests` is how many test cases it carries, `condition` the name of its condition.
    """

    rule: int
    version: int
    label: str
    sanctions: tuple[Sanction, ...]
    elements: int
    ground: Ground
    topical: bool
    category: str
    since: int
    until: int
    sunset: int
    enacted: int
    proposal: int
    kind: RuleKind = "judgment"
    tests: int = 0
    condition: str = ""
    erased: int = 0

    @property
    def end(self) -> int:
        """When this version is over, 0 for never: the earlier of `until` and `sunset`."""
        if self.until and self.sunset:
            return min(self.until, self.sunset)
        return self.until or self.sunset

    def in_force_at(self, at: int) -> bool:
        """Whether this version is law at that time."""
        return self.since <= at and not (0 < self.until <= at or 0 < self.sunset <= at)


class LabelOf(Struct, frozen=True, gc=False):
    """Which rule bears a label; 0 when it is free again."""

    rule: int


@lru_cache(maxsize=4096)
def version_key(rule: int, version: int) -> tuple[type[RuleVersion], str]:
    """The key of a version of a rule."""
    return (RuleVersion, f"{rule}/{version}")


def class_of(state: State, change: AnyChange) -> Class:
    """The class of a change, computed and never chosen (POLICY [propose-3])."""
    match change:
        case EnactRule() | AmendRule():
            return "restricting" if change.rule.sanctions else "ordinary"
        case RepealRule():
            return "ordinary"
        case SetTerm():
            term = state[Term, change.name]
            return "charter" if term is not None and term.entrenched else "ordinary"
        case Elect() | Recall():
            return "ordinary"
        case AmendCharter():
            return "charter"
        case SetRanking():
            return "ordinary" if is_chronological(change) else "charter"


def question_of(change: AnyChange) -> str:
    """What a rejection forbids to ask again: the same target, and of the charter the same text."""
    return f"charter/{change.charter}" if isinstance(change, AmendCharter) else target_of(change)


def target_of(change: AnyChange) -> str:
    """What a change is about; an amendment of its proposal keeps to it."""
    match change:
        case EnactRule():
            return f"enact/{change.rule.label}"
        case AmendRule():
            return f"amend/{change.target}"
        case RepealRule():
            return f"repeal/{change.target}"
        case SetTerm():
            return f"term/{change.name}"
        case Elect():
            return f"elect/{change.role}"
        case Recall():
            return f"recall/{change.grant}"
        case AmendCharter():
            return CHARTER
        case SetRanking():
            return f"ranking/{change.ranking}"


def check_change(state: State, change: AnyChange, at: int) -> None:
    """A change names what exists and keeps the form of a rule."""
    match change:
        case EnactRule():
            _check_form(change.rule, change.commits)
            _check_label_free(state, change.rule.label, 0)
        case AmendRule():
            check_rule(state, change.target)
            _check_form(change.rule, change.commits)
            _check_label_free(state, change.rule.label, change.target)
        case RepealRule():
            check_rule(state, change.target)
        case SetTerm():
            check_set_term(state, change)
        case Recall():
            check_recall(state, change, at)
        case AmendCharter():
            check_amend_charter(state, change)
        case SetRanking():
            check_set_ranking(state, change)
        case Elect():
            pass  # whom it may choose is asked when they stand


def check_rule(state: State, number: int) -> Rule:
    """The rule exists and is not repealed."""
    rule = state[Rule, number]
    if rule is None:
        raise Refused("rule-1", "there is no rule %(rule)s", rule=number)
    if rule.status == "repealed":
        raise Refused("rule-1", "rule %(rule)s is repealed", rule=rule.label)
    return rule


def check_applicable(state: State, cited: tuple[int, int], posted: int, at: int) -> RuleVersion:
    """The cited version was law when the post was made, and the rule is law now.

    Raises Refused [rule-2] for a version that came later than the post, [rule-3] where the rule is not in
    force at this time.
    """
    number, version = cited
    rule = state[Rule, number]
    then = state[version_key(number, version)]
    if rule is None or then is None:
        raise Refused("rule-1", "there is no rule %(rule)s in version %(version)s", rule=number, version=version)
    now = _latest(state, number, rule, then)
    if rule.status == "repealed" or not now.in_force_at(at):
        raise Refused("rule-3", "rule %(rule)s is not in force", rule=then.label)
    if then.erased:
        raise Refused(
            "rule-3", "the words of rule %(rule)s were erased: what cannot be shown is no law", rule=then.label
        )
    if then.since > posted:
        raise Refused(
            "rule-2",
            "version %(version)s of rule %(rule)s came into force after the post was made",
            version=version,
            rule=then.label,
        )
    if not then.in_force_at(posted):
        raise Refused(
            "rule-2",
            "version %(version)s of rule %(rule)s was no longer in force when the post was made",
            version=version,
            rule=then.label,
        )
    return then


def allowed_by_both(state: State, then: RuleVersion) -> tuple[Sanction, ...]:
    """The sanctions that the rule allowed when the post was made and still allows (the milder law prevails)."""
    rule = state[Rule, then.rule]
    assert rule is not None
    now = _latest(state, then.rule, rule, then)
    return then.sanctions if now is then else tuple([one for one in then.sanctions if one in now.sanctions])


def _latest(state: State, number: int, rule: Rule, then: RuleVersion) -> RuleVersion:
    """The latest version of a rule, most often the one that is at hand."""
    if rule.version == then.version:
        return then
    now = state[version_key(number, rule.version)]
    assert now is not None
    return now


def apply_change(state: State, change: AnyChange, entry: Entry, index: int, proposal: int) -> Changes:
    """The law after the change."""
    match change:
        case EnactRule():
            return {
                (Rule, index): Rule(change.rule.label, 1, "in force"),
                version_key(index, 1): _version(state, change.rule, index, 1, entry.at, index, proposal),
                (LabelOf, change.rule.label): LabelOf(index),
            }
        case AmendRule():
            return _apply_amend(state, change, entry, index, proposal)
        case RepealRule():
            rule = state[Rule, change.target]
            assert rule is not None
            return {
                (Rule, change.target): Rule(rule.label, rule.version, "repealed"),
                (LabelOf, rule.label): LabelOf(0),
                version_key(change.target, rule.version): _ended(state, change.target, rule.version, entry.at),
            }
        case SetTerm():
            term = state[Term, change.name]
            assert term is not None
            return {(Term, change.name): Term(term.name, change.value, term.floor, term.ceiling, term.entrenched)}
        case Recall():
            return end(state, change.grant, entry.at)
        case AmendCharter():
            return apply_amend_charter(change, index)
        case SetRanking():
            return apply_set_ranking(state, change, index, proposal)
        case Elect():
            return {}  # the offices are given one by one


def _apply_amend(state: State, change: AmendRule, entry: Entry, index: int, proposal: int) -> Changes:
    rule = state[Rule, change.target]
    assert rule is not None
    version = rule.version + 1
    changes: Changes = {
        version_key(change.target, rule.version): _ended(state, change.target, rule.version, entry.at),
        version_key(change.target, version): _version(
            state, change.rule, change.target, version, entry.at, index, proposal
        ),
        (Rule, change.target): Rule(change.rule.label, version, "in force"),
    }
    if change.rule.label != rule.label:
        changes[LabelOf, rule.label] = LabelOf(0)
        changes[LabelOf, change.rule.label] = LabelOf(change.target)
    return changes


def _version(
    state: State, spec: RuleSpec, rule: int, version: int, since: int, enacted: int, proposal: int
) -> RuleVersion:
    return RuleVersion(
        rule=rule,
        version=version,
        label=spec.label,
        sanctions=spec.sanctions,
        elements=spec.elements,
        ground=spec.ground,
        topical=spec.topical,
        category=spec.category,
        since=since,
        until=0,
        sunset=since + duration(state, "sunset") if spec.sanctions else 0,
        enacted=enacted,
        proposal=proposal,
        kind=spec.kind,
        tests=spec.tests,
        condition=spec.condition,
    )


def _ended(state: State, rule: int, version: int, at: int) -> RuleVersion:
    old = state[version_key(rule, version)]
    assert old is not None
    return ended(old, at)


def ended(version: RuleVersion, at: int) -> RuleVersion:
    """The version when something ends it, at this time or before."""
    return structs.replace(version, until=min(version.until, at) if version.until else at)


def _check_form(spec: RuleSpec, commits: Commits) -> None:
    given = [commit.field for commit in commits]
    _check_tests(spec, [field for field in given if field.startswith("test/")])
    _check_condition(spec, given.count("condition"))
    words = [field for field in given if field != "condition" and not field.startswith("test/")]
    wanted = {"title", "text", "aim", *(f"element/{n}" for n in range(1, spec.elements + 1))}
    if len(words) != len(set(words)) or set(words) != wanted:
        raise Refused("form-1", "a rule has a title, a text, an aim and the text of each of its elements, once each")
    if len(set(spec.sanctions)) != len(spec.sanctions):
        raise Refused("form-2", "a rule names a sanction once")
    if "withhold" in spec.sanctions and spec.ground == "incompatible":
        raise Refused(
            "ladder-3", "only unlawful content or somebody's private data may be withheld; all else is folded at most"
        )


def _check_tests(spec: RuleSpec, given: list[str]) -> None:
    if sorted(given) != sorted(f"test/{n}" for n in range(1, spec.tests + 1)):
        raise Refused("form-11", "a rule binds each of its test cases, once, and says how many there are")


def _check_condition(spec: RuleSpec, given: int) -> None:
    owed = 1 if spec.kind == "bright_line" else 0
    if (given, len(spec.condition) > 0) != (owed, owed == 1):
        raise Refused("form-10", "a bright line has a condition, named by its hash and bound; no other rule has one")


def _check_label_free(state: State, label: str, rule: int) -> None:
    taken = state[LabelOf, label]
    if taken is not None and taken.rule not in (0, rule):
        raise Refused("form-3", "the label %(label)s is borne by rule %(rule)s", label=label, rule=taken.rule)
