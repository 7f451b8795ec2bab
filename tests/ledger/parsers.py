"""Every parser that reads what others have written, each with its formatter and with bytes that it takes."""

import gzip
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from governance import entry
from governance.charter import BadCharter, read_charter
from governance.errors import Refused
from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.client import _gunzip
from ledger.cosignature import CosigningKey, WitnessKey
from ledger.errors import LedgerError, Malformed
from ledger.loglist import format_loglist, parse_loglist
from ledger.merkle import Edge, hash_leaf
from ledger.note import Note, Signature, SignerKey, VerifierKey, decode_base64
from ledger.policy import Policy
from ledger.proof import BoxProof, ProofFile
from ledger.tiles import decode_bundle, encode_bundle, parse_entries_path, parse_tile_path
from ledger.witness import AddCheckpoint, format_size, parse_answer, parse_size
from tests.ledger.static_log import SIGNER, StaticLog

ROOT = Path(__file__).resolve().parents[2]
ERRORS = (LedgerError, Refused, BadCharter)


@dataclass(frozen=True)
class Parser:
    """`again` parses and, where the format has one spelling, formats what was understood; `samples` are taken."""

    again: Callable[[bytes], bytes | None]
    samples: tuple[bytes, ...]


def _text(parse: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """A parser of text, whose bytes are UTF-8 or refused by whoever reads the file."""

    def again(data: bytes) -> bytes:
        try:
            return parse(data.decode()).encode()
        except UnicodeDecodeError:
            raise Malformed("not UTF-8") from None

    return again


def _charter(data: bytes) -> None:
    try:
        read_charter(data.decode())
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None


def _bundle(data: bytes) -> bytes:
    return data[:1] + encode_bundle(decode_bundle(data[1:], data[0] if data else 0))


def _gzip(data: bytes) -> None:
    assert len(_gunzip("file", data, 100_000)) <= 100_001


@cache
def parsers() -> Mapping[str, Parser]:
    """By name."""
    note = StaticLog([b"alone"]).files["checkpoint"]
    text, line = note.partition(b"\n\n")[0] + b"\n", note.partition(b"\n\n")[2]
    proof = ProofFile(0, (), note, b"entry")
    one = hash_leaf(b"one")
    longer = ProofFile(5, (one, one), note).format()
    box = BoxProof(3, (one,), proof).format()
    witness = CosigningKey("witness.example/w", bytes(32))
    cosigned = witness.cosign(text, 1_790_000_000)
    request = AddCheckpoint(0, (), note).format()
    vkey, wkey = SIGNER.verifier.format(), witness.verifier.format()
    policy = f"log {vkey}\nwitness a {wkey}\ngroup g 1 a\nquorum g\n".encode()
    loglist = f"logs/v0\nvkey {vkey}\nqpd 24\ncontact somebody@square.example\n".encode()
    golden = (ROOT / "tests" / "governance" / "golden_entries.jsonl").read_bytes().splitlines()
    return {
        "note": Parser(lambda data: Note.parse(data).format(), (note, b"\n\n" + line, text + b"\n" + line * 3)),
        "signature line": Parser(_text(lambda text: Signature.parse(text).format()), (line,)),
        "verifier key": Parser(_text(lambda text: VerifierKey.parse(text).format()), (vkey.encode(),)),
        "signer key": Parser(_text(lambda text: SignerKey.parse(text).format()), (SIGNER.format().encode(),)),
        "checkpoint": Parser(lambda data: Checkpoint.parse(data).format(), (text,)),
        "number": Parser(_text(lambda text: str(parse_decimal(text))), (b"0", b"9223372036854775807")),
        "base64": Parser(_text(_base64), (b"", b"AA==", b"AAAA")),
        "tile path": Parser(_text(lambda text: parse_tile_path(text).path), (b"tile/0/x001/067.p/9", b"tile/63/000")),
        "bundle path": Parser(_text(lambda text: parse_entries_path(text).path), (b"tile/entries/x001/067.p/255",)),
        "bundle": Parser(_bundle, (b"\0", b"\x02" + encode_bundle([b"", b"entry"]))),
        "edge": Parser(lambda data: Edge.from_bytes(data).to_bytes(), (Edge().extend([one] * 5).to_bytes(),)),
        "proof": Parser(lambda data: ProofFile.parse(data).format(), (proof.format(), longer)),
        "box proof": Parser(lambda data: BoxProof.parse(data).format(), (box,)),
        "entry": Parser(lambda data: entry.encode(entry.decode(data)), tuple(golden[:: max(1, len(golden) // 40)])),
        "witness key": Parser(_text(lambda text: WitnessKey.parse(text).format()), (wkey.encode(),)),
        "cosigning key": Parser(_text(lambda text: CosigningKey.parse(text).format()), (witness.format().encode(),)),
        "add-checkpoint": Parser(lambda data: AddCheckpoint.parse(data).format(), (request,)),
        "witness answer": Parser(
            lambda data: "".join(one.format() for one in parse_answer(data)).encode(), (cosigned.format().encode(),)
        ),
        "witness size": Parser(lambda data: format_size(parse_size(data)), (b"7\n",)),
        "policy": Parser(_policy, (policy,)),
        "log list": Parser(_loglist, (loglist,)),
        "charter": Parser(_charter, ((ROOT / "POLICY.md").read_bytes(),)),
        "gzip body": Parser(_gzip, (_packed(b"bundle" * 9),)),
    }


def _policy(data: bytes) -> None:
    """Comments and spaces are lost, so what is formatted is parsed once more and must say the same."""
    policy = Policy.parse(data)
    assert policy == Policy.parse(policy.format())


def _loglist(data: bytes) -> None:
    logs = parse_loglist(data)
    assert logs == parse_loglist(format_loglist(logs))


def _base64(text: str) -> str:
    return b64encode(decode_base64(text)).decode()


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def judge(name: str, data: bytes) -> bool:
    """Whether the parser takes the bytes. AssertionError where it takes what does not format back to them."""
    try:
        again = parsers()[name].again(data)
    except ERRORS:
        return False
    assert again is None or data == again, f"{name}: {data!r} was taken and is formatted as {again!r}"
    return True
