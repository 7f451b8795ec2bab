"""Policies and lists of logs: what they say, and everything that must be refused."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cosignature import CosigningKey
from ledger.errors import Malformed
from ledger.loglist import ListedLog, format_loglist, parse_loglist
from ledger.note import SignerKey
from ledger.policy import MAX_LINES, Policy

KEYS = {name: CosigningKey(f"{name}.example/w", name.encode() * 16).verifier for name in ("X1", "X2", "X3", "Y1", "Y2")}
LOG = SignerKey("log.example/one", b"l" * 32).verifier
W = {name: f"witness {name} {key.format()}" for name, key in KEYS.items()}
TWO_LEVELS = "\n".join(
    [
        "# who watches us",
        f"log {LOG.format()} https://log.example/ledger",
        "",
        W["X1"],
        f"\t {W['X2']}\thttps://x2.example/witness  ",
        W["X3"],
        "group X-witnesses 2 X1 X2 X3",
        W["Y1"],
        W["Y2"],
        "group Y-witnesses any Y1 Y2",
        "   # both of them",
        "group X-and-Y all X-witnesses Y-witnesses",
        "quorum X-and-Y",
        "",
    ]
)


def test_a_quorum_of_two_levels_is_met_by_the_right_sets() -> None:
    """Two of three and one of two: of all 32 sets of witnesses, those and no others."""
    policy = Policy.parse(TWO_LEVELS.encode())
    for count in range(6):
        for names in combinations(KEYS, count):
            met = len({"X1", "X2", "X3"} & set(names)) >= 2 and bool({"Y1", "Y2"} & set(names))
            assert met == policy.is_met_by({KEYS[name] for name in names})


def test_a_policy_formats_to_one_that_says_the_same() -> None:
    """Without comments, with its addresses and its log."""
    policy = Policy.parse(TWO_LEVELS.encode())
    assert policy == Policy.parse(policy.format())
    assert "https://x2.example/witness" == policy.witnesses[1].url
    assert LOG == policy.logs[0].key


def test_none_asks_for_nobody_and_a_single_witness_for_itself() -> None:
    """A witness that the quorum does not ask for is optional."""
    nobody = Policy.parse(f"{W['X1']}\nquorum none\n".encode())
    assert nobody.is_met_by([])
    assert frozenset() == nobody.counted()
    one = Policy.parse(f"{W['X1']}\n{W['X2']}\nquorum X2\n".encode())
    assert not one.is_met_by([KEYS["X1"]])
    assert one.is_met_by([KEYS["X2"]])
    assert {KEYS["X2"]} == one.counted()


def test_names_are_octets() -> None:
    """A Kelvin sign is no K, and what is not UTF-8 is a name too."""
    data = f"witness K {KEYS['X1'].format()}\nwitness \u212a {KEYS['X2'].format()}\n".encode()
    data += b"witness \xff " + KEYS["X3"].format().encode() + b"\ngroup g 2 \xff \xe2\x84\xaa\nquorum g\n"
    policy = Policy.parse(data)
    assert policy.is_met_by({KEYS["X2"], KEYS["X3"]})
    assert not policy.is_met_by({KEYS["X1"], KEYS["X3"]})
    assert data == policy.format()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no quorum line"),
        (W["X1"] + "\n", "no quorum line"),
        ("quorum none", "does not end"),
        ("quorum none\r\n", "control characters"),
        ("quorum none\nquorum none\n", "line 2: a policy has one"),
        ("quorum X1\n" + W["X1"] + "\n", "line 1: X1 was not defined"),
        (f"{W['X1']}\n{W['X2'].replace('X2', 'X1', 1)}\nquorum X1\n", "line 2: X1 was defined"),
        (f"{W['X1']}\n{W['X1'].replace('X1', 'Z', 1)}\nquorum X1\n", "key of the witness .* before"),
        (f"log {LOG.format()}\nlog {LOG.format()} x\nquorum none\n", "key of the log .* before"),
        (f"log {KEYS['X1'].format()}\nquorum none\n", "line 1: not an Ed25519 key but a witness's"),
        (f"witness X1 {LOG.format()}\nquorum none\n", "line 1: not a witness's Ed25519 key but"),
        (f"{W['X1']} u v\nquorum none\n", "v stands where"),
        ("witness X1\nquorum none\n", "witness is not followed"),
        ("log\nquorum none\n", "log is not followed"),
        ("quorum\n", "quorum is not followed"),
        ("quorum a b\n", "quorum is not followed"),
        ("witnesses a b\nquorum none\n", "witnesses is not followed"),
        (f"{W['X1']}\ngroup g any\nquorum g\n", "group is not followed"),
        (f"{W['X1']}\ngroup g 0 X1\nquorum g\n", "0 of 1"),
        (f"{W['X1']}\ngroup g 2 X1\nquorum g\n", "2 of 1"),
        (f"{W['X1']}\ngroup g 01 X1\nquorum g\n", "leading zeros"),
        (f"{W['X1']}\ngroup g most X1\nquorum g\n", "not a number"),
        (f"{W['X1']}\ngroup g 1 X1 X1\nquorum g\n", "in a group already"),
        (f"{W['X1']}\ngroup g 1 X1\ngroup h 1 X1\nquorum g\n", "line 3: X1 is in a group"),
        (f"{W['X1']}\ngroup g 1 g\nquorum g\n", "g was not defined"),
        (f"{W['X1']}\ngroup g 1 none\nquorum g\n", "none was not defined"),
        (f"{W['X1'].replace('X1', 'none', 1)}\nquorum none\n", "none is no name"),
    ],
)
def test_other_files_are_refused_by_line(text: str, why: str) -> None:
    """Each message says what is wrong."""
    with pytest.raises(Malformed, match=why):
        Policy.parse(text.encode())


def test_a_policy_has_bounds() -> None:
    """At least 32 of each kind are read, and no more than the bound together."""
    witnesses = [CosigningKey(f"w{n}", n.to_bytes(32, "big")).verifier for n in range(MAX_LINES + 1)]
    lines = [f"witness w{n} {key.format()}\n" for n, key in enumerate(witnesses)]
    groups = "".join(f"group g{n} 1 w{n}\n" for n in range(32))
    assert 40 == len(Policy.parse(("".join(lines[:40]) + groups + "quorum g3\n").encode()).witnesses)
    with pytest.raises(Malformed, match="more than"):
        Policy.parse(("".join(lines) + "quorum none\n").encode())


@given(st.lists(st.sampled_from(["log", "witness", "group", "quorum", "any", "2", "a", "b", "\n", *W.values()])))
def test_whatever_is_read_comes_back(words: list[str]) -> None:
    """No other error than Malformed, and a policy that is read formats to one that says the same."""
    try:
        policy = Policy.parse((" ".join(words) + "\nquorum none\n").encode())
    except Malformed:
        return
    assert policy == Policy.parse(policy.format())


LISTED = f"""# comment
logs/v0

vkey {LOG.format()}
origin none
bastion none
qpd 86400
contact somebody (at) log.example | https://log.example

vkey {LOG.format()}
origin go.sum database tree
qpd 24
"""


def test_a_list_of_logs_is_read() -> None:
    """The origin is the key's name where the list says none, and may have spaces."""
    logs = parse_loglist(LISTED.encode())
    assert (ListedLog(LOG, LOG.name, 86400), ListedLog(LOG, "go.sum database tree", 24)) == logs
    assert logs == parse_loglist(format_loglist(logs))
    assert () == parse_loglist(b"logs/v0\n")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with logs/v0"),
        ("logs/v1\n", "begins with logs/v0"),
        ("logs/v0", "does not end"),
        ("logs/v0\norigin a\n", "line 2: origin does not belong"),
        (f"logs/v0\nvkey {KEYS['X1'].format()}\n", "line 2: not an Ed25519 key but"),
        (f"logs/v0\nvkey {LOG.format()}\nqpd 1\norigin a\n", "line 4: origin does not belong"),
        (f"logs/v0\nvkey {LOG.format()}\nqpd 01\n", "line 3: not a number"),
        (f"logs/v0\nvkey {LOG.format()}\nqpd\n", "line 3: qpd is not followed"),
        (f"logs/v0\nvkey {LOG.format()}\norigin a\r\n", "line 3: origin is not followed"),
        (f"logs/v0\nvkey {LOG.format()}\nsize 3\n", "line 3: size does not belong"),
    ],
)
def test_other_lists_are_refused_by_line(text: str, why: str) -> None:
    """Each message says what is wrong."""
    with pytest.raises(Malformed, match=why):
        parse_loglist(text.encode())
