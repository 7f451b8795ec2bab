"""POLICY.md, the charter: its clauses, its terms with their bounds and its founding rules, out of the text.

Articles in plain words with anchored clauses, `**[case-2]** … *(enforced)*`, and `toml` blocks: one
`[terms.NAME]` table a term, one `[[rules]]` table a founding rule.
"""

import re
import tomllib
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from governance.acts.members import Found, TermSpec
from governance.acts.proposals import RuleSpec
from governance.acts.words import Amount, Category, Ground, Label, RuleKind, Sanction
from governance.conditions.language import BadCondition, name_of, parse
from governance.errors import Refused

_CLAUSE = re.compile(r"^\*\*\[([a-z_]+-[0-9]+)\]\*\* (\S.*?)(?: \*\((enforced|not yet)\)\*)?$")
_TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class BadCharter(Exception):
    """The text is no charter; the message says where and why."""


class Clause(Struct, frozen=True):
    """A clause: its words, and whether it is marked enforced or not yet."""

    id: str
    article: str
    text: str
    enforced: bool
    not_yet: bool


class Probe(Struct, frozen=True, forbid_unknown_fields=True):
    """A text, and whether the rule reaches it: how the rule is meant, for who votes and for who decides."""

    reached: bool
    text: Annotated[str, Meta(min_length=1, max_length=2_000)]

    def value(self) -> str:
        """The text that its commitment binds: canonical JSON."""
        return msgspec.json.encode(self, order="sorted").decode()


class FoundingRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A founding rule with the words that become the openings of its entry."""

    label: Label
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(min_length=1, max_length=10_000)]
    aim: Annotated[str, Meta(min_length=1, max_length=2_000)]
    elements: Annotated[tuple[str, ...], Meta(min_length=1, max_length=12)]
    sanctions: tuple[Sanction, ...]
    ground: Ground
    topical: bool
    category: Category
    kind: RuleKind
    tests: Annotated[tuple[Probe, ...], Meta(max_length=20)] = ()
    condition: str = ""

    def spec(self) -> RuleSpec:
        """What the machine reads of it."""
        return RuleSpec(
            label=self.label,
            sanctions=self.sanctions,
            elements=len(self.elements),
            ground=self.ground,
            topical=self.topical,
            category=self.category,
            kind=self.kind,
            tests=len(self.tests),
            condition=name_of(self.condition) if self.condition else "",
        )

    def words(self) -> dict[str, str]:
        """What people read of it, by the field of its commitment."""
        elements = {f"element/{number}": text for number, text in enumerate(self.elements, 1)}
        tests = {f"test/{number}": test.value() for number, test in enumerate(self.tests, 1)}
        condition = {"condition": self.condition} if self.condition else {}
        return {"title": self.title, "text": self.text, "aim": self.aim, **elements, **tests, **condition}


class _TermTable(Struct, frozen=True, forbid_unknown_fields=True):
    value: Amount
    floor: Amount
    ceiling: Amount
    entrenched: bool = False


class _Machine(Struct, frozen=True, forbid_unknown_fields=True):
    terms: dict[str, _TermTable] = {}
    rules: tuple[FoundingRule, ...] = ()
    demonstration: bool = False


class Charter(Struct, frozen=True):
    """A charter as read; `digest` is the SHA-256 of its text in hex."""

    text: str
    digest: str
    clauses: dict[str, Clause]
    terms: tuple[TermSpec, ...]
    rules: tuple[FoundingRule, ...]
    demonstration: bool

    def found(self, name: str, origin: str, continues: str = "") -> Found:
        """Entry 0 of a square under this charter."""
        return Found(name, origin, self.digest, self.demonstration, self.terms, continues)


def read_charter(text: str) -> Charter:
    """The charter in a text; raises BadCharter."""
    terms: dict[str, _TermTable] = {}
    rules: list[FoundingRule] = []
    demonstration = False
    blocks = _TOML.findall(text)
    if len(blocks) != text.count("```toml"):
        raise BadCharter("a toml block of the charter does not end: close it with ``` on a line of its own")
    for block in blocks:
        machine = _read_block(block)
        if twice := terms.keys() & machine.terms.keys():
            raise BadCharter(f"the term {min(twice)} stands twice")
        terms |= machine.terms
        rules += machine.rules
        demonstration = demonstration or machine.demonstration
    for rule in rules:
        _check_condition(rule)
    clauses = _read_clauses(text)
    if not clauses or not terms:
        raise BadCharter("the charter has no clauses or no terms: is this the right file?")
    specs = tuple(
        TermSpec(name, term.value, term.floor, term.ceiling, term.entrenched) for name, term in sorted(terms.items())
    )
    return Charter(text, sha256(text.encode()).hexdigest(), clauses, specs, tuple(rules), demonstration)


_KEPT = frozenset(("never", "appeal", "vote", "ledger"))
"""Clauses of these names are what article 3 forbids to abolish ([never-4])."""


def check_amended(before: str, text: str, *, program: bool) -> None:
    """Another text may stand in the place of the charter `before` it; `program`: together with another program."""
    try:
        new = read_charter(text)
    except BadCharter as error:
        raise Refused(
            "charter-5", "this text is no charter that the program can read: %(error)s", error=str(error)
        ) from error
    old = read_charter(before)
    if _article(before, "3") != _article(text, "3"):
        raise Refused("charter-7", "article 3, what can never be voted, stays as it is, to the letter")
    gone = [name for name in old.clauses if name.partition("-")[0] in _KEPT and name not in new.clauses]
    if gone:
        raise Refused("charter-7", "the clause %(name)s may become better, and does not go", name=gone[0])
    if (old.terms, old.rules, old.demonstration) != (new.terms, new.rules, new.demonstration):
        raise Refused(
            "charter-8", "the terms and the founding rules stay in the text as they are: they have votes of their own"
        )
    if not program and _enforced(old) != _enforced(new):
        raise Refused(
            "charter-8", "the clauses that the program enforces become others: that takes a release of the program"
        )


def _article(text: str, number: str) -> str:
    """The text of an article, from its heading to the next."""
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def _enforced(charter: Charter) -> dict[str, str]:
    return {clause.id: clause.text for clause in charter.clauses.values() if clause.enforced}


def _check_condition(rule: FoundingRule) -> None:
    if (rule.kind == "bright_line") != bool(rule.condition):
        raise BadCharter(f"rule {rule.label}: a bright line has a condition, and no other rule has one")
    try:
        if rule.condition:
            parse(rule.condition)
    except BadCondition as error:
        raise BadCharter(f"the condition of rule {rule.label} cannot be read: {error}") from error


def _read_block(block: str) -> _Machine:
    try:
        return msgspec.convert(tomllib.loads(block), _Machine)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadCharter(f"a toml block of the charter cannot be read: {error}; it begins {block[:60]!r}") from error


def _read_clauses(text: str) -> dict[str, Clause]:
    clauses: dict[str, Clause] = {}
    article = ""
    for line in text.splitlines():
        if line.startswith("## "):
            article = line.removeprefix("## ").strip()
        if not line.startswith("**["):
            continue
        clause = _read_clause(line, article)
        if clause.id in clauses:
            raise BadCharter(f"the clause {clause.id} stands twice")
        clauses[clause.id] = clause
    return clauses


def _read_clause(line: str, article: str) -> Clause:
    found = _CLAUSE.match(line)
    if found is None:
        raise BadCharter(f"a clause is one line, `**[case-1]** Its words.`, and this is none: {line[:60]!r}")
    name, words, mark = found.groups()
    if "*(enforced)*" in words or "*(not yet)*" in words:
        raise BadCharter(f"the clause {name} bears one mark at most, and bears it at its end")
    return Clause(name, article, words, mark == "enforced", mark == "not yet")
