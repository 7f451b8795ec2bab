"""`isegoria verify`: holds one entry and its proof, and what opens its commitments, against a key; offline."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from app.auditor.reading import LEDGER, Source
from app.auditor.report import Exit, verdict_of
from app.auditor.views import Signed, Stopped, open_signed
from app.web.sentences import Sentence
from app.web.words import sentence_of
from governance.acts.words import Index
from governance.audit.texts import commitments
from governance.commitment import SALT_SIZE, commit
from governance.entry import decode, type_of
from ledger.cosignature import WitnessKey, read_cosignatures
from ledger.errors import Malformed, ProofInvalid, Unavailable
from ledger.merkle import hash_leaf
from ledger.note import Note, VerifierKey
from ledger.proof import ProofFile, check_proof
from ledger.tiles import MAX_BUNDLE, TILE_WIDTH, Bundle, decode_bundle, tile_width

OpeningResult = Literal["fits", "does not fit"]


class Opened(Struct, frozen=True):
    """An opening that was held against the entry: what it is of, its text, and whether it fits a commitment."""

    field: str
    value: str
    result: OpeningResult


class Verified(Struct, frozen=True):
    """What became of a proof. `at` is Unix ms, hashes are hex, `says` is the entry in words and `entry` its bytes.

    `size` and `root` are the checkpoint's, which the key signed; `steps` counts the hashes from the leaf to the root.
    """

    exit: int
    verdict: str
    why: str
    index: int
    says: str
    type: str
    by: str
    at: int
    entry: str
    leaf: str
    origin: str
    size: int
    root: str
    key: str
    steps: int
    openings: tuple[Opened, ...]


def verify_proof(
    proof: Path, entry: str, openings: tuple[Path, ...], key: VerifierKey, witnesses: tuple[WitnessKey, ...] = ()
) -> Verified:
    """Hold an entry against its proof, openings against the entry, and the proof's checkpoint against its witnesses.

    `entry` is a file with its bytes or with the bundle that holds it, a copy of the ledger, or its address; "" looks
    for `entry-<index>.json` beside the proof. Raises Stopped where something cannot be read or is none.
    """
    try:
        read = ProofFile.parse(_read(proof))
    except Malformed as error:
        raise Stopped(
            f"{proof} is no proof: {error}. A proof is a file <index>.tlog-proof of /ledger/proof/"
        ) from error
    signed = open_signed(f"in {proof}", read.checkpoint, [key])
    candidates = _entries(entry or str(proof.with_name(f"entry-{read.index}.json")), read, signed.checkpoint.size)
    body, why = candidates[0], ""
    for one in candidates:
        try:
            check_proof(one, read, [key])
        except ProofInvalid as error:
            why = why or f"the entry is not the one that the proof is about, or the proof was changed: {error}"
        else:
            body, why = one, ""
            break
    opened = () if why else tuple(found for path in openings for found in _open(path, read.index, body))
    wrong = [one.field for one in opened if one.result != "fits"]
    if wrong:
        why = f"the opening of `{wrong[0]}` does not open a commitment of this entry"
    why = why or _hold_cosignatures(proof, read.checkpoint, witnesses)
    return _verified(read, body, why, signed, key, opened)


def _hold_cosignatures(proof: Path, checkpoint: bytes, witnesses: tuple[WitnessKey, ...]) -> str:
    """Why a cosignature of these witnesses does not hold, "" where all hold. Raises Stopped where one is missing."""
    try:
        cosigned = read_cosignatures(Note.parse(checkpoint), witnesses)
    except ProofInvalid as error:
        return str(error)
    for witness in witnesses:
        if witness not in cosigned:
            raise Stopped(f"{witness.name} has not cosigned the checkpoint in {proof}, and was to")
    return ""


def _verified(
    proof: ProofFile, body: bytes, why: str, signed: Signed, key: VerifierKey, opened: tuple[Opened, ...]
) -> Verified:
    says, kind, by, at = words_of(proof.index, body)
    code = Exit.VIOLATION if why else Exit.HOLDS
    return Verified(
        exit=int(code),
        verdict=verdict_of(code),
        why=why,
        index=proof.index,
        says=says,
        type=kind,
        by=by,
        at=at,
        entry=body.decode(errors="replace"),
        leaf=hash_leaf(body).hex(),
        origin=signed.checkpoint.origin,
        size=signed.checkpoint.size,
        root=signed.checkpoint.root.hex(),
        key=key.format(),
        steps=len(proof.hashes),
        openings=opened,
    )


def words_of(index: int, body: bytes) -> tuple[str, str, str, int]:
    """An entry in words, its act's type, by whom, when (Unix ms); empty where this program does not know the act."""
    try:
        entry = decode(body)
    except Malformed:
        return "", "", "", 0
    return told(sentence_of(index, entry)), type_of(entry.act), entry.by, entry.at


def told(sentence: Sentence) -> str:
    """A sentence of the interface in English."""
    text = sentence.many if sentence.many and sentence.n != 1 else sentence.one
    values = {name: told(one) if isinstance(one, Sentence) else one for name, one in sentence.values.items()}
    return text % values


def _entries(where: str, proof: ProofFile, size: int) -> list[bytes]:
    """What may be the entry: a file's bytes, and if it can be a bundle, the entry in it. Raises Stopped."""
    place = proof.index % TILE_WIDTH
    if "://" in where or Path(where).is_dir():
        bundle = Bundle(proof.index // TILE_WIDTH, tile_width(0, proof.index // TILE_WIDTH, size))
        try:
            with Source(where) as source:
                return [decode_bundle(source.reader.read(LEDGER + bundle.path), bundle.width)[place]]
        except (Malformed, Unavailable, IndexError) as error:
            raise Stopped(f"entry {proof.index} cannot be read from {where}: {error}") from error
    data = _read(Path(where), what="; save the entry's bytes from /ledger/<index>/bytes and give them with --entry")
    entries = [data]
    for width in range(place + 1, TILE_WIDTH + 1):
        with suppress(Malformed):
            entries.append(decode_bundle(data, width)[place])
    return entries


class _Line(Struct):
    """An opening as the square serves it: a line of openings.jsonl, or one of those on an entry's page."""

    field: Annotated[str, Meta(max_length=40)]
    salt: Annotated[str, Meta(max_length=64)]
    value: str
    entry: Index | None = None


class _Page(Struct):
    openings: tuple[_Line, ...]


def _open(path: Path, index: int, body: bytes) -> list[Opened]:
    """Each opening in a file that is one of this entry, held against it. Raises Stopped."""
    held = _commitments(body)
    found = [
        Opened(line.field, line.value, "fits" if (line.field, _commitment(path, line)) in held else "does not fit")
        for line in _lines(path)
        if line.entry in (None, index)
    ]
    if not found:
        raise Stopped(f"{path} holds no opening of entry {index}")
    return found


def _lines(path: Path) -> list[_Line]:
    data = _read(path)
    try:
        if data.lstrip().startswith(b"["):
            return msgspec.json.decode(data, type=list[_Line])
        with suppress(msgspec.ValidationError):
            return list(msgspec.json.decode(data, type=_Page).openings)
        return [msgspec.json.decode(data, type=_Line)]
    except (msgspec.DecodeError, UnicodeError):
        with suppress(msgspec.DecodeError, UnicodeError):
            return [msgspec.json.decode(line, type=_Line) for line in data.splitlines() if line]
    raise Stopped(f"{path} is no opening: it is JSON with field, salt and value, as /ledger/<index> serves it")


def _commitment(path: Path, line: _Line) -> str:
    """The hash that an opening makes; its salt is 32 bytes, in hex or base64."""
    try:
        salt = bytes.fromhex(line.salt) if re.fullmatch("[0-9a-fA-F]{64}", line.salt) else b64decode(line.salt)
    except NotBase64:
        salt = b""
    if len(salt) != SALT_SIZE:
        raise Stopped(f"the salt of `{line.field}` in {path} is not 32 bytes in hex or base64")
    return commit(line.field, salt, line.value.encode()).hex()


def _commitments(body: bytes) -> set[tuple[str, str]]:
    """Every commitment of an entry, as the field it is of and its hash."""
    try:
        act = decode(body).act
    except Malformed:
        return set()
    return {(field, hash_) for hash_, field in commitments(act).items()}


def _read(path: Path, what: str = "") -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BUNDLE + 1)
    except OSError as error:
        raise Stopped(f"{path} cannot be read: {error.strerror}{what}") from error
    if len(data) > MAX_BUNDLE:
        raise Stopped(f"{path} is longer than {MAX_BUNDLE} bytes, which nothing that is verified can be")
    return data
