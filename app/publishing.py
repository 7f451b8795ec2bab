"""Which checkpoints are published, and with which cosignatures under them."""

from typing import Final

from msgspec import Struct

from app.config import BadSetting, Config, setting_of
from app.store.engines import Tx
from app.store.ledger import CheckpointRow, checkpoint_at, latest_checkpoint
from app.store.witnesses import (
    checkpoint_of_quorum,
    cosignatures_at,
    last_cosignature,
    last_quorum,
    signed_after,
)
from ledger.cosignature import WitnessKey, join_lines
from ledger.errors import Malformed
from ledger.policy import NONE, Policy

LATE: Final = 60_000
"""How long, in ms, a checkpoint may be without its quorum before that is worth a warning."""


class WitnessState(Struct, frozen=True):
    """A witness, and the last checkpoint that it cosigned: its size and when (Unix ms), 0 where there is none."""

    name: str
    key: str
    is_counted: bool
    size: int
    at: int


class Watched(Struct, frozen=True):
    """How far the witnesses have come: the quorum has `size` entries, and since `waits` (Unix ms) more wait for it.

    `waits` is 0 where none do.
    """

    size: int
    waits: int
    witnesses: tuple[WitnessState, ...]


def late_words(watched: Watched, now: int) -> tuple[str, ...]:
    """What is to be said of a quorum that does not come."""
    if not watched.waits or now - watched.waits <= LATE:
        return ()
    seconds = (now - watched.waits) // 1000
    away = ", ".join(one.name for one in watched.witnesses if one.is_counted and one.size <= watched.size)
    return (f"for {seconds} s no checkpoint beyond {watched.size} entries has had its quorum; wanting: {away}",)


class Publishing:
    """What readers are shown of the checkpoints that are signed.

    Open (`is_closed` False), a checkpoint is published at once and cosignatures join it as they come. Closed, it is
    published when it has its quorum; what was published stays so when the policy changes.
    """

    def __init__(self, policy: Policy | None, *, is_closed: bool) -> None:
        self.policy = policy
        self.is_closed = is_closed and policy is not None and policy.quorum != NONE

    async def latest(self, tx: Tx) -> CheckpointRow | None:
        """The newest checkpoint that is published, its cosignatures under it."""
        row = await (checkpoint_of_quorum(tx) if self.is_closed else latest_checkpoint(tx))
        return None if row is None else await _cosigned(tx, row)

    async def at(self, tx: Tx, size: int) -> CheckpointRow | None:
        """The checkpoint of a size, if it is published, its cosignatures under it."""
        row = await checkpoint_at(tx, size)
        if row is None or (self.is_closed and not await self._reaches(tx, size)):
            return None
        return await _cosigned(tx, row)

    async def watched(self, tx: Tx) -> Watched | None:
        """How far the witnesses have come, None where the configuration names none."""
        if self.policy is None or not self.policy.witnesses:
            return None
        counted = self.policy.counted()
        quorum = await last_quorum(tx)
        size = 0 if quorum is None else quorum.size
        waits = 0 if self.policy.quorum == NONE else await signed_after(tx, size)
        states = [await _state(tx, one.key, is_counted=one.key in counted) for one in self.policy.witnesses]
        return Watched(size, waits, tuple(states))

    async def _reaches(self, tx: Tx, size: int) -> bool:
        newest = await checkpoint_of_quorum(tx)
        return newest is not None and size <= newest.size


def publishing_of(config: Config) -> Publishing:
    """What the configuration says of publishing; raises BadSetting for a policy that cannot be used."""
    if config.witness_policy is None:
        if config.witness_mode == "closed":
            raise BadSetting(setting_of("witness_mode"), "closed needs the policy that ISEGORIA_WITNESS_POLICY names")
        return Publishing(None, is_closed=False)
    return Publishing(_read_policy(config), is_closed=config.witness_mode == "closed")


def _read_policy(config: Config) -> Policy:
    assert config.witness_policy is not None
    name = setting_of("witness_policy")
    try:
        policy = Policy.parse(config.witness_policy.read_bytes())
    except OSError as error:
        raise BadSetting(name, f"{config.witness_policy} cannot be read: {error.strerror}") from error
    except Malformed as error:
        raise BadSetting(name, f"{config.witness_policy} is no policy: {error}") from error
    counted = policy.counted()
    silent = [witness.key.name for witness in policy.witnesses if witness.key in counted and not witness.url]
    if silent:
        why = f"{config.witness_policy} does not say at which address {silent[0]} is asked: write it behind its key"
        raise BadSetting(name, why)
    return policy


async def _state(tx: Tx, key: WitnessKey, *, is_counted: bool) -> WitnessState:
    text = key.format()
    last = await last_cosignature(tx, text)
    size, at = (0, 0) if last is None else (last.size, last.at * 1000)
    return WitnessState(key.name, text, is_counted, size, at)


async def _cosigned(tx: Tx, row: CheckpointRow) -> CheckpointRow:
    lines = [one.line for one in await cosignatures_at(tx, row.size)]
    note = join_lines(row.note.encode(), lines).decode() if lines else row.note
    return CheckpointRow(row.size, row.root, row.at, note)
