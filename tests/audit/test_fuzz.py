"""Random ledgers: what the law refuses is found, and nothing that a square can write makes the auditor stumble."""

import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.audit import CHECK_OF
from governance.entry import decode
from governance.errors import Refused
from governance.law import replay
from ledger.errors import Malformed
from tests.audit.auditing import audit, violated
from tests.audit.publishing import ledger_files, publish
from tests.audit.stories import whole_life

WORLD = whole_life()
HONEST = publish(WORLD)
STEPS = ("drop", "double", "swap", "splice", "scramble")


def disturbed(leaves: list[bytes], steps: list[str], random: Random) -> list[bytes]:
    """The leaves after entries were dropped, doubled, swapped, or parts of one put into another."""
    leaves = list(leaves)
    for step in steps:
        at, other = random.randrange(len(leaves)), random.randrange(len(leaves))
        if step == "drop":
            del leaves[at]
        elif step == "double":
            leaves.insert(other, leaves[at])
        elif step == "swap":
            leaves[at], leaves[other] = leaves[other], leaves[at]
        elif step == "splice":
            who, what = leaves[at].rpartition(b',"by":'), leaves[other].rpartition(b',"by":')
            leaves[at] = who[0] + what[1] + what[2]
        else:
            digits = [place for place, byte in enumerate(leaves[at]) if chr(byte).isdigit()]
            place = random.choice(digits)
            leaves[at] = leaves[at][:place] + str(random.randrange(10)).encode() + leaves[at][place + 1 :]
    return leaves


def breach(leaves: list[bytes]) -> tuple[int, str] | None:
    """Where the law itself first refuses, and under which check that is to be told."""
    lawful = 0
    try:
        for index, _, _ in replay(decode(leaf) for leaf in leaves):
            lawful = index + 1
    except Malformed:
        return lawful, "L1"
    except Refused as refusal:
        return lawful, CHECK_OF[refusal.clause]
    return None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.sampled_from(STEPS), max_size=6), random=st.randoms(use_true_random=False))
def test_the_auditor_finds_what_the_law_refuses(steps: list[str], random: Random) -> None:
    """The first entry that the law refuses is among the findings of its check; the audit never fails to answer."""
    leaves = disturbed(WORLD.leaves, steps, random)
    expected = breach(leaves)
    with tempfile.TemporaryDirectory() as folder:
        report = audit(HONEST | ledger_files(leaves), Path(folder))
    assert not report.stopped
    if expected is None:
        return
    index, check = expected
    assert 1 == report.exit
    assert index in violated(report).get(check, ()), (check, index, violated(report))
