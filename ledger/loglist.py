"""Lists of logs (witness-network.org, `logs/v0`): those that a witness is to watch.

    logs/v0\\n
    vkey <verifier key>\\n
    origin <origin>|none\\n      (where it is not the key's name)
    bastion <url>|none\\n
    qpd <requests a day>\\n
    contact <words>\\n

Each `vkey` begins a log, and the lines after it are its own, in this order, none of them required. Empty lines and
those that begin with `#` are passed over. A log with several keys stands there once for each, with one origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.checkpoint import parse_decimal
from ledger.errors import Malformed
from ledger.note import VerifierKey, is_plain

MAX_LIST: Final = 16 * 1024 * 1024
"""The longest list that is read, in bytes."""

_HEADER: Final = "logs/v0"
_ORDER: Final = ("origin", "bastion", "qpd", "contact")


@dataclass(frozen=True, slots=True)
class ListedLog:
    """A log that is to be watched; `requests_a_day` is 0 where the list does not say."""

    key: VerifierKey
    origin: str
    requests_a_day: int = 0


def parse_loglist(data: bytes) -> tuple[ListedLog, ...]:
    """The logs of a list, in its order; raises Malformed, which names the line."""
    if len(data) > MAX_LIST:
        raise Malformed(f"a list of more than {MAX_LIST} bytes is not read")
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        raise Malformed("a list is UTF-8") from None
    if lines.pop():
        raise Malformed("the last line of the list does not end")
    said = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not said or said[0][1] != _HEADER:
        raise Malformed(f"a list of logs begins with {_HEADER}")
    logs: list[ListedLog] = []
    after = 0
    for number, line in said[1:]:
        try:
            after = _take(logs, line, after)
        except Malformed as error:
            raise Malformed(f"line {number}: {error}") from None
    return tuple(logs)


def format_loglist(logs: Sequence[ListedLog]) -> bytes:
    """A list that says these logs and nothing else."""
    lines = [_HEADER, ""]
    for log in logs:
        lines += [f"vkey {log.key.format()}"]
        lines += [f"origin {log.origin}"] if log.origin != log.key.name else []
        lines += [f"qpd {log.requests_a_day}"] if log.requests_a_day else []
        lines += [""]
    return "\n".join(lines).encode()


def _take(logs: list[ListedLog], line: str, after: int) -> int:
    """Take a line; `after` is how far in the order of a log's lines the last one stood."""
    word, _, rest = line.partition(" ")
    if not is_plain(rest):
        raise Malformed(f"{word} is not followed by what belongs there")
    if word == "vkey":
        key = VerifierKey.parse(rest)
        logs.append(ListedLog(key, key.name))
        return 0
    if not logs or word not in _ORDER[after:]:
        raise Malformed(f"{word} does not belong here")
    log = logs[-1]
    if word == "origin" and rest != "none":
        logs[-1] = ListedLog(log.key, rest, log.requests_a_day)
    if word == "qpd":
        logs[-1] = ListedLog(log.key, log.origin, parse_decimal(rest))
    return _ORDER.index(word) + 1
