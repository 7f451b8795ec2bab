"""What goes with an entry, as the verifier that runs in browsers reads it: proofs, commitments, small words."""

import json
from collections.abc import Sequence
from typing import Final

from governance.commitment import commit
from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.errors import LedgerError, Malformed
from ledger.merkle import EMPTY_ROOT, Edge, check_inclusion, hash_leaf, hash_leaves, prove_inclusion
from ledger.note import SignerKey, check_name, decode_base64, open_note, sign
from ledger.proof import BoxProof, ProofFile, check_proof
from ledger.tiles import Bundle, entries_path, node_reader
from tests.browser.library import Library, agree, coded, holds
from tests.ledger.static_log import KEYS, SIGNER, bits_flipped, numbered

KEY: Final = SIGNER.verifier.format()
OTHER: Final = SignerKey("witness.example/w", b"w" * 32)
PROVEN: Final = """async ([entry, proof, keys]) => {
  const { index, hashes, checkpoint } = lib.parseProof(bytes(proof));
  const { size, root } = await lib.openCheckpoint(checkpoint, await lib.parseKeys(keys));
  await lib.checkInclusion(await lib.hashLeaf(bytes(entry)), index, size, root, hashes);
  return index;
}"""


def test_proof_files_are_judged_as_here(library: Library) -> None:
    """A good proof, every bit of it flipped, another entry, other keys, and lines too many or too few."""
    entries = numbered(11)
    hashes = hash_leaves(entries)
    proof = _proof(hashes, 6)
    lines = proof.split(b"\n")
    odd = [b"\n".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines))]
    odd += [b"\n".join([*lines[:at], lines[at], *lines[at:]]) for at in range(len(lines))]
    odd += [proof.replace(b"index", b"extra AA==\nindex", 1), proof.replace(b"index", b"extra \nindex", 1)]
    odd += [proof.replace(b"index 6", b"index 06"), proof.replace(b"index 6", b"index 11"), b""]
    proofs = [proof, *odd, *bits_flipped(proof)]
    values = [[coded(entries[6]), coded(one), KEY] for one in proofs]
    expected = [holds(lambda one=one: check_proof(entries[6], ProofFile.parse(one), KEYS)) for one in proofs]  # type: ignore[misc]
    assert expected[0] and sum(expected) < 5
    agree(library.judge(PROVEN, values), expected, proofs)
    others = [[coded(entries[5]), coded(proof), KEY], [coded(entries[6]), coded(proof), OTHER.verifier.format()]]
    assert ["differs", "key"] == [one.kind for one in library.judge(PROVEN, others)]


def _proof(hashes: Sequence[bytes], index: int, extra: bytes = b"") -> bytes:
    size, row = len(hashes), b"".join(hashes)
    checkpoint = Checkpoint(SIGNER.name, size, Edge().extend(hashes).root())
    way = prove_inclusion(index, size, node_reader(size, lambda _: [row]))
    check_inclusion(hashes[index], index, size, checkpoint.root, way)
    return ProofFile(index, tuple(way), sign(checkpoint.format(), SIGNER), extra).format()


def test_proofs_of_ballots_are_read_as_here(library: Library) -> None:
    """What is in one comes out; with any line left out or twice it is judged alike."""
    sealed = ProofFile.parse(_proof(hash_leaves(numbered(5)), 3, b"the sealing entry"))
    proof = BoxProof(9, (EMPTY_ROOT, hash_leaf(b"x")), sealed).format()
    lines = proof.split(b"\n")
    odd = [b"\n".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines))]
    odd += [b"\n".join([*lines[:at], lines[at], *lines[at:]]) for at in range(len(lines))]
    work = """async (proof) => {
      const { index, hashes, sealed } = lib.parseBoxProof(bytes(proof));
      await lib.parseCheckpoint(lib.parseNote(sealed.checkpoint).text);
      return [index, hashes.map(lib.toHex), sealed.index, lib.toBase64(sealed.extra)];
    }"""
    proofs = [proof, *odd]
    verdicts = library.judge(work, [coded(one) for one in proofs])
    agree(verdicts, [holds(lambda one=one: BoxProof.parse(one)) for one in proofs], proofs)  # type: ignore[misc]
    said = verdicts[0].said
    assert [9, [EMPTY_ROOT.hex(), hash_leaf(b"x").hex()], 3, coded(b"the sealing entry")] == said


def test_small_words_are_read_as_here(library: Library) -> None:
    """Base64, decimals below 2^53, names of keys, addresses of tiles: each in one form only."""
    texts = [
        "",
        "A",
        "AA==",
        "AB==",
        "AA=",
        "AAA=",
        "AAAA",
        "AAAA AAAA",
        "AAAA\n",
        "AA==\n",
        "-_==",
        "é",
        "AAAAA",
        "====",
    ]
    agree(
        library.judge("(text) => void lib.fromBase64(text)", texts),
        [holds(lambda text=text: decode_base64(text)) for text in texts],  # type: ignore[misc]
        texts,
    )
    texts = ["0", "1", "01", "-1", "+1", "1.0", "1e3", "", " 1", "1\n", "٣", str(2**53 - 1)]
    agree(
        library.judge("(text) => void lib.fromDecimal(text)", texts),
        [holds(lambda text=text: parse_decimal(text)) for text in texts],  # type: ignore[misc]
        texts,
    )
    assert "malformed" == library.judge("(text) => void lib.fromDecimal(text)", [str(2**53)])[0].kind
    numbers = [(0, 256), (1, 1), (999, 255), (1000, 256), (1_234_067, 7), (2**44, 256)]
    said = library.judge("([n, width]) => lib.numberPath(n, width)", [[*one] for one in numbers])
    assert [entries_path(*one).removeprefix("tile/entries/") for one in numbers] == [one.said for one in said]
    bundles = [(0, 1), (255, 256), (256, 257), (70_000, 70_001), (1_000_000, 1_000_001)]
    said = library.judge("([index, size]) => lib.bundleOf(index, size).path", [[*one] for one in bundles])
    widths = [min(256, size - index // 256 * 256) for index, size in bundles]
    expected = [Bundle(index // 256, width).path for (index, _), width in zip(bundles, widths, strict=True)]
    assert expected == [one.said for one in said]


def test_commitments_are_made_as_here(library: Library) -> None:
    """Of any field and any text; a text, a salt or a field that differs in one sign opens nothing."""
    made = [("reasons", b"s" * 32, "Because."), ("content", bytes(32), "أهلاً\nbye 🙂"), ("ballot/7", b"\xff" * 32, "0")]
    work = "([field, salt, value]) => lib.commitmentOf(field, bytes(salt), value).then(lib.toHex)"
    said = library.judge(work, [[field, coded(salt), value] for field, salt, value in made])
    assert [commit(field, salt, value.encode()).hex() for field, salt, value in made] == [one.said for one in said]
    field, salt, value = made[0]
    digest = commit(field, salt, value.encode()).hex()
    entry = coded(json.dumps({"act": {"commits": [{"field": field, "hash": digest}]}}, separators=(",", ":")).encode())
    opens = """async ([entry, field, salt, value]) => {
      await lib.checkOpening(bytes(entry), { field, salt: bytes(salt), value });
    }"""
    wrong = [(field, salt, "Because"), (field, b"t" * 32, value), ("reason", salt, value)]
    values = [[entry, name, coded(one), text] for name, one, text in [made[0], *wrong]]
    assert ["", "differs", "differs", "differs"] == [one.kind for one in library.judge(opens, values)]
    assert "malformed" == library.judge(opens, [[entry, field, coded(b"short"), value]])[0].kind


def test_only_canonical_json_is_read(library: Library) -> None:
    """Keys sorted and once, no spaces, integers below 2^53: what formats back to itself."""
    good = ['{"a":1,"b":[true,"é\\n",{}]}', '"\u007f"', "0", str(2**53 - 1), '{"10":1,"9":2}', "[]", "-5"]
    bad = [
        '{"b":1,"a":1}',
        '{"a":1,"a":1}',
        "{ }",
        "1.0",
        "1e3",
        str(2**53),
        '"\\u0061"',
        "null",
        "",
        "-0",
        '"\\/"',
        "0x1",
    ]
    values = [coded(text.encode()) for text in (*good, *bad)]
    agree(
        library.judge("(text) => void lib.fromJson(bytes(text))", values),
        [True] * len(good) + [False] * len(bad),
        values,
    )


def test_names_of_keys_are_judged_as_here(library: Library) -> None:
    """Every character below U+3100: spaces of any kind, plus and controls are refused."""
    names = [f"a{chr(code)}b" for code in (*range(0x3100), 0xFEFF, 0x1F642)]
    work = "(text) => lib.parseNote(bytes(text)).signatures.length"
    notes = [coded(f"x\n\n— {name} AAAAAAA=\n".encode()) for name in names]
    agree(library.judge(work, notes), [_is_name(name) for name in names], names)


def _is_name(name: str) -> bool:
    """A newline in a name ends its line, and a space parts it: neither leaves a signature line."""
    try:
        check_name(name)
        open_note(f"x\n\n— {name} AAAAAAA=\n".encode(), [])
    except Malformed:
        return False
    except LedgerError:
        return True
    return True
