"""Following a ledger's key from one to the next, as entries say."""

from contextlib import suppress

from governance.acts.keys import RotateKey
from governance.entry import decode
from ledger.errors import Malformed
from ledger.note import VerifierKey

_TYPE = b'"type":"rotate_key"'


def key_after(key: VerifierKey, body: bytes) -> VerifierKey:
    """The key that must sign once this entry stands, where `key` must before it."""
    if _TYPE in body:
        with suppress(Malformed):
            act = decode(body).act
            if isinstance(act, RotateKey) and act.old == key.public.hex():
                return VerifierKey(key.name, bytes.fromhex(act.new))
    return key
