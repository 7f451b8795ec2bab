"""The act that changes the key of the ledger."""

from governance.acts.words import Act, PublicKey, Time


class RotateKey(Act, frozen=True, tag="rotate_key"):
    """From this entry on `new` signs every checkpoint, and `old`, which signed alone before, until a time as well.

    Both are Ed25519 public keys; the name of either is the ledger's origin.
    """

    old: PublicKey
    new: PublicKey
    until: Time
