"""The tables of the ledger and its boxes."""

from piccolo.columns import BigInt, Bytea, Integer, Text
from piccolo.table import Table

from app.store.orm import ENGINE


class LedgerEntry(Table, tablename="ledger_entry", db=ENGINE):
    """One leaf of the ledger; `id` is its index."""

    id = BigInt(primary_key=True)
    leaf_hash = Bytea()
    body = Bytea()


class LedgerTile(Table, tablename="ledger_tile", db=ENGINE):
    """A full tile of the tree: 256 hashes."""

    level = Integer(primary_key=True)
    n = BigInt()
    hashes = Bytea()


class LedgerCheckpoint(Table, tablename="ledger_checkpoint", db=ENGINE):
    """A signed checkpoint, and when it was signed."""

    size = BigInt(primary_key=True)
    root = Bytea()
    at = BigInt()
    note = Text()


class Cosignature(Table, tablename="cosignature", db=ENGINE):
    """What a witness has signed of a checkpoint, and when (Unix seconds)."""

    size = BigInt(primary_key=True)
    key = Text()
    at = BigInt()
    line = Text()


class Quorum(Table, tablename="quorum", db=ENGINE):
    """That enough witnesses had cosigned the checkpoint of this size, and when (Unix ms)."""

    size = BigInt(primary_key=True)
    at = BigInt()


class Witnessed(Table, tablename="witnessed", db=ENGINE):
    """The last checkpoint that this square has cosigned of another log, and when (Unix ms)."""

    origin = Text(primary_key=True)
    size = BigInt()
    root = Bytea()
    note = Text()
    at = BigInt()


class LedgerHead(Table, tablename="ledger_head", db=ENGINE):
    """The one row that says how far the ledger goes; who extends the ledger locks it."""

    id = Integer(primary_key=True)
    size = BigInt()
    edge = Bytea()
    at = BigInt()
    frozen = Text()


class Opening(Table, tablename="opening", db=ENGINE):
    """What opens a commitment of an entry: the salt and the text."""

    entry = BigInt(primary_key=True)
    field = Text()
    salt = Bytea()
    value = Text()


class RequestKey(Table, tablename="request_key", db=ENGINE):
    """The entry that a request made, so that a double click is one act; `id` is the hash of whose key it is."""

    id = Text(primary_key=True)
    fingerprint = Bytea()
    entry = BigInt()


class Box(Table, tablename="box", db=ENGINE):
    """How far a ballot box is filled."""

    vote = BigInt(primary_key=True)
    size = BigInt()
    edge = Bytea()
    closes = BigInt()


class BoxEntry(Table, tablename="box_entry", db=ENGINE):
    """One ballot in a box."""

    vote = BigInt(primary_key=True)
    place = BigInt()
    commitment = Bytea()
    choice = BigInt()
    token = Bytea()


class BoxTile(Table, tablename="box_tile", db=ENGINE):
    """A full tile of a box's tree."""

    vote = BigInt(primary_key=True)
    level = Integer()
    n = BigInt()
    hashes = Bytea()


class JurySecret(Table, tablename="jury_secret", db=ENGINE):
    """What a coin commits to, until the draw shows it to everyone."""

    coin = Text(primary_key=True)
    secret = Bytea()


class AppealWords(Table, tablename="appeal_words", db=ENGINE):
    """The words of an appellant whose hash stands in the appeal: theirs to compare."""

    appeal = BigInt(primary_key=True)
    words = Text()


class JurorReason(Table, tablename="juror_reason", db=ENGINE):
    """Why a juror voted as they did; the token is of chance, and nothing says whose it is."""

    vote = BigInt(primary_key=True)
    token = Bytea()
    words = Text()


class Mark(Table, tablename="mark", db=ENGINE):
    """Who has voted, and nothing that says how or when."""

    vote = BigInt(primary_key=True)
    member = BigInt()
