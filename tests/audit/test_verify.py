"""`isegoria verify`: a proof, an opening and a ballot, each checked by a stranger with nothing but files and a key."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from governance.acts.cases import Decide
from governance.acts.votes import CloseVote, OpenVote, SealBox
from governance.boxes import ballot_commitment
from governance.votes import vote_of
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import CosigningKey, join_lines
from ledger.merkle import NodeId, hash_leaves, prove_inclusion, root_of
from ledger.note import Note, SignerKey
from ledger.proof import BoxProof, ProofFile
from tests.audit.publishing import SIGNER, publish, write
from tests.audit.stories import whole_life
from tests.audit.test_command import KEY, isegoria
from tests.governance.boxes import Box
from tests.governance.world import World

WORLD = whole_life()
DECIDED = next(at for at, entry in enumerate(WORLD.entries) if isinstance(entry.act, Decide))


def proof_of(index: int, signer: SignerKey = SIGNER) -> bytes:
    """The proof file of an entry, as the square would serve it."""
    hashes = hash_leaves(WORLD.leaves)

    def read(nodes: Sequence[NodeId]) -> list[bytes]:
        return [root_of(hashes[n << level : (n + 1) << level]) for level, n in nodes]

    checkpoint = sign_checkpoint(Checkpoint(signer.name, len(hashes), root_of(hashes)), signer)
    return ProofFile(index, tuple(prove_inclusion(index, len(hashes), read)), checkpoint).format()


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """What somebody saved from the page of an entry: its proof and its bytes."""
    (tmp_path / "one.tlog-proof").write_bytes(proof_of(DECIDED))
    (tmp_path / f"entry-{DECIDED}.json").write_bytes(WORLD.leaves[DECIDED])
    return tmp_path


def test_a_proof_says_what_its_entry_says(downloads: Path) -> None:
    """Exit code 0; act, by whom, when, origin and size in plain words; nothing of the server is needed."""
    done = isegoria("verify", downloads / "one.tlog-proof", "--key", KEY, bare=True)
    assert (0, "") == (done.returncode, done.stderr)
    assert f"Entry {DECIDED} is in the ledger {SIGNER.name}." in done.stdout
    assert "decided case" in done.stdout and f"decide, by {WORLD.entries[DECIDED].by}, at 2026-" in done.stdout
    assert f"{len(WORLD.leaves)} entries, root" in done.stdout


def test_the_entry_out_of_a_bundle_a_copy_or_a_file(downloads: Path) -> None:
    """The same bytes wherever they come from."""
    copy = write(publish(WORLD), downloads / "copy")
    bundle = next((copy / "ledger/tile/entries").rglob("*.p/*"))
    for entry in (bundle, copy, downloads / f"entry-{DECIDED}.json"):
        done = isegoria("verify", downloads / "one.tlog-proof", "--key", KEY, "--entry", entry, "--json")
        told = json.loads(done.stdout)
        assert (0, "holds", WORLD.leaves[DECIDED].decode()) == (done.returncode, told["verdict"], told["entry"])


def test_another_entry_does_not_hold(downloads: Path) -> None:
    """One byte of the entry, or another place: exit code 1."""
    entry = downloads / f"entry-{DECIDED}.json"
    entry.write_bytes(WORLD.leaves[DECIDED].replace(b'"v":1', b'"v":2'))
    done = isegoria("verify", downloads / "one.tlog-proof", "--key", KEY)
    assert (1, True) == (done.returncode, "IT DOES NOT HOLD" in done.stdout)


def test_a_witness_has_cosigned_the_checkpoint(downloads: Path) -> None:
    """Each that is demanded: 0; one that is missing: 2; one that does not hold, or signed another text: 1."""
    file = downloads / "one.tlog-proof"
    one, two = CosigningKey("ann.example/w", b"a" * 32), CosigningKey("w", b"b" * 32)
    proof = ProofFile.parse(file.read_bytes())
    keys = ("--witness", one.verifier.format(), "--witness", two.verifier.format())
    text = Note.parse(proof.checkpoint).text
    for signed, code, said in (
        ((), 2, "ann.example/w has not cosigned"),
        ((one.cosign(text, 1),), 2, "w has not cosigned"),
        ((one.cosign(text, 1), two.cosign(text, 2)), 0, ""),
        ((one.cosign(text, 1), two.cosign(b"another\n", 2)), 1, "does not hold"),
    ):
        lines = [line.format() for line in signed]
        file.write_bytes(replace(proof, checkpoint=join_lines(proof.checkpoint, lines)).format())
        done = isegoria("verify", file, "--key", KEY, *keys)
        assert (code, True) == (done.returncode, said in " ".join((done.stdout + done.stderr).split())), done.stderr
    assert 2 == isegoria("verify", file, "--key", KEY, "--witness", KEY).returncode


def test_an_opening_opens_a_commitment(downloads: Path) -> None:
    """With the salt in hex or base64, alone, as lines, or as the page of the entry serves it; another text does not."""
    opened = [opening for entry, opening in WORLD.openings if entry == DECIDED]
    one = {"field": opened[0].field, "salt": opened[0].salt.hex(), "value": opened[0].value}
    coded = one | {"salt": b64encode(opened[0].salt).decode(), "entry": DECIDED}
    lines = f"{json.dumps(one | {'entry': DECIDED})}\n{json.dumps(one | {'entry': DECIDED + 1})}\n"
    file = downloads / "opening.json"
    for text in (json.dumps(one), json.dumps(coded), json.dumps({"openings": [coded]}), lines):
        file.write_text(text)
        done = isegoria("verify", downloads / "one.tlog-proof", "--key", KEY, "--opening", file)
        assert (0, True) == (done.returncode, f"fits: {one['value']}" in done.stdout), done.stderr
    file.write_text(json.dumps(one | {"value": "something else"}))
    done = isegoria("verify", downloads / "one.tlog-proof", "--key", KEY, "--opening", file)
    assert (1, True) == (done.returncode, "does not open a commitment" in done.stdout)


CLOSED = next(entry.act for entry in WORLD.entries if isinstance(entry.act, CloseVote))
OPEN = next(at for at, entry in reversed(list(enumerate(WORLD.entries))) if isinstance(entry.act, OpenVote))


def receipt_of(world: World, vote: int, place: int) -> dict[str, object]:
    """The receipt of the ballot at a place."""
    box: Box = world.boxes[vote]
    choice, token = box.ballots[place]
    return {"vote": vote, "place": place, "token": token.hex(), "choice": choice}


def verify_receipt(folder: Path, receipt: dict[str, object], box: Path) -> tuple[int, dict[str, object]]:
    """The exit code and what it says, as JSON."""
    (folder / "receipt.json").write_text(json.dumps(receipt))
    done = isegoria("verify", "--receipt", folder / "receipt.json", "--box", box, "--key", KEY, "--json", bare=True)
    return done.returncode, json.loads(done.stdout) if done.stdout else {"why": done.stderr}


def test_a_counted_ballot_is_found(tmp_path: Path) -> None:
    """In the box that was counted, with the counts, under the entry that closed the vote."""
    copy = write(publish(WORLD), tmp_path / "copy")
    for place in range(CLOSED.size):
        code, told = verify_receipt(tmp_path, receipt_of(WORLD, CLOSED.vote, place), copy)
        assert (0, True, list(CLOSED.counts)) == (code, told["counted"], told["counts"]), told


ELECTION = next(
    entry.act
    for entry in WORLD.entries
    if isinstance(entry.act, CloseVote) and vote_of(WORLD.state, entry.act.vote).approval
)


def test_a_ballot_of_an_election_is_found_with_its_names(tmp_path: Path) -> None:
    """Who stands is told by the entries, whatever the receipt says; offline it is told as the receipt has it."""
    copy = write(publish(WORLD), tmp_path / "copy")
    names = [WORLD.by(name) for name in ("bo", "cy")]
    receipt = receipt_of(WORLD, ELECTION.vote, 0)
    code, told = verify_receipt(tmp_path, receipt | {"approved": ["m:99"]}, copy)
    assert (0, ", ".join(names), [*names, "blank"]) == (code, told["choice"], told["named"]), told
    done = isegoria("verify", "--receipt", tmp_path / "receipt.json", "--box", copy, "--key", KEY, bare=True)
    assert f"counts      {names[0]} 6, {names[1]} 6, blank 0" in done.stdout
    (tmp_path / "ballot.proof").write_bytes(box_proof(WORLD, ELECTION.vote, 0))
    done = isegoria(
        "verify", tmp_path / "ballot.proof", "--receipt", tmp_path / "receipt.json", "--key", KEY, bare=True
    )
    assert (0, True) == (done.returncode, "your ballot, m:99, lies at place 0" in done.stdout.lower()), done.stdout


def test_a_sealed_ballot_is_found_while_the_vote_is_open(tmp_path: Path) -> None:
    """In the box as it was sealed last; what no seal covers yet cannot be verified."""
    copy = write(publish(WORLD), tmp_path / "copy")
    code, told = verify_receipt(tmp_path, receipt_of(WORLD, OPEN, 1), copy)
    assert (0, False, 2) == (code, told["counted"], told["size"])
    code, told = verify_receipt(tmp_path, receipt_of(WORLD, OPEN, 1) | {"place": 2}, copy)
    assert (2, True) == (code, "no seal covers place 2 yet" in str(told["why"]))


def test_another_ballot_is_not_found(tmp_path: Path) -> None:
    """Another choice, another token, another place: exit code 1; what is no vote at all: 2."""
    copy = write(publish(WORLD), tmp_path / "copy")
    receipt = receipt_of(WORLD, CLOSED.vote, 0)
    choice = 2 - int(str(receipt["choice"]))
    for wrong in ({"choice": choice}, {"choice": 7}, {"token": "00" * 32}, {"place": 1}):
        assert 1 == verify_receipt(tmp_path, receipt | wrong, copy)[0]
    for nowhere in ({"vote": CLOSED.vote + 1}, {"vote": 10**6}, {"place": 10**6}, {"choice": -1}):
        code, told = verify_receipt(tmp_path, receipt | nowhere, copy)
        assert 2 == code, told


def box_proof(world: World, vote: int, place: int) -> bytes:
    """The proof of a place in a box under its last seal, as the square would serve it."""
    sealed = [(at, entry.act) for at, entry in enumerate(world.entries) if isinstance(entry.act, SealBox)]
    index, seal = next((at, act) for at, act in reversed(sealed) if act.vote == vote)
    ballots = world.boxes[vote].ballots[: seal.size]
    hashes = hash_leaves([ballot_commitment(vote, token, choice) for choice, token in ballots])

    def read(nodes: Sequence[NodeId]) -> list[bytes]:
        return [root_of(hashes[n << level : (n + 1) << level]) for level, n in nodes]

    proven = ProofFile.parse(proof_of(index))
    whole = ProofFile(index, proven.hashes, proven.checkpoint, world.leaves[index])
    return BoxProof(place, tuple(prove_inclusion(place, len(hashes), read)), whole).format()


def test_a_receipt_is_held_against_its_proof_offline(tmp_path: Path) -> None:
    """The file that a receipt's page gives, the receipt and the key suffice; another ballot or place does not hold."""
    proof, file = tmp_path / "ballot.proof", tmp_path / "receipt.json"
    receipt = receipt_of(WORLD, OPEN, 1)
    proof.write_bytes(box_proof(WORLD, OPEN, 1))
    answers = []
    other_choice = (int(str(receipt["choice"])) + 1) % 3
    for changed in ({}, {"token": "00" * 32}, {"place": 0}, {"choice": other_choice}):
        file.write_text(json.dumps(receipt | changed))
        answers.append(isegoria("verify", proof, "--receipt", file, "--key", KEY, bare=True))
    assert [0, 1, 1, 1] == [done.returncode for done in answers], answers[0].stderr
    assert "lies at place 1 of 2 in the box as it was sealed" in " ".join(answers[0].stdout.split()).replace("\n", " ")
    done = isegoria("verify", proof, "--receipt", file, "--box", tmp_path, "--key", KEY, bare=True)
    assert 2 == done.returncode
    done = isegoria("verify", file, "--receipt", file, "--key", KEY, bare=True)
    assert (2, True) == (done.returncode, "not a proof of a place" in " ".join(done.stderr.split()))
