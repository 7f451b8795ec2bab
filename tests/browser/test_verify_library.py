"""The verifier that runs in browsers says of every input what ledger/ says, and what others' vectors say."""

import json
import random
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.merkle import EMPTY_ROOT, hash_leaf
from ledger.note import Signature, SignerKey, VerifierKey, sign
from tests.browser.library import Library, agree, coded, holds
from tests.ledger.static_log import KEYS, SIGNER, StaticLog, bits_flipped, numbered
from tests.servers import shared_data

KEY: Final = SIGNER.verifier.format()
OTHER: Final = SignerKey("witness.example/w", b"w" * 32)
TESSERA: Final = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
OPEN: Final = """async ([note, keys]) => {
  const opened = await lib.openCheckpoint(bytes(note), await lib.parseKeys(keys));
  return [opened.origin, opened.size, lib.toHex(opened.root)];
}"""
SIGNED: Final = """async ([note, keys]) => {
  const parsed = lib.parseNote(bytes(note));
  const signers = await lib.signersOf(parsed, await lib.parseKeys(keys));
  return [parsed.text, signers.map((key) => key.text)];
}"""
LIES: Final = """async ([index, size, root]) => {
  const reader = new lib.Reader("https://log.example");
  const log = { size, root: bytes(root), name: "", read: (path, limit) => reader.read(path, limit) };
  const entry = await lib.checkEntry(log, index, lib.QUIETLY);
  return [lib.toBase64(entry), [...reader.files.keys()]];
}"""


def test_keys_are_judged_as_here(library: Library) -> None:
    """Good ones, foreign bad ones, keys that bind to nothing, and every sign of a key changed."""
    vectors = json.loads((shared_data() / "ledger" / "notes" / "note_vectors.json").read_bytes())
    good = [vectors["vkey_peter"], vectors["signed_note_example_vkey"], vectors["sumdb_vkey"], TESSERA, KEY]
    weak = [_key_text(number.to_bytes(32, "little")) for number in (0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 1)]
    named = [
        _key_text(SIGNER.verifier.public, name) for name in ("", "a b", "a\x85b", "a\ufeffb", "a\x1cb", "ü", "a\x7f")
    ]
    changed = [KEY[:at] + other + KEY[at + 1 :] for at in range(len(KEY)) for other in "+A =\n\xa0"]
    values = [*good, *vectors["bad_vkeys"], *weak, *named, *changed, "", "+", "++", KEY + "\n", KEY[:-1]]
    expected = [holds(lambda text=text: VerifierKey.parse(text)) for text in values]  # type: ignore[misc]
    assert all(expected[: len(good)]) and not any(expected[len(good) : len(good) + len(weak) + 2])
    agree(library.judge("(text) => lib.parseKey(text).then(() => null)", values), expected, values)


def _key_text(public: bytes, name: str = "a.example") -> str:
    """A key as text whose id fits, whether or not it is a key."""
    key_id = sha256(name.encode() + b"\n\x01" + public).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(b'%c%b' % (1, public)).decode()}"


def test_foreign_notes_are_opened(library: Library) -> None:
    """The specification's example, and a note of two signatures by either key and by both."""
    vectors = json.loads((shared_data() / "ledger" / "notes" / "note_vectors.json").read_bytes())
    both = vectors["peter_enoch"]
    note = coded(f"{both['text']}\n{both['peter_sig']}{both['enoch_sig']}".encode())
    peter, enoch = both["peter_vkey"], both["enoch_vkey"]
    values = [[note, peter], [note, enoch], [note, f"{peter} {enoch}"]]
    said = [verdict.said for verdict in library.judge(SIGNED, values)]
    assert [[both["text"], [peter]], [both["text"], [enoch]], [both["text"], [peter, enoch]]] == said
    example = [coded(vectors["signed_note_example"].encode()), vectors["signed_note_example_vkey"]]
    assert [["This is an example message.\n", [example[1]]]] == [one.said for one in library.judge(SIGNED, [example])]


def test_notes_are_judged_as_here(library: Library) -> None:
    """Every bit of a checkpoint flipped, and everything else that the format excludes."""
    note = sign(Checkpoint(SIGNER.name, 3, hash_leaf(b"x")).format(), SIGNER, OTHER)
    text, _, lines = note.partition(b"\n\n")
    mark, name, data = lines.split(b"\n")[0].split(b" ")
    odd = [
        *(b"", b"\n", b"\n\n", text, text + b"\n", lines, note[:-1], note + b"\n", note + b"\n\n", note + b"x\n"),
        *(note.replace(b"\n\n", b"\n"), note.replace(b"\n", b"\r\n"), note.replace(b"\n3\n", b"\n03\n")),
        *(note.replace(b"=", b""), b"\xef\xbb\xbf" + note, text + b"\nextension\n\n" + lines, b"\n\n" + note),
        *(
            text + b"\n\n" + b" ".join((mark, one, data)) + b"\n"
            for one in (b"", b"a+b", "a\xa0b".encode(), name + b"x")
        ),
        *(text + b"\n\n" + b" ".join((mark, name, one)) + b"\n" for one in (b"", b"AAAAAA==", data[:-1], data + b" ")),
        text + b"\n\n" + lines + b" ".join((mark, name, data[:8] + b64encode(b"?" * 62))) + b"\n",
        text + b"\n\n" + lines * 60,
        b"a" * 1_000_000 + note,
    ]
    notes = [note, *odd, *bits_flipped(note)]
    values = [[coded(one), KEY] for one in notes]
    expected = [holds(lambda one=one: open_checkpoint(one, KEYS)) for one in notes]  # type: ignore[misc]
    assert expected[0] and expected.count(True) > 100, "a signature by an unknown key may say anything"
    agree(library.judge(OPEN, values), expected, notes)


def test_a_key_of_another_log_opens_nothing(library: Library) -> None:
    """Neither a stranger's, nor one of a known name that signed for another origin; each says so."""
    note = coded(sign(Checkpoint(SIGNER.name, 0, EMPTY_ROOT).format(), OTHER))
    verdicts = library.judge(OPEN, [[note, KEY], [note, OTHER.verifier.format()]])
    assert ["key", "key"] == [one.kind for one in verdicts]
    assert "no known key has signed" in verdicts[0].why
    assert "this is a checkpoint of" in verdicts[1].why


def test_signatures_on_the_edge_of_ed25519_are_judged_as_here(library: Library) -> None:
    """Others' vectors of keys and signatures that verifiers disagree about."""
    vectors = json.loads((shared_data() / "ledger" / "ed25519" / "ed25519vectors.json").read_bytes())
    assert len(vectors) > 100
    values = [[_key_text(bytes.fromhex(one["key"])), one["sig"], one["msg"]] for one in vectors]
    work = """async ([text, signature, message]) => {
      const key = await lib.parseKey(text);
      await lib.signersOf({ text: message, signatures: [{ ...key, bytes: lib.fromHex(signature) }] }, [key]);
    }"""

    def check(text: str, signature: str, message: str) -> None:
        key = VerifierKey.parse(text)
        key.check_signature(message.encode(), Signature(key.name, key.key_id, bytes.fromhex(signature)))

    expected = [holds(lambda one=one: check(*one)) for one in values]  # type: ignore[misc]
    agree(library.judge(work, values), expected, values)


def test_every_foreign_inclusion_proof_is_judged_rightly(library: Library) -> None:
    """Good ones are accepted and bad ones refused, those among them that trip naive verifiers."""
    files = sorted((shared_data() / "ledger" / "proofs" / "inclusion").rglob("*.json"))
    values = [json.loads(path.read_bytes()) for path in files]
    work = """(one) => lib.checkInclusion(
      bytes(one.leafHash), one.leafIdx, one.treeSize, bytes(one.root), (one.proof ?? []).map(bytes))"""
    agree(library.judge(work, values), [not one["wantErr"] for one in values], files)
    assert len(files) == 98


def test_the_foreign_tree_has_its_roots(library: Library) -> None:
    """The roots of all sizes from 0 to 8 of the reference tree of RFC 6962."""
    tree = json.loads((shared_data() / "ledger" / "rfc6962_reference_tree.json").read_bytes())
    leaves = [coded(bytes.fromhex(leaf)) for leaf in tree["leaf_inputs"]]
    work = """async (leaves) => {
      const row = lib.concat(...(await Promise.all(leaves.map((leaf) => lib.hashLeaf(bytes(leaf))))));
      return lib.toHex(await lib.rootOf(row.length ? [row] : []));
    }"""
    said = [one.said for one in library.judge(work, [leaves[:size] for size in range(9)])]
    assert tree["roots_by_size"] == said


def test_a_foreign_log_is_read(library: Library) -> None:
    """Each checkpoint of a log that another program wrote opens, and each entry lies under each later one."""
    folder = shared_data() / "ledger" / "tessera-log"
    library.files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    notes = [library.files[f"checkpoint.{size}"] for size in range(16)]
    opened = [open_checkpoint(note, [VerifierKey.parse(TESSERA)]) for note in notes]
    said = [one.said for one in library.judge(OPEN, [[coded(note), TESSERA] for note in notes])]
    assert [[one.origin, one.size, one.root.hex()] for one in opened] == said
    places = [[index, one.size, coded(one.root)] for one in opened for index in range(one.size)]
    agree(library.judge(LIES, places), [True] * len(places), places)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600, 65_537, 66_100])
def test_entries_are_found_in_logs_of_every_shape(library: Library, size: int) -> None:
    """Their bytes come out, and the files that were needed are a tile a level and those at the edge."""
    entries = numbered(size)
    log = StaticLog(entries)
    library.files = log.files
    indexes = sorted({0, size // 2, size - 1, min(size - 1, 255), min(size - 1, 256)})
    verdicts = library.judge(LIES, [[index, size, coded(log.root)] for index in indexes])
    for index, verdict in zip(indexes, verdicts, strict=True):
        assert isinstance(verdict.said, list), verdict
        assert coded(entries[index]) == verdict.said[0]
        assert len(verdict.said[1]) <= 6


@pytest.mark.parametrize("size", [3, 300, 65_600])
def test_no_bit_of_a_file_that_was_needed_can_be_flipped(library: Library, size: int) -> None:
    """Whichever file it is in: another hash, or entries that no longer fit; and none of them may be missing."""
    entries, chance = numbered(size), random.Random(size)
    log = StaticLog(entries)
    library.files = log.files
    place: list[object] = [[size // 2, size, coded(log.root)]]
    (good,) = library.judge(LIES, place)
    assert isinstance(good.said, list)
    for path in good.said[1]:
        data = log.files[path]
        own = data.index(entries[size // 2]) if path.startswith("tile/entries/") else len(data) - 1
        somewhere = own if path.startswith("tile/entries/") else chance.randrange(len(data))
        for at in {0, somewhere, own}:
            library.files = {**log.files, path: data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]}
            assert library.judge(LIES, place)[0].kind in ("differs", "malformed"), (path, at)
        for wrong in (data[:-1], data + b"\0", b""):
            library.files = {**log.files, path: wrong}
            assert "malformed" == library.judge(LIES, place)[0].kind, path
        library.files = {name: other for name, other in log.files.items() if name != path}
        assert "missing" == library.judge(LIES, place)[0].kind, path


def test_an_entry_beyond_the_signed_size_is_not_signed(library: Library) -> None:
    """Which is neither good nor a fault of the square's."""
    log = StaticLog(numbered(3))
    library.files = log.files
    assert "unsigned" == library.judge(LIES, [[3, 3, coded(log.root)]])[0].kind


def test_nothing_of_it_is_fetched_from_elsewhere() -> None:
    """The modules import each other and nothing else, and make no code out of text."""
    folder = Path(__file__).resolve().parents[2] / "app" / "web" / "static" / "verify"
    for path in sorted(folder.glob("*.js")):
        source = path.read_text(encoding="utf-8")
        for word in ("http://", "https://", "eval(", "innerHTML", "new Function", "document.write"):
            assert word not in source, (path.name, word)
