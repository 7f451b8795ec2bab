"""What anybody is told who asks: an auditor, whoever holds the database, a monitor, a member at their own page."""

from pathlib import Path

import msgspec
from msgspec import Struct

from app.auditor import Report
from app.auditor.monitor import Look
from app.ballots import Receipt
from app.fsck import Report as Compared
from app.store.mine import Marked
from app.voting import Franchise
from tests.audit.auditing import violated
from tests.cheats.operator import KEY, Operator
from tests.web.client import Program


class Line(Struct, frozen=True):
    """An entry as `/me/acts` lists it."""

    entry: int
    type: str


class Acts(Struct, frozen=True):
    """The page of all that stands under a member's number."""

    items: tuple[Line, ...]
    marks: tuple[Marked, ...]

    @property
    def entries(self) -> set[int]:
        """The entries by number."""
        return {line.entry for line in self.items}


class _Proposal(Struct, frozen=True):
    franchise: Franchise


def audit(operator: Operator, *words: str) -> Report:
    """What anybody finds who audits the square as it is served."""
    done = operator.isegoria("audit", operator.url, "--key", KEY, "--json", *words)
    report = msgspec.json.decode(done.stdout, type=Report)
    assert done.exit_code == report.exit
    return report


def holds(operator: Operator, *words: str) -> bool:
    """Whether an audit finds nothing at all."""
    report = audit(operator, *words)
    assert ({}, 0) == (violated(report), report.exit), [row.findings for row in report.checks if row.findings]
    return True


def compared(operator: Operator) -> Compared:
    """What whoever holds the database finds, who compares it with its ledger."""
    done = operator.isegoria("fsck", "--json")
    report = msgspec.json.decode(done.stdout, type=Compared)
    assert done.exit_code == report.exit_code
    return report


def looked(operator: Operator, memory: Path) -> Look:
    """What a monitor finds who looks now, and remembers it."""
    done = operator.isegoria("monitor", operator.url, "--memory", str(memory), "--key", KEY, "--json")
    look = msgspec.json.decode(done.stdout, type=Look)
    assert done.exit_code == look.exit
    return look


def acts(member: Program) -> Acts:
    """What a member finds under their own number."""
    return msgspec.json.decode(member.get("/me/acts").content, type=Acts)


def is_told_of_a_mark(member: Program, proposal: int) -> bool:
    """Whether a member is told, where the vote is shown, that a mark stands for them."""
    return msgspec.json.decode(member.get(f"/proposals/{proposal}").content, type=_Proposal).franchise.voted


def words_of(reader: Program, post: str) -> str:
    """The words of a post, as a reader meets it."""
    return str(reader.get(f"/posts/{post}").json()["text"])


def lies(reader: Program, receipt: Receipt) -> str:
    """What lies in the box where a receipt says that its ballot does."""
    asked = {"place": receipt.place, "token": receipt.token.hex(), "choice": receipt.choice}
    return str(reader.post(f"/votes/{receipt.vote}/receipt", asked).json()["lies"])
