"""Policies (C2SP tlog-policy): which witnesses are enough for a checkpoint to be believed.

    log <verifier key> [<url>]
    witness <name> <witness key> [<url>]
    group <name> all|any|<number> <name>...
    quorum <name>|none

Empty lines and those that begin with `#` are passed over. A name is only for this file: it is defined once, before it
is used, and belongs to one group at most, so that no witness counts twice. Names are octets, and no two of them are
alike that are not the same.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from ledger.checkpoint import parse_decimal
from ledger.cosignature import WitnessKey
from ledger.errors import Malformed
from ledger.note import VerifierKey

MAX_POLICY: Final = 256 * 1024
"""The longest policy that is read, in bytes."""

MAX_LINES: Final = 256
"""The most logs, witnesses and groups of a policy, together."""

NONE: Final = b"none"
"""The quorum that asks for nobody."""

_ALLOWED = re.compile(rb"[\t\n\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log whose checkpoints the policy speaks of."""

    key: VerifierKey
    url: str


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness, by the name that this policy gives it; `url` is "" where it is only to be verified."""

    name: bytes
    key: WitnessKey
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """So many (`least`) of these witnesses and groups stand for all of them."""

    name: bytes
    least: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who must have cosigned; groups stand behind what they are made of."""

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[Group, ...]
    quorum: bytes

    def is_met_by(self, cosigned: Collection[WitnessKey]) -> bool:
        """Whether a checkpoint that these witnesses have cosigned has its quorum."""
        if self.quorum == NONE:
            return True
        met = {witness.name for witness in self.witnesses if witness.key in cosigned}
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.least:
                met.add(group.name)
        return self.quorum in met

    def counted(self) -> frozenset[WitnessKey]:
        """The witnesses that the quorum asks for, directly or through its groups; the others are optional."""
        wanted = {self.quorum}
        for group in reversed(self.groups):
            if group.name in wanted:
                wanted.update(group.members)
        return frozenset(witness.key for witness in self.witnesses if witness.name in wanted)

    def format(self) -> bytes:
        """A file that says the same, without its comments."""
        lines = [b"log " + _with_url(log.key.format(), log.url) for log in self.logs]
        lines += [b"witness %b %b" % (one.name, _with_url(one.key.format(), one.url)) for one in self.witnesses]
        lines += [b"group %b %d %b" % (one.name, one.least, b" ".join(one.members)) for one in self.groups]
        return b"".join(line + b"\n" for line in [*lines, b"quorum " + self.quorum])

    @classmethod
    def parse(cls, data: bytes) -> "Policy":
        """The policy that a file says; raises Malformed, which names the line."""
        if len(data) > MAX_POLICY:
            raise Malformed(f"a policy of more than {MAX_POLICY} bytes is not read")
        if not _ALLOWED.fullmatch(data):
            raise Malformed("a policy has no control characters but tab and newline")
        if data and not data.endswith(b"\n"):
            raise Malformed("the last line of the policy does not end")
        reading = _Reading()
        for number, line in enumerate(data.split(b"\n"), 1):
            words = [word for word in re.split(rb"[ \t]+", line) if word]
            if words and not words[0].startswith(b"#"):
                try:
                    reading.take(words)
                except Malformed as error:
                    raise Malformed(f"line {number}: {error}") from None
        if reading.quorum is None:
            raise Malformed("there is no quorum line; `quorum none` asks for no witness")
        return cls(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


class _Reading:
    """What the lines have said so far."""

    def __init__(self) -> None:
        self.logs: list[PolicyLog] = []
        self.witnesses: list[PolicyWitness] = []
        self.groups: list[Group] = []
        self.quorum: bytes | None = None
        self._defined: set[bytes] = set()
        self._grouped: set[bytes] = set()

    def take(self, words: list[bytes]) -> None:
        if len(self.logs) + len(self.witnesses) + len(self.groups) >= MAX_LINES:
            raise Malformed(f"more than {MAX_LINES} logs, witnesses and groups are not read")
        match words:
            case [b"log", key, *url]:
                self._take_log(VerifierKey.parse(_text(key)), _url(url))
            case [b"witness", name, key, *url]:
                self._take_witness(name, WitnessKey.parse(_text(key)), _url(url))
            case [b"group", name, least, *members] if members:
                self._take_group(name, least, members)
            case [b"quorum", name]:
                self._take_quorum(name)
            case [word, *_]:
                raise Malformed(f"{_shown(word)} is not followed by what belongs there")

    def _take_log(self, key: VerifierKey, url: str) -> None:
        if any(log.key.public == key.public for log in self.logs):
            raise Malformed(f"the key of the log {key.name} was named before")
        self.logs.append(PolicyLog(key, url))

    def _take_witness(self, name: bytes, key: WitnessKey, url: str) -> None:
        if any(witness.key.public == key.public for witness in self.witnesses):
            raise Malformed(f"the key of the witness {key.name} was named before")
        self._define(name)
        self.witnesses.append(PolicyWitness(name, key, url))

    def _take_group(self, name: bytes, least: bytes, members: list[bytes]) -> None:
        for member in members:
            if member not in self._defined:
                raise Malformed(f"{_shown(member)} was not defined before")
            if member in self._grouped:
                raise Malformed(f"{_shown(member)} is in a group already")
            self._grouped.add(member)
        number = {b"any": 1, b"all": len(members)}.get(least)
        if number is None:
            number = parse_decimal(_text(least))
        if not 1 <= number <= len(members):
            raise Malformed(f"{number} of {len(members)} members cannot be")
        self._define(name)
        self.groups.append(Group(name, number, tuple(members)))

    def _take_quorum(self, name: bytes) -> None:
        if self.quorum is not None:
            raise Malformed("a policy has one quorum line")
        if name != NONE and name not in self._defined:
            raise Malformed(f"{_shown(name)} was not defined before")
        self.quorum = name

    def _define(self, name: bytes) -> None:
        if name == NONE:
            raise Malformed("none is no name for a witness or a group")
        if name in self._defined:
            raise Malformed(f"{_shown(name)} was defined before")
        self._defined.add(name)


def _url(words: list[bytes]) -> str:
    if len(words) > 1:
        raise Malformed(f"{_shown(words[1])} stands where the line should end")
    return words[0].decode("utf-8", "surrogateescape") if words else ""


def _with_url(key: str, url: str) -> bytes:
    return f"{key} {url}".strip(" ").encode("utf-8", "surrogateescape")


def _text(word: bytes) -> str:
    try:
        return word.decode()
    except UnicodeDecodeError:
        raise Malformed(f"{_shown(word)} is not UTF-8") from None


def _shown(word: bytes) -> str:
    return word.decode("utf-8", "replace")
