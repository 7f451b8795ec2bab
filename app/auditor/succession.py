"""Whoever knows an old key of a ledger goes over to the one that follows it, and is shown that the old one knew."""

from app.auditor.reading import KEY, LEDGER, Source
from app.auditor.views import Signed, Stopped
from governance.keys import Rotation, key_for, keys_of, links_from
from governance.state import State
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import LogInvalid, Malformed, ProofInvalid, Unavailable
from ledger.note import VerifierKey
from ledger.verify import check_extension


def heir_of(source: Source, key: VerifierKey) -> VerifierKey | None:
    """The key that the ledger shows now, if it is another one of the same name; believed only after the replay."""
    try:
        shown = VerifierKey.parse(source.reader.read(KEY).decode().removesuffix("\n"))
    except (Malformed, UnicodeDecodeError, Unavailable):
        return None
    return shown if shown != key and shown.name == key.name else None


def check_succession(source: Source, state: State, key: VerifierKey, heir: VerifierKey, head: Checkpoint) -> str:
    """The replayed ledger leads from the key to its heir, each change signed for by the key before; says which.

    Raises Stopped.
    """
    links = links_from(keys_of(state), key.public.hex())
    if not links or links[-1].new != heir.public.hex():
        raise Stopped(
            f"the checkpoint of {source.where} is not signed by the key {key.format()}, and no act in the ledger puts "
            f"{heir.format()} in its place. Either this is another key's ledger, or it was changed"
        )
    for link in links:
        _check_bridge(source, link, head)
    entries = ", ".join(str(link.entry) for link in links)
    return f"the key was changed by entry {entries}, as the old one has signed: give {heir.format()} from now on"


def _check_bridge(source: Source, link: Rotation, head: Checkpoint) -> None:
    """The checkpoint that ends with the act is signed by the old key and by the new, and the ledger begins with it."""
    path = f"{LEDGER}checkpoint/{link.bridge}"
    try:
        note = source.reader.read(path)
        for public in (link.old, link.new):
            bridge = open_checkpoint(note, [VerifierKey(head.origin, bytes.fromhex(public))])
            if bridge.size != link.bridge:
                raise Malformed(f"it is a checkpoint of {bridge.size} entries")
            check_extension(source.reader, bridge, head, prefix=LEDGER)
    except (LogInvalid, Malformed, ProofInvalid, Unavailable) as error:
        raise Stopped(f"entry {link.entry} changes the key, and {path} does not show it: {error}") from error


def signed_by_latest(state: State, head: Signed) -> str:
    """Why the checkpoint does not hold under the key that the ledger itself names for it, "" where it does."""
    checkpoint = head.checkpoint
    named = key_for(keys_of(state), checkpoint.size)
    if named is None:
        return ""
    try:
        open_checkpoint(head.note, [VerifierKey(checkpoint.origin, bytes.fromhex(named))])
    except (Malformed, ProofInvalid):
        return "the checkpoint is signed by a key that was given up, and not by the one that the ledger names"
    return ""
