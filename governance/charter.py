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

from governance.entry import Amount, Found, Ground, Label, RuleSpec, Sanction, TermSpec

_CLAUSE = re.compile(r"^\*\*\[([a-z_]+-[0-9]+)\]\*\*\s+(.*)$")
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
    category: str

    def spec(self) -> RuleSpec:
        """What the machine reads of it."""
        return RuleSpec(self.label, self.sanctions, len(self.elements), self.ground, self.topical, self.category)

    def words(self) -> dict[str, str]:
        """What people read of it, by the field of its commitment."""
        elements = {f"element/{number}": text for number, text in enumerate(self.elements, 1)}
        return {"title": self.title, "text": self.text, "aim": self.aim, **elements}


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

    def found(self, name: str, origin: str) -> Found:
        """Entry 0 of a square under this charter."""
        return Found(name, origin, self.digest, self.demonstration, self.terms)


def read_charter(text: str) -> Charter:
    """The charter in a text; raises BadCharter."""
    terms: dict[str, _TermTable] = {}
    rules: list[FoundingRule] = []
    demonstration = False
    for block in _TOML.findall(text):
        machine = _read_block(block)
        terms |= machine.terms
        rules += machine.rules
        demonstration = demonstration or machine.demonstration
    clauses = _read_clauses(text)
    if not clauses or not terms:
        raise BadCharter("the charter has no clauses or no terms: is this the right file?")
    specs = tuple(
        TermSpec(name, term.value, term.floor, term.ceiling, term.entrenched) for name, term in sorted(terms.items())
    )
    return Charter(text, sha256(text.encode()).hexdigest(), clauses, specs, tuple(rules), demonstration)


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
        found = _CLAUSE.match(line)
        if found is None:
            continue
        name, words = found.groups()
        if name in clauses:
            raise BadCharter(f"the clause {name} stands twice")
        enforced, not_yet = "*(enforced)*" in words, "*(not yet)*" in words
        plain = words.replace("*(enforced)*", "").replace("*(not yet)*", "").strip()
        clauses[name] = Clause(name, article, plain, enforced, not_yet)
    return clauses
