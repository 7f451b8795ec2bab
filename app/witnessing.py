"""Witnessing other logs: what they submit is cosigned if it continues what was cosigned before, and remembered."""

from pathlib import Path
from typing import Final

from app.clock import Clock
from app.config import BadSetting, Config, setting_of
from app.store.engines import Database, Tx
from app.store.witnesses import WitnessedRow, lock_witnessed, save_witnessed
from ledger.checkpoint import Checkpoint
from ledger.cosignature import CosigningKey
from ledger.errors import Malformed
from ledger.loglist import MAX_LIST, ListedLog, parse_loglist
from ledger.note import Note, Signature, VerifierKey
from ledger.witness import AddCheckpoint, check_submitted, open_submitted, origin_of


class UnknownLog(Exception):
    """The log is not among those that are watched here."""


class Witnessing:
    """A witness: its key, and the keys of each log that it watches, by origin."""

    def __init__(self, key: CosigningKey, logs: tuple[ListedLog, ...]) -> None:
        self._key = key
        self._logs: dict[str, tuple[VerifierKey, ...]] = {}
        for log in logs:
            self._logs[log.origin] = (*self._logs.get(log.origin, ()), log.key)

    def open(self, request: AddCheckpoint) -> Checkpoint:
        """The checkpoint of a request, signed by its log; raises UnknownLog, and what `open_submitted` raises."""
        origin = origin_of(request)
        keys = self._logs.get(origin)
        if keys is None:
            raise UnknownLog(f"the log {origin[:200]} is not watched here")
        return open_submitted(request, keys)

    async def cosign(
        self, request: AddCheckpoint, checkpoint: Checkpoint, database: Database, clock: Clock
    ) -> Signature:
        """The cosignature of what `open` gave, once it is remembered.

        Raises what `check_submitted` raises, and what a database does.
        """

        async def work(tx: Tx) -> Signature:
            seen = await lock_witnessed(tx, checkpoint.origin)
            check_submitted(request, checkpoint, None if seen is None else _seen(seen))
            now = clock.now()
            note = request.checkpoint.decode()
            await save_witnessed(tx, WitnessedRow(checkpoint.origin, checkpoint.size, checkpoint.root, note, now))
            # Signed under the lock: nothing larger has been cosigned at the time that it states.
            return self._key.cosign(Note.parse(request.checkpoint).text, now // 1000)

        # The commit point: the cosignature leaves here only when what it says is on the disk.
        return await database.write(work)


def _seen(row: WitnessedRow) -> Checkpoint:
    return Checkpoint(row.origin, row.size, row.root)


def witness_key_file(home: Path) -> Path:
    """The seed of the key with which this square cosigns other logs."""
    return home / "witness.key"


def read_witness_key(home: Path) -> CosigningKey:
    """The key with which this square witnesses; raises FileNotFoundError, Malformed."""
    return CosigningKey.parse(witness_key_file(home).read_text().strip())


def witnessing_of(config: Config) -> Witnessing | None:
    """The witness that the configuration asks for, None where it names no logs; raises BadSetting."""
    if config.witness_logs is None:
        return None
    name: Final = setting_of("witness_logs")
    try:
        with config.witness_logs.open("rb") as file:
            logs = parse_loglist(file.read(MAX_LIST + 1))
    except OSError as error:
        raise BadSetting(name, f"{config.witness_logs} cannot be read: {error.strerror}") from error
    except Malformed as error:
        raise BadSetting(name, f"{config.witness_logs} is no list of logs: {error}") from error
    try:
        return Witnessing(read_witness_key(config.home), logs)
    except (OSError, Malformed) as error:
        file_name = witness_key_file(config.home)
        why = f"a witness needs a key of its own, and {file_name} holds none ({error}): run `isegoria witness new`"
        raise BadSetting(name, why) from error
