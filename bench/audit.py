"""Audits a generated ledger, with the limit of this machine measured beside it in the same run.

    python bench/audit.py [--entries 100000] [--rounds 3] [--without-openings]

Writes a square's ledger of one case for every five entries (reports, decisions, appeals, second looks) and its public
openings into a temporary folder, then audits it from there as `isegoria audit` does. The limit is each entry decoded,
held against its encoding and hashed, and nothing else. Prints one JSON object; rates are entries a second, the best of
the rounds.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec

from app.auditor import Question, run_audit
from app.clock import SetClock
from governance.acts.appeals import Appeal, Reconsider
from governance.acts.cases import Decide, Milder, Notice, Report
from governance.acts.members import Admit, Found, Grant, TermSpec
from governance.acts.proposals import Enact, EnactRule, RuleSpec
from governance.acts.words import Commit
from governance.commitment import Opening
from governance.entry import AnyAct, Entry, decode, encode
from governance.law import apply, check
from governance.state import State
from governance.terms import TERMS
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.client import FolderReader
from ledger.merkle import hash_leaf, hash_leaves
from ledger.note import SignerKey
from ledger.tiles import TILE_WIDTH, Bundle, Tile, Tiling, encode_bundle
from ledger.verify import verify_log

TARGET = 80_000
SAMPLE = 100_000
BEGUN = 1_790_000_000_000
DAY = 86_400_000
CATEGORY = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
SIGNER = SignerKey("bench.example/isegoria-00000000", bytes(32))
AUDIT_AND_TELL = """
import sys
from pathlib import Path
sys.path[:0] = ["", "bench"]
from audit import audit
audit(Path(sys.argv[1]), int(sys.argv[2]))
status = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
AMOUNTS = {"duration": ("30d", "1ms", "9999d"), "count": ("3", "0", "100000"), "fraction": ("1/2", "1/1000", "1/1")}


class Writing:
    """A ledger being written: entries one after the other, ten milliseconds apart, and their public openings."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.openings: list[bytes] = []
        self.now = BEGUN

    def put(self, act: AnyAct, by: str) -> int:
        """Append an entry and return its index."""
        self.now += 10
        self.entries.append(encode(Entry(act, self.now, by)))
        return len(self.entries) - 1

    def shown(self, field: str, text: str) -> Commit:
        """A commitment of the next entry, its opening public."""
        opening = Opening(field, sha256(f"{len(self.openings)}".encode()).digest(), text)
        line = {"entry": len(self.entries), "field": field, "salt": opening.salt.hex(), "value": text}
        self.openings.append(msgspec.json.encode(line) + b"\n")
        return opening.commit()

    def hidden(self, field: str) -> Commit:
        """A commitment whose opening is nobody's business."""
        return Commit(field, sha256(f"{field}{len(self.entries)}".encode()).hexdigest())

    def number(self, what: str) -> str:
        """A hash that commits to something of the square's own, in hex."""
        return self.hidden(what).hash


def write_entries(entries: int) -> Writing:
    """A founded square with twenty members, five of them moderators, and as many cases as fit."""
    made = Writing()
    terms = tuple(TermSpec(name, *AMOUNTS[kind], False) for name, kind in TERMS.items())
    made.put(Found("Bench", SIGNER.name, "0" * 64, True, terms, ""), "founding")
    members = [made.put(Admit(), "founding") for _ in range(20)]
    for member in members[:5]:
        made.put(Grant(member, "moderator", made.now + 20 * DAY, 0), "founding")
    spec = RuleSpec("1.1", ("label", "fold"), 2, "incompatible", False, CATEGORY, "judgment", 0, "")
    words = tuple(made.shown(field, f"The {field}.") for field in ("title", "text", "aim", "element/1", "element/2"))
    rule = made.put(Enact(0, EnactRule(spec, words)), "founding")
    for number in range(1, entries // 5 + 1):
        write_case(made, number, members, rule)
    return made


def write_case(made: Writing, number: int, members: list[int], rule: int) -> None:
    """Three reports, a decision, often an appeal, now and then a second look: five entries in the mean."""
    author, moderators = f"m:{members[5 + number % 15]}", [f"m:{member}" for member in members[:5]]
    posted = made.now

    def report(reporter: int) -> int:
        pseudonym = f"r:{reporter % 9973:016x}"
        commits = (made.hidden("content"), made.hidden("reason"))
        return made.put(
            Report(str(10**17 + number), 1, posted, author, False, (rule, 1), pseudonym, commits), "reporter"
        )

    case = report(number)
    report(number + 1)
    report(number + 2)
    decide(made, case, rule, moderators[number % 5])
    if number % 5 < 3:
        appeal = made.put(Appeal(case, "", made.number("words"), 0, (made.hidden("statement"),)), author)
        if number % 5 < 2:
            reasons = (made.shown("reasons", "Looked at again, and right."),)
            made.put(Reconsider(appeal, "maintain", reasons), moderators[(number + 1) % 5])


def decide(made: Writing, case: int, rule: int, moderator: str) -> None:
    """A fold with its whole notice."""
    at = made.now + 10
    notice = Notice(
        decision_visibility=("DECISION_VISIBILITY_CONTENT_DEMOTED",),
        decision_account="",
        decision_ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
        category=CATEGORY,
        content_type=("CONTENT_TYPE_TEXT",),
        source_type="SOURCE_TYPE_OTHER_NOTIFICATION",
        automated_detection="No",
        automated_decision="AUTOMATED_DECISION_NOT_AUTOMATED",
        routes=("appeal", "authority", "court"),
        appeal_until=at + 30 * DAY,
    )
    milder = (Milder("label", made.shown("milder/label", "A label would not be enough here.").hash),)
    reasons = (made.shown("reasons", "The post does what the rule names, in each of its elements."),)
    coin = made.number("coin")
    act = Decide(
        case, (rule, 1), "restrict", "fold", at + DAY, (True, True), milder, reasons, 0, "en", coin, notice, ()
    )
    made.put(act, moderator)


def write_folder(folder: Path, made: Writing) -> None:
    """What a square serves."""
    tiling = Tiling()
    size = len(made.entries)
    for first in range(0, size, TILE_WIDTH):
        batch = made.entries[first : first + TILE_WIDTH]
        write(folder / "ledger" / Bundle(first // TILE_WIDTH, len(batch)).path, encode_bundle(batch))
        for tile, hashes in tiling.extend(hash_leaves(batch)):
            write(folder / "ledger" / tile.path, hashes)
    for level, row in enumerate(tiling.rows):
        if row:
            write(folder / "ledger" / Tile(level, size >> 8 * (level + 1), len(row) // 32).path, row)
    note = sign_checkpoint(Checkpoint(SIGNER.name, size, tiling.edge().root()), SIGNER)
    write(folder / "ledger" / "checkpoint", note)
    write(folder / "data" / "openings.jsonl", b"".join(made.openings))


def write(path: Path, data: bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def decode_and_hash(entries: list[bytes]) -> int:
    """The limit."""
    for body in entries:
        decode(body)
        hash_leaf(body)
    return len(entries)


def replay_only(entries: list[bytes]) -> int:
    """The law alone, over entries that are decoded already."""
    decoded = [decode(body) for body in entries]
    state, begun = State(), time.perf_counter()
    for index, entry in enumerate(decoded):
        check(state, entry)
        state.update(apply(state, entry, index))
    return round(len(decoded) / (time.perf_counter() - begun))


def best_rate(rounds: int, work: Callable[[], int]) -> int:
    """The best of several runs of something that answers how many entries it worked on."""
    rates: list[float] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        done = work()
        rates.append(done / (time.perf_counter() - begun))
    return round(max(rates))


def audit(folder: Path, now: int) -> int:
    """The whole audit; it has to hold."""
    question = Question(where=str(folder), key=SIGNER.verifier, at=now)
    report = run_audit(question, SetClock(now), lambda _what, _done, _total: None)
    assert report.exit == 0, [row.findings[:1] for row in report.checks if row.result != "holds"]
    return report.judged


def parse() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-openings", action="store_true")
    return parser.parse_args()


def limits(sample: list[bytes], rounds: int) -> tuple[int, int]:
    """What decoding and hashing alone reach, and what the law alone does."""
    return best_rate(rounds, lambda: decode_and_hash(sample)), max(replay_only(sample) for _ in range(rounds))


def memory_of_audit(folder: Path, now: int) -> int:
    """The most memory that an audit has in a process of its own, in MB (Linux)."""
    asked = [sys.executable, "-c", AUDIT_AND_TELL, str(folder), str(now)]
    root = Path(__file__).resolve().parents[1]
    told = subprocess.run(asked, cwd=root, check=True, capture_output=True, text=True).stdout
    return round(int(told) / 1024)


def main() -> None:
    """Measure and print."""
    asked = parse()
    made = write_entries(asked.entries)
    if asked.without_openings:
        made.openings = made.openings[:5]
    size, mean, now = len(made.entries), sum(map(len, made.entries)) / len(made.entries), made.now
    with tempfile.TemporaryDirectory() as name:
        folder, keys = Path(name), [SIGNER.verifier]
        write_folder(folder, made)
        limit, law = limits(made.entries[:SAMPLE], asked.rounds)
        del made
        reader = FolderReader(folder)
        verified = best_rate(asked.rounds, lambda: sum(1 for _ in verify_log(reader, keys, prefix="ledger/")))
        audited = best_rate(asked.rounds, lambda: audit(folder, now))
        memory = memory_of_audit(folder, now)
    report = {
        "entries": size,
        "entry_bytes": round(mean),
        "audit_per_second": audited,
        "target_per_second": TARGET,
        "reached": audited >= TARGET,
        "limit_decode_and_hash_per_second": limit,
        "share_of_limit": round(audited / limit, 2),
        "law_alone_per_second": law,
        "verify_alone_per_second": verified,
        "memory_of_an_audit_mb": memory,
        "python": sys.version.split()[0],
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
