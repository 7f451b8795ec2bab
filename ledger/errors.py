"""What can be wrong with a log, as one small tree.

    LedgerError
        Malformed            bytes that are not in their format
        ProofInvalid         a proof or a signature that does not hold
        LogInvalid           a log contradicts itself or what its square signed
            BundleInvalid        a bundle of entries cannot be read
            TileInvalid          a tile is not what the entries hash to
            RootInvalid          the whole does not have the root it must have
        Unavailable          could not be read, so nothing is known
            NotFound             the log says that it has no such file
            Unreachable          no answer, or none that could be used

An auditor tells the three apart: `LogInvalid` is a violation, `Unavailable` is not a clean bill. A file that a log must
have by its own checkpoint and does not serve is `NotFound`: it can be a violation or an accident, and never passes.
"""


class LedgerError(Exception):
    """Anything that this package refuses."""


class Malformed(LedgerError):
    """These bytes are not in their format, or not in the one form that the format allows."""


class ProofInvalid(LedgerError):
    """The proof or the signature does not show what it is brought for."""


class LogInvalid(LedgerError):
    """A log contradicts itself or its checkpoint; `path` is the file, `index` the first entry concerned, if known."""

    def __init__(self, why: str, *, path: str | None = None, index: int | None = None) -> None:
        super().__init__(why if path is None else f"{path}: {why}")
        self.why = why
        self.path = path
        self.index = index


class BundleInvalid(LogInvalid):
    """A bundle does not hold the entries that its place and width promise."""


class TileInvalid(LogInvalid):
    """A tile differs from the one that the entries hash to."""


class RootInvalid(LogInvalid):
    """The entries and tiles agree with each other and not with the root."""


class Unavailable(LedgerError):
    """The file at `path` could not be read: nothing is known about what it says."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class NotFound(Unavailable):
    """The log answered that there is no such file."""


class Unreachable(Unavailable):
    """No answer came, or one that could not be used."""
